"""The efficient frontier: risk to the right, return upward, holdings and marked portfolios on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import empty_figure, paint_trace, start_figure, value_axis, value_range
from components.figures.numerals import value_text

Point = tuple[str, float, float]
"""Name, risk and mean per year as fractions."""
_EMPTY = "No frontier yet."


def frontier_figure(
    curve: Sequence[Point], assets: Sequence[Point], marked: Sequence[Point], *, theme: str = "dark"
) -> go.Figure:
    """Draw the frontier.

    Args:
        curve: From the least risk to the highest mean.
        assets: Each holding by itself, named beside its dot.
        marked: Portfolios to mark: what is held, least risk, best return for risk; part k has colour c(k + 1).
        theme: "dark" or "light".
    """
    if not curve:
        return empty_figure(_EMPTY, theme=theme)
    risks = np.array([item[1] for item in (*curve, *assets, *marked)])
    means = np.array([item[2] for item in (*curve, *assets, *marked)])
    high = float(risks.max()) * 1.14
    figure = start_figure(theme, "frontier", hovermode="closest", dragmode=False)
    figure.add_trace(_line(curve, theme))
    figure.add_trace(_dots(assets, high, theme))
    for number, point in enumerate(marked, 1):
        figure.add_trace(_mark(point, f"c{number}" if number > 1 else "accent", theme))
    figure.update_layout(
        xaxis=value_axis((0.0, high), "%", count=7, showspikes=False),
        yaxis=value_axis(value_range(means, pad=0.12), "%", count=6),
    )
    return figure


def _hover(point: Point) -> str:
    name, risk, mean = point
    return f"{name}<br>risk {value_text(risk, '%')}<br>return {value_text(mean, '%', signed=True)}"


def _line(curve: Sequence[Point], theme: str) -> go.Scatter:
    trace = go.Scatter(
        x=[item[1] for item in curve],
        y=[item[2] for item in curve],
        name="Frontier",
        mode="lines",
        line={"width": 2, "shape": "spline"},
        customdata=[_hover(("Frontier", *item[1:])) for item in curve],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return paint_trace(trace, "accent", {"line.color": "accent"}, theme)


def _dots(assets: Sequence[Point], high: float, theme: str) -> go.Scatter:
    trace = go.Scatter(
        x=[item[1] for item in assets],
        y=[item[2] for item in assets],
        name="Holdings",
        mode="markers+text",
        text=[item[0] for item in assets],
        # Near the right edge a name would run into the labels of the axis.
        textposition=["middle left" if item[1] > 0.75 * high else "middle right" for item in assets],
        marker={"size": 7},
        textfont={"size": 11},
        customdata=[_hover(item) for item in assets],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    return paint_trace(trace, "text2", {"marker.color": "text2", "textfont.color": "text2"}, theme)


def _mark(point: Point, role: str, theme: str) -> go.Scatter:
    trace = go.Scatter(
        x=[point[1]],
        y=[point[2]],
        name=point[0],
        mode="markers",
        marker={"size": 13, "symbol": "diamond", "line": {"width": 2}},
        customdata=[_hover(point)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return paint_trace(trace, role, {"marker.color": role, "marker.line.color": "surface"}, theme)


def describe_frontier(curve: Sequence[Point], marked: Sequence[Point]) -> str:
    """Say in one sentence where the marked portfolios lie."""
    if not curve:
        return _EMPTY
    places = ", ".join(
        f"{name} at {value_text(mean, '%', signed=True)} with risk {value_text(risk, '%')}"
        for name, risk, mean in marked
    )
    return f"Efficient frontier from risk {value_text(curve[0][1], '%')} to {value_text(curve[-1][1], '%')}: {places}."
