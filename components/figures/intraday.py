"""One day's cumulated profit and loss: a staircase, because it moves only at exits."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    start_figure,
    time_axis,
    value_axis,
    value_range,
)
from components.figures.numerals import plural, value_text, value_texts
from components.figures.thinning import line_rows
from components.figures.wall_time import wall_ms

_EMPTY = "No exits on this day."


def intraday_figure(
    x: ArrayLike,
    y: ArrayLike,
    *,
    unit: str = "USD",
    zone: str = "UTC",
    theme: str = "dark",
    uirevision: str = "intraday",
) -> go.Figure:
    """Draw the P&L of one day as it grew.

    Args:
        x: Instants of the exits, float64 epoch milliseconds UTC, ascending.
        y: Cumulated P&L after each exit, in `unit`.
        unit: Currency code, "%" or "R".
        zone: IANA zone whose clock the axis shows.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    total = np.asarray(y, dtype=np.float64)
    if not len(total):
        return empty_figure(_EMPTY, theme=theme)
    rows = line_rows(total)
    at = wall_ms(np.asarray(x, dtype=np.float64), zone)[rows]
    total = total[rows]
    figure = start_figure(theme, uirevision)
    at, total = np.concatenate([at[:1], at]), np.concatenate([[0.0], total])  # the day starts at zero
    texts = value_texts(total, unit)
    line = {"width": 1.75, "shape": "hv"}
    trace = go.Scatter(x=at, y=total, name="Net P&L", mode="lines", line=line, fill="tozeroy", customdata=texts)
    trace.update(hovertemplate="%{customdata}", fillgradient={"type": "vertical"})
    figure.add_trace(
        paint_trace(trace, "accent", {"line.color": "accent", "fillgradient.colorscale": "fade:accent@0.2"}, theme)
    )
    end = go.Scatter(x=at[-1:], y=total[-1:], mode="markers", hoverinfo="skip", cliponaxis=False, marker={"size": 6})
    figure.add_trace(paint_trace(end, "accent", {"marker.color": "accent"}, theme))
    figure.update_layout(
        xaxis=time_axis(intraday=True, nticks=5, fixedrange=True, range=_time_range(at)),
        yaxis=value_axis(value_range(total), unit, count=4),
        shapes=[level_line(0, theme)],
    )
    return figure


def _time_range(at: NDArray[np.float64]) -> list[float]:
    """Return first to last exit with room for the end dot; half an hour around a single exit."""
    span = float(at[-1] - at[0])
    return [float(at[0]), float(at[-1]) + span * 0.03] if span else [float(at[0]) - 1.8e6, float(at[0]) + 1.8e6]


def describe_intraday(y: ArrayLike, *, unit: str = "USD") -> str:
    """Say in one sentence how the day went."""
    total = np.asarray(y, dtype=np.float64)
    if not len(total):
        return _EMPTY
    best, worst = max(0.0, float(total.max())), min(0.0, float(total.min()))
    return (
        f"P&L of the day after {plural(len(total), 'exit')}: {value_text(float(total[-1]), unit, signed=True)}, "
        f"at best {value_text(best, unit, signed=True)}, at worst {value_text(worst, unit, signed=True)}."
    )
