"""Drawdowns one by one, and runs of outcomes with their rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.drawdowns import deepest_drawdown, fall_spans, find_drawdowns
from analytics.metric_columns import BLOCK, walk_down
from analytics.runs import current_run, longest_run

DAYS = np.array([100, 101, 102, 105, 106, 110])


def test_a_drawdown_knows_its_days() -> None:
    """Peak on day 100, lowest on 102, reached again on 105; the second one is open."""
    first, second = find_drawdowns(DAYS, np.array([50.0, -20, -10, 30, -60, 10]), 1_000.0)
    assert (first.start, first.trough, first.recovery, first.end) == (100, 102, 105, 105)
    assert (first.days, first.days_to_trough, first.days_to_recover) == (5, 2, 3)
    assert (first.money, first.fraction) == (-30, -30 / 1_050)
    assert (second.start, second.trough, second.recovery, second.end) == (105, 106, None, 110)
    assert (second.days, second.days_to_recover) == (5, None)


def test_the_start_is_a_peak() -> None:
    """A loss on the first day begins there."""
    found = deepest_drawdown(DAYS[:2], np.array([-5.0, 2.0]))
    assert found is not None
    assert (found.start, found.trough, found.money, found.fraction) == (100, 100, -5, None)
    assert deepest_drawdown(DAYS[:2], np.array([5.0, 2.0])) is None
    assert find_drawdowns(DAYS[:0], np.zeros(0)) == []


def test_a_long_walk_is_the_same_in_blocks() -> None:
    """Across several blocks the deepest fall, in money and as a part of the peak, equals one pass."""
    steps = np.random.default_rng(2).normal(0.1, 30, 3 * BLOCK + 7)
    found = walk_down(steps, 1e6)
    curve = np.concatenate([[0.0], np.cumsum(steps)])
    peaks = np.maximum.accumulate(curve)
    assert found.money == (curve - peaks).min()
    assert found.fraction == ((curve - peaks) / (peaks + 1e6)).min()
    assert (found.total, found.current) == (curve[-1], curve[-1] - peaks[-1])


@given(outcome=st.lists(st.sampled_from([-1, 0, 1]), max_size=300))
def test_runs_name_their_rows(outcome: list[int]) -> None:
    """The longest run is a stretch of that outcome of which none is longer; the current one ends the record."""
    column = np.array(outcome, dtype=np.int8)
    text = "".join("-01"[value + 1] for value in outcome)
    for kind, letter in ((1, "1"), (-1, "-")):
        run = longest_run(column, kind)
        length = max(map(len, text.replace("0", " ").replace("-" if kind > 0 else "1", " ").split()), default=0)
        assert run.stop - run.start == length
        assert set(text[run]) <= {letter}
    last = current_run(column)
    tail = text[last]
    assert last.stop == len(outcome)
    assert tail == (text[len(text.rstrip(text[-1])) :] if text and text[-1] != "0" else "")


@given(
    st.lists(st.integers(-3, 3), min_size=0, max_size=60).flatmap(
        lambda steps: st.tuples(st.just(steps), st.lists(st.integers(0, 2), min_size=len(steps), max_size=len(steps)))
    )
)
def test_each_point_knows_the_days_of_its_fall(drawn: tuple[list[int], list[int]]) -> None:
    """A point at a peak stands for its own day; one below for the days from the fall's first point to its last."""
    steps, gaps = drawn
    curve, days = np.cumsum(np.array(steps, dtype=np.float64)), np.cumsum(np.array(gaps, dtype=np.int64))
    below = curve - np.maximum.accumulate(np.append(0.0, curve))[1:]
    first, last = fall_spans(days, below)
    for row, depth in enumerate(below.tolist()):
        begin = end = row
        if depth < 0:
            while begin and below[begin - 1] < 0:
                begin -= 1
            while end + 1 < len(below) and below[end + 1] < 0:
                end += 1
        assert (first[row], last[row]) == (days[begin], days[end])
