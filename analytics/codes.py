"""Sums and counts over small integer codes: the core of every breakdown and calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

TABLE_LIMIT = 1 << 20
FEW = 2
FEWEST_OF_A_DAY = 8


def count_by_code(codes: Any, size: int) -> Ints:
    """Return how often each code 0 .. size - 1 occurs."""
    counts: Ints = np.bincount(codes, minlength=size)
    return counts


def sum_by_code(codes: Any, values: Floats, size: int) -> Floats:
    """Return the sum of the values of each code 0 .. size - 1."""
    totals: Any = np.bincount(codes, values, minlength=size)
    sums: Floats = totals
    return sums


def sums_by_code(codes: Any, columns: Sequence[Floats], size: int) -> list[Floats]:
    """Return the sums of several columns by code 0 .. size - 1.

    Ascending codes, such as the days of exits in time order, are summed in stretches: twenty times as fast.
    """
    if len(codes) < FEW or bool((codes[1:] < codes[:-1]).any()):
        return [sum_by_code(codes, column, size) for column in columns]
    starts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    starts = np.concatenate([[0], starts])
    used = codes[starts]
    found = []
    for column in columns:
        totals = np.zeros(size)
        totals[used] = np.add.reduceat(column, starts)
        found.append(totals)
    return found


def spread_days(table: Any, days: Any, first: int) -> Any:
    """Return the entry of a table by calendar day for each row.

    Args:
        table: One entry a day, from `first` on.
        days: Days since 1970, int32. Rows of a day that stand together, as in time order, are written at once.
        first: The day of the first entry.
    """
    starts = np.flatnonzero(days[1:] != days[:-1]) + 1
    if len(starts) * FEWEST_OF_A_DAY > len(days):
        return table[days - np.int32(first)]
    starts = np.concatenate([[0], starts])
    return np.repeat(table[days[starts] - first], np.diff(starts, append=len(days)))


def dense_codes(values: Ints) -> tuple[Ints, Ints]:
    """Return the distinct values, ascending, and the position of each row's value among them."""
    if not len(values):
        return values, values
    low, high = int(values.min()), int(values.max())
    if high - low >= TABLE_LIMIT:
        distinct, inverse = np.unique(values, return_inverse=True)
        return distinct, inverse
    shifted = values - low
    is_present = np.zeros(high - low + 1, dtype=np.bool_)
    is_present[shifted] = True
    return np.flatnonzero(is_present) + low, (np.cumsum(is_present) - 1)[shifted]
