"""Return for risk, from daily returns on the equity."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

FLAT = 1e-12


def deviation(returns: Floats) -> float | None:
    """Sample standard deviation (n - 1), None when there is none to speak of."""
    if len(returns) < 2:
        return None
    value = float(returns.std(ddof=1))
    return value if value > FLAT * (1 + abs(float(returns.mean()))) else None


def sharpe_ratio(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised mean over standard deviation of excess returns; None when constant.

    Args:
        returns: Excess returns per period, fractions.
        periods_per_year: Periods a year.

    **Source:** W. Sharpe, The Sharpe Ratio, 1994.
    """
    spread = deviation(returns)
    return None if spread is None else math.sqrt(periods_per_year) * float(returns.mean()) / spread


def sortino_ratio(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised mean over downside deviation (target 0, over all periods); None without a loss.

    **Source:** F. Sortino; C. Bacon 2008.
    """
    if len(returns) < 2:
        return None
    downside = math.sqrt(float(np.square(np.minimum(returns, 0)).mean()))
    return math.sqrt(periods_per_year) * float(returns.mean()) / downside if downside > 0 else None


def volatility_per_year(returns: Floats, periods_per_year: float) -> float | None:
    """Annualised sample standard deviation; None for fewer than two returns."""
    return math.sqrt(periods_per_year) * float(returns.std(ddof=1)) if len(returns) > 1 else None


def _on_returns(data: MetricInput, ratio: Callable[[Floats, float], float | None], reason: str) -> Figure:
    returns = data.returns
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    value = ratio(returns, data.periods_per_year)
    few = "fewer than two trading days"
    return Figure(value, len(returns), "" if value is not None else few if len(returns) < 2 else reason)


def sharpe(data: MetricInput) -> Figure:
    """Sharpe ratio of daily returns, risk-free rate 0."""
    return _on_returns(data, sharpe_ratio, "daily returns do not vary")


def sortino(data: MetricInput) -> Figure:
    """Sortino ratio of daily returns, target 0."""
    return _on_returns(data, sortino_ratio, "no losing day")


def volatility(data: MetricInput) -> Figure:
    """Annualised volatility of daily returns."""
    return _on_returns(data, volatility_per_year, "fewer than two trading days")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="sharpe",
        label="Sharpe ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√P × mean(r) ÷ sd(r), r daily, n − 1, risk-free 0",
        source="W. Sharpe, The Sharpe Ratio, 1994",
        hint="Return per unit of ups and downs; days without a trade count.",
        compute=sharpe,
    ),
    Metric(
        slug="sortino",
        label="Sortino ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√P × mean(r) ÷ √mean(min(r, 0)²) over all days",
        source="F. Sortino; C. Bacon 2008",
        hint="Like Sharpe, but only falls count as risk.",
        compute=sortino,
    ),
    Metric(
        slug="volatility",
        label="Volatility",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="√P × sd(r), r daily, n − 1",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much a year of daily returns swings.",
        compute=volatility,
    ),
)
