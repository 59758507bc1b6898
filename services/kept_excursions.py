"""Excursions between processes: what one has measured, another reads from the disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from data.excursion_shelf import ROW

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints
    from services.book import Book

Digests = np.ndarray[Any, np.dtype[np.uint64]]
DAY = 86_400_000_000
UNKNOWN, MEASURED = 0, 1
MEASURES = ("mae", "mfe", "high", "low", "coverage", "is_whole", "is_mismatch", "bars")
"""The fields of `Excursions`."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_OF_TRADE = ("id", "side", "opened_at", "closed_at", "executions")
_QUANTITIES, _VALUES = ("quantity", "entry_quantity", "exit_quantity"), ("entry_value", "exit_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptColumns:
    """Columns over the trade table of a book, filled in as they are asked for; NaN where unknown."""

    state: np.ndarray
    mae: Floats
    mfe: Floats
    high: Floats
    low: Floats
    coverage: Floats
    is_whole: Bools
    is_mismatch: Bools
    bars: Ints
    measured_at: Ints

    @classmethod
    def empty(cls, n: int) -> KeptColumns:
        """Return columns of n trades of which nothing is known."""
        whole, real, flag = np.zeros(n, np.int64), np.full(n, np.nan), np.zeros(n, np.bool_)
        return cls(
            state=np.zeros(n, dtype=np.int8),
            mae=real,
            mfe=real.copy(),
            high=real.copy(),
            low=real.copy(),
            coverage=np.zeros(n),
            is_whole=flag,
            is_mismatch=flag.copy(),
            bars=whole,
            measured_at=whole.copy(),
        )

    def __len__(self) -> int:
        return len(self.state)

    def write(self, rows: Ints, found: Any, measured_at: Ints | int) -> None:
        """Take over the figures of some trades; `found` has them by name, as attributes or columns."""
        for name in MEASURES:
            values = found[name] if isinstance(found, np.ndarray) else getattr(found, name)
            getattr(self, name)[rows] = values
        self.measured_at[rows] = measured_at
        self.state[rows] = MEASURED


def digests(book: Book) -> Digests:
    """Return a digest of each trade of a book and of the fills of its time, uint64: other fills, another digest."""
    trades = book.matched.trades
    found = np.zeros(len(trades), dtype=np.uint64)
    for name in _OF_TRADE:
        found = _mixed(found ^ _words(getattr(trades, name)))
    by_quantity, by_value = _steps(book)
    for names, steps in ((_QUANTITIES, by_quantity), (_VALUES, by_value)):
        for name in names:
            found = _mixed(found ^ _words(_numbers(getattr(trades, name), steps)))
    edges = np.searchsorted(trades.instrument, np.arange(len(book.instruments) + 1))
    for code in np.flatnonzero(np.diff(edges)).tolist():
        rows = slice(int(edges[code]), int(edges[code + 1]))
        symbol = np.uint64(crc32(book.instruments[code].symbol.encode()))
        found[rows] = _mixed(found[rows] ^ _fills_of(book, code, rows) ^ symbol)
    return found


def _fills_of(book: Book, code: int, rows: slice) -> Digests:
    """Return what the fills between the first and the last of each trade add up to."""
    fills, trades = book.group(code), book.matched.trades
    order = np.argsort(fills.executed_at, kind="stable")
    when = fills.executed_at[order]
    price = _numbers(fills.price.units[order], 10.0**fills.price.places)
    signed = _numbers(fills.quantity.units[order] * fills.side[order], 10.0**fills.quantity.places)
    words = _mixed(_words(when) ^ _mixed(_words(price) ^ _mixed(_words(signed))))
    total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(words, dtype=np.uint64)])
    ends = np.searchsorted(when, trades.closed_at[rows], side="right")
    begins = np.searchsorted(when, trades.opened_at[rows], side="left")
    spans: Digests = total[ends] - total[begins]
    return spans


def _steps(book: Book) -> tuple[Floats, Floats]:
    """Return what the quantities and the values of each trade are multiples of, inverted."""
    matched, code = book.matched, book.matched.trades.instrument
    quantity, price = (10.0 ** places[code].astype(float) for places in (matched.quantity_places, matched.price_places))
    return quantity, quantity * price


def _numbers(units: Any, step: Floats | float) -> Floats:
    """Return numbers that are the same however many places they are written with."""
    numbers: Floats = units.astype(float) / step + 0.0
    return numbers


def _words(values: Any) -> Digests:
    wide = np.float64 if values.dtype.kind == "f" else np.int64
    words: Digests = np.ascontiguousarray(values, dtype=wide).view(np.uint64)
    return words


def _mixed(words: Digests) -> Digests:
    """Return words well mixed (splitmix64)."""
    words = words + _ODD
    words = (words ^ (words >> np.uint64(30))) * _MIX[0]
    words = (words ^ (words >> np.uint64(27))) * _MIX[1]
    return words ^ (words >> np.uint64(31))


def find_rows(kept: Any, wanted: Digests, now: int) -> tuple[Bools, Ints]:
    """Return which trades have something kept that still holds, and where it stands.

    What rests on candles of the whole time held holds for ever, anything less for a day: there may be candles by then.
    """
    if not len(kept):
        return np.zeros(len(wanted), dtype=np.bool_), np.zeros(len(wanted), dtype=np.int64)
    places = np.minimum(np.searchsorted(kept["digest"], wanted), len(kept) - 1)
    rows = kept[places]
    holds = (rows["digest"] == wanted) & (rows["is_whole"] | (rows["measured_at"] > now - DAY))
    return holds, places


def written(digest: Digests, columns: Any, places: Ints) -> Any:
    """Return some places of columns by name as rows for the shelf."""
    rows = np.zeros(len(digest), dtype=ROW)
    rows["digest"] = digest
    for name in ROW.names or ():
        if name != "digest":
            rows[name] = getattr(columns, name)[places]
    return rows
