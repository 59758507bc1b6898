"""Where the charts and tables of a portfolio lead: the trades of a holding, a part, a day or a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from dash import dcc, html

from components.trade_filters import page_href
from domain.conditions import Condition
from domain.filters import LedgerFilter
from domain.portfolios import Dimension

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from domain.columns import Floats, Ints, Series

_PROPERTIES: Mapping[Dimension, str] = MappingProxyType({Dimension.SECTOR: "sector", Dimension.ACCOUNT: "account"})
CASH, OTHERS = "Cash", " others"
"""How the parts are called that are no holding."""


def read_query(query: str | None) -> LedgerFilter:
    """Return the filter of a query text."""
    return LedgerFilter.from_query(dict(parse_qsl(query or "")))


def holding_href(query: str | None, symbol: str, *, status: str = "") -> str:
    """Return the trades in one symbol, "" for cash and collected parts.

    Args:
        query: The filter of the page.
        symbol: What is asked for.
        status: "open" leaves only what is held.
    """
    if not symbol or symbol.startswith(CASH) or symbol.endswith(OTHERS):
        return ""
    return page_href(read_query(query).with_(symbols=(symbol,), status=status))


def part_href(query: str | None, dimension: Dimension, name: str) -> str:
    """Return the open trades of one part of the allocation, the cash page for cash, "" for collected parts."""
    if name.startswith(CASH):
        return f"/cash?{query}" if query else "/cash"
    if name.endswith(OTHERS):
        return ""
    chosen = read_query(query).with_(status="open")
    if dimension is Dimension.SYMBOL:
        return page_href(chosen.with_(symbols=(name,)))
    if dimension is Dimension.CLASS:
        return page_href(chosen.with_(asset_class=name))
    if dimension is Dimension.CURRENCY:
        return page_href(chosen.with_(currency=name))
    condition = Condition(by=_PROPERTIES[dimension], values=(name,))
    return page_href(chosen.with_(where=(*chosen.where, condition)))


def days_href(query: str | None) -> str:
    """Return the closed trades of the filter; a drill adds day or period."""
    return page_href(read_query(query).with_(status="closed"))


def cash_href(query: str | None, symbol: str) -> str:
    """Return the trades in a symbol that paid, the cash page for what the cash itself earned."""
    return holding_href(query, symbol) or (f"/cash?{query}" if query else "/cash")


def day_href(query: str | None, day: date, *, path: str) -> str:
    """Return one day of a page."""
    span = f"{day.isoformat()}..{day.isoformat()}"
    return f"{path}?{read_query(query).with_(period=span).to_query()}"


def month_href(query: str | None, month: date, *, path: str = "/cash") -> str:
    """Return what a month holds on a page, the cash events by default."""
    after = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    span = f"{month.replace(day=1).isoformat()}..{(after - timedelta(days=1)).isoformat()}"
    return f"{path}?{read_query(query).with_(period=span).to_query()}"


def drill_holdings(figure: go.Figure, names: Sequence[str], query: str | None, *, trace: int = 0) -> go.Figure:
    """Let each bar or tile of a figure lead to the trades in its holding. Returns the figure."""
    from components.figures.drill import drill_points

    return drill_points(figure, [holding_href(query, name) for name in names], trace=trace)


def piece(href: str, *, title: str, style: dict[str, str]) -> Any:
    """Return one piece of a stacked bar; the table below it has the same link for the keyboard."""
    if not href:
        return html.I(title=title, style=style)
    return dcc.Link("", href=href, title=title, style=style, className="pc")


def linked(text: str, href: str) -> Any:
    """Return a name as a link, as it is where it leads nowhere."""
    return dcc.Link(text, href=href, className="fw-quiet-link") if href else text


def with_days(series: Series, day: Floats | Ints, last: Floats | None = None) -> Series:
    """Return a line whose points know the days they stand for; see `components.figures.drill`."""
    from components.figures.drill import FIRST, LAST

    first: Floats = day.astype("float64")
    days = {FIRST: first} if last is None else {FIRST: first, LAST: last}
    return replace(series, extra={**series.extra, **days})
