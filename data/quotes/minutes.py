"""Bars of one minute made of the prices of a stream, for the store of candles.

A bar counts when the stream was heard from before the minute began until it was over: what a connection missed is left
to the provider's own bars, which take the place of these with the next fetch. Volumes are not known here; they are 0.
"""

from __future__ import annotations

import threading
from math import isfinite

import numpy as np

from data.quotes.gate import CLOCK_SKEW, JUMP
from domain.columns import CandleTable
from domain.market import Quote
from domain.periods import Clock, to_micros

MINUTE = 60_000_000
GRACE = 2_000_000
"""Microseconds after the end of a minute in which its last price may still arrive."""
_MOST_CLOSED = 64


class _Forming:
    """The minute of a symbol that is going on."""

    __slots__ = ("close", "high", "is_broken", "low", "minute", "moment", "open")

    def __init__(self, minute: int, moment: int, price: float) -> None:
        self.minute = minute
        self.moment = moment
        self.open = self.high = self.low = self.close = price
        self.is_broken = False


class MinuteBars:
    """Collects the prices of one connection; safe to share between its thread and the hub's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._forming: dict[str, _Forming] = {}
        self._closed: dict[str, list[_Forming]] = {}
        self.whole_from: int | None = None
        """First minute (microseconds since 1970 UTC) that is heard from its beginning; None before the first price."""

    def add(self, quote: Quote) -> None:
        """Take a price; what is no number, from the future, or older than what came before is passed over."""
        now, moment = self._clock(), to_micros(quote.as_of)
        if not (isfinite(quote.price) and quote.price > 0) or quote.as_of > now + CLOCK_SKEW:
            return
        with self._lock:
            if self.whole_from is None:
                self.whole_from = -(-to_micros(now) // MINUTE) * MINUTE
            forming = self._forming.get(quote.symbol)
            if forming is None:
                self._forming[quote.symbol] = _Forming(moment // MINUTE * MINUTE, moment, quote.price)
            elif moment >= forming.moment:
                self._go_on(quote.symbol, forming, moment, quote.price)

    def take_closed(self) -> dict[str, CandleTable]:
        """Return the whole bars that are over since the last time, by symbol, ascending."""
        limit = to_micros(self._clock()) - MINUTE - GRACE
        with self._lock:
            for symbol in [name for name, item in self._forming.items() if item.minute <= limit]:
                self._close(symbol, self._forming.pop(symbol))
            closed, self._closed = self._closed, {}
        return {symbol: _table(bars) for symbol, bars in closed.items()}

    def _go_on(self, symbol: str, forming: _Forming, moment: int, price: float) -> None:
        minute = moment // MINUTE * MINUTE
        is_jump = not 1 / JUMP < price / forming.close < JUMP
        if minute != forming.minute:
            self._close(symbol, forming)
            self._forming[symbol] = forming = _Forming(minute, moment, price)
        forming.is_broken |= is_jump
        forming.moment, forming.close = moment, price
        forming.high, forming.low = max(forming.high, price), min(forming.low, price)

    def _close(self, symbol: str, bar: _Forming) -> None:
        if self.whole_from is not None and bar.minute >= self.whole_from and not bar.is_broken:
            self._closed[symbol] = [*self._closed.get(symbol, [])[1 - _MOST_CLOSED :], bar]


def _table(bars: list[_Forming]) -> CandleTable:
    columns = {name: np.array([getattr(bar, name) for bar in bars]) for name in ("open", "high", "low", "close")}
    start = np.array([bar.minute for bar in bars], dtype=np.int64)
    return CandleTable(start=start, volume=np.zeros(len(bars)), **columns)
