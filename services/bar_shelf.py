"""Daily bars of watched symbols, kept in memory for a minute: a screen over hundreds of symbols asks for all of them.

Bars belong to nobody, so all users share them. What follows the last price (the close of the last bar) is made right by
whoever takes bars from here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.market import BarInterval

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.market import Profile
    from domain.periods import Clock
    from services.quotes import QuoteService

KEPT = timedelta(minutes=1)
MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """Bars of one symbol and what it is called."""

    bars: CandleTable
    profile: Profile
    read_at: datetime


class BarShelf:
    """Reads daily bars and keeps them; safe to share between threads."""

    def __init__(self, quotes: QuoteService, clock: Clock) -> None:
        self._quotes = quotes
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], Shelved] = OrderedDict()

    def find(self, symbol: str, bars: int) -> Shelved | None:
        """Return what was read within the last minute, None when nothing was; asks nobody."""
        with self._lock:
            found = self._kept.get((symbol, bars))
        return found if found is not None and self._clock() - found.read_at < KEPT else None

    def read(self, symbol: str, bars: int) -> Shelved:
        """Return the last daily bars of a symbol.

        Raises:
            UnknownSymbolError: If no provider has bars of it.
            QuoteUnavailableError: If the provider that may have them does not answer and nothing is kept.
        """
        found = self.find(symbol, bars)
        if found is not None:
            return found
        profile = self._quotes.profile(symbol)
        candles = self._quotes.candles(symbol, BarInterval.D1, limit=bars)
        made = Shelved(bars=candles, profile=profile, read_at=self._clock())
        with self._lock:
            self._kept[symbol, bars] = made
            self._kept.move_to_end((symbol, bars))
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made
