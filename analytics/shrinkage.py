"""Ranking groups by what is likely true of them, not by what a few lucky trades show.

The mean of each group is drawn towards the mean of all, the more the fewer trades it rests on: how
much is decided by how far the groups differ beyond what chance alone gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.distributions import normal_probability, normal_quantile

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

GRID = 200
FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunken:
    """What is likely true of each group; arrays have one entry a group, in the order given.

    Attributes:
        mean: Shrunken mean.
        deviation: Its standard deviation.
        low, high: 95 % interval of the true mean.
        likely: What the true mean exceeds with 84 % (mean less one deviation): the order of the ranking.
        p_positive: Chance that the true mean is above zero.
        spread: Estimated standard deviation between the groups' true means.
        centre: Estimated mean over all groups.
    """

    mean: Floats
    deviation: Floats
    low: Floats
    high: Floats
    likely: Floats
    p_positive: Floats
    spread: float
    centre: float


def shrink_means(means: Floats, counts: Ints, variance: float, *, basis: Bools | None = None) -> Shrunken:
    """Shrink the means of groups towards each other.

    Args:
        means: Mean result of each group, float64.
        counts: Trades of each, > 0.
        variance: Variance of a single trade within the groups, > 0: pooled, because three trades do
            not tell their own.
        basis: Which groups tell how far groups differ; all by default. A group of three lucky trades
            left out of it cannot vouch for itself.

    Returns:
        Means and intervals averaged over how much the groups may differ (a flat prior on that spread):
        with few groups no single value of it is believed.

    **Source:** C. Stein 1956; A. Gelman et al., Bayesian Data Analysis, 2013, section 5.4.
    """
    noise = variance / counts
    told = slice(None) if basis is None or basis.sum() < FEWEST_GROUPS else basis
    top = 2 * max(float(np.ptp(means[told])), math.sqrt(float(noise[told].max()))) if len(means) else 1.0
    spreads = np.linspace(0.0, top, GRID)
    weights, centres, centre_variances = _posterior(spreads, means[told], noise[told])
    between = spreads[:, None] ** 2
    keep = between / (between + noise)  # how much of a group's own mean is believed, (GRID, groups)
    middle = centres[:, None] + keep * (means - centres[:, None])
    inner = keep * noise + (1 - keep) ** 2 * centre_variances[:, None]
    mean = weights @ middle
    deviation = np.sqrt(weights @ inner + weights @ (middle - mean) ** 2)
    half = normal_quantile(0.975) * deviation
    return Shrunken(
        mean=mean,
        deviation=deviation,
        low=mean - half,
        high=mean + half,
        likely=mean - deviation,
        p_positive=np.array([normal_probability(z) for z in (mean / deviation).tolist()]),
        spread=float(weights @ spreads),
        centre=float(weights @ centres),
    )


def _posterior(spreads: Floats, means: Floats, noise: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the weight of each spread, and mean and variance of the common centre given it."""
    precision = 1.0 / (spreads[:, None] ** 2 + noise)
    centre_variance = 1.0 / precision.sum(axis=1)
    centre = (precision @ means) * centre_variance
    fit = 0.5 * np.log(precision).sum(axis=1) - 0.5 * (precision * (means - centre[:, None]) ** 2).sum(axis=1)
    log_weight = fit + 0.5 * np.log(centre_variance)
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum(), centre, centre_variance


def pooled_variance(values: Floats, codes: Ints, counts: Ints, means: Floats) -> float:
    """Return the variance of single values around their group's mean, float64; 0 when there is none."""
    freedom = len(values) - len(counts)
    return float(((values - means[codes]) ** 2).sum()) / freedom if freedom > 0 else 0.0
