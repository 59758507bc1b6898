"""Results in units of the risk that was planned."""

from __future__ import annotations

import math

from analytics.metrics import Figure, Metric, MetricInput
from analytics.moments import deviation, median
from domain.performance import Direction, Unit

SQN_MOST = 100
NO_STOP = "no trade has a planned stop"


def expectancy_r(data: MetricInput) -> Figure:
    """Mean R multiple of the trades with a planned stop."""
    multiples = data.r_multiples
    return Figure(float(multiples.mean()), len(multiples)) if len(multiples) else Figure(None, 0, NO_STOP)


def median_r(data: MetricInput) -> Figure:
    """Median R multiple of the trades with a planned stop."""
    multiples = data.r_multiples
    return Figure(median(multiples), len(multiples)) if len(multiples) else Figure(None, 0, NO_STOP)


def r_coverage(data: MetricInput) -> Figure:
    """Share of the closed trades that have a planned stop."""
    n = len(data.pnl)
    return Figure(len(data.r_multiples) / n, n) if n else Figure(None, 0, "no closed trade")


def expectancy_proxy_r(data: MetricInput) -> Figure:
    """Mean P&L over the absolute average loss, for trades without stops."""
    if not len(data.losses):
        return Figure(None, len(data.pnl), "no losing trade" if len(data.pnl) else "no closed trade")
    return Figure(float(data.pnl.mean()) / -float(data.losses.mean()), len(data.pnl))


def sqn(data: MetricInput) -> Figure:
    """System quality number: sqrt(min(N, 100)) x mean(R) / sd(R)."""
    multiples = data.r_multiples
    n = len(multiples)
    spread = deviation(multiples)
    if spread is None:
        reason = "no trade has a planned stop" if not n else "fewer than two trades with a planned stop"
        return Figure(None, n, reason if n < 2 else "R does not vary")
    return Figure(math.sqrt(min(n, SQN_MOST)) * float(multiples.mean()) / spread, n)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="expectancy_r",
        label="Expectancy in R",
        unit=Unit.R,
        better=Direction.UP,
        formula="mean of P&L ÷ initial risk",
        source="V. Tharp, Trade Your Way to Financial Freedom",
        hint="What an average trade earned per unit of planned risk.",
        compute=expectancy_r,
    ),
    Metric(
        slug="median_r",
        label="Median R",
        unit=Unit.R,
        better=Direction.UP,
        formula="median of P&L ÷ initial risk",
        source="V. Tharp, Trade Your Way to Financial Freedom",
        hint="What the trade in the middle earned per unit of planned risk.",
        compute=median_r,
    ),
    Metric(
        slug="r_coverage",
        label="Trades with a planned stop",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="trades with initial risk > 0 ÷ N",
        source="Fillwise",
        hint="How much of the record the figures in R speak for.",
        compute=r_coverage,
    ),
    Metric(
        slug="expectancy_proxy_r",
        label="Expectancy in R, proxy",
        unit=Unit.R,
        better=Direction.UP,
        formula="mean P&L ÷ |average loss|",
        source="V. Tharp, Trade Your Way to Financial Freedom",
        hint="Stands in for expectancy in R where no stops were planned: the average loss is taken as 1R.",
        compute=expectancy_proxy_r,
    ),
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
)
