"""Fewer points, same extremes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.figures.thinning import candle_groups, line_rows, merge_candles
from tests.components.figures.gallery import candles


@given(n=st.integers(1, 6_000), limit=st.integers(10, 500), seed=st.integers(0, 50))
def test_line_keeps_its_extremes(n: int, limit: int, seed: int) -> None:
    """A thinned line has at most the limit of points, both ends, and exactly the same lowest and highest value."""
    y = np.random.default_rng(seed).normal(size=n).cumsum()
    rows = line_rows(y, limit)
    assert len(rows) <= limit or n <= limit
    assert (np.diff(rows) > 0).all()
    assert (rows[0], rows[-1]) == (0, n - 1)
    assert (y[rows].min(), y[rows].max()) == (y.min(), y.max())


def test_missing_values_do_not_win() -> None:
    """A gap in a long line does not hide the extremes beside it."""
    y = np.zeros(10_000)
    y[5_000:5_003] = [np.nan, 9.0, np.nan]
    assert 5_001 in line_rows(y, 200)


@pytest.mark.parametrize("n", [1, 799, 800, 801, 5_003])
def test_candles_are_merged_without_loss(n: int) -> None:
    """At most 800 candles keep first open, last close, extremes and the whole volume."""
    source = candles(n)
    merged = merge_candles(source)
    assert len(merged) <= 800
    assert (merged.open[0], merged.close[-1]) == (source.open[0], source.close[-1])
    assert (merged.high.max(), merged.low.min()) == (source.high.max(), source.low.min())
    assert merged.volume.sum() == pytest.approx(source.volume.sum())


def test_groups_cover_every_bar_once() -> None:
    """The runs that are merged follow one another without gap or overlap."""
    first, last = candle_groups(1_234)
    assert first[0] == 0
    assert last[-1] == 1_233
    assert (first[1:] == last[:-1] + 1).all()
