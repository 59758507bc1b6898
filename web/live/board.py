"""The board: what browsers are told of each price, written once a change however many look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from components import market_tools
from domain.columns import CandleTable
from domain.market import BarInterval, Quote
from domain.periods import to_micros

Chart = tuple[str, BarInterval]
_MOST_KEPT = 256
"""Messages of one beat that are kept for the next stream that wants the same."""
_MANY = 2_000


@dataclass(frozen=True, slots=True)
class _Line:
    version: int
    text: bytes


class PriceBoard:
    """The last prices and candles as text, each with the beat in which it changed; for one thread."""

    def __init__(self) -> None:
        self.version = 0
        self._lines: dict[str, _Line] = {}
        self._candles: dict[Chart, tuple[_Line, ...]] = {}
        self._kept: dict[tuple[tuple[str, ...], int], bytes] = {}

    def write(self, quotes: Mapping[str, Quote], candles: Mapping[Chart, CandleTable], *, at: float) -> None:
        """Begin a new version with what has changed.

        Args:
            quotes: Last prices by symbol as the streams name it.
            candles: The last bars, ascending, of each chart that is looked at.
            at: The instant, seconds since 1970; browsers see how long a message travelled.
        """
        self.version += 1
        self._kept.clear()
        self._at = b'{"t":%d,"q":[' % round(at * 1000)
        for symbol, quote in quotes.items():
            (self._lines[symbol],) = self._mark_new([quote_text(symbol, quote)], self._lines.get(symbol))
        for chart, bars in candles.items():
            if len(bars):
                self._candles[chart] = self._mark_new(candle_events(chart, bars), *self._candles.get(chart, ()))

    def forget(self, symbols: Iterable[str], charts: Iterable[Chart]) -> None:
        """Keep only what is still looked at, once there is much else."""
        if len(self._lines) + len(self._candles) < _MANY:
            return
        keep, drawn = set(symbols), set(charts)
        self._lines = {symbol: line for symbol, line in self._lines.items() if symbol in keep}
        self._candles = {chart: line for chart, line in self._candles.items() if chart in drawn}

    def message(self, symbols: tuple[str, ...], chart: Chart | None, since: int) -> bytes:
        """Return the events for what changed after a version, b"" when nothing did."""
        key = (symbols, since)
        found = self._kept.get(key)
        if found is None:
            lines = [line.text for symbol in symbols if (line := self._lines.get(symbol)) and line.version > since]
            found = b"event: prices\ndata: " + self._at + b",".join(lines) + b"]}\n\n" if lines else b""
            if len(self._kept) < _MOST_KEPT:
                self._kept[key] = found
        bars = self._candles.get(chart, ()) if chart else ()
        return found + b"".join(bar.text for bar in bars if bar.version > since)

    def _mark_new(self, texts: Iterable[bytes], *before: _Line | None) -> tuple[_Line, ...]:
        """Return the texts as lines; what was said before keeps its version."""
        known = {line.text: line for line in before if line}
        return tuple(known.get(text) or _Line(self.version, text) for text in texts)


def quote_text(symbol: str, quote: Quote) -> bytes:
    """Return what browsers are told of a price: numbers, and the words that the page writes itself."""
    return orjson.dumps(
        {
            "s": symbol,
            "p": quote.price,
            "last": market_tools.last_text(quote),
            "day": market_tools.day_text(quote),
            "change": market_tools.change_text(quote),
            "look": market_tools.day_class(quote),
            "low": quote.low,
            "high": quote.high,
            "at": to_micros(quote.as_of) // 1000,
            "old": quote.stale,
        }
    )


def candle_events(chart: Chart, bars: CandleTable) -> list[bytes]:
    """Return an event for each of the last bars of a chart; their starts in milliseconds since 1970."""
    symbol, interval = chart
    columns = {"o": bars.open, "h": bars.high, "l": bars.low, "c": bars.close, "v": bars.volume}
    head = {"s": symbol, "i": interval.value}
    rows = (
        {**head, "t": int(start) // 1000, **{name: float(column[row]) for name, column in columns.items()}}
        for row, start in enumerate(bars.start)
    )
    return [b"event: candle\ndata: " + orjson.dumps(row) + b"\n\n" for row in rows]
