"""How long trades were held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from analytics.moments import median
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats


def _mean(values: Floats, reason: str) -> Figure:
    return Figure(float(values.mean()), len(values)) if len(values) else Figure(None, 0, reason)


def _mean_of(data: MetricInput, outcome: int, reason: str) -> Figure:
    n = len(data.wins) if outcome > 0 else len(data.losses)
    return Figure(float(data.held_by_outcome[outcome + 1]) / n, n) if n else Figure(None, 0, reason)


def avg_hold(data: MetricInput) -> Figure:
    """Mean time from first entry to last exit."""
    return _mean(data.held_seconds, "no closed trade")


def avg_hold_win(data: MetricInput) -> Figure:
    """Mean holding time of the wins."""
    return _mean_of(data, 1, "no winning trade")


def avg_hold_loss(data: MetricInput) -> Figure:
    """Mean holding time of the losses."""
    return _mean_of(data, -1, "no losing trade")


def median_hold(data: MetricInput) -> Figure:
    """Median holding time."""
    n = len(data.held_seconds)
    return Figure(median(data.held_seconds), n) if n else Figure(None, 0, "no closed trade")


def _median_of(data: MetricInput, outcome: int, reason: str) -> Figure:
    held = data.held_seconds[np.flatnonzero(data.outcome == outcome)]
    return Figure(median(held), len(held)) if len(held) else Figure(None, 0, reason)


def median_hold_win(data: MetricInput) -> Figure:
    """Median holding time of the wins."""
    return _median_of(data, 1, "no winning trade")


def median_hold_loss(data: MetricInput) -> Figure:
    """Median holding time of the losses."""
    return _median_of(data, -1, "no losing trade")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="avg_hold",
        label="Average holding time",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="mean of last exit − first entry",
        source="Lean TradeStatistics",
        hint="How long a trade is open.",
        compute=avg_hold,
    ),
    Metric(
        slug="avg_hold_win",
        label="Average holding time of wins",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="mean over the wins",
        source="Lean TradeStatistics",
        hint="Compare with the losses: cutting wins and keeping losses shows here.",
        compute=avg_hold_win,
    ),
    Metric(
        slug="avg_hold_loss",
        label="Average holding time of losses",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="mean over the losses",
        source="Lean TradeStatistics",
        hint="Compare with the wins: hoping shows here.",
        compute=avg_hold_loss,
    ),
    Metric(
        slug="median_hold",
        label="Median holding time",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="median of last exit − first entry",
        source="Lean TradeStatistics",
        hint="How long a typical trade is open.",
        compute=median_hold,
    ),
    Metric(
        slug="median_hold_win",
        label="Median holding time of wins",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="median over the wins",
        source="Lean TradeStatistics",
        hint="How long a typical win is open; one forgotten position does not move it.",
        compute=median_hold_win,
    ),
    Metric(
        slug="median_hold_loss",
        label="Median holding time of losses",
        unit=Unit.SECONDS,
        better=Direction.NONE,
        formula="median over the losses",
        source="Lean TradeStatistics",
        hint="How long a typical loss is open; longer than the wins means hoping.",
        compute=median_hold_loss,
    ),
)
