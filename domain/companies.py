"""What the page of one symbol shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.watchlists import SymbolMark, Watchlist

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.holdings import Holding
    from domain.market import Profile, Quote
    from domain.market_hours import MarketStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRange:
    """What a symbol did in the last 52 weeks, from daily bars; fractions, None where there are too few bars.

    Attributes:
        low, high: Lowest low and highest high.
        place: Where the last close stands between them, 0 to 1.
        returns: Days back (calendar) and the return since then.
        volume: Mean daily volume of the last 20 bars.
        days: Bars there are.
    """

    low: float
    high: float
    place: float
    returns: tuple[tuple[int, float | None], ...]
    volume: float | None
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everything about one symbol that does not depend on whose it is, and the owner's marks.

    Attributes:
        year: None without daily bars.
        status: What its market does, None where that is not known and for invented prices.
        own_symbols: How the owner's books write it: what a filter of trades has to name.
        lists: The owner's lists that hold it.
    """

    symbol: str
    profile: Profile
    quote: Quote | None
    candles: CandleTable
    year: YearRange | None
    status: MarketStatus | None
    mark: SymbolMark
    own_symbols: tuple[str, ...]
    lists: Sequence[Watchlist]
    holdings: Sequence[Holding] = ()
