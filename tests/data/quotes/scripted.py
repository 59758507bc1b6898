"""A clock that is moved by hand, and a provider whose answers are written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from data.quotes import NotStreaming, ProviderSpec
from domain.columns import CandleTable, take
from domain.errors import UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import to_micros


class SteppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The instant."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


class ScriptedProvider(NotStreaming):
    """A provider in this process: prices come from a dict, or an error is raised; calls are recorded."""

    def __init__(self, spec: ProviderSpec, clock: SteppedClock) -> None:
        self.spec = spec
        self.clock = clock
        self.prices: dict[str, float] = {}
        self.changes: dict[str, Any] = {}
        self.error: Exception | None = None
        self.delay_seconds = 0.0
        self.bars: CandleTable | None = None
        self.calls: list[list[str]] = []
        self.answered = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """The scripted prices."""
        self._act(list(symbols))
        return {symbol: self._quote(symbol) for symbol in symbols if symbol in self.prices}

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """The scripted bars inside the span."""
        self._act(["candles", symbol, interval.value])
        if self.bars is None:
            raise UnknownSymbolError(f"No {symbol}.")
        keep = (self.bars.start >= to_micros(start)) & (self.bars.start < to_micros(end))
        found: CandleTable = take(self.bars, keep)
        return found

    def profile(self, symbol: str) -> Profile:
        """A profile of a scripted symbol."""
        self._act(["profile", symbol])
        if symbol not in self.prices:
            raise UnknownSymbolError(f"No {symbol}.")
        return Profile(symbol=symbol, name=f"{symbol} by {self.spec.slug}")

    def search(self, text: str) -> list[Profile]:
        """Scripted symbols that contain the text."""
        self._act(["search", text])
        return [Profile(symbol=symbol) for symbol in self.prices if text.upper() in symbol]

    def _act(self, call: list[str]) -> None:
        self.calls.append(call)
        time.sleep(self.delay_seconds)
        self.may_answer.wait(60)
        self.answered += 1
        if self.error:
            raise self.error

    def _quote(self, symbol: str) -> Quote:
        now = self.clock()
        quote = Quote(symbol=symbol, price=self.prices[symbol], as_of=now, fetched_at=now, provider=self.spec.slug)
        return replace(quote, simulated=self.spec.simulated, **self.changes)


def make_scripted(clock: SteppedClock, slug: str = "vendor", **changes: Any) -> ScriptedProvider:
    """Make a scripted provider; changes go to its spec."""

    def build(_options: Any) -> Any:
        raise NotImplementedError

    return ScriptedProvider(ProviderSpec(slug=slug, title=slug.title(), build=build, **changes), clock)
