"""Shrinking the means of groups: few trades are believed little, many a lot."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.shrinkage import pooled_variance, shrink_means

MEANS, COUNTS = np.array([2.0, 0.3, 0.25, 0.1, 0.2]), np.array([3, 50, 60, 40, 70])


def test_three_lucky_trades_do_not_lead() -> None:
    """A setup with three trades of +2R on average is drawn far down, and ranks below what is well known."""
    found = shrink_means(MEANS, COUNTS, 1.5**2)
    assert found.mean[0] < 0.6
    assert found.likely.argmax() != 0
    assert found.low[0] < 0 < found.high[0]


def test_a_group_left_out_of_the_basis_cannot_vouch_for_itself() -> None:
    """Three trades of +5R are believed where they may say how far setups differ, and hardly where they may not."""
    means = np.array([5.0, *MEANS[1:]])
    alone, told = shrink_means(means, COUNTS, 2.25), shrink_means(means, COUNTS, 2.25, basis=COUNTS >= 10)
    assert alone.mean[0] > 3
    assert told.mean[0] < 1
    assert told.likely.argmax() != 0
    assert told.mean[1:] == pytest.approx(shrink_means(MEANS[1:], COUNTS[1:], 2.25).mean)


def test_shrinking_draws_towards_the_centre_and_never_beyond() -> None:
    """Every mean lies between its own and the common one; more trades move it less."""
    found = shrink_means(MEANS, COUNTS, 1.5**2)
    low, high = np.minimum(MEANS, found.centre), np.maximum(MEANS, found.centre)
    assert ((found.mean >= low - 0.02) & (found.mean <= high + 0.02)).all()
    one, two = (
        shrink_means(np.array([1.0, 0.0, 0.0]), np.array([5, 50, 50]), 1.0),
        shrink_means(np.array([1.0, 0.0, 0.0]), np.array([500, 50, 50]), 1.0),
    )
    assert one.mean[0] < two.mean[0] < 1.0


def test_large_samples_keep_their_means() -> None:
    """With a million trades each, a group's mean is what it is, and its interval the usual one."""
    counts = np.full(3, 1_000_000)
    found = shrink_means(np.array([1.0, 2.0, 4.0]), counts, 1.0)
    assert found.mean == pytest.approx([1, 2, 4], abs=1e-4)
    assert found.deviation == pytest.approx(np.full(3, 1e-3), rel=0.05)
    assert found.p_positive == pytest.approx([1, 1, 1])


def test_it_follows_scale_and_shift() -> None:
    """Means in another currency shrink alike; adding a constant to all adds it to the result."""
    base = shrink_means(MEANS, COUNTS, 2.25)
    scaled = shrink_means(MEANS * 10, COUNTS, 225.0)
    assert scaled.mean == pytest.approx(base.mean * 10)
    shifted = shrink_means(MEANS + 5, COUNTS, 2.25)
    assert shifted.mean == pytest.approx(base.mean + 5)


def test_one_group_keeps_its_mean() -> None:
    """There is nothing to draw it to."""
    found = shrink_means(np.array([0.4]), np.array([25]), 1.0)
    assert found.mean == pytest.approx([0.4])


def test_the_intervals_hold_what_they_promise() -> None:
    """Over many drawn worlds 95 % intervals hold the true mean about 95 times in 100."""
    random = np.random.default_rng(11)
    held = []
    for _ in range(200):
        truth = random.normal(0.2, 0.3, 8)
        counts = random.integers(5, 80, 8)
        means = truth + random.normal(size=8) * np.sqrt(1.0 / counts)
        found = shrink_means(means, counts, 1.0)
        held.append((found.low <= truth) & (truth <= found.high))
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


def test_the_variance_is_pooled_within_groups() -> None:
    """Differences between groups do not count; too few values give 0."""
    values, codes = np.array([1.0, 3.0, 11.0, 13.0]), np.array([0, 0, 1, 1])
    assert pooled_variance(values, codes, np.array([2, 2]), np.array([2.0, 12.0])) == 2.0
    assert pooled_variance(values[:1], codes[:1], np.array([1]), np.array([1.0])) == 0.0
