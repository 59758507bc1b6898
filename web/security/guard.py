"""The one guard: everything is closed unless it is listed here.

It runs before Dash's own hooks, on pages, callbacks, downloads, assets and the REST interface alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import dash
from flask import Request, current_app, redirect, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response

from domain.errors import AuthorisationError, ForbiddenError
from web.auth import cookies
from web.auth.browser import bearer_token, is_signed_in, restore_browser
from web.auth.csrf import check_csrf
from web.auth.redirects import requested_page, safe_next
from web.errors import wants_page
from web.security.envelope import check_envelope
from web.security.rate_limits import ANONYMOUS, SIGN_IN, SIGN_UP, SIGNED_IN, Limit, RateLimiter

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_RULES = frozenset(
    {
        "/signin",
        "/signup",
        "/demo",
        "/health",
        "/favicon.ico",
        "/_favicon.ico",
        "/openapi.json",
        "/docs",
        "/docs/",
        "/api/auth/token",
        "/api/auth/register",
        "/share/<token>",
    }
)
# Files that are the same for everybody and hold no data.
STATIC_RULES = ("/_dash-component-suites/", "/assets/", "/docs/")
# Calls without cookies: there is no session that a foreign page could ride on.
COOKIELESS_RULES = frozenset({"/api/auth/token", "/api/auth/register", "/share/<token>"})
RESERVED = ("/api", "/platform")
CATCH_ALL = "/<path:path>"
CALLBACKS = "/_dash-update-component"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LIMITS = {"/signup": SIGN_UP, "/api/auth/register": SIGN_UP}
_SIGN_IN_RULES = frozenset({"/signin", "/demo", "/api/auth/token", "/account/password"})
_UPLOAD_MARK = "fillwise_accepts_upload"
_REFUSAL_MARK = "fillwise_refuses_method"


def accepts_upload(view: View) -> View:
    """Let a view take a body up to the upload limit of the installation."""
    setattr(view, _UPLOAD_MARK, True)
    return view


def refuses_method(view: View) -> View:
    """Say of a view that all it does is to refuse the method, so that a public address may say so to anybody."""
    setattr(view, _REFUSAL_MARK, True)
    return view


def is_static() -> bool:
    """Return whether the current request is for a file that holds no data."""
    return _rule().startswith(STATIC_RULES)


class Guard:
    """Decides about every request before anything else sees it."""

    def __init__(self, *, upload_limit_bytes: int) -> None:
        self._app: dash.Dash | None = None
        self._upload_limit_bytes = upload_limit_bytes
        self._limiter = RateLimiter()

    def seal(self, app: dash.Dash) -> None:
        """Check callbacks and addresses against this app from now on."""
        self._app = app

    def check(self) -> Response | None:
        """Return None to let the request pass, or the answer that takes its place."""
        _check_path(request)
        self._limit_body()
        if is_static():
            return None
        rule = _rule()
        is_public = rule in PUBLIC_RULES
        if rule not in COOKIELESS_RULES and _is_navigation() and not is_signed_in() and restore_browser():
            return redirect(safe_next(request.args.get("next")) if is_public else requested_page(), 303)
        self._limit_rate(rule)
        if is_public and _is_refusal():
            return None
        if not is_public and not is_signed_in():
            return _refuse_anonymous()
        _check_origin()
        if request.method not in _SAFE and rule not in COOKIELESS_RULES and not bearer_token():
            check_csrf()
        self._check_target(rule)
        return None

    def _check_target(self, rule: str) -> None:
        """Refuse what no view of ours answers, before Dash answers it with its page."""
        if rule == CALLBACKS and request.method == "POST":
            check_envelope(self._app.callback_map if self._app else {})
        elif rule == CATCH_ALL and (_is_reserved() or request.path.startswith("/_") or not self._is_page()):
            raise NotFound

    def _is_page(self) -> bool:
        if self._app is None or not self._app.use_pages:
            return True
        path = "/" + request.path.strip("/")
        return any(_matches(page, path) for page in dash.page_registry.values())

    def _limit_body(self) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, _UPLOAD_MARK, False):
            request.max_content_length = self._upload_limit_bytes
        limit = request.max_content_length
        if limit is not None and (request.content_length or 0) > limit:
            raise RequestEntityTooLarge

    def _limit_rate(self, rule: str) -> None:
        remote = request.remote_addr or ""
        if rule == "/health":
            return
        if request.method == "POST" and (rule in _LIMITS or rule in _SIGN_IN_RULES):
            self._limiter.take(_LIMITS.get(rule, SIGN_IN), remote)
        limit, client = self._client(remote)
        self._limiter.take(limit, client)

    @staticmethod
    def _client(remote: str) -> tuple[Limit, str]:
        if is_signed_in():
            return SIGNED_IN, f"{current_user.id} {cookies.read_cookie(cookies.SESSION)[:16]}"
        return ANONYMOUS, remote


def _is_refusal() -> bool:
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), _REFUSAL_MARK, False))


def _rule() -> str:
    return request.url_rule.rule if request.url_rule is not None else ""


def _is_reserved() -> bool:
    return any(request.path == prefix or request.path.startswith(f"{prefix}/") for prefix in RESERVED)


def _is_navigation() -> bool:
    return request.method == "GET" and wants_page() and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _refuse_anonymous() -> Response:
    if request.method == "POST" and wants_page():
        return redirect("/signin?note=expired", 303)
    if not _is_navigation():
        raise AuthorisationError("Sign in first.", hint="The session has ended or never began.")
    page = safe_next(requested_page())
    query = "" if page == "/" else f"?next={quote(page, safe='/')}"
    had_session = bool(cookies.read_cookie(cookies.SESSION))
    if had_session:
        query += ("&" if query else "?") + "note=expired"
    return redirect(f"/signin{query}", 302)


def _check_path(request: Request) -> None:
    if not request.path.isprintable() or "\ufffd" in request.path:
        raise BadRequest("The address holds characters that no address has.")


def _check_origin() -> None:
    """Refuse what another site's page asks for: changes always, data unless it is a plain link to a page."""
    site = request.headers.get("Sec-Fetch-Site", "")
    is_change = request.method not in _SAFE
    if site in ("", "same-origin", "none"):
        origin = request.headers.get("Origin", "")
        is_foreign = is_change and origin != "" and urlsplit(origin).netloc != request.host
    else:
        is_foreign = is_change or request.headers.get("Sec-Fetch-Mode") != "navigate"
    if is_foreign and not bearer_token():
        raise ForbiddenError("Another site asked for this.", hint="Open Fillwise itself and try again.")


def _matches(page: dict[str, Any], path: str) -> bool:
    template = page.get("path_template")
    if not template:
        return "/" + str(page.get("path") or "").strip("/") == path
    wanted, given = template.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and all(
        part == piece or (part.startswith("<") and piece != "") for part, piece in zip(wanted, given, strict=True)
    )
