"""What is said about a market: open or closed, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import format as fmt
from domain.market_hours import MarketState

if TYPE_CHECKING:
    from domain.market_hours import MarketStatus

STATES = {
    MarketState.PRE_OPEN: "pre-open",
    MarketState.OPEN: "open",
    MarketState.CLOSED: "closed",
    MarketState.HOLIDAY: "holiday",
}
NEXT = {
    MarketState.PRE_OPEN: "opens",
    MarketState.OPEN: "closes",
    MarketState.CLOSED: "begins",
    MarketState.HOLIDAY: "begins",
}


def session_words(status: MarketStatus) -> str:
    """Say it in one line: "NYSE open · closes in 4 h 18 min"."""
    left = status.remaining
    then = "" if left is None else f" · {NEXT[status.state]} in {fmt.duration_long(left.total_seconds())}"
    half = " · half day" if status.session is not None and status.session.is_half_day else ""
    holiday = f" ({status.holiday})" if status.holiday else ""
    return f"{status.venue.code} {STATES[status.state]}{holiday}{half}{then}"
