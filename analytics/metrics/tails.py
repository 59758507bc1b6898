"""How bad a day can be: the tails of the daily returns on the equity."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analytics.metrics import Figure, Metric, MetricInput
from analytics.moments import kurtosis, skewness
from analytics.risk import (
    expected_shortfall,
    gaussian_expected_shortfall,
    gaussian_value_at_risk,
    tail_ratio_of,
    value_at_risk,
)
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

MANY = 100
FLAT = "daily returns do not vary"


def _of(data: MetricInput, figure: Callable[[Floats], float | None], reason: str = FLAT) -> Figure:
    returns = data.returns
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    value = figure(returns)
    few = "fewer than two trading days"
    return Figure(value, len(returns), "" if value is not None else few if len(returns) < 2 else reason)


def var_95(data: MetricInput) -> Figure:
    """Historical value at risk of a day, 95 %."""
    return _of(data, value_at_risk)


def cvar_95(data: MetricInput) -> Figure:
    """Historical expected shortfall of a day, 95 %."""
    return _of(data, expected_shortfall)


def var_95_gaussian(data: MetricInput) -> Figure:
    """Value at risk of a day as if returns were normal, 95 %."""
    return _of(data, gaussian_value_at_risk)


def cvar_95_gaussian(data: MetricInput) -> Figure:
    """Expected shortfall of a day as if returns were normal, 95 %."""
    return _of(data, gaussian_expected_shortfall)


def skew(data: MetricInput) -> Figure:
    """Third standardised moment of daily returns."""
    return _of(data, skewness)


def excess_kurtosis(data: MetricInput) -> Figure:
    """Fourth standardised moment of daily returns less 3."""

    def above_normal(returns: Floats) -> float | None:
        raw = kurtosis(returns)
        return None if raw is None else raw - 3

    return _of(data, above_normal)


def tail_ratio(data: MetricInput) -> Figure:
    """Best twentieth of days against the worst twentieth."""
    return _of(data, tail_ratio_of, "the worst twentieth of days has no loss")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="var_95",
        label="Value at risk, historical",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="−quantile(r, 5 %), linear interpolation; 1 day, 95 %",
        source="P. Jorion, Value at Risk, 2006",
        hint="One day in twenty lost at least this much.",
        compute=var_95,
        enough=MANY,
    ),
    Metric(
        slug="cvar_95",
        label="Expected shortfall, historical",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="−mean of the r at or below that quantile",
        source="C. Acerbi, D. Tasche, Expected Shortfall, 2002",
        hint="What the worst twentieth of days lost on average.",
        compute=cvar_95,
        enough=MANY,
    ),
    Metric(
        slug="var_95_gaussian",
        label="Value at risk, Gaussian",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="−(mean(r) − 1.645 × sd(r)); 1 day, 95 %",
        source="P. Jorion, Value at Risk, 2006",
        hint="What one day in twenty would lose if days followed the bell curve; they do not.",
        compute=var_95_gaussian,
    ),
    Metric(
        slug="cvar_95_gaussian",
        label="Expected shortfall, Gaussian",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="sd(r) × φ(1.645) ÷ 5 % − mean(r)",
        source="P. Jorion, Value at Risk, 2006",
        hint="Far below the historical one means fat tails.",
        compute=cvar_95_gaussian,
    ),
    Metric(
        slug="skew",
        label="Skewness",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="m₃ ÷ m₂^1.5, population moments",
        source="D. Joanes, C. Gill 1998, g₁",
        hint="Below zero: rare large losses; above: rare large gains.",
        compute=skew,
        enough=MANY,
    ),
    Metric(
        slug="excess_kurtosis",
        label="Excess kurtosis",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="m₄ ÷ m₂² − 3, population moments",
        source="D. Joanes, C. Gill 1998, g₂",
        hint="Above zero: more extreme days than the bell curve has.",
        compute=excess_kurtosis,
        enough=MANY,
    ),
    Metric(
        slug="tail_ratio",
        label="Tail ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="quantile(r, 95 %) ÷ |quantile(r, 5 %)|",
        source="Common use",
        hint="Above 1 the best days are larger than the worst.",
        compute=tail_ratio,
        enough=MANY,
    ),
)
