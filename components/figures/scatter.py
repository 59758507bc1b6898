"""Any two numbers of each trade: wins are dots, losses crosses, breakevens rings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from components.figures.canvas import empty_figure, level_line, paint_trace, start_figure, value_axis, value_range
from components.figures.numerals import plural

_EMPTY = "No closed trade has both numbers."
_WIDE = 50
_TIMES = (
    (1, "1 s"), (10, "10 s"), (60, "1 min"), (300, "5 min"), (900, "15 min"), (3_600, "1 h"), (14_400, "4 h"),
    (86_400, "1 d"), (604_800, "1 wk"), (2_592_000, "30 d"), (31_536_000, "1 y"),
)  # fmt: skip
_LOOKS = ((1, "Won", "profit", "circle"), (-1, "Lost", "loss", "x-thin"), (0, "Breakeven", "neutral", "circle-open"))


def scatter_figure(
    across: ArrayLike,
    up: ArrayLike,
    outcome: ArrayLike,
    *,
    names: Sequence[str],
    keys: Sequence[int],
    units: tuple[str, str],
    titles: tuple[str, str],
    theme: str = "dark",
) -> go.Figure:
    """Draw one mark a trade.

    Args:
        across: x of each trade.
        up: y of each trade.
        outcome: +1 win, -1 loss, 0 breakeven.
        names: Name of each trade for the hover text.
        keys: Id of each trade: the first customdata of its point.
        units: Units of x and y: currency code, "%", "R" or "".
        titles: Names of x and y.
        theme: "dark" or "light".
    """
    x, y, result = (np.asarray(column, dtype=np.float64) for column in (across, up, outcome))
    if not len(x):
        return empty_figure(_EMPTY, theme=theme)
    figure = start_figure(
        theme, f"{titles}", hovermode="closest", dragmode=False, margin={"l": 0, "r": 0, "t": 6, "b": 42}
    )
    for sign, name, role, symbol in _LOOKS:
        rows = np.flatnonzero(result == sign)
        if len(rows):
            custom = [[keys[row], names[row]] for row in rows.tolist()]
            trace = go.Scatter(x=_short(x[rows]), y=_short(y[rows]), mode="markers", name=name, customdata=custom)
            trace.update(
                hovertemplate=f"%{{customdata[1]}}<br>{titles[0]} %{{x}}<br>{titles[1]} %{{y}}<extra>{name}</extra>",
                marker={"size": 6, "symbol": symbol, "opacity": 0.7, "line": {"width": 1.5 if sign < 1 else 0}},
            )
            figure.add_trace(paint_trace(trace, role, {"marker.color": role, "marker.line.color": role}, theme))
    axes = [_axis(values, unit, title) for values, unit, title in zip((x, y), units, titles, strict=True)]
    figure.update_layout(xaxis=axes[0], yaxis=axes[1], shapes=[] if is_wide(y) else [level_line(0, theme)])
    return figure


def _short(values: Any) -> list[float]:
    """Return numbers of seven digits: what a screen can tell apart, in few bytes."""
    return [float(f"{value:.7g}") for value in values.tolist()]


def is_wide(values: Any) -> bool:
    """Return whether numbers need a logarithmic axis: all above zero, the largest far beyond the middle."""
    return float(values.min()) > 0 and float(values.max()) > _WIDE * float(np.median(values))


def _axis(values: Any, unit: str, title: str) -> dict[str, Any]:
    named = {"title": {"text": title, "font": {"size": 11}}}
    if unit == "seconds":
        ticks = {"tickvals": [second for second, _ in _TIMES], "ticktext": [text for _, text in _TIMES]}
        return {"type": "log" if is_wide(values) else "linear", "fixedrange": True, **ticks, **named}
    if is_wide(values):
        return {"type": "log", "fixedrange": True, "nticks": 6, **named}
    return value_axis(value_range(values, zero=False), unit, count=6, showspikes=False, **named)


def describe_scatter(titles: tuple[str, str], trades: int, correlation: float | None) -> str:
    """Say in one sentence how many trades are drawn and how the two numbers go together."""
    if not trades:
        return _EMPTY
    tail = "" if correlation is None else f", correlation {correlation:.2f}".replace("-", "−")
    return f"{titles[1]} against {titles[0]} of {plural(trades, 'trade')}{tail}."
