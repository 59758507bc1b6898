"""Kept bars restated for splits when they are read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from analytics.candle_splits import find_restatement, restate_candles, split_factors
from domain.candles import KnownSplit
from domain.columns import CandleTable
from domain.periods import from_micros
from tests.data.candles.bars import assert_same, minutes


def split(bars: CandleTable, row: int, new: str = "4", old: str = "1") -> KnownSplit:
    """A split at a bar."""
    return KnownSplit(effective_at=from_micros(int(bars.start[row])), new=Decimal(new), old=Decimal(old))


def test_bars_before_a_split_are_restated() -> None:
    """Prices before a 4-for-1 split are a quarter, volumes four times; from the split on nothing changes."""
    bars = minutes(10)
    found = restate_candles(bars, np.full(10, -1), [split(bars, 6)])
    np.testing.assert_allclose(found.close[:6], bars.close[:6] / 4)
    np.testing.assert_allclose(found.volume[:6], bars.volume[:6] * 4)
    assert found.close[6:].tolist() == bars.close[6:].tolist()


def test_a_split_that_is_taken_out_is_not_taken_out_again() -> None:
    """Bars fetched after the split are restated by their provider already."""
    bars = minutes(10)
    later = int(bars.start[-1]) + 1
    assert_same(restate_candles(bars, np.full(10, later), [split(bars, 6)]), bars)
    mixed = np.where(np.arange(10) < 3, later, -1)
    assert split_factors(bars.start, mixed, [split(bars, 6)]).tolist() == [1, 1, 1, 4, 4, 4, 1, 1, 1, 1]


def test_several_splits_multiply() -> None:
    """A 2-for-1 split after a 3-for-2 one makes three of one; a reverse split makes less."""
    bars = minutes(9)
    splits = [split(bars, 3, "3", "2"), split(bars, 6, "2", "1"), split(bars, 8, "1", "10")]
    assert split_factors(bars.start, np.full(9, -1), splits).tolist() == pytest.approx(
        [0.3] * 3 + [0.2] * 3 + [0.1] * 2 + [1]
    )


@pytest.mark.parametrize(("ratio", "found"), [(4.0, (4, 1)), (1.5, (3, 2)), (0.1, (1, 10)), (20.0, (20, 1))])
def test_a_restatement_gives_the_split_away(ratio: float, found: tuple[int, int]) -> None:
    """Fetched bars that all differ from the kept ones by the ratio of a split show it."""
    bars = minutes(30)
    fetched = replace(bars, close=np.round(bars.close / ratio, 4))
    assert find_restatement(bars, fetched) == found


def test_corrections_and_other_units_are_no_split() -> None:
    """A few changed bars, too few bars and a change of currency are not taken for a split."""
    bars = minutes(30)
    one = bars.close.copy()
    one[3] /= 4
    assert find_restatement(bars, replace(bars, close=one)) is None
    assert find_restatement(minutes(4), replace(minutes(4), close=minutes(4).close / 4)) is None
    assert find_restatement(bars, replace(bars, close=bars.close * 1.37)) is None
    assert find_restatement(bars, replace(bars, close=bars.close / 100)) is None
    assert find_restatement(bars, bars) is None
