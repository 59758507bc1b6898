"""Many bars drawn as few: no high and no low is lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.candles import empty_candles
from analytics.level_of_detail import fold_bars, join_edges, reduce_candles, rows_between
from tests.data.candles.bars import MINUTE, assert_same, minutes


@given(st.integers(1, 500), st.integers(1, 120))
def test_runs_of_bars_become_one_bar_each(count: int, points: int) -> None:
    """Each wide bar is the open, the extremes, the close and the volume of its run, and there are few enough."""
    bars = minutes(count)
    found = reduce_candles(bars, points)
    assert len(found) <= points
    each = -(-count // points)
    for row in range(len(found)):
        run = slice(row * each, (row + 1) * each)
        assert found.start[row] == bars.start[run][0]
        assert found.open[row] == bars.open[run][0]
        assert found.high[row] == bars.high[run].max()
        assert found.low[row] == bars.low[run].min()
        assert found.close[row] == bars.close[run][-1]
        assert found.volume[row] == bars.volume[run].sum()


def test_few_bars_stay_and_no_points_are_refused() -> None:
    """Fewer bars than points stay as they are; without points nothing can be drawn."""
    assert_same(reduce_candles(minutes(5), 5), minutes(5))
    assert len(fold_bars(empty_candles())) == 0
    with pytest.raises(ValueError, match="positive"):
        reduce_candles(minutes(5), 0)


def test_edges_are_laid_around_a_window() -> None:
    """What a window cuts off stands before and behind what it holds."""
    bars = minutes(30)
    middle = rows_between(bars, int(bars.start[10]), int(bars.start[20]))
    head = fold_bars(rows_between(bars, 0, int(bars.start[10])))
    tail = rows_between(bars, int(bars.start[20]), int(bars.start[-1]) + MINUTE)
    found = join_edges(head, middle, tail)
    assert len(found) == 21
    assert found.high.max() == bars.high.max()
    assert np.all(np.diff(found.start) > 0)
    assert len(join_edges(empty_candles(), empty_candles(), empty_candles())) == 0
