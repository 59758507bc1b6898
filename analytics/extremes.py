"""Highest and lowest values of many ranges of one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

BLOCK = 64
LONG = 200


def range_extremes(high: Floats, low: Floats, first: Ints, last: Ints) -> tuple[Floats, Floats]:
    """Return the highest high and the lowest low of each range of rows.

    Short ranges are scanned, all in one call. Where ranges are long (200 rows on average), a table of
    the extremes of blocks answers each in a few steps, whatever its length.

    Args:
        high: Float64 without NaN.
        low: As long as `high`.
        first: First row of each range, int64.
        last: Row behind the last of each range; first >= last is an empty range.

    Returns:
        Highest and lowest of each range; minus and plus infinity for an empty one.

    **Source:** sparse table: M. Bender, M. Farach-Colton, The LCA Problem Revisited, 2000.
    """
    highest, lowest = np.full(len(first), -np.inf), np.full(len(first), np.inf)
    rows = np.flatnonzero(last > first)
    if not len(rows):
        return highest, lowest
    first, last = first[rows], last[rows]
    if int((last - first).sum()) <= LONG * len(rows):
        highest[rows], lowest[rows] = _scan(high, low, first, last)
    else:
        highest[rows] = _Blocks(high, np.maximum, -np.inf).query(first, last)
        lowest[rows] = _Blocks(low, np.minimum, np.inf).query(first, last)
    return highest, lowest


def _scan(high: Floats, low: Floats, first: Ints, last: Ints) -> tuple[Floats, Floats]:
    """Scan every range, in the order of their starts, so that neighbours find their rows in the cache."""
    order = np.argsort(first, kind="stable")
    bounds = np.empty(2 * len(order), dtype=np.int64)
    bounds[0::2], bounds[1::2] = first[order], last[order]
    highest, lowest = np.empty(len(order)), np.empty(len(order))
    # The end of a range may be the end of the column, which reduceat does not take: one more row helps.
    highest[order] = np.maximum.reduceat(np.append(high, -np.inf), bounds)[0::2]
    lowest[order] = np.minimum.reduceat(np.append(low, np.inf), bounds)[0::2]
    return highest, lowest


class _Blocks:
    """Extremes of blocks of 64 rows and of runs of 1, 2, 4 ... blocks."""

    __slots__ = ("_before", "_behind", "_fill", "_levels", "_op", "_values")

    def __init__(self, values: Floats, op: Any, fill: float) -> None:
        self._values, self._op, self._fill = values, op, fill
        table = np.append(values, np.full(-len(values) % BLOCK, fill)).reshape(-1, BLOCK)
        self._behind = op.accumulate(table, axis=1).ravel()
        self._before = op.accumulate(table[:, ::-1], axis=1)[:, ::-1].ravel()
        self._levels = [op.reduce(table, axis=1)]
        width = 1
        while 2 * width <= len(self._levels[0]):
            lower = self._levels[-1]
            self._levels.append(op(lower[:-width], lower[width:]))
            width *= 2

    def query(self, first: Ints, last: Ints) -> Floats:
        """Return the extreme of each range, none empty."""
        start, end = first // BLOCK, (last - 1) // BLOCK
        found: Floats = self._op(self._before[first], self._behind[last - 1])
        rows = np.flatnonzero(end - start > 1)
        found[rows] = self._op(found[rows], self._runs(start[rows] + 1, end[rows]))
        rows = np.flatnonzero(end == start)
        if len(rows):
            bounds = np.empty(2 * len(rows), dtype=np.int64)
            order = np.argsort(first[rows], kind="stable")
            bounds[0::2], bounds[1::2] = first[rows][order], last[rows][order]
            found[rows[order]] = self._op.reduceat(np.append(self._values, self._fill), bounds)[0::2]
        return found

    def _runs(self, start: Ints, end: Ints) -> Floats:
        """Return the extreme of whole blocks [start, end): two overlapping runs of a power of two."""
        level = np.frexp((end - start).astype(np.float64))[1] - 1
        found = np.empty(len(start))
        for power, table in enumerate(self._levels):
            rows = np.flatnonzero(level == power)
            if len(rows):
                found[rows] = self._op(table[start[rows]], table[end[rows] - (1 << power)])
        return found
