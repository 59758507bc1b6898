"""Whether a slice of a book is bad beyond luck: tests by trading day, corrected for lopsided books."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analytics.distributions import t_probability, t_quantile
from analytics.leak_slices import cluster_sums, time_clusters

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Floats, Ints

FEWEST_CLUSTERS = 8
MOST_CLUSTERS = 250


class Sample:
    """Trades of a part of the period with their clusters."""

    __slots__ = ("clusters", "count", "counts", "n", "pnl", "skew", "squares", "sums", "total")

    def __init__(self, pnl: Floats, days: Codes) -> None:
        self.pnl = pnl
        self.n = len(pnl)
        self.clusters, self.count = time_clusters(days, MOST_CLUSTERS)
        self.sums = cluster_sums(self.clusters, pnl, self.count)
        self.counts: Floats = np.bincount(self.clusters, minlength=self.count).astype(np.float64)
        self.total = float(pnl.sum())
        self.squares = pnl**2
        self.skew = _skew(pnl)


def _skew(pnl: Floats) -> float:
    """Skewness of a book, 0 when it leans to losses: the correction never makes a slice look worse."""
    spread = float(pnl.std())
    return max(float((((pnl - pnl.mean()) / spread) ** 3).mean()), 0.0) if spread > 0 else 0.0


def slice_cells(
    codes: Ints, pnl: Floats, clusters: Ints, *, wanted: Ints, size: int, clusters_n: int
) -> tuple[Floats, Floats]:
    """Return sums and counts of the wanted slices by cluster, (slices, clusters)."""
    place = np.full(size, -1, dtype=np.int64)
    place[wanted] = np.arange(len(wanted))
    rows = place[codes]
    kept = rows >= 0
    cells = rows[kept] * clusters_n + clusters[kept]
    shape = (len(wanted), clusters_n)
    sums = cluster_sums(cells, pnl[kept], shape[0] * shape[1]).reshape(shape)
    counts: Floats = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    return sums, counts


def judge_slices(sample: Sample, sums: Floats, counts: Floats) -> tuple[list[float], list[float]]:
    """Return t and the chance of each slice being this bad by luck: against zero and against the rest, the worse."""
    n, total = counts.sum(axis=1), sums.sum(axis=1)
    mean = total / n
    rest_n = np.maximum(sample.n - n, 1.0)
    rest_mean = (sample.total - total) / rest_n
    own = (sums - mean[:, None] * counts) / n[:, None]
    rest = (sample.sums - sums - rest_mean[:, None] * (sample.counts - counts)) / rest_n[:, None]
    clusters = (counts > 0).sum(axis=1)
    t_zero = mean / _root(own, clusters)
    t_rest = (mean - rest_mean) / _root(own - rest, clusters)
    t = np.maximum(_unskew(t_zero, sample.skew, n), _unskew(t_rest, sample.skew, n))
    pairs = zip(t.tolist(), clusters.tolist(), strict=True)
    return t.tolist(), [_left_tail(value, count) for value, count in pairs]


def _root(parts: Floats, clusters: Ints) -> Floats:
    """Standard error from what each cluster contributes, with the usual correction for their number."""
    count = np.maximum(clusters, 2)
    error: Floats = np.sqrt((parts**2).sum(axis=1) * count / (count - 1))
    return np.where(error > 0, error, np.inf)


def _unskew(t: Floats, skew: float, n: Floats) -> Floats:
    """Correct t for the skewness of the trades it is made of (Hall's monotone transformation)."""
    lean = skew / np.sqrt(n)
    corrected: Floats = t + lean * t**2 / 3 + lean**2 * t**3 / 27 + lean / 6
    return corrected


def _left_tail(t: float, clusters: int) -> float:
    if clusters < FEWEST_CLUSTERS or t > -1:
        return 1.0
    return t_probability(t, clusters - 1)


def judge_rows(sample: Sample, mask: Bools, fewest: int) -> float:
    """Return the chance that some trades of a sample are this bad by luck."""
    n = int(mask.sum())
    if n < fewest or n >= sample.n or float(sample.pnl[mask].sum()) >= 0:
        return 1.0
    sums = cluster_sums(sample.clusters[mask], sample.pnl[mask], sample.count)[None, :]
    counts = np.bincount(sample.clusters[mask], minlength=sample.count).astype(np.float64)[None, :]
    return judge_slices(sample, sums, counts)[1][0]


def sum_interval(values: Floats, clusters: Ints, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return the sum of some values and its interval when clusters of them are drawn by luck.

    Args:
        values: Float64, at least one.
        clusters: Cluster of each, small integers >= 0.
        level: Confidence between 0 and 1.

    Returns:
        Sum, low, high; the sum three times when there is one cluster only.
    """
    total, mean = float(values.sum()), float(values.mean())
    counts = np.bincount(clusters)
    parts = (np.bincount(clusters, values) - mean * counts)[counts > 0]
    if len(parts) < 2:
        return total, total, total
    error = math.sqrt(float((parts**2).sum()) * len(parts) / (len(parts) - 1))
    half = t_quantile(0.5 + level / 2, len(parts) - 1) * error
    return total, total - half, total + half
