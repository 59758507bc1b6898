"""Settings, Security: the password, and where this user is signed in."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import ALL, dcc, html

from components import cards, feedback, forms, security, settings
from components import format as fmt
from domain.errors import ForbiddenError
from web.auth import cookies
from web.auth.browser import current_session
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell

PATH = "/settings/security"


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-sessions-changed"
    PASSWORD = "settings-password"  # noqa: S105 - an id
    SESSIONS = "settings-sessions"
    OTHERS = "settings-sessions-others"
    END = "settings-session-end"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    others = forms.button("Sign out everywhere else", id=Ids.OTHERS, kind="danger")
    return settings.frame(
        PATH,
        [
            dcc.Store(id=Ids.CHANGED),
            cards.card("Password", html.Div(feedback.skeleton_lines(3), id=Ids.PASSWORD)),
            cards.card(
                "Sessions",
                html.Div(feedback.skeleton_table(3, row_height=36), id=Ids.SESSIONS),
                subtitle="browsers and access tokens",
                controls=others,
                flush=True,
            ),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Security", order=954, layout=layout, filters=False)


@PAGE.callback(
    Output(Ids.PASSWORD, "children"),
    Output(Ids.SESSIONS, "children"),
    Output(Ids.OTHERS, "disabled"),
    Input(Ids.CHANGED, "data"),
)
def fill_security(_: str | None) -> tuple[Any, Any, bool]:
    """Show the form and the sessions; those of the demo belong to everybody."""
    person = current_profile()
    if person.is_demo:
        note = settings.demo_note("Its password is fixed, and its sessions belong to everyone who looks at it.")
        return note, feedback.empty("lock", "Sessions of the demo are not listed"), True
    found = services().users.sessions(person.id)
    here = current_session()
    current = here.id if here else 0
    table = security.session_table(
        found,
        current,
        timezone=person.timezone,
        now=services().clock(),
        end_id=lambda key: {"type": Ids.END, "key": key},
    )
    return security.password_form(), table, len(found) < 2


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.OTHERS, "n_clicks"),
    prevent_initial_call=True,
)
def end_others(clicks: int | None) -> tuple[Any, Any]:
    """Sign out every other browser and token."""
    if not clicks:
        # Dash also calls when the button appears on a page that was navigated to.
        raise dash.exceptions.PreventUpdate
    refuse_demo()
    ended = services().users.end_all_sessions(current_owner(), cookies.read_cookie(cookies.SESSION))
    stamp = services().clock().isoformat()
    return stamp, settings.saved("Signed out everywhere else", f"{fmt.plural(ended, 'session')} ended.", key=stamp)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.END, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def end_one(clicks: list[int | None]) -> tuple[Any, Any]:
    """End one session."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    refuse_demo()
    services().users.end_owned_session(current_owner(), int(pressed["key"]))
    stamp = services().clock().isoformat()
    return stamp, settings.saved("The session has ended", key=stamp)


def refuse_demo() -> None:
    """Stop when the user is the demo.

    Raises:
        ForbiddenError: For the demo user.
    """
    if current_profile().is_demo:
        raise ForbiddenError("The sessions of the demo belong to everyone.", hint="Create an account of your own.")
