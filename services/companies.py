"""The page of one symbol: profile, price, year, and what the owner has to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.candles import empty_candles
from domain.accounts import UserId
from domain.companies import Company, YearRange
from domain.errors import InvalidInputError, QuoteError
from domain.filters import LedgerFilter
from domain.market import BarInterval
from domain.watchlists import SymbolMark, read_symbol
from services.ledger import LedgerService
from services.market import MarketService
from services.portfolio import PortfolioService
from services.quotes import QuoteService
from services.watchlists import WatchlistService

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.holdings import Holding

YEAR_BARS = 370
"""Enough daily bars for 52 weeks of a market that never closes."""
DAY_US = 86_400_000_000
YEAR_DAYS = 364
SPANS = (7, 30, 91, 182, 364)
VOLUME_BARS = 20


class CompanyService:
    """Puts together what is known of a symbol."""

    def __init__(
        self,
        quotes: QuoteService,
        market: MarketService,
        watchlists: WatchlistService,
        *,
        ledger: LedgerService,
        portfolio: PortfolioService,
    ) -> None:
        self._quotes = quotes
        self._market = market
        self._watchlists = watchlists
        self._ledger = ledger
        self._portfolio = portfolio

    def company(self, owner: UserId, text: str) -> Company:
        """Return a symbol's page; what providers do not know is empty.

        Raises:
            InvalidInputError: If it is not a symbol.
        """
        symbol = read_symbol(text)
        candles = self._year(symbol)
        own = self.own_symbols(owner, symbol)
        return Company(
            symbol=symbol,
            profile=self._quotes.profile(symbol),
            quote=self._quotes.quotes([symbol]).get(symbol),
            candles=candles,
            year=year_range(candles),
            status=self._market.market_status(symbol),
            mark=self._watchlists.marks(owner).get(symbol, SymbolMark(symbol=symbol)),
            own_symbols=own,
            lists=[item for item in self._watchlists.lists(owner) if symbol in item.symbols],
            holdings=self._held(owner, own),
        )

    def _held(self, owner: UserId, own: tuple[str, ...]) -> list[Holding]:
        found = self._portfolio.holdings(owner, LedgerFilter()) if own else []
        return [item for item in found if item.position.instrument.symbol in own]

    def own_symbols(self, owner: UserId, symbol: str) -> tuple[str, ...]:
        """Return how the owner's books write a symbol ("BTC/USD" for BTC-USD); empty when it was never traded."""
        names = (item.symbol for book in self._ledger.books(owner) for item in book.instruments)
        return tuple(sorted({name for name in names if _plain(name) == symbol}))

    def _year(self, symbol: str) -> CandleTable:
        try:
            return self._quotes.candles(symbol, BarInterval.D1, limit=YEAR_BARS)
        except QuoteError:
            return empty_candles()


def own_filter(own_symbols: tuple[str, ...]) -> LedgerFilter:
    """Return the filter of the owner's trades in a symbol: the one the Trades page is opened with.

    Raises:
        InvalidInputError: If it was never traded: an empty filter would mean every trade.
    """
    if not own_symbols:
        raise InvalidInputError("You have no trades in it.")
    return LedgerFilter(symbols=own_symbols)


def year_range(candles: CandleTable) -> YearRange | None:
    """Return the 52 weeks up to the last bar, None without bars."""
    if not len(candles):
        return None
    last = int(candles.start[-1])
    rows = candles.start > last - YEAR_DAYS * DAY_US
    low, high, close = float(candles.low[rows].min()), float(candles.high[rows].max()), float(candles.close[-1])
    return YearRange(
        low=low,
        high=high,
        place=(close - low) / (high - low) if high > low else 0.5,
        returns=tuple((days, _return_since(candles, last - days * DAY_US)) for days in SPANS),
        volume=float(np.mean(candles.volume[-VOLUME_BARS:])) if len(candles) >= VOLUME_BARS else None,
        days=int(rows.sum()),
    )


def _return_since(candles: CandleTable, start: int) -> float | None:
    """Return the change since the last close at or before an instant, None when the bars begin later."""
    row = int(np.searchsorted(candles.start, start, side="right")) - 1
    return float(candles.close[-1] / candles.close[row] - 1) if row >= 0 else None


def _plain(symbol: str) -> str:
    return symbol.strip().upper().replace("/", "-")
