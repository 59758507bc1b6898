"""Data health: what may be wrong with the data, what it means, and where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html
from dash.exceptions import PreventUpdate

from components import feedback, health, price_history
from components import format as fmt
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell


class Ids(StrEnum):
    """Ids of this page."""

    SUMMARY = "health-summary"
    GROUPS = "health-groups"
    CHANGED = "health-changed"
    DISMISS = "health-dismiss"
    RESTORE = "health-restore"
    HISTORY = "health-history"
    HISTORY_SYMBOL = "health-history-symbol"
    HISTORY_WIDTH = "health-history-width"
    HISTORY_FROM = "health-history-from"
    HISTORY_FETCH = "health-history-fetch"
    HISTORY_REPAIR = "health-history-repair"


BUTTONS = health.HealthIds(
    dismiss=lambda key: {"type": Ids.DISMISS, "key": key}, restore=lambda key: {"type": Ids.RESTORE, "key": key}
)

HISTORY = price_history.HistoryIds(
    rows=Ids.HISTORY,
    symbol=Ids.HISTORY_SYMBOL,
    width=Ids.HISTORY_WIDTH,
    start=Ids.HISTORY_FROM,
    fetch=Ids.HISTORY_FETCH,
    repair=Ids.HISTORY_REPAIR,
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    found = html.Div([feedback.skeleton_card(180), feedback.skeleton_card(180)], id=Ids.GROUPS, className="fw-stack")
    history = price_history.history_card(HISTORY)
    return html.Div([dcc.Store(id=Ids.CHANGED), html.Div(id=Ids.SUMMARY), found, history], className="page")


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


@PAGE.callback(Output(Ids.HISTORY, "children"), Input(Shell.URL, "pathname"))
def fill_history(_: str | None) -> Any:
    """List the kept price history."""
    return price_history.history_rows(services().candles.list_series())


@PAGE.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.HISTORY_FETCH, "n_clicks"),
    State(Ids.HISTORY_SYMBOL, "value"),
    State(Ids.HISTORY_WIDTH, "value"),
    State(Ids.HISTORY_FROM, "date"),
    prevent_initial_call=True,
)
def fetch_history(clicks: int | None, symbol: str | None, width: str | None, start: str | None) -> Any:
    """Queue the fetching of a symbol's history."""
    if not clicks:
        raise PreventUpdate
    job = services().candle_jobs.start_fetch_from(
        current_owner(), str(symbol or ""), str(width or ""), str(start or "")[:10]
    )
    return [feedback.toast("ok", f"Fetching {job.title}", "It goes on in the background.", key=f"fetch {job.id}")]


@PAGE.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.HISTORY_REPAIR, "n_clicks"),
    prevent_initial_call=True,
)
def repair_history(clicks: int | None) -> Any:
    """Queue the repair of everything that is kept."""
    if not clicks:
        raise PreventUpdate
    job = services().candle_jobs.start_repair(current_owner())
    return [feedback.toast("ok", "Looking for gaps", "It goes on in the background.", key=f"repair {job.id}")]
