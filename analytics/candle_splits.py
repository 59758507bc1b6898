"""Splits and kept bars: prices restated when they are read, and splits that a provider's restatement gives away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from domain.candles import KnownSplit
from domain.columns import CandleTable
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

NEAR = timedelta(days=7)
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
    for split in splits:
        begins = to_micros(split.effective_at)
        # A provider may restate its bars days after the split: until then what it gives is in old units.
        taken_out = begins if split.restated_at is None else max(begins, to_micros(split.restated_at))
        factors[(starts < begins) & (basis < taken_out)] *= split.factor
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


def is_near(split: KnownSplit, other: KnownSplit) -> bool:
    """Whether two splits of a symbol can only be the same one: within a week, for nobody splits twice in one."""
    return abs(split.effective_at - other.effective_at) <= NEAR


def is_same_ratio(split: KnownSplit, other: KnownSplit) -> bool:
    """Whether two splits have the same ratio."""
    return abs(split.factor / other.factor - 1) < _CLOSE


def merge_splits(stated: Sequence[KnownSplit], inferred: Sequence[KnownSplit]) -> list[KnownSplit]:
    """Return the splits of a symbol, each once: what its provider states, and what was inferred where it states none.

    Args:
        stated: With their own day.
        inferred: From bars that came restated; `effective_at` is when the bars of before had been fetched.
    """
    found = []
    for split in stated:
        seen = [item.effective_at for item in inferred if is_near(split, item) and is_same_ratio(split, item)]
        found.append(replace(split, restated_at=max(seen, default=None)))
    found += [item for item in inferred if not any(is_near(item, split) for split in stated)]
    return sorted(found, key=lambda item: item.effective_at)


def take_entered(known: Sequence[KnownSplit], entered: Sequence[KnownSplit]) -> list[KnownSplit]:
    """Return the splits that are known, with what somebody entered in the place of what contradicts it."""
    kept = [item for item in known if not any(is_near(item, own) and not is_same_ratio(item, own) for own in entered)]
    return kept + [own for own in entered if not any(is_near(own, item) for item in kept)]
