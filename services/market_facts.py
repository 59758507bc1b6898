"""What dimensions ask of the market: sectors of symbols, and the days of a benchmark."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

from analytics.facts import BenchmarkDays
from domain.errors import QuoteError
from domain.market import BarInterval
from domain.periods import Clock
from services.quotes import QuoteService

BENCHMARKS = ("SPY", "^GSPC")
"""Tried in this order; the first that a provider has real candles of is the market."""
MOST_DAYS = 5_000
MOST_SYMBOLS = 150
KEPT = timedelta(hours=1)
DAY_MICROSECONDS = 86_400_000_000


class MarketFacts:
    """Reads quotes and keeps the answers for an hour; safe to share between threads."""

    def __init__(self, quotes: QuoteService, clock: Clock) -> None:
        self._quotes = quotes
        self._clock = clock
        self._lock = threading.Lock()
        self._sectors: dict[str, str] = {}
        self._benchmark: tuple[datetime, BenchmarkDays | None] | None = None

    def sectors(self, symbols: tuple[str, ...]) -> Mapping[str, str]:
        """Return the sectors of the first 150 different symbols as far as providers tell them."""
        for symbol in dict.fromkeys(symbols[: 4 * MOST_SYMBOLS]):
            if symbol not in self._sectors and len(self._sectors) < MOST_SYMBOLS:
                self._sectors[symbol] = self._quotes.profile(symbol).sector
        return self._sectors

    def benchmark(self) -> BenchmarkDays | None:
        """Return the daily returns of the benchmark, None when no provider has it."""
        with self._lock:
            if self._benchmark is None or self._clock() - self._benchmark[0] > KEPT:
                self._benchmark = (self._clock(), self._read())
            return self._benchmark[1]

    def _read(self) -> BenchmarkDays | None:
        for symbol in BENCHMARKS:
            try:
                if self._quotes.is_simulated(symbol):
                    continue
                candles = self._quotes.candles(symbol, BarInterval.D1, limit=MOST_DAYS)
            except QuoteError:
                continue
            if len(candles) > 1:
                day = candles.start[1:] // DAY_MICROSECONDS
                return BenchmarkDays(symbol=symbol, day=day, change=candles.close[1:] / candles.close[:-1] - 1)
        return None
