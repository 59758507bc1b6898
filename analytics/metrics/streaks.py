"""Runs of wins and losses by order of exit."""

from __future__ import annotations

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit


def _longest(data: MetricInput, outcome: int) -> Figure:
    """Longest run of one outcome; a breakeven ends a run."""
    n = len(data.pnl)
    if not n:
        return Figure(None, 0, "no closed trade")
    edges = np.flatnonzero(np.diff(data.outcome == outcome, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    return Figure(float(lengths.max(initial=0)), n)


def longest_win_streak(data: MetricInput) -> Figure:
    """Most wins in a row."""
    return _longest(data, 1)


def longest_loss_streak(data: MetricInput) -> Figure:
    """Most losses in a row."""
    return _longest(data, -1)


def current_streak(data: MetricInput) -> Figure:
    """Length of the run the last trade belongs to: > 0 wins, < 0 losses, 0 after a breakeven."""
    n = len(data.pnl)
    if not n:
        return Figure(None, 0, "no closed trade")
    last = int(data.outcome[-1])
    others = np.flatnonzero(data.outcome != last)
    length = n - 1 - int(others[-1]) if len(others) else n
    return Figure(float(last * length), n)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="longest_win_streak",
        label="Longest winning streak",
        unit=Unit.COUNT,
        better=Direction.UP,
        formula="longest run of wins by exit order; a breakeven ends it",
        source="Common use",
        hint="The best run; long ones also happen by chance.",
        compute=longest_win_streak,
    ),
    Metric(
        slug="longest_loss_streak",
        label="Longest losing streak",
        unit=Unit.COUNT,
        better=Direction.DOWN,
        formula="longest run of losses by exit order; a breakeven ends it",
        source="Common use",
        hint="The run your risk per trade must survive.",
        compute=longest_loss_streak,
    ),
    Metric(
        slug="current_streak",
        label="Current streak",
        unit=Unit.COUNT,
        better=Direction.UP,
        formula="signed length of the run the last trade belongs to",
        source="Common use",
        hint="Where you stand now: wins above zero, losses below.",
        compute=current_streak,
    ),
)
