"""The board: what browsers are told of each price, written once a change however many look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
        self._candles: dict[Chart, _Line] = {}
        self._kept: dict[tuple[tuple[str, ...], int], bytes] = {}

    def write(self, quotes: Mapping[str, Quote], candles: Mapping[Chart, CandleTable], *, at: float) -> None:
        """Begin a new version with what has changed.

        Args:
            quotes: Last prices by symbol as the streams name it.
            candles: The last bar, one row, of each chart that is looked at.
            at: The instant, seconds since 1970; browsers see how long a message travelled.
        """
        self.version += 1
        self._kept.clear()
        self._at = b'{"t":%d,"q":[' % round(at * 1000)
        for symbol, quote in quotes.items():
            self._note(self._lines, symbol, quote_text(symbol, quote))
        for chart, bar in candles.items():
            if len(bar):
                self._note(self._candles, chart, candle_text(chart, bar))

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
        bar = self._candles.get(chart) if chart else None
        return found + b"event: candle\ndata: " + bar.text + b"\n\n" if bar and bar.version > since else found

    def _note(self, lines: dict[Any, _Line], key: Any, text: bytes) -> None:
        before = lines.get(key)
        if before is None or before.text != text:
            lines[key] = _Line(self.version, text)


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


def candle_text(chart: Chart, bar: CandleTable) -> bytes:
    """Return the last bar of a chart; its start in milliseconds since 1970."""
    symbol, interval = chart
    columns = {"o": bar.open, "h": bar.high, "l": bar.low, "c": bar.close, "v": bar.volume}
    values = {name: float(column[-1]) for name, column in columns.items()}
    return orjson.dumps({"s": symbol, "i": interval.value, "t": int(bar.start[-1]) // 1000, **values})
