"""What stands between the network and every view: one guard before, one set of headers after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dash
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web import errors
from web.security.guard import Guard, accepts_upload
from web.security.headers import Headers
from web.security.strict_json import StrictJson

if TYPE_CHECKING:
    from config import Settings

__all__ = ["accepts_upload", "install", "seal"]

BODY_LIMIT_BYTES = 16_000_000


EXTENSION = "fillwise_security"


@dataclass(frozen=True, slots=True)
class Security:
    """What `seal` completes."""

    guard: Guard
    headers: Headers


def install(server: Flask, settings: Settings) -> None:
    """Put the guard before every other hook of a server and the headers after every other.

    Routes added later are closed to everybody who is not signed in, like all others.
    """
    server.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    server.config["SESSION_COOKIE_SECURE"] = settings.secure_cookies
    server.json = StrictJson(server)
    security = Security(
        Guard(upload_limit_bytes=settings.upload_limit_bytes), Headers(is_secure=settings.secure_cookies)
    )
    server.extensions[EXTENSION] = security
    # Flask runs the first before_request first and the first after_request last.
    server.before_request_funcs.setdefault(None, []).insert(0, security.guard.check)
    server.after_request_funcs.setdefault(None, []).insert(0, security.headers.add)
    errors.install(server)
    hops = settings.trusted_proxies
    if hops:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def seal(app: dash.Dash) -> None:
    """Tell the guard the app's callbacks and pages, and the policy its inline scripts; call it before the warm-up."""
    security: Security = app.server.extensions[EXTENSION]
    security.guard.seal(app)
    security.headers.seal(app)
