"""Return for risk, from daily returns on the equity; session days without a trade count as 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analytics.metrics import Figure, Metric, MetricInput
from analytics.risk import (
    downside_deviation,
    k_ratio_of,
    omega_ratio,
    sharpe_ratio,
    sortino_ratio,
    ulcer_index,
)
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

FEW = "fewer than two trading days"
NO_FALL = "no drawdown"
NO_LOSS = "no losing day"


def _on(data: MetricInput, returns: Floats | None, ratio: Callable[[Floats], float | None], reason: str) -> Figure:
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    value = ratio(returns)
    return Figure(value, len(returns), "" if value is not None else FEW if len(returns) < 2 else reason)


def sharpe(data: MetricInput) -> Figure:
    """Sharpe ratio of daily returns above the risk-free rate."""
    return _on(data, data.excess, lambda r: sharpe_ratio(r, data.periods_per_year), "daily returns do not vary")


def sortino(data: MetricInput) -> Figure:
    """Sortino ratio of daily returns, target the risk-free rate."""
    return _on(data, data.excess, lambda r: sortino_ratio(r, data.periods_per_year), NO_LOSS)


def downside(data: MetricInput) -> Figure:
    """Annualised downside deviation."""
    root = data.periods_per_year**0.5

    def yearly(returns: Floats) -> float | None:
        value = downside_deviation(returns) if len(returns) > 1 else None
        return None if value is None else value * root

    return _on(data, data.excess, yearly, FEW)


def omega(data: MetricInput) -> Figure:
    """Gains over losses of all days, threshold the risk-free rate."""
    return _on(data, data.excess, omega_ratio, NO_LOSS)


def calmar(data: MetricInput) -> Figure:
    """Compound annual growth over the deepest daily drawdown of the whole period."""
    n, falls = len(data.days), data.underwater
    if data.returns is None or falls is None or not n:
        return Figure(None, n, data.no_returns_reason if n else "no exit")
    if data.growth is None:
        return Figure(None, n, "no yearly growth rate")
    deepest = float(falls.min())
    return Figure(data.growth / -deepest, n) if deepest < 0 else Figure(None, n, NO_FALL)


def upi(data: MetricInput) -> Figure:
    """Compound annual growth above the risk-free rate over the Ulcer index."""
    n, falls = len(data.days), data.underwater
    if data.returns is None or falls is None or not n:
        return Figure(None, n, data.no_returns_reason if n else "no exit")
    if data.growth is None:
        return Figure(None, n, "no yearly growth rate")
    depth = ulcer_index(falls)
    return Figure((data.growth - data.mean_risk_free) / depth, n) if depth else Figure(None, n, NO_FALL)


def k_ratio(data: MetricInput) -> Figure:
    """Steadiness of the growth of the equity's logarithm."""
    few = "fewer than three trading days" if len(data.days) < 3 else "the equity does not stray from a line"
    found = _on(data, data.returns, lambda r: k_ratio_of(r, data.periods_per_year), few)
    return found if found.value is not None or found.reason != FEW else found._replace(reason=few)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="sharpe",
        label="Sharpe ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√P × mean(r − rf) ÷ sd(r − rf), r daily, n − 1",
        source="W. Sharpe, The Sharpe Ratio, 1994",
        hint="Return per unit of ups and downs; days without a trade count.",
        compute=sharpe,
    ),
    Metric(
        slug="sortino",
        label="Sortino ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√P × mean(r − rf) ÷ √mean(min(r − rf, 0)²) over all days",
        source="F. Sortino; C. Bacon 2008",
        hint="Like Sharpe, but only falls count as risk.",
        compute=sortino,
    ),
    Metric(
        slug="downside",
        label="Downside deviation",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="√P × √mean(min(r − rf, 0)²) over all days",
        source="F. Sortino, R. van der Meer, Downside Risk, 1991",
        hint="How much a year of daily losses swings.",
        compute=downside,
    ),
    Metric(
        slug="omega",
        label="Omega ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="Σ max(r − rf, 0) ÷ Σ max(rf − r, 0)",
        source="C. Keating, W. Shadwick, A Universal Performance Measure, 2002",
        hint="Gains for each unit of losses over all days; needs no bell curve.",
        compute=omega,
    ),
    Metric(
        slug="calmar",
        label="Calmar ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="CAGR ÷ |max daily drawdown|, both of the whole period",
        source="T. Young, Calmar Ratio: A Smoother Tool, 1991",
        hint="Yearly growth for each unit of the deepest fall; the classic form looks at 36 months.",
        compute=calmar,
    ),
    Metric(
        slug="upi",
        label="Martin ratio (UPI)",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="(CAGR − rf) ÷ Ulcer index",
        source="P. Martin, B. McCann, The Investor's Guide to Fidelity Funds, 1989",
        hint="Yearly growth for each unit of depth and length of the falls.",
        compute=upi,
    ),
    Metric(
        slug="k_ratio",
        label="K-ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="slope of Σ ln(1 + r) over days ÷ its standard error × √P ÷ n",
        source="L. Kestner, (Re-)Introducing the K-Ratio, 2013",
        hint="How close the equity came to a straight line upwards.",
        compute=k_ratio,
    ),
)
