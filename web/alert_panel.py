"""The alerts of one symbol, or of all, as a part of a page: beside the chart, and on a company's page."""

from __future__ import annotations

from typing import Any

from components import alerts
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import CallbackRecorder
from web.shell import Shell


def record(page: CallbackRecorder, *, head_id: str, body_id: str, symbol: Input, alone: bool) -> None:
    """Add the panel's callback to a page.

    Args:
        page: The page.
        head_id: Where title, number and the button for a new alert go.
        body_id: Where the rows go.
        symbol: Holds the symbol of the page.
        alone: Whether only that symbol's alerts are shown.
    """
    page.callback(
        Output(head_id, "children"),
        Output(body_id, "children"),
        symbol,
        Input(Shell.ALERTED, "data"),
        Input(Shell.FALLBACK, "n_intervals"),
    )(_fill_all if not alone else _fill_one)


def _fill_all(symbol: str | None, _: Any, __: int | None) -> tuple[Any, Any]:
    """Show every alert; a new one is for the symbol of the page."""
    return _fill(str(symbol or ""), services().alerts.alerts(current_owner()), named=True)


def _fill_one(symbol: str | None, _: Any, __: int | None) -> tuple[Any, Any]:
    """Show the alerts of the symbol."""
    from domain.errors import InvalidInputError

    try:
        found = services().alerts.alerts(current_owner(), str(symbol)) if symbol else []
    except InvalidInputError:
        found = []
    return _fill(str(symbol or ""), found, named=False)


def _fill(symbol: str, found: list[Any], *, named: bool) -> tuple[Any, Any]:
    quotes = services().quotes.quotes({item.symbol for item in found})
    armed = sum(item.state.value == "armed" for item in found)
    rows = alerts.rows(found, quotes, zone=current_profile().timezone, now=services().clock(), named=named)
    return alerts.panel_head(armed, symbol), rows
