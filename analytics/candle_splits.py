"""Splits and kept bars: prices restated when they are read, and splits that a provider's restatement gives away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from domain.candles import KnownSplit
from domain.columns import CandleTable
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

_CLOSE = 0.004
_FEWEST = 5
_RATIOS: tuple[tuple[int, int], ...] = (
    *((new, 1) for new in (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 50)),
    *((3, 2), (4, 3), (5, 4), (5, 2)),
)


def split_factors(starts: Ints, basis: Ints, splits: Sequence[KnownSplit]) -> Floats:
    """Return new units per old one for each bar: of the splits that came after it and are not taken out of it yet.

    Args:
        starts: Microseconds since 1970 UTC, int64.
        basis: Instant up to which splits are taken out of each bar; -1 where none is.
        splits: In any order.

    Returns:
        float64, 1 where nothing is to be restated.
    """
    factors = np.ones(len(starts))
    since = np.maximum(starts, basis)
    for split in splits:
        factors[since < to_micros(split.effective_at)] *= split.factor
    return factors


def restate_candles(candles: CandleTable, basis: Ints, splits: Sequence[KnownSplit]) -> CandleTable:
    """Return bars in today's units: prices divided, volumes multiplied by the splits since; arguments as above."""
    if not splits or not len(candles):
        return candles
    factors = split_factors(candles.start, basis, splits)
    if np.all(factors == 1):
        return candles
    return replace(
        candles,
        open=candles.open / factors,
        high=candles.high / factors,
        low=candles.low / factors,
        close=candles.close / factors,
        volume=candles.volume * factors,
    )


def find_restatement(kept: CandleTable, fetched: CandleTable) -> tuple[int, int] | None:
    """Return the split as (new, old) by which a provider now restates bars that are kept; None when there is none.

    At least five bars with the same labels must all differ by one and the same ratio that splits have.
    """
    _, mine, theirs = np.intersect1d(kept.start, fetched.start, assume_unique=True, return_indices=True)
    if len(mine) < _FEWEST:
        return None
    ratios = kept.close[mine] / fetched.close[theirs]
    middle = float(np.median(ratios))
    if not np.all(np.abs(ratios / middle - 1) < _CLOSE) or abs(middle - 1) < 0.1:
        return None
    for new, old in _RATIOS:
        if abs(middle * old / new - 1) < _CLOSE:
            return new, old
        if abs(middle * new / old - 1) < _CLOSE:
            return old, new
    return None
