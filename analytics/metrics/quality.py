"""How good and how certain the edge is."""

from __future__ import annotations

import math

from analytics.metrics import Figure, Metric, MetricInput
from analytics.metrics.risk import deviation
from domain.performance import Direction, Unit

SQN_MOST = 100


def sqn(data: MetricInput) -> Figure:
    """System quality number: sqrt(min(N, 100)) x mean(R) / sd(R)."""
    multiples = data.r_multiples
    n = len(multiples)
    spread = deviation(multiples)
    if spread is None:
        reason = "no trade has a planned stop" if not n else "fewer than two trades with a planned stop"
        return Figure(None, n, reason if n < 2 else "R does not vary")
    return Figure(math.sqrt(min(n, SQN_MOST)) * float(multiples.mean()) / spread, n)


def kelly(data: MetricInput) -> Figure:
    """Kelly fraction w - (1 - w) / b from the decided trades, not below 0."""
    won, lost = len(data.wins), len(data.losses)
    if not won or not lost:
        return Figure(None, won + lost, "no losing trade" if won else "no winning trade")
    chance = won / (won + lost)
    payoff = float(data.wins.mean() / -data.losses.mean())
    return Figure(max(0.0, chance - (1 - chance) / payoff), won + lost)


def t_statistic(data: MetricInput) -> Figure:
    """Mean P&L over its standard error."""
    spread = deviation(data.pnl)
    n = len(data.pnl)
    if spread is None:
        return Figure(None, n, "fewer than two closed trades" if n < 2 else "P&L does not vary")
    return Figure(float(data.pnl.mean()) / (spread / math.sqrt(n)), n)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="sqn",
        label="SQN",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√min(N, 100) × mean(R) ÷ sd(R)",
        source="V. Tharp, Definitive Guide to Position Sizing, 2008",
        hint="Size and steadiness of the edge in R; needs planned stops.",
        compute=sqn,
    ),
    Metric(
        slug="kelly",
        label="Kelly fraction",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="w − (1 − w) ÷ b, w decided win rate, b payoff; not below 0",
        source="J. Kelly, A New Interpretation of Information Rate, 1956",
        hint="The most a bettor with this record would risk; half of it is already bold, 0 means do not bet.",
        compute=kelly,
    ),
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
)
