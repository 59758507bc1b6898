"""How likely luck alone explains the record."""

from __future__ import annotations

import math

import numpy as np

from analytics.inference import (
    BLOCKS,
    RESAMPLES,
    Significance,
    TrackRecord,
    deflated_sharpe,
    minimum_track_record,
    probabilistic_sharpe,
    sign_test,
    t_test,
    track_record,
)
from analytics.inference import trades_needed as needed_of
from analytics.metrics import Cost, Figure, Metric, MetricInput
from analytics.moments import deviation
from domain.performance import Direction, Unit

FEW_RETURNS = "fewer than ten trading days"
MOST_DAYS = 1e9
BLOCKED = f"beyond {BLOCKS} trades, of {BLOCKS} blocks of trades in a row"


def t_statistic(data: MetricInput) -> Figure:
    """Mean P&L over its standard error."""
    spread = deviation(data.pnl)
    n = len(data.pnl)
    if spread is None:
        return Figure(None, n, "fewer than two closed trades" if n < 2 else "P&L does not vary")
    return Figure(float(data.pnl.mean()) / (spread / math.sqrt(n)), n)


def _chance(test: Significance) -> Figure:
    return Figure(test.p_value, test.n, test.reason)


def t_p_value(data: MetricInput) -> Figure:
    """Chance of a mean P&L at least this far from zero without an edge."""
    return _chance(t_test(data.pnl))


def sign_p_value(data: MetricInput) -> Figure:
    """Chance of at least so uneven a count of wins and losses at even odds."""
    return _chance(sign_test(data.outcome.astype(np.float64)))


def trades_needed(data: MetricInput) -> Figure:
    """Trades still missing until the expectancy can be told from zero."""
    found = needed_of(data.pnl)
    return Figure(None if found.more is None else float(found.more), found.n, found.reason)


def _record(data: MetricInput) -> TrackRecord | Figure:
    if data.excess is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    found = track_record(data.excess)
    return Figure(None, len(data.days), "daily returns do not vary") if found is None else found


def psr(data: MetricInput) -> Figure:
    """Probability that the true Sharpe ratio is above zero."""
    record = _record(data)
    if isinstance(record, Figure):
        return record
    value = probabilistic_sharpe(record)
    return Figure(value, record.n, "" if value is not None else FEW_RETURNS)


def dsr(data: MetricInput) -> Figure:
    """Probability that the Sharpe ratio beats the best of as many tries without skill."""
    record = _record(data)
    if isinstance(record, Figure):
        return record
    if data.trials is None:
        return Figure(None, record.n, "how many variants were tried is not known")
    spread = 1 / math.sqrt(max(record.n - 1, 1))
    value = deflated_sharpe(record, trial_deviation=spread, trials=data.trials)
    return Figure(value, record.n, "" if value is not None else FEW_RETURNS)


def min_track_record(data: MetricInput) -> Figure:
    """Trading days that would prove a Sharpe ratio above zero."""
    record = _record(data)
    if isinstance(record, Figure):
        return record
    value = minimum_track_record(record)
    # A ratio next to zero would need more days than there will ever be.
    is_known = value is not None and value < MOST_DAYS
    return Figure(value if is_known else None, record.n, "" if is_known else "the Sharpe ratio is not above zero")


def expectancy_low(data: MetricInput) -> Figure:
    """Lower bound of the 95 % bootstrap interval of the expectancy."""
    interval = data.expectancy_interval
    return Figure(interval.low, interval.n, interval.reason)


def expectancy_high(data: MetricInput) -> Figure:
    """Upper bound of the 95 % bootstrap interval of the expectancy."""
    interval = data.expectancy_interval
    return Figure(interval.high, interval.n, interval.reason)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="t_statistic",
        label="t statistic",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="mean(P&L) ÷ (sd(P&L) ÷ √N)",
        source="Student's t",
        hint="How far the average is from luck; about 2 is hard to get by chance.",
        compute=t_statistic,
    ),
    Metric(
        slug="t_p_value",
        label="p-value of the t test",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="2 × P(T ≤ −|t|), N − 1 degrees of freedom",
        source="Student, The Probable Error of a Mean, 1908",
        hint="How often trading without an edge would look at least this far from zero.",
        compute=t_p_value,
    ),
    Metric(
        slug="sign_p_value",
        label="p-value of the sign test",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="two-sided exact binomial test of W against L at even odds",
        source="W. Conover, Practical Nonparametric Statistics, 1999",
        hint="Whether wins and losses are uneven by luck; it does not see how large they are.",
        compute=sign_p_value,
    ),
    Metric(
        slug="trades_needed",
        label="Trades still needed",
        unit=Unit.COUNT,
        better=Direction.DOWN,
        formula="least N with N ≥ (t × sd ÷ mean)² at 95 %, less the trades there are",
        source="J. Cohen, Statistical Power Analysis, 1988",
        hint="How many more trades like these until the average can be told from zero; 0 when it already can.",
        compute=trades_needed,
    ),
    Metric(
        slug="psr",
        label="Probabilistic Sharpe ratio",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="Φ(SR × √(n − 1) ÷ √(1 − skew × SR + (kurtosis − 1) ÷ 4 × SR²)), SR daily, raw kurtosis",
        source="D. Bailey, M. López de Prado, The Sharpe Ratio Efficient Frontier, 2012",
        hint="How sure one can be that the true Sharpe ratio is above zero.",
        compute=psr,
    ),
    Metric(
        slug="dsr",
        label="Deflated Sharpe ratio",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="as the probabilistic one, against the best of K tries without skill; sd of a try 1 ÷ √(n − 1)",
        source="D. Bailey, M. López de Prado, The Deflated Sharpe Ratio, 2014",
        hint="Takes back what trying many variants adds by luck.",
        compute=dsr,
    ),
    Metric(
        slug="min_track_record",
        label="Minimum track record",
        unit=Unit.DAYS,
        better=Direction.DOWN,
        formula="1 + (1 − skew × SR + (kurtosis − 1) ÷ 4 × SR²) × (1.645 ÷ SR)² trading days",
        source="D. Bailey, M. López de Prado, The Sharpe Ratio Efficient Frontier, 2012",
        hint="How many trading days it takes to be 95 % sure that the Sharpe ratio is above zero.",
        compute=min_track_record,
    ),
    Metric(
        slug="expectancy_low",
        label="Expectancy, lower bound",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula=f"2.5 % quantile of the means of {RESAMPLES:,} resamples, fixed seed; {BLOCKED}",
        source="B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993; H. Künsch 1989 (blocks)",
        hint="The expectancy may well be as low as this.",
        compute=expectancy_low,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="expectancy_high",
        label="Expectancy, upper bound",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula=f"97.5 % quantile of the means of {RESAMPLES:,} resamples, fixed seed; {BLOCKED}",
        source="B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993; H. Künsch 1989 (blocks)",
        hint="The expectancy may well be as high as this.",
        compute=expectancy_high,
        cost=Cost.HEAVY,
    ),
)
