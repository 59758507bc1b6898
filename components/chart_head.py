"""The head of a price chart: symbol, name, the state of its price and of its market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from components import format as fmt
from components import marks, why_mark
from components.market_tools import INTERVAL_NAMES
from domain.market_hours import MarketState

if TYPE_CHECKING:
    from datetime import datetime

    from domain.charts import ChartData
    from domain.market_hours import MarketStatus

_STATES = {
    MarketState.PRE_OPEN: "Pre-open",
    MarketState.OPEN: "Open",
    MarketState.CLOSED: "Closed",
    MarketState.HOLIDAY: "Holiday",
}
_NEXT = {
    MarketState.PRE_OPEN: "opens",
    MarketState.OPEN: "closes",
    MarketState.CLOSED: "begins",
    MarketState.HOLIDAY: "begins",
}
_TITLES = {"off": "No live price", "stale": "The last price is old", "live": "Live"}


def chart_head(data: ChartData, *, now: datetime) -> list[Any]:
    """Return symbol, name, interval, exchange, who gave the price or that it is invented, and whether it is old."""
    quote, profile = data.quote, data.profile
    words = [profile.name, INTERVAL_NAMES[data.choice.interval], profile.exchange]
    state = "off" if quote is None else "stale" if quote.stale else "live"
    parts: list[Any] = [
        html.B(data.choice.symbol),
        html.Span(" · ".join(word for word in words if word), className="nm ell"),
        html.Span(marks.dot(state), title=_TITLES[state]),
        why_mark.why_price(data.choice.symbol, what="last price and change"),
    ]
    if data.is_simulated:
        parts.append(marks.tag("Simulated prices", tone="warn"))
    elif quote is None:
        parts.append(marks.tag(_TITLES[state], tone="warn"))
    else:
        age = f", {fmt.ago((now - quote.as_of).total_seconds())} old" if quote.stale else ""
        parts.append(marks.tag(f"From {quote.provider}{age}", tone="warn" if quote.stale else ""))
    if data.status is not None:
        parts.append(market_tag(data.status))
    return parts


def market_tag(status: MarketStatus) -> Any:
    """Return whether a market is open, and until when."""
    left = status.remaining
    then = "" if left is None else f" · {_NEXT[status.state]} in {fmt.duration_long(left.total_seconds())}"
    half = " · half day" if status.session is not None and status.session.is_half_day else ""
    words = status.holiday or _STATES[status.state]
    return marks.tag(f"{words}{half}{then}", tone="pos" if status.state is MarketState.OPEN else "")
