"""How sure a figure can be: intervals, tests, and how many more trades it takes to know.

Everything random has a fixed seed: the same trades always show the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.distributions import (
    binomial_probability,
    normal_probability,
    normal_quantile,
    t_probability,
    t_quantile,
)
from analytics.moments import deviation, kurtosis, skewness

if TYPE_CHECKING:
    from domain.columns import Floats

FEW = 10  # as in tables of groups: one interval of one set of trades, wherever it stands
FEW_RETURNS = 10
RESAMPLES = 10_000
FEWEST_RESAMPLES = 400
MOST_DRAWS = 20_000_000
MOST_SAMPLE = 50_000
CHUNK = 200_000
BLOCKS = 300
SEED = 20_260_101
EULER_MASCHERONI = 0.577_215_664_901_532_9
TOO_FEW = "fewer than two closed trades"

__all__ = [
    "Interval",
    "Significance",
    "TrackRecord",
    "TradesNeeded",
    "block_interval",
    "bootstrap_interval",
    "deflated_sharpe",
    "expectancy_interval",
    "expected_best_sharpe",
    "mean_interval",
    "minimum_track_record",
    "probabilistic_sharpe",
    "sign_test",
    "t_test",
    "track_record",
    "trades_needed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval.

    Attributes:
        low, high: Bounds, None when undefined, and then `reason` says why.
        level: Confidence, for example 0.95.
        method: "t" or "bootstrap".
    """

    low: float | None
    high: float | None
    n: int
    level: float
    method: str
    reason: str = ""

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Low and high, None when undefined."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def excludes_zero(self) -> bool:
        """Whether all of it lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def mean_interval(values: Floats, *, level: float = 0.95, seed: int = SEED) -> Interval:
    """Confidence interval of a mean.

    Student's t from ten values on: the percentile bootstrap of so few is too narrow. Below ten, the bootstrap
    nevertheless, because t then spreads beyond anything that was seen.

    Args:
        values: P&L or R of closed trades, or returns, float64 without NaN.
        level: Confidence between 0 and 1.
        seed: Seed of the resampling.

    **Source:** Student 1908; B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993; T. Hesterberg, What
    Teachers Should Know About the Bootstrap, The American Statistician 69, 2015 (percentile intervals of few values).
    """
    n = len(values)
    if n < FEW:
        return bootstrap_interval(values, _means, level=level, seed=seed)
    half = t_quantile(0.5 + level / 2, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    mean = float(values.mean())
    return Interval(low=mean - half, high=mean + half, n=n, level=level, method="t")


def expectancy_interval(pnl: Floats, *, level: float = 0.95, seed: int = SEED) -> Interval:
    """Confidence interval of the mean P&L of a trade; see `mean_interval`."""
    return mean_interval(pnl, level=level, seed=seed)


def bootstrap_interval(
    values: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval:
    """Percentile bootstrap interval of any figure of independent trades.

    Above 2,000 values fewer resamples are drawn (20 million values in all, at least 400 resamples);
    above 50,000 each resample takes 50,000 and its distance from the figure is shrunk to the full n.

    Args:
        values: One value a trade, float64 without NaN.
        statistic: Takes samples as rows (k x n) and returns one figure a row (k). A resample for
            which it is NaN or infinite (no losing trade) is left out.
        level: Confidence between 0 and 1.
        resamples: How many, at most.
        seed: Seed of the resampling.

    Returns:
        Undefined below two values, or where most resamples have no figure.

    **Source:** B. Efron, R. Tibshirani 1993; m out of n: P. Bickel, F. Götze, W. van Zwet 1997.
    """
    n = len(values)
    if n < 2:
        return _no_interval(n, level, TOO_FEW)
    size = min(n, MOST_SAMPLE)
    count = min(resamples, max(FEWEST_RESAMPLES, MOST_DRAWS // size))
    found = _resampled(values, statistic, size=size, count=count, seed=seed)
    found = found[np.isfinite(found)]
    if len(found) < count / 2:
        return _no_interval(n, level, "most resamples have no figure")
    low, high = (float(bound) for bound in np.quantile(found, [0.5 - level / 2, 0.5 + level / 2]))
    if size < n:
        whole, shrink = float(statistic(values[None, :])[0]), math.sqrt(size / n)
        low, high = whole + (low - whole) * shrink, whole + (high - whole) * shrink
    return Interval(low=low, high=high, n=n, level=level, method="bootstrap")


def block_interval(values: Floats, *, level: float = 0.95, resamples: int = RESAMPLES, seed: int = SEED) -> Interval:
    """Percentile bootstrap interval of a mean, drawn from at most `BLOCKS` blocks of consecutive values.

    Up to so many values each is a block of its own: the usual bootstrap. More are added up in blocks of equal length
    once, so that a resample costs the same for a thousand values and for a million, and the resamples need not be
    fewer; a streak that lies within a block is drawn as a whole.

    Args:
        values: One value a trade in time order, float64 without NaN.
        level: Confidence between 0 and 1.
        resamples: How many.
        seed: Seed of the resampling.

    Returns:
        Undefined below two values.

    **Source:** B. Efron, R. Tibshirani 1993; H. Künsch, The jackknife and the bootstrap for general stationary
    observations, 1989 (blocks).
    """
    n = len(values)
    if n < 2:
        return _no_interval(n, level, TOO_FEW)
    starts = np.linspace(0, n, min(n, BLOCKS), endpoint=False).astype(np.int64)
    sums, sizes = np.add.reduceat(values, starts), np.diff(starts, append=n)
    random, rows, parts = np.random.default_rng(seed), max(1, CHUNK // len(starts)), []
    for first in range(0, resamples, rows):
        drawn = random.integers(0, len(starts), size=(min(rows, resamples - first), len(starts)))
        parts.append(sums[drawn].sum(axis=-1) / sizes[drawn].sum(axis=-1))
    low, high = (float(bound) for bound in np.quantile(np.concatenate(parts), [0.5 - level / 2, 0.5 + level / 2]))
    return Interval(low=low, high=high, n=n, level=level, method="bootstrap")


def _resampled(values: Floats, statistic: Callable[[Floats], Floats], *, size: int, count: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    rows = max(1, CHUNK // size)
    parts = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, count, rows):
            draws = random.integers(0, len(values), size=(min(rows, count - start), size))
            parts.append(statistic(values[draws]))
    return np.concatenate(parts)


def _means(samples: Floats) -> Floats:
    means: Floats = samples.mean(axis=-1)
    return means


def _no_interval(n: int, level: float, reason: str) -> Interval:
    return Interval(low=None, high=None, n=n, level=level, method="bootstrap", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """What a test says against "no edge".

    Attributes:
        statistic: t, or the share of positive values; None when undefined, and then `reason` says why.
        p_value: Chance of a result at least this far from none, in either direction.
        p_above: Chance of a result at least this high.
    """

    statistic: float | None
    p_value: float | None
    p_above: float | None
    n: int
    reason: str = ""


def t_test(values: Floats) -> Significance:
    """Test whether a mean differs from 0.

    Args:
        values: P&L or R of closed trades, float64 without NaN.

    **Source:** Student, The Probable Error of a Mean, 1908.
    """
    n, spread = len(values), deviation(values)
    if spread is None:
        reason = TOO_FEW if n < 2 else "values do not vary"
        return Significance(statistic=None, p_value=None, p_above=None, n=n, reason=reason)
    t = float(values.mean()) / (spread / math.sqrt(n))
    tail = t_probability(-abs(t), n - 1)
    return Significance(statistic=t, p_value=2 * tail, p_above=tail if t > 0 else 1 - tail, n=n)


def sign_test(values: Floats) -> Significance:
    """Test whether positive values are as likely as negative ones; zeros are left out.

    It asks about frequency alone: a 40 % win rate with large wins is an edge this test cannot see.

    Args:
        values: P&L or R of closed trades, float64 without NaN.

    **Source:** J. Arbuthnot 1710; W. Conover, Practical Nonparametric Statistics, 1999 (exact binomial).
    """
    above, below = int((values > 0).sum()), int((values < 0).sum())
    n = above + below
    if not n:
        return Significance(statistic=None, p_value=None, p_above=None, n=0, reason="no winning or losing trade")
    rarer = binomial_probability(min(above, below), n, 0.5)
    p_above = binomial_probability(below, n, 0.5)  # P(X >= above), by symmetry
    return Significance(statistic=above / n, p_value=min(1.0, 2 * rarer), p_above=p_above, n=n)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradesNeeded:
    """How many trades tell an edge from luck.

    Attributes:
        total: Trades at which a mean and spread like these would be distinguishable from 0.
        more: Those still missing, 0 when it is distinguishable already; None when never.
    """

    total: int | None
    more: int | None
    n: int
    reason: str = ""


def trades_needed(values: Floats, *, level: float = 0.95, power: float = 0.5) -> TradesNeeded:
    """Trades until the mean can be told from 0, if mean and spread stay what they are.

    Args:
        values: P&L or R of closed trades, float64 without NaN.
        level: Confidence of the interval that must leave 0 out.
        power: Chance of that happening by then; 0.5 is "as likely as not".

    **Source:** sample size of a mean: J. Cohen, Statistical Power Analysis, 1988.
    """
    n, spread = len(values), deviation(values)
    mean = abs(float(values.mean())) if n else 0.0
    if spread is None:
        return TradesNeeded(total=None, more=None, n=n, reason=TOO_FEW if n < 2 else "values do not vary")
    if mean <= spread * 1e-9:
        return TradesNeeded(total=None, more=None, n=n, reason="the mean is zero")
    reach, ratio = normal_quantile(power), (spread / mean) ** 2
    total = max(2, math.ceil((normal_quantile(0.5 + level / 2) + reach) ** 2 * ratio))
    # Student's t asks for a few more than the normal does.
    while total < (t_quantile(0.5 + level / 2, total - 1) + reach) ** 2 * ratio:
        total += 1
    return TradesNeeded(total=total, more=max(0, total - n), n=n)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """What the Sharpe ratio of a track record rests on, all per period, nothing annualised.

    Attributes:
        sharpe: Mean over sample standard deviation.
        n: Periods.
        skew: Third standardised moment.
        kurtosis: Fourth standardised moment, raw: 3 for a normal, not its excess.
    """

    sharpe: float
    n: int
    skew: float = 0.0
    kurtosis: float = 3.0

    @property
    def variance(self) -> float:
        """Variance of the Sharpe estimate times n - 1; never below 0 for moments of real samples."""
        return 1 - self.skew * self.sharpe + (self.kurtosis - 1) / 4 * self.sharpe**2


def track_record(returns: Floats) -> TrackRecord | None:
    """Return the track record of returns per period, None when they do not vary."""
    spread, skew, raw = deviation(returns), skewness(returns), kurtosis(returns)
    if spread is None or skew is None or raw is None:
        return None
    return TrackRecord(sharpe=float(returns.mean()) / spread, n=len(returns), skew=skew, kurtosis=raw)


def probabilistic_sharpe(record: TrackRecord, *, benchmark: float = 0.0) -> float | None:
    """Return the probability that the true Sharpe ratio is above a benchmark; None below ten periods.

    Args:
        record: Of returns per period.
        benchmark: Sharpe ratio per period to beat.

    **Source:** D. Bailey, M. López de Prado, The Sharpe Ratio Efficient Frontier, 2012.
    """
    if record.n < FEW_RETURNS or record.variance <= 0:
        return None
    return normal_probability((record.sharpe - benchmark) * math.sqrt(record.n - 1) / math.sqrt(record.variance))


def expected_best_sharpe(trial_deviation: float, trials: int) -> float:
    """Return the Sharpe ratio that the best of some trials without skill is expected to show.

    Args:
        trial_deviation: Standard deviation of the trials' Sharpe ratios, per period.
        trials: How many independent ones were tried, >= 1.

    **Source:** D. Bailey, M. López de Prado, The Deflated Sharpe Ratio, 2014.
    """
    if trials < 2:
        return 0.0
    high = normal_quantile(1 - 1 / trials)
    higher = normal_quantile(1 - 1 / (trials * math.e))
    return trial_deviation * ((1 - EULER_MASCHERONI) * high + EULER_MASCHERONI * higher)


def deflated_sharpe(record: TrackRecord, *, trial_deviation: float, trials: int) -> float | None:
    """Return the probability that the Sharpe ratio beats the best that luck gives among the trials.

    Arguments and source as `expected_best_sharpe`.
    """
    return probabilistic_sharpe(record, benchmark=expected_best_sharpe(trial_deviation, trials))


def minimum_track_record(record: TrackRecord, *, benchmark: float = 0.0, level: float = 0.95) -> float | None:
    """Return how many periods prove a Sharpe ratio above a benchmark; None when it is not above.

    Args:
        record: Of returns per period.
        benchmark: Sharpe ratio per period to beat.
        level: Confidence.

    **Source:** D. Bailey, M. López de Prado 2012.
    """
    if record.sharpe <= benchmark or record.variance <= 0:
        return None
    return 1 + record.variance * (normal_quantile(level) / (record.sharpe - benchmark)) ** 2
