"""The efficient frontier against closed forms and its own laws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from analytics.frontier import efficient_frontier, shrink_covariance
from domain.errors import InvalidInputError


def draw(days: int, count: int, seed: int = 7) -> np.ndarray:
    """Return invented daily returns with one common factor."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((days, 1)) * 0.006
    own = rng.standard_normal((days, count)) * np.linspace(0.005, 0.02, count)
    return common + own + np.linspace(0.0001, 0.0009, count)


def test_least_variance_of_two_assets_is_the_textbook_weight() -> None:
    """w1 = (s2² − s12) ÷ (s1² + s2² − 2 s12), when that is long-only."""
    returns = draw(2_000, 2)
    covariance, _ = shrink_covariance(returns)
    (one, both), (_, two) = covariance
    weight = (two - both) / (one + two - 2 * both)
    found = efficient_frontier(returns, 252)
    assert found.least_risk.weights[0] == pytest.approx(min(1.0, weight), abs=1e-4)


def test_the_curve_rises_and_starts_at_the_least_risk() -> None:
    """Along the curve both risk and return grow; no asset lies left of it."""
    found = efficient_frontier(draw(750, 6), 252)
    means = [item.mean for item in found.curve]
    risks = [item.risk for item in found.curve]
    assert all(later >= earlier - 1e-7 for earlier, later in itertools.pairwise(means))
    assert all(later >= earlier - 1e-6 for earlier, later in itertools.pairwise(risks))
    assert (found.risks >= found.least_risk.risk - 1e-9).all()
    assert means[-1] == pytest.approx(found.means.max(), abs=1e-6)
    for item in (*found.curve, found.best_sharpe):
        assert item.weights.sum() == pytest.approx(1.0)
        assert (item.weights >= 0).all()


def test_no_mix_beats_the_best_sharpe() -> None:
    """20,000 random mixes all have a lower ratio of mean to risk."""
    returns = draw(750, 5)
    found = efficient_frontier(returns, 252)
    covariance = shrink_covariance(returns)[0] * 252
    weights = np.random.default_rng(1).dirichlet(np.ones(5) * 0.5, 20_000)
    ratios = weights @ found.means / np.sqrt(np.einsum("ij,jk,ik->i", weights, covariance, weights))
    assert found.best_sharpe.sharpe >= ratios.max() - 1e-6


def test_shrinkage_falls_with_more_days() -> None:
    """The estimate moves less toward equal variances the more days there are; it lies from 0 to 1."""
    few, many = (shrink_covariance(draw(days, 8))[1] for days in (70, 7_000))
    assert 0 <= many < few <= 1


@pytest.mark.parametrize("shape", [(59, 3), (500, 1), (500, 41)])
def test_too_little_is_refused_with_the_numbers(shape: tuple[int, int]) -> None:
    """Fewer than 60 days, one asset or more than 40 make no frontier."""
    with pytest.raises(InvalidInputError, match="needs 2 to 40 holdings with 60"):
        efficient_frontier(np.zeros(shape), 252)
