"""Intervals, tests, and how many trades it takes to know."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.inference import (
    BLOCKS,
    TrackRecord,
    block_interval,
    bootstrap_interval,
    deflated_sharpe,
    expectancy_interval,
    expected_best_sharpe,
    mean_interval,
    minimum_track_record,
    probabilistic_sharpe,
    sign_test,
    t_test,
    track_record,
    trades_needed,
)

GOLDEN = np.array([120, -80, 60, -80, -40, 200, 0, -100, 90, 50], dtype=np.float64)
DAY = math.sqrt(252)
RECORD = TrackRecord(sharpe=1.5 / DAY, n=504, skew=-0.5, kurtosis=5)


def profit_factor(samples: np.ndarray) -> np.ndarray:
    """Profit factor of each row."""
    factors: np.ndarray = np.maximum(samples, 0).sum(axis=-1) / -np.minimum(samples, 0).sum(axis=-1)
    return factors


def means(samples: np.ndarray) -> np.ndarray:
    """Mean of each row."""
    found: np.ndarray = samples.mean(axis=-1)
    return found


def test_thirty_trades_use_students_t() -> None:
    """Mean plus and minus t times the standard error."""
    pnl = np.tile([10.0, -5.0, 4.0], 20)
    interval = expectancy_interval(pnl)
    half = 2.000995 * pnl.std(ddof=1) / np.sqrt(60)
    assert interval.bounds == pytest.approx((3 - half, 3 + half), abs=1e-5)
    assert (interval.method, interval.n, interval.excludes_zero) == ("t", 60, True)


def test_few_trades_use_a_seeded_bootstrap() -> None:
    """The same nine trades always give the same interval, close to the percentile of their means."""
    nine = GOLDEN[:9]
    interval = expectancy_interval(nine)
    assert interval == expectancy_interval(nine) == mean_interval(nine)
    assert interval.method == "bootstrap"
    assert interval.low == pytest.approx(-42, abs=4)
    assert interval.high == pytest.approx(86, abs=4)
    assert not interval.excludes_zero


@pytest.mark.parametrize("values", [[], [5.0]])
def test_one_trade_has_no_interval(values: list[float]) -> None:
    """A single trade says nothing about spread."""
    interval = expectancy_interval(np.array(values))
    assert (interval.low, interval.high, interval.bounds) == (None, None, None)
    assert interval.reason == "fewer than two closed trades"


def test_the_bootstrap_of_a_mean_meets_students_t() -> None:
    """On many well-behaved trades both ways give nearly the same interval."""
    values = np.random.default_rng(3).normal(0.2, 1, 2_000)
    drawn, exact = bootstrap_interval(values, means), mean_interval(values)
    assert drawn.bounds == pytest.approx(exact.bounds, abs=0.004)


def test_few_blocks_are_the_usual_bootstrap() -> None:
    """Up to as many trades as there are blocks, each trade is one: the same bounds to the last bit."""
    values = np.random.default_rng(5).normal(3, 100, BLOCKS)
    assert block_interval(values) == bootstrap_interval(values, means)
    assert block_interval(values[:1]).reason == "fewer than two closed trades"


def test_many_trades_in_blocks_are_as_sure_as_trade_by_trade() -> None:
    """Independent trades have nearly the interval of Student's t, whether a thousand or half a million."""
    for n in (1_000, 500_000):
        values = np.random.default_rng(6).normal(0.2, 1, n)
        drawn, exact = block_interval(values), mean_interval(values)
        width = exact.bounds[1] - exact.bounds[0] if exact.bounds else 0.0
        assert drawn.bounds == pytest.approx(exact.bounds, abs=width / 8)


def test_streaks_widen_the_interval_of_blocks() -> None:
    """Trades that come in runs of like results say less than as many independent ones."""
    random = np.random.default_rng(7)
    values = np.repeat(random.normal(0, 1, 3_000), 20)
    drawn, exact = block_interval(values).bounds, mean_interval(values).bounds
    assert drawn is not None
    assert exact is not None
    assert drawn[1] - drawn[0] > 3 * (exact[1] - exact[0])


def test_the_bootstrap_takes_any_figure() -> None:
    """The interval of a profit factor holds the figure; resamples without a losing trade are left out."""
    interval = bootstrap_interval(GOLDEN, profit_factor, resamples=2_000)
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < 1.73333 < interval.high
    none = bootstrap_interval(np.array([1.0, 2.0, 3.0]), profit_factor, resamples=500)
    assert (none.bounds, none.reason) == (None, "most resamples have no figure")


def test_large_records_draw_less_and_stay_right() -> None:
    """Above fifty thousand trades a resample takes a part, and its spread is brought to the full number."""
    values = np.random.default_rng(4).normal(0.05, 1, 200_000)
    drawn, exact = bootstrap_interval(values, means), mean_interval(values)
    assert drawn.bounds == pytest.approx(exact.bounds, abs=0.001)


def test_intervals_cover_as_often_as_they_say() -> None:
    """In two hundred books with a known mean, about 95 % of the intervals hold it."""
    random = np.random.default_rng(5)
    held = [mean_interval(random.normal(1, 4, 40)).bounds for _ in range(200)]
    hits = sum(bounds is not None and bounds[0] <= 1 <= bounds[1] for bounds in held)
    assert 180 <= hits <= 199


def test_tests_equal_scipys() -> None:
    """T and sign test give scipy's statistics and p-values, both ways and one way."""
    from scipy import stats  # noqa: PLC0415 - an oracle of this test alone

    found, expected = t_test(GOLDEN), stats.ttest_1samp(GOLDEN, 0)
    assert found.statistic == pytest.approx(0.70292, abs=5e-6)
    assert found.p_value == pytest.approx(float(expected.pvalue))
    assert found.p_above == pytest.approx(0.24994, abs=5e-6)
    assert t_test(-GOLDEN).p_above == pytest.approx(1 - 0.24994, abs=5e-6)
    signs = np.array([1.0] * 14 + [-1.0] * 4 + [0.0])
    for values, wins, n in ((signs, 14, 18), (-signs, 4, 18), (GOLDEN, 5, 9)):
        found = sign_test(values)
        assert (found.statistic, found.n) == (wins / n, n)
        assert found.p_value == pytest.approx(stats.binomtest(wins, n).pvalue)
        assert found.p_above == pytest.approx(stats.binomtest(wins, n, alternative="greater").pvalue)


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], "fewer than two closed trades"), ([1], "fewer than two closed trades"), ([2, 2, 2], "values do not vary")],
)
def test_nothing_to_test_is_told(values: list[float], reason: str) -> None:
    """Without spread there is no test and no number of trades, but a reason."""
    column = np.array(values, dtype=np.float64)
    assert (t_test(column).p_value, t_test(column).reason) == (None, reason)
    assert (trades_needed(column).total, trades_needed(column).reason) == (None, reason)
    assert sign_test(np.zeros(3)).reason == "no winning or losing trade"


def test_trades_needed_are_the_least_that_leave_zero_out() -> None:
    """With the needed number of trades like these the interval leaves zero out, with one less it does not."""
    found = trades_needed(GOLDEN)
    assert found.total is not None
    assert found.more == found.total - 10
    ratio = float(GOLDEN.mean()) / float(GOLDEN.std(ddof=1))
    from scipy import stats  # noqa: PLC0415 - an oracle of this test alone

    def leaves_zero_out(n: int) -> bool:
        return bool(ratio * math.sqrt(n) >= stats.t.ppf(0.975, n - 1))

    assert leaves_zero_out(found.total)
    assert not leaves_zero_out(found.total - 1)
    assert trades_needed(np.tile(GOLDEN, 40)).more == 0
    more_sure = trades_needed(GOLDEN, power=0.8).total
    assert more_sure is not None
    assert more_sure > found.total
    assert trades_needed(np.array([1.0, -1.0])).reason == "the mean is zero"


@given(scale=st.floats(1e-6, 1e6))
def test_the_currency_does_not_change_what_is_known(scale: float) -> None:
    """Tests and needed trades are the same in any currency."""
    assert t_test(GOLDEN * scale).p_value == pytest.approx(t_test(GOLDEN).p_value)
    assert trades_needed(GOLDEN * scale) == trades_needed(GOLDEN)


def test_published_sharpe_probabilities() -> None:
    """The probabilistic ratio of a published monthly record, and a deflated one worked out by hand."""
    monthly = TrackRecord(sharpe=0.6, n=36, skew=-0.5, kurtosis=5)
    assert probabilistic_sharpe(monthly, benchmark=0.3) == pytest.approx(0.916, abs=5e-4)
    assert probabilistic_sharpe(RECORD) == pytest.approx(0.98040, abs=5e-6)
    assert expected_best_sharpe(0.5 / DAY, 50) * DAY == pytest.approx(1.13815, abs=5e-6)
    assert deflated_sharpe(RECORD, trial_deviation=0.5 / DAY, trials=50) == pytest.approx(0.69056, abs=5e-6)
    assert deflated_sharpe(RECORD, trial_deviation=0.5 / DAY, trials=1) == probabilistic_sharpe(RECORD)


def test_the_minimum_track_record_proves_the_ratio() -> None:
    """A record of just that length has a probability of 95 %."""
    needed = minimum_track_record(RECORD)
    assert needed is not None
    just = TrackRecord(sharpe=RECORD.sharpe, n=round(needed), skew=-0.5, kurtosis=5)
    assert probabilistic_sharpe(just) == pytest.approx(0.95, abs=1e-3)
    assert minimum_track_record(RECORD, benchmark=1.0) is None


def test_a_track_record_is_read_from_returns() -> None:
    """Twelve returns with a known probability; constant ones have none, nine are too few."""
    returns = np.array([0.010, -0.005, 0, 0.012, -0.020, 0.007, 0.004, -0.011, 0.015, -0.003, 0.006, 0.009])
    record = track_record(returns)
    assert record is not None
    assert record.kurtosis == pytest.approx(2.79036, abs=5e-6)
    assert probabilistic_sharpe(record) == pytest.approx(0.72477, abs=5e-6)
    short = track_record(returns[:9])
    assert short is not None
    assert probabilistic_sharpe(short) is None
    assert track_record(np.full(20, 0.01)) is None
