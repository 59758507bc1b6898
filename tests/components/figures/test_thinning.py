"""Fewer points, same extremes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.figures.thinning import line_rows


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
