"""Equity: the curve with its benchmark, and under it the drawdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    painted_item,
    start_figure,
    time_axis,
    value_axis,
    value_range,
)
from components.figures.numerals import value_text, value_texts
from components.figures.thinning import line_rows
from components.figures.wall_time import day_text

if TYPE_CHECKING:
    from domain.columns import Series

_EMPTY = "No closed trades in this period."
_UPPER, _LOWER = (0.285, 1.0), (0.0, 0.235)  # 76 % and 24 % of what is left after a gap of 5 %


def equity_figure(
    equity: Series,
    drawdown: Series | None = None,
    *,
    unit: str = "USD",
    theme: str = "dark",
    benchmark: Series | None = None,
    uirevision: str = "equity",
) -> go.Figure:
    """Draw a curve of value or return over time, on top of its drawdown.

    Args:
        equity: The own curve; x float64 epoch milliseconds, y in `unit`.
        drawdown: Values <= 0 over the same time, in its own `unit` ("" means fractions); None draws one row.
        unit: Currency code, "%" (fractions) or "R".
        theme: "dark" or "light".
        benchmark: A second curve in `unit`, dashed. For a what-if: what really happened.
        uirevision: Zoom is kept while this stays the same.
    """
    if not len(equity.y):
        return empty_figure(_EMPTY, theme=theme)
    has_drawdown = drawdown is not None and len(drawdown.y) > 0
    curves = [equity] if benchmark is None or not len(benchmark.y) else [equity, benchmark]
    span = value_range(*(s.y for s in curves))
    layout: dict[str, Any] = {
        "hoversubplots": "axis",
        "xaxis": time_axis(anchor="y2" if has_drawdown else "y", range=_time_range(equity.x)),
        "yaxis": value_axis(span, unit, domain=list(_UPPER) if has_drawdown else [0, 1]),
        "shapes": [level_line(0, theme)],
    }
    traces = [_curve(s, unit, theme, is_own=s is equity) for s in curves]
    if drawdown is not None and has_drawdown:
        traces.append(_drawdown(drawdown, theme))
        layout["yaxis2"] = _drawdown_axis(drawdown)
        layout["shapes"].append(level_line(0, theme, axis="y2"))
        layout["annotations"] = [painted_item(_row_label(), {"font.color": "text2", "bgcolor": "surface"}, theme)]
    return start_figure(theme, uirevision, traces=traces, **layout)


def describe_equity(
    equity: Series, drawdown: Series | None = None, *, unit: str = "USD", benchmark: Series | None = None
) -> str:
    """Say in one sentence what the curve shows."""
    if not len(equity.y):
        return _EMPTY
    end = value_text(float(equity.y[-1]), unit, signed=True)
    parts = [
        f"{equity.name or 'Equity'} from {day_text(equity.x[0])} to {day_text(equity.x[-1])} ends at {end}",
    ]
    if benchmark is not None and len(benchmark.y):
        parts.append(f"{benchmark.name} at {value_text(float(benchmark.y[-1]), unit, signed=True)}")
    if drawdown is not None and len(drawdown.y):
        parts.append(f"the largest drawdown is {value_text(float(np.nanmin(drawdown.y)), drawdown.unit or '%')}")
    return ", ".join(parts) + "."


def _curve(series: Series, unit: str, theme: str, *, is_own: bool) -> go.Scatter:
    rows = line_rows(series.y)
    y = series.y[rows]
    trace = go.Scatter(
        _validate=False,
        x=series.x[rows],
        y=y,
        name=series.name or ("Net P&L" if is_own else "Benchmark"),
        mode="lines",
        customdata=value_texts(y, unit),
        hovertemplate="%{customdata}",
    )
    if not is_own:
        trace.line = {"width": 1.4, "dash": "4px,3px"}
        return paint_trace(trace, "bench", {"line.color": "bench"}, theme)
    trace.update(line={"width": 1.75}, fill="tozeroy", fillgradient={"type": "vertical"})
    return paint_trace(trace, "accent", {"line.color": "accent", "fillgradient.colorscale": "fade:accent@0.2"}, theme)


def _drawdown(drawdown: Series, theme: str) -> go.Scatter:
    rows = line_rows(drawdown.y)
    y = drawdown.y[rows]
    trace = go.Scatter(
        _validate=False,
        x=drawdown.x[rows],
        y=y,
        yaxis="y2",
        name="Drawdown",
        mode="lines",
        line={"width": 1.25},
        fill="tozeroy",
        customdata=value_texts(y, drawdown.unit or "%"),
        hovertemplate="%{customdata}",
    )
    return paint_trace(trace, "loss", {"line.color": "loss", "fillcolor": "loss@0.16"}, theme)


def _drawdown_axis(drawdown: Series) -> dict[str, Any]:
    lowest = min(float(np.nanmin(drawdown.y)) * 1.08, -0.001)
    return value_axis(
        (lowest, 0.0), drawdown.unit or "%", count=3, domain=list(_LOWER), anchor="x", side="right", showspikes=False
    )


def _row_label() -> dict[str, Any]:
    return {
        "text": "Drawdown",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0.0,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11},
        "borderpad": 2,
    }


def _time_range(x: Any) -> list[float] | None:
    return [float(x[0]), float(x[-1])] if len(x) > 1 else None
