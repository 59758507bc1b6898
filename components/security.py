"""What the settings say about sign-in: the password form and where a user is signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, forms, tables
from components import format as fmt

if TYPE_CHECKING:
    from domain.accounts import Session

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_KINDS = {"api": "Access token", "remember": "Remembered browser"}
_COLUMNS = (
    tables.Column(key="where", title="Where", strong=True),
    tables.Column(key="used", title="Last used", muted=True),
    tables.Column(key="since", title="Signed in", muted=True, hide_mobile=True),
    tables.Column(key="until", title="Ends", muted=True, hide_mobile=True),
    tables.Column(key="act", title="", align="right"),
)


def password_form() -> html.Form:
    """Return the form that changes the password; the browser adds the CSRF token."""
    fields = [
        forms.field("Current password", _password("current_password", "current-password"), for_id="current_password"),
        forms.field(
            "New password",
            _password("new_password", "new-password"),
            help_="At least 8 characters. Three or four unrelated words are best.",
            for_id="new_password",
        ),
    ]
    save = html.Button("Change password", className="fw-btn primary", type="submit")
    note = html.Span("Every other browser and access token is signed out at once.", className="im-sub")
    return html.Form(
        [html.Div(fields, className="se-fields"), html.Div([note, save], className="se-end")],
        action="/account/password",
        method="POST",
        **{"data-fw-csrf": ""},
    )


def _password(name: str, complete: str) -> dcc.Input:
    return dcc.Input(id=name, name=name, type="password", className="fw-in md", required=True, autoComplete=complete)


def session_table(
    found: Sequence[Session], current: int, *, timezone: str, now: datetime, end_id: Callable[[int], Any]
) -> html.Div:
    """Return where a user is signed in, this browser marked.

    Args:
        found: The sessions.
        current: Id of this browser's.
        timezone: Zone of the times.
        now: For "Today".
        end_id: Id of the button that ends a session.
    """
    rows = [
        {
            "where": [device(item), " ", cards.tag("this browser", tone="acc")] if item.id == current else device(item),
            "used": fmt.instant(item.last_seen_at, timezone, now=now),
            "since": fmt.instant(item.created_at, timezone, now=now),
            "until": fmt.instant(item.expires_at, timezone, now=now),
            "act": "" if item.id == current else _end(item, end_id),
        }
        for item in found
    ]
    return tables.table(_COLUMNS, rows, row_height=36, caption="Sessions")


def _end(item: Session, end_id: Callable[[int], Any]) -> Any:
    verb = "Revoke" if item.kind == "api" else "Sign out"
    return forms.button(verb, id=end_id(item.id), kind="ghost", size="xs")


def device(item: Session) -> str:
    """Return what a session was started from: "Chrome on Linux", "Access token"."""
    if item.kind == "api":
        return _KINDS["api"]
    browser = next((name for mark, name in _BROWSERS if mark in item.user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in item.user_agent), "")
    return " on ".join(part for part in (browser, system) if part) or _KINDS.get(item.kind, "Unknown browser")
