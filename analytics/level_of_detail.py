"""Many bars drawn as few: what is left shows every high and every low."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_SHORT_RUN = 32
SPARE = 4
"""A level of the pyramid is wide enough when it still has this many bars for each one wanted."""


def reduce_candles(candles: CandleTable, points: int) -> CandleTable:
    """Merge bars into at most `points` wider ones of equally many bars each (the last may hold fewer).

    Open is the first, high the highest, low the lowest, close the last, volume the sum; the label is that of the first
    bar. With fewer bars than points they stay as they are.

    Args:
        candles: n ascending bars.
        points: Most bars that are left, > 0.

    Returns:
        ceil(n / ceil(n / points)) bars.

    Raises:
        ValueError: If `points` is not positive.

    **Source:** the definition of a bar, over runs of rows.
    """
    if points < 1:
        message = f"points must be positive, not {points}"
        raise ValueError(message)
    n = len(candles)
    return candles if n <= points else merge_runs(candles, -(-n // points))


def merge_runs(candles: CandleTable, each: int) -> CandleTable:
    """Merge runs of `each` bars (the last may hold fewer) as `reduce_candles` does.

    **Source:** as `reduce_candles`.
    """
    if each == 1 or not len(candles):
        return candles
    first = np.arange(0, len(candles), each)
    last = np.minimum(first + each, len(candles)) - 1
    return CandleTable(
        start=candles.start[first],
        open=candles.open[first],
        high=_in_runs(np.maximum, candles.high, each),
        low=_in_runs(np.minimum, candles.low, each),
        close=candles.close[last],
        volume=_in_runs(np.add, candles.volume, each),
    )


def extremes_of_runs(values: NDArray[np.float64], each: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest value of each run of `each` values, NaN where a run has none.

    Args:
        values: n values, NaN where undefined.
        each: Length of a run, > 0; the last may be shorter.

    Returns:
        Two columns of ceil(n / each) values.

    **Source:** the definition.
    """
    if each == 1:
        return values, values
    padded = np.full(-(-len(values) // each) * each, np.nan)
    padded[: len(values)] = values
    runs = padded.reshape(-1, each)
    return np.fmin.reduce(runs, axis=1), np.fmax.reduce(runs, axis=1)


def _in_runs(operation: np.ufunc, values: NDArray[np.float64], each: int) -> NDArray[np.float64]:
    """Reduce runs of equal length; short ones place by place, which is several times as fast as run by run."""
    found: NDArray[np.float64]
    whole = len(values) // each * each
    if each > _SHORT_RUN:
        found = operation.reduceat(values, np.arange(0, len(values), each))
        return found
    found = values[:whole:each].copy()
    for place in range(1, each):
        operation(found, values[place:whole:each], out=found)
    return found if whole == len(values) else np.append(found, operation.reduce(values[whole:]))


def join_edges(head: CandleTable, middle: CandleTable, tail: CandleTable) -> CandleTable:
    """Return the bars of a level between narrower bars at both ends that the window cuts off, all in one table."""
    parts = [part for part in (head, middle, tail) if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else middle
    names = [item.name for item in fields(CandleTable)]
    return CandleTable(
        **{name: np.concatenate([getattr(part, name) for part in (head, middle, tail)]) for name in names}
    )


def fold_bars(candles: CandleTable) -> CandleTable:
    """Return all bars as one; a table without rows stays as it is."""
    return reduce_candles(candles, 1) if len(candles) else candles


def rows_between(candles: CandleTable, first: int, last: int) -> CandleTable:
    """Return the bars with first <= start < last, microseconds since 1970 UTC, as views."""
    begin, end = np.searchsorted(candles.start, [first, last]).tolist()
    found: CandleTable = take(candles, slice(begin, end))
    return found
