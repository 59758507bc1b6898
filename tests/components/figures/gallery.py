"""One figure of every kind, drawn from seeded data: what the tests over all figures walk through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.allocation import stacked_bar, treemap_figure
from components.figures.bars import amount_bars, pl_bars, pl_bars_h
from components.figures.cash import cash_figure
from components.figures.distribution import distribution_figure, excursion_figure
from components.figures.equity import equity_figure
from components.figures.fan import fan_figure
from components.figures.group_bars import GroupBars, group_bars
from components.figures.heatmap import heatmap_figure, year_heatmap
from components.figures.intervals import EdgeInterval, intervals_figure
from components.figures.intraday import intraday_figure
from components.figures.window import window_figure
from domain.columns import Series
from tests.components.windows import minutes, window

DAY_MS = 86_400_000.0
NONE = np.array([])


def series(name: str, n: int, scale: float = 100.0) -> Series:
    """Return a random walk over n days."""
    rng = np.random.default_rng(len(name))
    return Series(name=name, x=1.78e12 + np.arange(n, dtype=np.float64) * DAY_MS, y=np.cumsum(rng.normal(0, scale, n)))


def drawdown(n: int) -> Series:
    """Return fractions <= 0 over n days."""
    curve = series("Net P&L", n).y
    return Series(name="Drawdown", x=series("Net P&L", n).x, y=(curve - np.maximum.accumulate(curve)) / 50_000)


def market(n: int, theme: str) -> go.Figure:
    """Return the price chart of the server with everything on it."""
    shown = window(minutes(n), 0, n)
    return go.Figure(window_figure(shown, zone="America/New_York", size=(900, 700), places=2, theme=theme))


def _edges() -> list[EdgeInterval]:
    ends = ((0.1, 0.9), (-0.9, -0.1), (-0.2, 0.4), (None, None))
    return [
        EdgeInterval(label=f"Setup {k}", n=9 * k, mean=0.2, low=low, high=high) for k, (low, high) in enumerate(ends)
    ]


FULL: dict[str, Callable[[str], go.Figure]] = {
    "equity": lambda t: equity_figure(
        series("Net P&L", 9_000), drawdown(9_000), benchmark=series("SPY", 9_000), theme=t
    ),
    "portfolio": lambda t: equity_figure(series("Portfolio", 250, 0.01), unit="%", theme=t),
    "bars": lambda t: pl_bars(["Mon", "Tue", "Wed"], [5387.2, -2530.0, 0.0], counts=[37, 47, 1], theme=t),
    "bars_many": lambda t: pl_bars([f"{h:02d}:00" for h in range(24)], np.linspace(-900, 900, 24), unit="EUR", theme=t),
    "bars_h": lambda t: pl_bars_h(["PLTR", "META"], [4320.0, -335.0], counts=[21, 10], theme=t),
    "amounts": lambda t: amount_bars(["Jan", "Feb", "Mar"], [1.0, 2.0, 3.0], faded_from=2, theme=t),
    "distribution": lambda t: distribution_figure(np.arange(-2, 2.1, 0.25), np.arange(16), mean=-0.26, theme=t),
    "excursions": lambda t: excursion_figure(np.arange(9_000) / 900, np.arange(9_000) / 900 - 5, theme=t),
    "intervals": lambda t: intervals_figure(_edges(), theme=t),
    "intraday": lambda t: intraday_figure(1.79e12 + np.arange(6) * 6e5, np.array([5.0, -4, 2, 8, 7, 9]), theme=t),
    "heatmap": lambda t: heatmap_figure(
        np.arange(-6.0, 6).reshape(3, 4), list("abcd"), list("xyz"), chosen=(1, 2), theme=t
    ),
    "year": lambda t: year_heatmap(np.arange(20_454, 20_700), np.arange(-100, 146) * 9.0, year=2026, theme=t),
    "treemap": lambda t: treemap_figure(["VTI", "BTC", "Cash"], [60, 30, 10], changes=[0.0035, -0.02, np.nan], theme=t),
    "classes": lambda t: treemap_figure(["VTI", "BTC", "Cash"], [60, 30, 10], roles=["c1", "c3", "neutral"], theme=t),
    "stacked": lambda t: stacked_bar([f"Class {k}" for k in range(11)], np.arange(11, 0, -1), theme=t),
    "fan": lambda t: fan_figure(
        np.arange(200), 1_000 + np.outer(np.arange(-2, 3) * 9 + 4, np.arange(200.0)), start=1_000, ruin=900, theme=t
    ),
    "market": lambda t: market(1_600, t),
    "cash": lambda t: cash_figure(series("Balance", 9_000), unit="USD", breaks=(40, 700), theme=t),
}

_SERIES = Series(name="", x=NONE, y=NONE)
GROUPS = GroupBars(
    labels=["Opening drive", "Pullback", "Reversal"],
    values=[5387.2, -2530.0, 12.5],
    texts=["$5,387.20", "−$2,530.00", "$12.50"],
    counts=[37, 47, 1],
    what="Net P&L",
    unit="USD",
    is_signed=True,
)
FULL |= {
    "groups": lambda t: go.Figure(group_bars(GROUPS, theme=t)),
    "groups_lying": lambda t: go.Figure(
        group_bars(
            replace(GROUPS, is_signed=False, low=[1.0, -3000.0, np.nan], high=[9000.0, -100.0, np.nan]),
            lying=True,
            theme=t,
        )
    ),
}
EMPTY: dict[str, Callable[[str], go.Figure]] = {
    "groups": lambda t: go.Figure(group_bars(replace(GROUPS, labels=[], values=[], texts=[], counts=[]), theme=t)),
    "equity": lambda t: equity_figure(_SERIES, _SERIES, benchmark=_SERIES, theme=t),
    "bars": lambda t: pl_bars([], [], theme=t),
    "bars_h": lambda t: pl_bars_h([], [], theme=t),
    "amounts": lambda t: amount_bars([], [], theme=t),
    "distribution": lambda t: distribution_figure([], [], theme=t),
    "excursions": lambda t: excursion_figure([np.nan], [1.0], theme=t),
    "intervals": lambda t: intervals_figure([], theme=t),
    "intraday": lambda t: intraday_figure([], [], theme=t),
    "heatmap": lambda t: heatmap_figure([[np.nan]], ["a"], ["b"], theme=t),
    "treemap": lambda t: treemap_figure(["A"], [0.0], theme=t),
    "stacked": lambda t: stacked_bar([], [], theme=t),
    "fan": lambda t: fan_figure(np.zeros(0, dtype=np.int64), np.zeros((5, 0)), start=1.0, theme=t),
    "cash": lambda t: cash_figure(_SERIES, unit="USD", theme=t),
}


def strings(value: Any) -> list[str]:
    """Return every text inside a figure's JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "bdata" for text in strings(item)]
    return [text for item in value for text in strings(item)] if isinstance(value, list | tuple) else []
