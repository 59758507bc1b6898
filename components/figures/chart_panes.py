"""Indicator panes under a candle chart, 92 pixels each, all on the one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.figures.canvas import level_line, paint_trace, painted_item, sign_colors, value_axis, value_range
from components.figures.numerals import value_text

if TYPE_CHECKING:
    from components.figures.chart_frame import Frame, Items
    from components.figures.chart_marks import Pane

Floats = NDArray[np.float64]

_GAP = 0.012  # of the plot, above each pane


def pane_items(frame: Frame, pane: Pane, place: tuple[int, int], theme: str) -> tuple[list[Any], dict[str, Any], Items]:
    """Return a pane's traces, its axis in the layout, and its shapes and texts.

    `place` is its number from the top and the number of panes.
    """
    row, count = place
    axis = f"y{row + 3}"  # y is the price, y2 the volume
    top = frame.floor * (count - row) / count
    bottom = frame.floor * (count - row - 1) / count
    scale = {
        **_scale(frame, pane),
        "domain": (bottom + _GAP, top - _GAP),
        "anchor": "x",
        "side": "right",
        "showspikes": True,
    }
    items = _shapes(pane, axis, top, theme), [_label(frame, pane, top, theme)]
    return _traces(frame, pane, axis, theme), {f"yaxis{row + 3}": scale}, items


def _scale(frame: Frame, pane: Pane) -> dict[str, Any]:
    columns = [frame.column(values) for _, values in pane.lines] + (
        [] if pane.bars is None else [frame.column(pane.bars)]
    )
    seen = [column[-frame.view.visible :] for column in columns]
    span = pane.span or value_range(*seen, pad=0.12)
    axis = value_axis(span, "", count=3, automargin=False, showgrid=False)
    if pane.band:
        axis.update(tickvals=list(pane.band), ticktext=[f"{level:g}" for level in pane.band])
    return axis


def _traces(frame: Frame, pane: Pane, axis: str, theme: str) -> list[Any]:
    traces: list[Any] = []
    if pane.bars is not None:
        y = frame.column(pane.bars)
        marker = {"color": sign_colors(y, theme), "opacity": 0.45, "cornerradius": 0}
        bars = go.Bar(x=frame.x, y=y, yaxis=axis, name=f"{pane.name} histogram", hoverinfo="skip", marker=marker)
        traces.append(paint_trace(bars, "pl", {}, theme))
    for role, values in pane.lines:
        line = go.Scatter(x=frame.x, y=frame.drawn(values), yaxis=axis, mode="lines", name=pane.name, hoverinfo="skip")
        line.line = {"width": 1.3}
        traces.append(paint_trace(line, role, {"line.color": role}, theme))
    return traces


def _shapes(pane: Pane, axis: str, top: float, theme: str) -> list[dict[str, Any]]:
    edge = {
        "type": "line",
        "xref": "paper",
        "yref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": top,
        "y1": top,
        "line": {"width": 1},
    }
    shapes = [painted_item({**edge, "layer": "below"}, {"line.color": "axis"}, theme)]
    if pane.band:
        low, high = pane.band
        area = {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": axis,
            "y0": low,
            "y1": high,
            "layer": "below",
        }
        shapes.append(painted_item({**area, "line": {"width": 0}}, {"fillcolor": "text3@0.05"}, theme))
        shapes += [level_line(level, theme, axis=axis, role="axis", dash="3px,3px") for level in pane.band]
    if pane.bars is not None:
        shapes.append(level_line(0, theme, axis=axis))
    return shapes


def _label(frame: Frame, pane: Pane, top: float, theme: str) -> dict[str, Any]:
    last = float(frame.column(pane.lines[0][1])[-1])
    note = {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "top",
        "yshift": -3,
        "text": f"{pane.name} {value_text(last, '', places=pane.places)}",
        "showarrow": False,
        "font": {"size": 11},
    }
    return painted_item(note, {"font.color": "text2"}, theme)
