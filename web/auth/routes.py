"""The pages around signing in, rendered on the server; they work without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from domain.errors import FillwiseError, ForbiddenError
from web.auth import cookies
from web.auth.browser import is_signed_in, sign_in_browser, sign_out_browser
from web.auth.csrf import FIELD, csrf_token
from web.auth.redirects import HOME, safe_next
from web.context import current_profile, services
from web.errors import error_payload, error_response, status_of, wants_page

if TYPE_CHECKING:
    from domain.accounts import User

BLUEPRINT = Blueprint("auth", __name__, template_folder="../templates")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@BLUEPRINT.get("/signin")
def show_sign_in() -> BaseResponse:
    """Show the form, or go on when the browser is signed in; a visitor of the demo may change to an account."""
    if is_signed_in() and not current_profile().is_demo:
        return _go(safe_next(request.args.get("next")))
    return _page("signin.html", note=_note())


@BLUEPRINT.post("/signin")
def sign_in() -> BaseResponse:
    """Check name and password and start a session."""
    username = request.form.get("username", "")
    device = cookies.read_cookie(cookies.DEVICE)
    try:
        user = services().users.verify(username, request.form.get("password", ""), _remote(), device=device)
    except FillwiseError as error:
        return _page("signin.html", error=error, username=username)
    _begin(user, remember=request.form.get("remember") == "1")
    return _go(safe_next(request.form.get("next")))


@BLUEPRINT.get("/signup")
def show_sign_up() -> BaseResponse:
    """Show the form, or go on when the browser is signed in; a visitor of the demo may register."""
    if is_signed_in() and not current_profile().is_demo:
        return _go(HOME)
    if services().users.signup == "closed":
        return _page("signin.html", error=ForbiddenError("This installation takes no new users."))
    return _page("signup.html", invite=request.args.get("invite", ""))


@BLUEPRINT.post("/signup")
def sign_up() -> BaseResponse:
    """Create a user and sign them in."""
    form = request.form
    username, invite = form.get("username", ""), form.get("invite", "")
    try:
        user = services().users.register(username, form.get("password", ""), invite)
    except FillwiseError as error:
        return _page("signup.html", error=error, username=username, invite=invite)
    _begin(user, remember=False)
    return _go(HOME)


@BLUEPRINT.post("/demo")
def explore_demo() -> BaseResponse:
    """Start a session of the demo user."""
    _begin(services().users.ensure_demo_user(), remember=False)
    return _go(HOME)


@BLUEPRINT.post("/demo/reset")
def reset_demo() -> BaseResponse:
    """Put the demo workspace back as it was; for its visitors only."""
    if not current_profile().is_demo:
        raise ForbiddenError("Only the demo can be reset.", hint="Your own accounts are deleted in Settings.")
    services().demo.reset()
    return _go(HOME)


@BLUEPRINT.post("/signout")
def sign_out() -> BaseResponse:
    """End the session at once, in every tab."""
    sign_out_browser()
    return _go("/signin?note=signed-out")


@BLUEPRINT.get("/account/password")
def show_password() -> BaseResponse:
    """Show the form that changes the password."""
    return _page("password.html")


@BLUEPRINT.post("/account/password")
def change_password() -> BaseResponse:
    """Change the password, end every session, start a new one for this browser."""
    user, form = current_profile(), request.form
    try:
        services().users.change_password(
            user.id, form.get("current_password", ""), form.get("new_password", ""), remote=_remote()
        )
    except FillwiseError as error:
        return _page("password.html", error=error) if wants_page() else error_response(error)
    _begin(user, remember=False)
    if wants_page():
        return _go("/settings?note=password-changed")
    return make_response({"message": "The password is changed. Every other session has ended."})


@BLUEPRINT.app_context_processor
def add_theme() -> dict[str, str]:
    """Give every template the theme that was chosen in this browser."""
    wanted = request.args.get("theme") or request.cookies.get("fw_theme")
    return {"theme": "light" if wanted == "light" else "dark"}


@dataclass(frozen=True, slots=True)
class _Note:
    text: str
    kind: str


def _begin(user: User, *, remember: bool) -> None:
    if user.is_demo:
        services().demo.ensure()
    sign_in_browser(user, remember=remember)


def _remote() -> str:
    return request.remote_addr or ""


def _go(target: str) -> Response:
    response = redirect(target, 303)
    return make_response(response)


def _page(template: str, *, error: FillwiseError | None = None, **values: Any) -> Response:
    users = services().users
    values.setdefault("username", "")
    page = render_template(
        template,
        problem=error_payload(error) if error else None,
        csrf_field=FIELD,
        csrf_token=csrf_token(),
        next_page=_next_value(),
        host=request.host,
        signup=users.signup,
        has_demo=users.is_demo_enabled,
        is_refused_by_browser=_is_refused_by_browser(),
        **values,
    )
    response = make_response(page, status_of(error) if error else 200)
    seconds = getattr(error, "retry_after_seconds", 0)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def _next_value() -> str:
    target = safe_next(request.values.get("next"))
    return "" if target == HOME else target


def _note() -> _Note | None:
    notes = {
        "signed-out": _Note("You are signed out.", "ok"),
        "expired": _Note("Your session has ended. Sign in again to go on.", "warn"),
    }
    return notes.get(request.args.get("note", ""))


def _is_refused_by_browser() -> bool:
    """Whether the browser will drop our cookies: they are for HTTPS and this page came without."""
    is_local = request.host.rsplit(":", 1)[0] in _LOCAL_HOSTS
    return bool(current_app.config["SESSION_COOKIE_SECURE"]) and not request.is_secure and not is_local
