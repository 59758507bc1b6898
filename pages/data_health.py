"""Data health: what may be wrong with the data, what it means, and where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html
from dash.exceptions import PreventUpdate

from components import feedback, health
from components import format as fmt
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell


class Ids(StrEnum):
    """Ids of this page."""

    SUMMARY = "health-summary"
    GROUPS = "health-groups"
    CHANGED = "health-changed"
    DISMISS = "health-dismiss"
    RESTORE = "health-restore"


BUTTONS = health.HealthIds(
    dismiss=lambda key: {"type": Ids.DISMISS, "key": key}, restore=lambda key: {"type": Ids.RESTORE, "key": key}
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    found = html.Div([feedback.skeleton_card(180), feedback.skeleton_card(180)], id=Ids.GROUPS, className="fw-stack")
    return html.Div([dcc.Store(id=Ids.CHANGED), html.Div(id=Ids.SUMMARY), found], className="page")


PAGE = Page(
    module=__name__,
    path="/data-health",
    title="Data health",
    order=92,
    icon="shield-check",
    key="H",
    group="foot",
    layout=layout,
    filters=False,
)


@PAGE.callback(
    Output(Ids.SUMMARY, "children"),
    Output(Ids.GROUPS, "children"),
    Input(Shell.URL, "pathname"),
    Input(Ids.CHANGED, "data"),
)
def fill_page(_: str | None, __: Any) -> tuple[Any, Any]:
    """List what the checks found in all accounts, whatever the filter: the number in the navigation counts all."""
    found = services().health.report(current_owner())
    if not found.accounts:
        return None, health.nothing()
    return health.summary(found), health.groups(found, BUTTONS)


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Shell.HEALTH_COUNT, "children", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.DISMISS, "key": ALL}, "n_clicks"),
    Input({"type": Ids.RESTORE, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def settle(dismissed: Sequence[int | None], restored: Sequence[int | None]) -> tuple[Any, Any, Any]:
    """Call findings all right, or show them again."""
    pressed: Any = ctx.triggered_id
    if not pressed or not any((*dismissed, *restored)) or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    owner, (kind, account, subject) = current_owner(), health.read_key(pressed["key"])
    act = services().health.dismiss if pressed["type"] == Ids.DISMISS else services().health.restore
    number = act(owner, kind, account=account, subject=subject)
    said = "called all right" if pressed["type"] == Ids.DISMISS else "shown again"
    key = f"{said} {pressed['key']} {ctx.triggered[0]['value']}"
    left = services().health.open_count(owner)
    toast = feedback.toast("ok", f"{fmt.plural(number, 'finding')} {said}", key=key)
    return key, fmt.count(left) if left else "", [toast]
