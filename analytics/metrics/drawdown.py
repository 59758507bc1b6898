"""Falls of the realised equity below its peak, the start included in the peak."""

from __future__ import annotations

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit

NO_EXIT = "no exit"


def max_drawdown_money(data: MetricInput) -> Figure:
    """Deepest fall below the running peak in money, <= 0."""
    n = len(data.exit_pnl)
    return Figure(float((data.curve - data.peaks).min()), n) if n else Figure(None, 0, NO_EXIT)


def max_drawdown(data: MetricInput) -> Figure:
    """Deepest fall as a fraction of the running peak of the equity, <= 0."""
    n, start = len(data.exit_pnl), data.starting_balance
    if not n:
        return Figure(None, 0, NO_EXIT)
    if not start or start <= 0:
        return Figure(None, n, "starting balance unknown")
    return Figure(float(((data.curve - data.peaks) / (data.peaks + start)).min()), n)


def max_drawdown_days(data: MetricInput) -> Figure:
    """Longest stretch from a peak to its recovery, in calendar days; an open one runs to the last day."""
    if not len(data.days):
        return Figure(None, 0, NO_EXIT)
    curve = np.concatenate([[0.0], np.cumsum(data.day_pnl)])
    days = np.concatenate([data.days[:1], data.days])
    is_peak = curve >= np.maximum.accumulate(curve)
    starts = days[is_peak]
    ends = np.append(starts[1:], days[-1])
    # Between two peaks there is a drawdown only where a day lies below.
    below = np.diff(np.flatnonzero(is_peak), append=len(curve)) > 1
    return Figure(float((ends - starts)[below].max(initial=0)), len(data.days))


def recovery_factor(data: MetricInput) -> Figure:
    """Realised P&L over the deepest fall in money."""
    n = len(data.exit_pnl)
    if not n:
        return Figure(None, 0, NO_EXIT)
    fall = float((data.curve - data.peaks).min())
    return Figure(float(data.curve[-1]) / -fall, n) if fall < 0 else Figure(None, n, "no drawdown")


def current_drawdown_money(data: MetricInput) -> Figure:
    """Distance to the last peak, <= 0."""
    n = len(data.exit_pnl)
    return Figure(float(data.curve[-1] - data.peaks[-1]), n) if n else Figure(None, 0, NO_EXIT)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="max_drawdown_money",
        label="Max drawdown",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="min over exits of equity − running peak, start in the peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="The deepest fall from a peak, in money; never above zero.",
        compute=max_drawdown_money,
    ),
    Metric(
        slug="max_drawdown",
        label="Max drawdown %",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="min over exits of equity ÷ running peak − 1, starting balance in the peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="The deepest fall as a part of the account.",
        compute=max_drawdown,
    ),
    Metric(
        slug="max_drawdown_days",
        label="Longest drawdown",
        unit=Unit.DAYS,
        better=Direction.DOWN,
        formula="longest time from a peak day to the day it is reached again",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How long you had to wait for a new high; an open one counts to the last day.",
        compute=max_drawdown_days,
    ),
    Metric(
        slug="recovery_factor",
        label="Recovery factor",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="P&L ÷ |max drawdown in money|",
        source="MetaTrader report",
        hint="How often the profit paid for the deepest fall.",
        compute=recovery_factor,
    ),
    Metric(
        slug="current_drawdown_money",
        label="Current drawdown",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="equity − last peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="What is missing to the last peak.",
        compute=current_drawdown_money,
    ),
)
