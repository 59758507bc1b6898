"""Open positions with their live prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components import feedback, marks, tables
from components import format as fmt
from domain.holdings import Holding, total_known
from domain.money import to_float

COLUMNS = (
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="quantity", title="Qty", align="right"),
    tables.Column(key="last", title="Last", align="right"),
    tables.Column(key="day", title="Day", align="right", hide_mobile=True),
    tables.Column(key="stop", title="To stop", align="right", muted=True, hide_mobile=True),
    tables.Column(key="r", title="R", align="right", hide_mobile=True),
    tables.Column(key="unrealised", title="Unreal. P&L", align="right"),
)


def positions_table(rows: Sequence[Holding]) -> Any:
    """Return the positions, or the empty state of being flat, with an exposure bar below."""
    if not rows:
        return feedback.empty(
            "moon", "You are flat", "Open positions show here with live P&L and distance to the stop."
        )
    body = tables.table(COLUMNS, [_row(item) for item in rows], caption="Open positions")
    return html.Div([body, _exposure(rows)])


def unrealised_label(rows: Sequence[Holding]) -> Any:
    """Return the total unrealised P&L of what has a price."""
    total = total_known(item.unrealised for item in rows)
    if total is None:
        return ""
    currency = rows[0].position.instrument.currency
    simulated = any(item.quote is not None and item.quote.simulated for item in rows)
    label = marks.tag("Simulated prices", tone="warn") if simulated else None
    figure = marks.signed(fmt.pnl(total, currency), total, strong=True)
    return [label, html.Span(" Unrealised ", className="fw-weak"), figure]


def _row(item: Holding) -> dict[str, Any]:
    position, quote = item.position, item.quote
    currency = position.instrument.currency
    symbol = position.instrument.symbol
    return {
        "_href": f"/trade/{position.trade_id}",
        "symbol": html.Span(symbol, className="ell", title=symbol),
        "quantity": fmt.quantity(position.quantity),
        "last": fmt.MISSING if quote is None else _last(symbol, quote.price, stale=quote.stale),
        "day": _signed_money(item.day_change, currency),
        "stop": _to_stop(item),
        "r": fmt.MISSING if item.r_multiple is None else marks.signed(fmt.r_multiple(item.r_multiple), item.r_multiple),
        "unrealised": _signed_money(item.unrealised, currency, strong=True),
    }


def _last(symbol: str, price: float, *, stale: bool) -> html.Span:
    title = "This price is old" if stale else ""
    return html.Span(fmt.price(price), title=title, className="stale" if stale else "", **{"data-fw-live": symbol})


def _signed_money(value: float | None, currency: str, *, strong: bool = False) -> Any:
    return fmt.MISSING if value is None else marks.signed(fmt.pnl(value, currency), value, strong=strong)


def _to_stop(item: Holding) -> str:
    stop = item.position.planned_stop
    if stop is None or item.quote is None:
        return fmt.MISSING
    distance = (item.quote.price - to_float(stop)) / item.quote.price
    return fmt.percent(distance if item.position.quantity > 0 else -distance)


def _exposure(rows: Sequence[Holding]) -> Any:
    known = [
        (item.position.instrument.symbol, item.value, item.position.instrument.currency) for item in rows if item.value
    ]
    if not known:
        return None
    currency = known[0][2]
    long = sum(value for _, value, _ in known if value > 0)
    short = sum(value for _, value, _ in known if value < 0)
    bar = marks.exposure_bar([(name, value, fmt.money(value, currency, places=0)) for name, value, _ in known])
    cells = [("Gross", long - short), ("Long", long), ("Short", short), ("Net", long + short)]
    facts = [
        html.Span(
            [html.Span(name, className="k"), html.B(fmt.money(value, currency, places=0))], className="fw-stat-cell"
        )
        for name, value in cells
    ]
    return html.Div([bar, html.Div(facts, className="fw-stats fw-num")], className="fw-exposure")
