"""The three cookies of a browser: its session, what restores it, and that somebody signed in here before.

Behind HTTPS their names carry `__Host-`, so no other host or path can set them.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request

CSRF = "_csrf_token"
"""Dash reads it under this name; it is derived from the session, so planting one gains nothing."""
SESSION = "fillwise_session"
REMEMBER = "fillwise_remember"
DEVICE = "fillwise_device"
DEVICE_LIFETIME = timedelta(days=365)


def is_secure() -> bool:
    """Return whether cookies travel over HTTPS only."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def cookie_name(name: str) -> str:
    """Return the name under which a cookie is really set."""
    return f"__Host-{name}" if is_secure() and name != CSRF else name


def read_cookie(name: str) -> str:
    """Return the value of a cookie, "" when there is none or it is too long to be ours."""
    value = request.cookies.get(cookie_name(name), "")
    return value if len(value) <= 256 else ""


def set_cookie(
    response: Response, name: str, value: str, *, lifetime: timedelta | None = None, is_script_readable: bool = False
) -> None:
    """Set a cookie, for the browser's session when no lifetime is given."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=lifetime,
        secure=is_secure(),
        httponly=not is_script_readable,
        samesite="Lax",
        path="/",
    )


def delete_cookie(response: Response, name: str) -> None:
    """Delete a cookie."""
    response.delete_cookie(cookie_name(name), secure=is_secure(), httponly=True, samesite="Lax", path="/")
