"""How large wins and losses are: the mean, the middle, the extremes, and how much hangs on a few."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from analytics.moments import median
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

NO_WINNER = "no winning trade"
NO_LOSER = "no losing trade"
TOP_SHARE = 0.1


def _mean(values: Floats, reason: str) -> Figure:
    return Figure(float(values.mean()), len(values)) if len(values) else Figure(None, 0, reason)


def _median(values: Floats, reason: str) -> Figure:
    return Figure(median(values), len(values)) if len(values) else Figure(None, 0, reason)


def payoff(data: MetricInput) -> Figure:
    """Average win over the absolute average loss."""
    if not len(data.wins) or not len(data.losses):
        return Figure(None, len(data.pnl), NO_LOSER if len(data.wins) else NO_WINNER)
    return Figure(float(data.wins.mean() / -data.losses.mean()), len(data.wins) + len(data.losses))


def avg_win(data: MetricInput) -> Figure:
    """Mean P&L of the winning trades."""
    return _mean(data.wins, NO_WINNER)


def avg_loss(data: MetricInput) -> Figure:
    """Mean P&L of the losing trades, negative."""
    return _mean(data.losses, NO_LOSER)


def largest_win(data: MetricInput) -> Figure:
    """Largest winning trade."""
    return Figure(float(data.wins.max()), len(data.wins)) if len(data.wins) else Figure(None, 0, NO_WINNER)


def largest_loss(data: MetricInput) -> Figure:
    """Largest losing trade, negative."""
    return Figure(float(data.losses.min()), len(data.losses)) if len(data.losses) else Figure(None, 0, NO_LOSER)


def median_win(data: MetricInput) -> Figure:
    """Median P&L of the winning trades."""
    return _median(data.wins, NO_WINNER)


def median_loss(data: MetricInput) -> Figure:
    """Median P&L of the losing trades, negative."""
    return _median(data.losses, NO_LOSER)


def largest_win_share(data: MetricInput) -> Figure:
    """Largest win over the sum of all wins."""
    n = len(data.wins)
    return Figure(float(data.wins.max()) / float(data.wins.sum()), n) if n else Figure(None, 0, NO_WINNER)


def profit_concentration(data: MetricInput) -> Figure:
    """Share of all winnings that came from the best tenth of the wins, at least one."""
    n = len(data.wins)
    if not n:
        return Figure(None, 0, NO_WINNER)
    best = math.ceil(n * TOP_SHARE)
    top = np.partition(data.wins, n - best)[n - best :]
    return Figure(float(top.sum()) / float(data.wins.sum()), n)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="payoff",
        label="Payoff ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="average win ÷ |average loss|",
        source="R. Pardo 2008",
        hint="How much larger a win is than a loss.",
        compute=payoff,
    ),
    Metric(
        slug="avg_win",
        label="Average win",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="Σ wins ÷ W",
        source="Common use",
        hint="Size of a typical win.",
        compute=avg_win,
    ),
    Metric(
        slug="avg_loss",
        label="Average loss",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="Σ losses ÷ L, negative",
        source="Common use",
        hint="Size of a typical loss.",
        compute=avg_loss,
    ),
    Metric(
        slug="largest_win",
        label="Largest win",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="max P&L of the wins",
        source="Common use",
        hint="The best trade; a result that hangs on it is fragile.",
        compute=largest_win,
    ),
    Metric(
        slug="largest_loss",
        label="Largest loss",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="min P&L of the losses, negative",
        source="Common use",
        hint="The worst trade; compare it with the average loss.",
        compute=largest_loss,
    ),
    Metric(
        slug="median_win",
        label="Median win",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="median P&L of the wins",
        source="Common use",
        hint="The win in the middle; far below the average when a few large ones pull it up.",
        compute=median_win,
    ),
    Metric(
        slug="median_loss",
        label="Median loss",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="median P&L of the losses, negative",
        source="Common use",
        hint="The loss in the middle; far above the average when a few disasters pull it down.",
        compute=median_loss,
    ),
    Metric(
        slug="largest_win_share",
        label="Largest win of all wins",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="max win ÷ Σ wins",
        source="R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008",
        hint="How much of what was won hangs on one trade.",
        compute=largest_win_share,
    ),
    Metric(
        slug="profit_concentration",
        label="Profit concentration",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="Σ best tenth of the wins (at least one) ÷ Σ wins",
        source="R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008",
        hint="How much of what was won came from the best tenth of the wins; 10 % would be even.",
        compute=profit_concentration,
    ),
)
