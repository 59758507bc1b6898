"""Bars of one minute made of the deals of a stream, for the store of candles.

A bar counts when the stream was heard from before the minute began until it was over: what a connection missed is left
to the provider's own bars, which take the place of these with the next fetch. A stream that does not tell the sizes of
deals makes no bars: nobody could say how much was traded in them.
"""

from __future__ import annotations

import threading
from math import isfinite

import numpy as np

from data.quotes.gate import CLOCK_SKEW, JUMP
from domain.columns import CandleTable
from domain.market import TapePrint
from domain.periods import Clock, to_micros

MINUTE = 60_000_000
GRACE = 2_000_000
"""Microseconds after the end of a minute in which its last price may still arrive."""
_MOST_CLOSED = 64


class _Forming:
    """The minute of a symbol that is going on."""

    __slots__ = ("close", "high", "is_broken", "low", "minute", "moment", "open", "volume")

    def __init__(self, moment: int, price: float) -> None:
        self.minute = moment // MINUTE * MINUTE
        self.moment = moment
        self.open = self.high = self.low = self.close = price
        self.volume = 0.0
        self.is_broken = False


class MinuteBars:
    """Collects the deals of one connection; safe to share between its thread and the hub's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._forming: dict[str, _Forming] = {}
        self._closed: dict[str, list[_Forming]] = {}
        self.whole_from: int | None = None
        """First minute (microseconds since 1970 UTC) that is heard from its beginning; None before the first deal."""
        self._first = 0

    def add(self, deal: TapePrint) -> None:
        """Take a deal; what is no number, from the future, or of a minute that is over is passed over."""
        now, moment = self._clock(), to_micros(deal.at)
        is_sound = isfinite(deal.price) and deal.price > 0 and isfinite(deal.size) and deal.size >= 0
        if not is_sound or deal.at > now + CLOCK_SKEW:
            return
        with self._lock:
            if self.whole_from is None:
                self.whole_from = -(-to_micros(now) // MINUTE) * MINUTE
            forming = self._forming.get(deal.symbol)
            if moment >= (self._first if forming is None else forming.minute):
                self._take(deal, forming, moment)

    def take_closed(self) -> dict[str, CandleTable]:
        """Return the whole bars that are over since the last time, by symbol, ascending."""
        limit = to_micros(self._clock()) - MINUTE - GRACE
        with self._lock:
            self._first = (limit // MINUTE + 1) * MINUTE
            for symbol in [name for name, item in self._forming.items() if item.minute <= limit]:
                self._close(symbol, self._forming.pop(symbol))
            closed, self._closed = self._closed, {}
        return {symbol: _table(bars) for symbol, bars in closed.items()}

    def _take(self, deal: TapePrint, bar: _Forming | None, moment: int) -> None:
        """Put a deal into its minute; one that is told late within its minute is not its close."""
        price = deal.price
        is_jump = bar is not None and not 1 / JUMP < price / bar.close < JUMP
        if bar is None or moment >= bar.minute + MINUTE:
            if bar is not None:
                self._close(deal.symbol, bar)
            self._forming[deal.symbol] = bar = _Forming(moment, price)
        bar.is_broken |= is_jump
        bar.high, bar.low = max(bar.high, price), min(bar.low, price)
        bar.volume += deal.size
        if moment >= bar.moment:
            bar.moment, bar.close = moment, price

    def _close(self, symbol: str, bar: _Forming) -> None:
        if self.whole_from is not None and bar.minute >= self.whole_from and not bar.is_broken:
            self._closed[symbol] = [*self._closed.get(symbol, [])[1 - _MOST_CLOSED :], bar]


def _table(bars: list[_Forming]) -> CandleTable:
    names = ("open", "high", "low", "close", "volume")
    start = np.array([bar.minute for bar in bars], dtype=np.int64)
    return CandleTable(start=start, **{name: np.array([getattr(bar, name) for bar in bars]) for name in names})
