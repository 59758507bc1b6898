"""The watchlist beside the chart: one of the lists, a box to add to it, and prices that move."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ClientsideFunction, ctx, html, no_update
from dash.exceptions import PreventUpdate

from components import market_panels, market_tools
from web import alert_panel
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell


class Ids(StrEnum):
    """Ids of the panel."""

    CHOICE = "market-list"
    WATCHLIST = "market-watchlist"
    ADD = "market-add"
    ROW = "market-row"
    LAST = "market-last"
    DAY = "market-day"
    REMOVE = "market-remove"
    ALERT_HEAD = "market-alert-head"
    ALERTS = "market-alerts"


def panel() -> html.Aside:
    """Return the panel before its rows are known."""
    return market_panels.watch_panel(
        choice_id=Ids.CHOICE, add_id=Ids.ADD, list_id=Ids.WATCHLIST, alert_ids=(Ids.ALERT_HEAD, Ids.ALERTS)
    )


def record(page: CallbackRecorder, *, symbol_id: str) -> None:
    """Add the panel's callbacks to a page; `symbol_id` names the element whose text is the symbol of the chart."""
    page.callback(
        Output(Ids.CHOICE, "options"),
        Output(Ids.CHOICE, "value"),
        Input(Shell.URL, "pathname"),
        State(Ids.CHOICE, "value"),
    )(offer_lists)
    page.callback(
        Output(Ids.WATCHLIST, "children"),
        Output(Ids.ADD, "value"),
        Output(Shell.WATCHED, "data", allow_duplicate=True),
        Input(Ids.CHOICE, "value"),
        Input(Ids.ADD, "n_submit"),
        Input({"type": Ids.REMOVE, "key": ALL}, "n_clicks"),
        State(Ids.ADD, "value"),
        prevent_initial_call=True,
    )(edit_watchlist)
    page.callback(
        Output({"type": Ids.LAST, "key": ALL}, "children"),
        Output({"type": Ids.DAY, "key": ALL}, "children"),
        Output({"type": Ids.DAY, "key": ALL}, "className"),
        Input(Shell.FALLBACK, "n_intervals"),
        State({"type": Ids.LAST, "key": ALL}, "id"),
        prevent_initial_call=True,
    )(renew_prices)
    page.clientside(
        ClientsideFunction("fillwise_market", "mark"),
        Output({"type": Ids.ROW, "key": ALL}, "className"),
        Input(symbol_id, "children"),
        State({"type": Ids.ROW, "key": ALL}, "id"),
    )
    alert_panel.record(
        page, head_id=Ids.ALERT_HEAD, body_id=Ids.ALERTS, symbol=Input(symbol_id, "children"), alone=False
    )


def offer_lists(_: Any, chosen: int | None) -> tuple[Any, Any]:
    """Offer the lists; the chosen one stays while it exists."""
    lists = services().watchlists.lists(current_owner())
    shown = next((item.id for item in lists if item.id == chosen), lists[0].id)
    return [{"value": item.id, "label": item.name} for item in lists], shown


def edit_watchlist(
    chosen: int | None, _: int | None, clicks: list[int | None], typed: str | None
) -> tuple[Any, Any, Any]:
    """Add the typed symbol, or stop watching one, and show the list."""
    owner, cause, number = current_owner(), ctx.triggered_id, list_number(chosen)
    changed: Any = no_update
    if cause == Ids.ADD:
        changed = {"added": services().market.watch(owner, typed or "", number)}
    elif isinstance(cause, dict):
        if not any(clicks):  # rows that have just been made
            raise PreventUpdate
        services().watchlists.remove(owner, str(cause["key"]), number)
        changed = {"removed": cause["key"]}
    ids = market_tools.WatchIds(
        row=_by_key(Ids.ROW), last=_by_key(Ids.LAST), day=_by_key(Ids.DAY), remove=_by_key(Ids.REMOVE)
    )
    return market_tools.watch_rows(services().market.watchlist(owner, number), ids), "", changed


def renew_prices(_: int | None, rows: Sequence[dict[str, str]]) -> tuple[list[str], list[str], list[str]]:
    """Renew last price and day change of every row in place; the stream does it while there is one."""
    symbols = [row["key"] for row in rows]
    quotes = services().quotes.quotes(symbols)
    found = [quotes.get(symbol) for symbol in symbols]
    return (
        [market_tools.last_text(quote) for quote in found],
        [market_tools.day_text(quote) for quote in found],
        [market_tools.day_class(quote) for quote in found],
    )


def list_number(value: Any) -> int:
    """Return the id of a list that a browser names; what cannot be one is an id that nobody has."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _by_key(kind: Ids) -> market_tools.IdOf:
    return lambda key: {"type": kind, "key": key}
