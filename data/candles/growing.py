"""Tables that grow by a bar at a time without being copied each time."""

from __future__ import annotations

from typing import Any

import numpy as np

from data.candles.widths import width_of
from domain.columns import CandleTable
from domain.market import BarInterval

_COLUMNS = ("start", "open", "high", "low", "close", "volume")
_ROOM = 1.25
_LEAST_ROOM = 1_024


class GrowingTable:
    """Bars of one width with room for more.

    A view that was handed out stays as it was, but for its last bar: that one is still forming in a wider width.
    """

    def __init__(self, interval: BarInterval, candles: CandleTable) -> None:
        self._width = width_of(interval)
        self._rows = len(candles)
        self._columns: dict[str, Any] = {}
        self._reserve({name: getattr(candles, name) for name in _COLUMNS}, self._rows)

    def _reserve(self, columns: dict[str, Any], rows: int) -> None:
        room = int(rows * _ROOM) + _LEAST_ROOM
        for name, column in columns.items():
            wide: Any = np.empty(room, dtype=np.int64 if name == "start" else np.float64)
            wide[:rows] = column[:rows]
            self._columns[name] = wide

    def __len__(self) -> int:
        return self._rows

    @property
    def candles(self) -> CandleTable:
        """The bars, as views."""
        return CandleTable(**{name: self._columns[name][: self._rows] for name in _COLUMNS})

    @property
    def last(self) -> int | None:
        """Start of the last bar, None without bars."""
        return int(self._columns["start"][self._rows - 1]) if self._rows else None

    def add(self, start: int, prices: tuple[float, float, float, float, float]) -> None:
        """Take one narrower bar into the last bar, or begin a new one with it.

        Args:
            start: Of the narrower bar, not before the last one that was added.
            prices: Its open, high, low, close and volume.
        """
        label = start - start % self._width
        columns = self._columns
        row = self._rows - 1
        if row >= 0 and columns["start"][row] == label:
            columns["high"][row] = max(columns["high"][row], prices[1])
            columns["low"][row] = min(columns["low"][row], prices[2])
            columns["close"][row] = prices[3]
            columns["volume"][row] += prices[4]
            return
        if self._rows == len(columns["start"]):
            self._reserve(dict(columns), self._rows)
            columns = self._columns
        columns["start"][self._rows] = label
        for name, value in zip(_COLUMNS[1:], prices, strict=True):
            columns[name][self._rows] = value
        self._rows += 1
