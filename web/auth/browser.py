"""Who the current request belongs to: Flask-Login with our session rows as the only authority.

Neither Flask's signed session nor Flask-Login's own cookies are read: a signature cannot be revoked.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, after_this_request, g, request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user
from typing_extensions import override

from domain.errors import AuthorisationError
from services.session_limits import REMEMBER_LIMIT
from web.auth import cookies, csrf
from web.context import services

if TYPE_CHECKING:
    from domain.accounts import Session, User


class SignedInUser(UserMixin):  # type: ignore[misc] # flask_login has no types
    """What `flask_login.current_user` is: the profile, and the session of a browser (None for a token)."""

    def __init__(self, profile: User, session: Session | None) -> None:
        self.id = profile.id
        self.profile = profile
        self.session = session


class NoSignedSessions(SessionInterface):
    """Flask's session cookie is neither read nor written."""

    @override
    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return NullSession()

    @override
    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        return None


def install(server: Flask) -> None:
    """Give a server its `current_user`."""
    server.session_interface = NoSignedSessions()
    # Flask-Login would look for its own remember cookie first; nobody can send one of an unknown name.
    server.config["REMEMBER_COOKIE_NAME"] = f"unused-{secrets.token_hex(16)}"
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load_user)
    manager.init_app(server)


def bearer_token() -> str:
    """Return the token in the Authorization header of a call to the REST interface, "" without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer" and request.path.startswith(("/api/", "/platform/"))
    return token.strip() or "-" if is_bearer else ""


def is_signed_in() -> bool:
    """Return whether the request carries a session or a token that holds."""
    return bool(current_user.is_authenticated)


def current_session() -> Session | None:
    """Return the session of the browser, None for a token or without a user."""
    return getattr(current_user, "session", None)


def sign_in_browser(user: User, *, remember: bool) -> None:
    """Start a new session for the browser; the one it came with ends."""
    users, agent = services().users, request.user_agent.string
    before = cookies.read_cookie(cookies.SESSION)
    if before:
        users.end_session(before)
    if remember:
        token, remember_token = users.start_remembered(user.id, user_agent=agent)
    else:
        token, remember_token = users.start_session(user.id, user_agent=agent), ""
    device = "" if user.is_demo else users.issue_device(user)
    _hand_over(token, remember_token, device)
    if not remember:
        _forget(cookies.REMEMBER)


def restore_browser() -> bool:
    """Sign a remembered browser in again; return whether it was remembered."""
    remember_token = cookies.read_cookie(cookies.REMEMBER)
    if not remember_token:
        return False
    restored = services().users.restore_session(remember_token, user_agent=request.user_agent.string)
    if restored is None:
        _forget(cookies.REMEMBER)
        return False
    _hand_over(restored.token, restored.remember_token, "")
    found = services().users.resolve_session(restored.token)
    if found is not None:
        g._login_user = SignedInUser(found[1], found[0])  # noqa: SLF001 - where Flask-Login keeps its user
    return found is not None


def sign_out_browser() -> None:
    """End the session of the browser and everything that could restore it."""
    token = cookies.read_cookie(cookies.SESSION)
    if token:
        services().users.end_session(token)
    for name in (cookies.SESSION, cookies.REMEMBER, csrf.COOKIE):
        _forget(name)


def _load_user(_: Request) -> SignedInUser | None:
    token = bearer_token()
    if token:
        return _load_bearer(token)
    token = cookies.read_cookie(cookies.SESSION)
    found = services().users.resolve_session(token) if token else None
    if found is None:
        return None
    csrf.bind(token)
    return SignedInUser(found[1], found[0])


def _load_bearer(token: str) -> SignedInUser | None:
    try:
        return SignedInUser(services().users.resolve_access_token(token), None)
    except AuthorisationError:
        return None


def _hand_over(token: str, remember_token: str, device: str) -> None:
    csrf.bind(token)
    values: dict[str, tuple[str, Any]] = {cookies.SESSION: (token, None)}
    if remember_token:
        values[cookies.REMEMBER] = (remember_token, REMEMBER_LIMIT)
    if device:
        values[cookies.DEVICE] = (device, cookies.DEVICE_LIFETIME)

    @after_this_request
    def _set(response: Response) -> Response:
        for name, (value, lifetime) in values.items():
            cookies.set_cookie(response, name, value, lifetime=lifetime)
        return response


def _forget(name: str) -> None:
    @after_this_request
    def _delete(response: Response) -> Response:
        cookies.delete_cookie(response, name)
        return response
