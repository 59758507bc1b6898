"""The proof that a change was asked for by our own page.

A signed-in browser's token is derived from its session token, so it needs no storage and another
session's token never fits. Before sign-in a signed random value in cookie and form must be equal.
Dash copies the cookie into a header by itself; forms carry it in a hidden field.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Response, g, request

from domain.errors import ForbiddenError
from web.auth import cookies
from web.context import services

COOKIE = cookies.CSRF
HEADER = "X-CSRFToken"
FIELD = "csrf_token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def bind(session_token: str) -> None:
    """Tie the rest of this request to a session."""
    g.csrf_token = _mac(session_token)
    g.csrf_is_bound = True


def csrf_token() -> str:
    """Return the token that the next change has to carry; for forms rendered on the server."""
    if "csrf_token" not in g:
        sent = cookies.read_cookie(COOKIE)
        g.csrf_token = sent if _is_anonymous_token(sent) else _new_anonymous_token()
    return str(g.csrf_token)


def check_csrf() -> None:
    """Accept the request only with the token of its session.

    Raises:
        ForbiddenError: If it is missing or of another session.
    """
    sent = request.headers.get(HEADER) or _form_field()
    cookie = cookies.read_cookie(COOKIE)
    expected = g.csrf_token if g.get("csrf_is_bound") else cookie
    is_ours = bool(g.get("csrf_is_bound")) or _is_anonymous_token(cookie)
    if not sent or not is_ours or not hmac.compare_digest(sent.encode(), str(expected).encode()):
        raise ForbiddenError("This page was opened in another session.", hint="Reload it and try again.")


def set_csrf_cookie(response: Response) -> None:
    """Hand the browser its token when it has another one, or none."""
    token = g.get("csrf_token")
    if token and cookies.read_cookie(COOKIE) != token:
        cookies.set_cookie(response, COOKIE, str(token), is_script_readable=True)


def _form_field() -> str:
    # Only forms are parsed here: a streamed upload must reach its view unread.
    return request.form.get(FIELD, "") if request.mimetype in _FORMS else ""


def _new_anonymous_token() -> str:
    nonce = secrets.token_urlsafe(18)
    return f"{nonce}.{_mac(nonce)}"


def _is_anonymous_token(token: str) -> bool:
    nonce, dot, mac = token.partition(".")
    return bool(dot) and hmac.compare_digest(mac.encode(), _mac(nonce).encode())


def _mac(text: str) -> str:
    return hmac.digest(services().users.derive_key("csrf"), text.encode(), "sha256").hex()
