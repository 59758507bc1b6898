"""Differences of two groups: shared resamples, and medians the quick way."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.comparison import STATISTICS, Samples, bootstrap_differences, row_medians


def _groups(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    return random.normal(5, 90, n).round(2), random.normal(0, 50, m).round(2)


@pytest.mark.parametrize("sizes", [(40, 300), (2_001, 9_000)])
def test_a_figure_has_the_same_interval_alone_and_beside_others(sizes: tuple[int, int]) -> None:
    """Figures share their resamples, so that asking for more of them changes none."""
    first, second = _groups(*sizes)
    together = bootstrap_differences(first, second, list(STATISTICS))
    for slug in STATISTICS:
        assert bootstrap_differences(first, second, [slug])[slug] == together[slug]
        assert together[slug].low is not None


def test_a_difference_that_is_there_is_seen() -> None:
    """The interval holds the real difference and leaves zero out where it is far away."""
    random = np.random.default_rng(8)
    found = bootstrap_differences(random.normal(50, 10, 5_000), random.normal(0, 10, 5_000), ["median_trade"])
    low, high = found["median_trade"].low, found["median_trade"].high
    assert low is not None
    assert high is not None
    assert low < 50 < high
    assert found["median_trade"].is_proven


def test_few_trades_have_no_interval() -> None:
    """Below five trades in a group there is a reason in place of bounds."""
    found = bootstrap_differences(np.ones(4), np.ones(40), ["payoff"])["payoff"]
    assert found.low is None
    assert found.reason == "fewer than five trades in a group"


@pytest.mark.parametrize("n", [7, 499, 500, 1_999, 2_000])
@pytest.mark.parametrize("levels", [3, 100_000])
def test_row_medians_are_numpy_s(n: int, levels: int) -> None:
    """Odd and even lengths, many and few different values: the same to the last bit."""
    rows = np.random.default_rng(1).integers(-levels, levels, (40, n)) / 100
    assert (row_medians(rows) == np.median(rows, axis=-1)).all()


def test_rows_that_are_nothing_like_the_first_have_their_medians_too() -> None:
    """A median outside the band of the first row is found the usual way."""
    rows = np.random.default_rng(2).normal(0, 1, (5, 900))
    rows[3] += 1_000
    assert (row_medians(rows) == np.median(rows, axis=-1)).all()


def test_figures_of_a_sample_are_those_of_its_values() -> None:
    """Profit factor, payoff and means by hand; a row without losses has none of those that need them."""
    samples = Samples(np.array([[10.0, -5.0, 30.0, -15.0], [1.0, 2.0, 3.0, 4.0]]))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {slug: statistic(samples) for slug, statistic in STATISTICS.items()}
    assert found["profit_factor"][0] == 2.0
    assert found["avg_win"].tolist() == [20.0, 2.5]
    assert found["avg_loss"][0] == -10.0
    assert found["payoff"][0] == 2.0
    assert found["median_trade"].tolist() == [2.5, 2.5]
    assert np.isnan([found[slug][1] for slug in ("profit_factor", "payoff", "avg_loss")]).all()
