"""How two groups of trades differ, and how sure the difference is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.distributions import normal_quantile, t_quantile
from analytics.inference import SEED

if TYPE_CHECKING:
    from domain.columns import Floats

FEWEST = 5
RESAMPLES = 600
MOST_SAMPLE = 2_000
CHUNK = 100_000
TOO_FEW = "fewer than five trades in a group"


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


def bootstrap_differences(
    first: Floats, second: Floats, slugs: Sequence[str], *, level: float = 0.95, seed: int = SEED
) -> dict[str, Difference]:
    """Percentile bootstrap of the differences of some figures, all from the same resamples; the seed is fixed.

    Above 2,000 trades a group, resamples take 2,000 and their spread is shrunk to the full number.

    Args:
        first: P&L of the first group.
        second: Of the second.
        slugs: Names of figures, of `STATISTICS`.
        level: Confidence.
        seed: Seed of the resampling.

    **Source:** B. Efron, R. Tibshirani 1993; m out of n: P. Bickel, F. Götze, W. van Zwet 1997.
    """
    if min(len(first), len(second)) < FEWEST:
        return dict.fromkeys(slugs, _none("bootstrap", TOO_FEW))
    random = np.random.default_rng(seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = [_resampled(values, slugs, random) for values in (first, second)]
    return {slug: _between(drawn[0][slug] - drawn[1][slug], level) for slug in slugs}


def _between(found: Floats, level: float) -> Difference:
    """Return the interval of resampled differences."""
    found = found[np.isfinite(found)]
    if len(found) < RESAMPLES / 2:
        return _none("bootstrap", "most resamples have no figure")
    low, high = (float(bound) for bound in np.quantile(found, [0.5 - level / 2, 0.5 + level / 2]))
    return Difference(low=low, high=high, method="bootstrap")


def _resampled(values: Floats, slugs: Sequence[str], random: np.random.Generator) -> dict[str, Floats]:
    """Return each figure of every resample; they are drawn in chunks that fit into the processor's cache."""
    size = min(len(values), MOST_SAMPLE)
    rows = max(1, CHUNK // size)
    parts: dict[str, list[Floats]] = {slug: [] for slug in slugs}
    for start in range(0, RESAMPLES, rows):
        samples = Samples(values[random.integers(0, len(values), size=(min(rows, RESAMPLES - start), size))])
        for slug, found in parts.items():
            found.append(STATISTICS[slug](samples))
    figures = {slug: np.concatenate(found) for slug, found in parts.items()}
    if size < len(values):
        whole, shrink = Samples(values[None, :]), math.sqrt(size / len(values))
        for slug, drawn in figures.items():
            middle = float(STATISTICS[slug](whole)[0])
            figures[slug] = middle + (drawn - middle) * shrink
    return figures


def _none(method: str, reason: str) -> Difference:
    return Difference(low=None, high=None, method=method, reason=reason)


class Samples:
    """Samples of P&L as rows (k x n), and what several figures of them rest on; NaN where a row has none."""

    def __init__(self, rows: Floats) -> None:
        self.rows = rows

    @cached_property
    def won(self) -> Floats:
        """Sum of the positive values of each row."""
        found: Floats = np.maximum(self.rows, 0).sum(axis=-1)
        return found

    @cached_property
    def lost(self) -> Floats:
        """Sum of the negative values of each row, <= 0."""
        found: Floats = np.minimum(self.rows, 0).sum(axis=-1)
        return found

    @cached_property
    def mean_win(self) -> Floats:
        """Mean of the positive values of each row."""
        count = (self.rows > 0).sum(axis=-1)
        return self.won / np.where(count > 0, count, np.nan)

    @cached_property
    def mean_loss(self) -> Floats:
        """Mean of the negative values of each row."""
        count = (self.rows < 0).sum(axis=-1)
        return self.lost / np.where(count > 0, count, np.nan)

    @cached_property
    def median(self) -> Floats:
        """Median of each row."""
        return row_medians(self.rows)


FEWEST_FOR_BAND = 500
BAND = 0.08


def row_medians(rows: Floats) -> Floats:
    """Median of each row; of rows that are samples of the same values in half the time of `numpy.median`.

    Only what lies in the middle of the first row, a band far wider than medians differ, is put in order. Rows whose
    median is not in there are asked for by the usual way.

    Args:
        rows: k x n, float64 without NaN.
    """
    n, at = rows.shape[1], rows.shape[1] // 2
    if n < FEWEST_FOR_BAND:
        return _medians(rows)
    places = [int(n * (0.5 - BAND)), int(n * (0.5 + BAND))]
    low, high = np.partition(rows[0], places)[places]
    is_within = (rows >= low) & (rows <= high)
    counts = is_within.sum(axis=-1)
    band = np.full((len(rows), int(counts.max())), np.inf)
    band[np.arange(band.shape[1]) < counts[:, None]] = rows[is_within]
    band.sort(axis=-1)
    upper = at - (rows < low).sum(axis=-1)
    lower = upper - (n % 2 == 0)
    is_found = (lower >= 0) & (upper < counts)
    if not is_found.all():
        return _medians(rows)
    row = np.arange(len(rows))
    found: Floats = (band[row, lower] + band[row, upper]) / 2
    return found


def _medians(rows: Floats) -> Floats:
    found: Floats = np.median(rows, axis=-1)
    return found


STATISTICS: dict[str, Callable[[Samples], Floats]] = {
    "profit_factor": lambda samples: samples.won / np.where(samples.lost < 0, -samples.lost, np.nan),
    "payoff": lambda samples: samples.mean_win / -samples.mean_loss,
    "avg_win": lambda samples: samples.mean_win,
    "avg_loss": lambda samples: samples.mean_loss,
    "median_trade": lambda samples: samples.median,
}
"""Figures whose difference is bootstrapped, by the slug of their metric."""
