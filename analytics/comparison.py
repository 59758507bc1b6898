"""How two groups of trades differ, and how sure the difference is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.distributions import normal_quantile, t_quantile
from analytics.inference import SEED

if TYPE_CHECKING:
    from domain.columns import Floats

FEWEST = 5
RESAMPLES = 600
MOST_SAMPLE = 2_000
TOO_FEW = "fewer than five trades in a group"
Statistic = Callable[["Floats"], "Floats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """First group less second, with its 95 % interval.

    Attributes:
        low, high: Bounds, None when undefined, and then `reason` says why.
        method: "Welch", "Newcombe" or "bootstrap".
    """

    low: float | None
    high: float | None
    method: str
    reason: str = ""

    @property
    def is_proven(self) -> bool:
        """Whether all of the interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean_difference(first: Floats, second: Floats, *, level: float = 0.95) -> Difference:
    """Interval of the difference of two means, whatever their spreads.

    Args:
        first: Values of the first group, float64 without NaN.
        second: Of the second.
        level: Confidence.

    **Source:** B. Welch, The generalization of Student's problem, 1947.
    """
    sizes = len(first), len(second)
    if min(sizes) < FEWEST:
        return _none("Welch", TOO_FEW)
    shares = [float(values.var(ddof=1)) / len(values) for values in (first, second)]
    total = sum(shares)
    if total <= 0:
        return _none("Welch", "values do not vary")
    freedom = total**2 / sum(share**2 / (size - 1) for share, size in zip(shares, sizes, strict=True))
    half = t_quantile(0.5 + level / 2, freedom) * math.sqrt(total)
    middle = float(first.mean()) - float(second.mean())
    return Difference(low=middle - half, high=middle + half, method="Welch")


def share_difference(hits: tuple[int, int], sizes: tuple[int, int], *, level: float = 0.95) -> Difference:
    """Interval of the difference of two shares.

    Args:
        hits: Successes of either group.
        sizes: Trials of either group.
        level: Confidence.

    **Source:** R. Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10.
    """
    if min(sizes) < FEWEST:
        return _none("Newcombe", TOO_FEW)
    z = normal_quantile(0.5 + level / 2)
    shares = [hit / size for hit, size in zip(hits, sizes, strict=True)]
    bounds = [_wilson(share, size, z) for share, size in zip(shares, sizes, strict=True)]
    middle = shares[0] - shares[1]
    low = middle - math.hypot(shares[0] - bounds[0][0], bounds[1][1] - shares[1])
    high = middle + math.hypot(bounds[0][1] - shares[0], shares[1] - bounds[1][0])
    return Difference(low=low, high=high, method="Newcombe")


def _wilson(share: float, size: int, z: float) -> tuple[float, float]:
    centre = share + z * z / (2 * size)
    half = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    return (centre - half) / (1 + z * z / size), (centre + half) / (1 + z * z / size)


def bootstrap_difference(
    first: Floats, second: Floats, statistic: Statistic, *, level: float = 0.95, seed: int = SEED
) -> Difference:
    """Percentile bootstrap of the difference of any figure; the seed is fixed.

    Above 2,000 trades a group, resamples take 2,000 and their spread is shrunk to the full number.

    Args:
        first: P&L of the first group.
        second: Of the second.
        statistic: Takes samples as rows and returns one figure a row, NaN where it has none.
        level: Confidence.
        seed: Seed of the resampling.

    **Source:** B. Efron, R. Tibshirani 1993; m out of n: P. Bickel, F. Götze, W. van Zwet 1997.
    """
    if min(len(first), len(second)) < FEWEST:
        return _none("bootstrap", TOO_FEW)
    random = np.random.default_rng(seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = [_resampled(values, statistic, random) for values in (first, second)]
    found = drawn[0] - drawn[1]
    found = found[np.isfinite(found)]
    if len(found) < RESAMPLES / 2:
        return _none("bootstrap", "most resamples have no figure")
    low, high = (float(bound) for bound in np.quantile(found, [0.5 - level / 2, 0.5 + level / 2]))
    return Difference(low=low, high=high, method="bootstrap")


def _resampled(values: Floats, statistic: Statistic, random: np.random.Generator) -> Floats:
    size = min(len(values), MOST_SAMPLE)
    rows = max(1, 1_000_000 // size)
    parts = [
        statistic(values[random.integers(0, len(values), size=(min(rows, RESAMPLES - start), size))])
        for start in range(0, RESAMPLES, rows)
    ]
    figures: Floats = np.concatenate(parts)
    if size < len(values):
        whole = float(statistic(values[None, :])[0])
        figures = whole + (figures - whole) * math.sqrt(size / len(values))
    return figures


def _none(method: str, reason: str) -> Difference:
    return Difference(low=None, high=None, method=method, reason=reason)


def profit_factors(samples: Floats) -> Floats:
    """Profit factor of each row."""
    lost = -np.minimum(samples, 0).sum(axis=-1)
    found: Floats = np.maximum(samples, 0).sum(axis=-1) / np.where(lost > 0, lost, np.nan)
    return found


def mean_wins(samples: Floats) -> Floats:
    """Mean of the positive values of each row."""
    return _mean_where(samples, samples > 0)


def mean_losses(samples: Floats) -> Floats:
    """Mean of the negative values of each row."""
    return _mean_where(samples, samples < 0)


def payoffs(samples: Floats) -> Floats:
    """Mean positive over absolute mean negative value of each row."""
    return mean_wins(samples) / -mean_losses(samples)


def medians(samples: Floats) -> Floats:
    """Median of each row."""
    found: Floats = np.median(samples, axis=-1)
    return found


def _mean_where(samples: Floats, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    count = mask.sum(axis=-1)
    found: Floats = np.where(mask, samples, 0.0).sum(axis=-1) / np.where(count > 0, count, np.nan)
    return found


STATISTICS: dict[str, Statistic] = {
    "profit_factor": profit_factors,
    "payoff": payoffs,
    "avg_win": mean_wins,
    "avg_loss": mean_losses,
    "median_trade": medians,
}
"""Figures whose difference is bootstrapped, by the slug of their metric."""
