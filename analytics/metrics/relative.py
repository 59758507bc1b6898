"""Daily returns beside a benchmark's, on the days that both have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analytics.metrics import Cost, Figure, Metric, MetricInput
from analytics.relative import (
    alpha_of,
    beta_of,
    capture_of,
    correlation_of,
    information_ratio_of,
    tracking_error_of,
    treynor_of,
)
from domain.performance import LOW_SAMPLE, Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

FLAT = "the benchmark does not vary"


def _beside(data: MetricInput, figure: Callable[[Floats, Floats], float | None], reason: str) -> Figure:
    if data.benchmark_returns is None:
        return Figure(None, 0, "no benchmark with prices")
    if data.beside is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    own, other = data.beside
    if len(own) < LOW_SAMPLE:
        return Figure(None, len(own), f"fewer than {LOW_SAMPLE} days with a benchmark")
    value = figure(own, other)
    return Figure(value, len(own), "" if value is not None else reason)


def beta(data: MetricInput) -> Figure:
    """Slope of daily returns on the benchmark's."""
    return _beside(data, beta_of, FLAT)


def alpha(data: MetricInput) -> Figure:
    """Yearly return that beta does not explain."""
    return _beside(data, lambda own, other: alpha_of(own, other, data.periods_per_year), FLAT)


def correlation(data: MetricInput) -> Figure:
    """Correlation of daily returns with the benchmark's."""
    return _beside(data, correlation_of, "returns do not vary")


def tracking_error(data: MetricInput) -> Figure:
    """Annualised deviation from the benchmark."""
    return _beside(data, lambda own, other: tracking_error_of(own, other, data.periods_per_year), FLAT)


def information_ratio(data: MetricInput) -> Figure:
    """Annualised mean of the difference to the benchmark over its deviation."""
    return _beside(
        data, lambda own, other: information_ratio_of(own, other, data.periods_per_year), "the difference does not vary"
    )


def up_capture(data: MetricInput) -> Figure:
    """Mean return on days the benchmark rose, over its own."""
    return _beside(data, lambda own, other: capture_of(own, other, rising=True), "the benchmark never rose")


def down_capture(data: MetricInput) -> Figure:
    """Mean return on days the benchmark fell, over its own."""
    return _beside(data, lambda own, other: capture_of(own, other, rising=False), "the benchmark never fell")


def treynor(data: MetricInput) -> Figure:
    """Annualised mean excess return over beta."""
    return _beside(data, lambda own, other: treynor_of(own, other, data.periods_per_year), "no beta to divide by")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="beta",
        label="Beta",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="cov(r − rf, b − rf) ÷ var(b − rf)",
        source="W. Sharpe, Capital Asset Prices, 1964",
        hint="How far the account moves when the benchmark moves by 1 %.",
        compute=beta,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="alpha",
        label="Alpha",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="P × (mean(r − rf) − β × mean(b − rf))",
        source="M. Jensen, The Performance of Mutual Funds, 1968",
        hint="Return a year that following the benchmark does not explain.",
        compute=alpha,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="correlation",
        label="Correlation",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="Pearson correlation of r and b",
        source="K. Pearson 1895",
        hint="How much of the ups and downs is the benchmark's.",
        compute=correlation,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="tracking_error",
        label="Tracking error",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="√P × sd(r − b)",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How far a year strays from the benchmark.",
        compute=tracking_error,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="information_ratio",
        label="Information ratio",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="√P × mean(r − b) ÷ sd(r − b)",
        source="T. Goodwin, The Information Ratio, 1998",
        hint="What is gained over the benchmark for each unit of straying from it.",
        compute=information_ratio,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="up_capture",
        label="Up capture",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="mean(r) ÷ mean(b) over days with b > 0",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much of the benchmark's good days you take part in.",
        compute=up_capture,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="down_capture",
        label="Down capture",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="mean(r) ÷ mean(b) over days with b < 0",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much of its bad days you take part in.",
        compute=down_capture,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="treynor",
        label="Treynor ratio",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="P × mean(r − rf) ÷ β",
        source="J. Treynor, How to Rate Management of Investment Funds, 1965",
        hint="Yearly excess return for each unit of market risk.",
        compute=treynor,
        cost=Cost.HEAVY,
    ),
)
