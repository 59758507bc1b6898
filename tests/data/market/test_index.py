"""The index of the demo market."""

from __future__ import annotations

from datetime import date

import numpy as np

from data.market.history import LISTINGS, daily_bars

TODAY = (date(2026, 11, 20) - date(1970, 1, 1)).days


def test_the_index_of_the_demo_market_is_the_mean_of_its_members() -> None:
    """Each day the index moves by the mean of its members' moves, and its bars hold open and close."""
    index = daily_bars("^DMI", TODAY)
    members = [daily_bars(symbol, TODAY) for symbol in LISTINGS["^DMI"].members]
    rows = [np.searchsorted(bars.day, index.day) for bars in members]
    moves = [bars.close[at][1:] / bars.close[at][:-1] for bars, at in zip(members, rows, strict=True)]
    expected = np.mean(moves, axis=0)
    np.testing.assert_allclose(index.close[1:] / index.close[:-1], expected, atol=2e-5)
    assert (index.low <= np.minimum(index.open, index.close)).all()
    assert (index.high >= np.maximum(index.open, index.close)).all()
