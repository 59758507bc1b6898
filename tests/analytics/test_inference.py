"""Confidence intervals of the expectancy."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.distributions import t_quantile
from analytics.inference import expectancy_interval


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [(0.975, 29, 2.045230), (0.975, 100, 1.983972), (0.95, 40, 1.683851), (0.995, 60, 2.660283)],
)
def test_quantiles_of_students_t_equal_the_printed_table(probability: float, freedom: int, value: float) -> None:
    """The expansion gives the tables' digits from 29 degrees of freedom on."""
    assert t_quantile(probability, freedom) == pytest.approx(value, abs=2e-5)


def test_thirty_trades_use_students_t() -> None:
    """Mean plus and minus t times the standard error."""
    pnl = np.tile([10.0, -5.0, 4.0], 20)
    interval = expectancy_interval(pnl)
    half = 2.000995 * pnl.std(ddof=1) / np.sqrt(60)
    assert (interval.low, interval.high) == pytest.approx((3 - half, 3 + half), abs=1e-4)
    assert (interval.method, interval.n) == ("t", 60)


def test_few_trades_use_a_seeded_bootstrap() -> None:
    """The same ten trades always give the same interval, close to the percentile of their means."""
    pnl = np.array([120, -80, 60, -80, -40, 200, 0, -100, 90, 50], dtype=np.float64)
    interval = expectancy_interval(pnl)
    assert interval == expectancy_interval(pnl)
    assert interval.method == "bootstrap"
    assert interval.low == pytest.approx(-36, abs=4)
    assert interval.high == pytest.approx(80, abs=4)


def test_one_trade_has_no_interval() -> None:
    """A single trade says nothing about spread."""
    interval = expectancy_interval(np.array([5.0]))
    assert (interval.low, interval.high) == (None, None)
    assert interval.reason == "fewer than two closed trades"
