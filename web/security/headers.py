"""The headers on every answer: what the browser may load, keep and tell others."""

from __future__ import annotations

from functools import cached_property

import dash
from flask import Response, request

from web.auth.csrf import set_csrf_cookie
from web.errors import request_id
from web.security.guard import is_static

_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


class Headers:
    """Adds the headers."""

    def __init__(self, *, is_secure: bool) -> None:
        self._is_secure = is_secure
        self._app: dash.Dash | None = None

    def seal(self, app: dash.Dash) -> None:
        """Allow the inline scripts of this app, Dash's own, from its first answer on."""
        self._app = app

    @cached_property
    def _sealed_policy(self) -> str:
        # Read after the first request has passed Dash's own hooks, which add the last inline scripts.
        hashes = dict.fromkeys(self._app.csp_hashes()) if self._app else {}
        return _POLICY.format(hashes="".join(f" {item}" for item in hashes))

    @property
    def _policy(self) -> str:
        return self._sealed_policy if self._app else _POLICY.format(hashes="")

    def add(self, response: Response) -> Response:
        """Complete an answer; a view that sets a header itself keeps it."""
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", self._policy)
        response.headers["X-Request-ID"] = request_id()
        if self._is_secure and request.is_secure:
            response.headers["Strict-Transport-Security"] = _HSTS
        if response.status_code in (200, 304) and _is_named_by_content():
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if not is_static():
            # Whatever is not a static file may be somebody's data.
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
            set_csrf_cookie(response)
        return response


def _is_named_by_content() -> bool:
    """Whether the address of an asset changes with the file: Dash adds `?m=`, fonts are never edited."""
    return is_static() and request.path.startswith("/assets/") and ("m" in request.args or "/fonts/" in request.path)
