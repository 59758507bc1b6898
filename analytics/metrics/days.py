"""Trading days: how many won, and the best and the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

NO_DAY = "no trading day with a result"


def _active(data: MetricInput) -> Floats:
    """Days with a result; a day that nets to exactly 0 has none."""
    active: Floats = data.day_pnl[data.day_pnl != 0]
    return active


def day_win_rate(data: MetricInput) -> Figure:
    """Days in profit over days with a result."""
    active = _active(data)
    n = len(active)
    return Figure(float((active > 0).sum()) / n, n) if n else Figure(None, 0, NO_DAY)


def avg_day(data: MetricInput) -> Figure:
    """Mean P&L of the days with a result."""
    active = _active(data)
    return Figure(float(active.mean()), len(active)) if len(active) else Figure(None, 0, NO_DAY)


def best_day(data: MetricInput) -> Figure:
    """Highest P&L of a day."""
    active = _active(data)
    return Figure(float(active.max()), len(active)) if len(active) else Figure(None, 0, NO_DAY)


def worst_day(data: MetricInput) -> Figure:
    """Lowest P&L of a day."""
    active = _active(data)
    return Figure(float(active.min()), len(active)) if len(active) else Figure(None, 0, NO_DAY)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="day_win_rate",
        label="Day win rate",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="days > 0 ÷ days ≠ 0",
        source="Common use in trading journals",
        hint="How often a trading day ends in profit.",
        compute=day_win_rate,
    ),
    Metric(
        slug="avg_day",
        label="Average day",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="mean P&L of days with a result",
        source="Common use in trading journals",
        hint="What a trading day earned.",
        compute=avg_day,
    ),
    Metric(
        slug="best_day",
        label="Best day",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="max P&L of a day",
        source="Common use in trading journals",
        hint="A result that hangs on one day is fragile.",
        compute=best_day,
    ),
    Metric(
        slug="worst_day",
        label="Worst day",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="min P&L of a day",
        source="Common use in trading journals",
        hint="Compare it with your daily loss limit.",
        compute=worst_day,
    ),
)
