"""One's own executions on a candle chart, and the span of the holding behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import paint_trace, painted_item
from components.figures.chart_frame import Frame, holding_span
from components.figures.numerals import price_text, quantity

if TYPE_CHECKING:
    from components.figures.chart_marks import Fill

_DISTANCE = 14  # pixels between the price and its triangle
_TEXT_DISTANCE = 31
_MOST_TEXTS = 60  # fills; more quantities cannot be told apart


def fill_items(frame: Frame, fills: Sequence[Fill], theme: str) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return traces and texts: a triangle under each buy and over each sell, a tick at its price, its quantity."""
    placed = [(fill, row) for fill in fills if (row := frame.bar_of(fill.at)) is not None]
    traces: list[Any] = []
    for side in (1, -1):
        chosen = [(fill, row) for fill, row in placed if fill.side == side]
        if chosen:
            traces += [_ticks(frame, chosen, theme), _triangles(frame, chosen, side, theme)]
    shown = placed if len(placed) <= _MOST_TEXTS else []
    return traces, [_quantity_note(frame, fill, row, theme) for fill, row in shown]


def holding_shape(frame: Frame, holding: tuple[float, float], theme: str) -> dict[str, Any]:
    """Return the shade over the time in which the position was held."""
    start, end = holding_span(frame, holding)
    shape = {
        "type": "rect",
        "xref": "x",
        "x0": start,
        "x1": end,
        "yref": "y domain",
        "y0": 0,
        "y1": 1,
        "layer": "below",
    }
    return painted_item({**shape, "line": {"width": 0}}, {"fillcolor": "accent@0.055"}, theme)


def _triangles(frame: Frame, chosen: Sequence[tuple[Fill, int]], side: int, theme: str) -> go.Scatter:
    name, role, angle = ("Buy", "accent", 0) if side > 0 else ("Sell", "text", 180)
    texts = [f"{name} {quantity(fill.quantity)} at {price_text(fill.price, frame.places)}" for fill, _ in chosen]
    trace = go.Scatter(
        x=np.array([frame.x[row] for _, row in chosen]),
        y=np.array([fill.price for fill, _ in chosen], dtype=np.float64),
        mode="markers",
        name=name,
        customdata=texts,
        hovertemplate="%{customdata}<extra></extra>",
        marker={"symbol": "triangle-up", "size": 11, "angle": angle, "standoff": _DISTANCE, "line": {"width": 1.5}},
    )
    return paint_trace(trace, role, {"marker.color": role, "marker.line.color": "surface"}, theme)


def _ticks(frame: Frame, chosen: Sequence[tuple[Fill, int]], theme: str) -> go.Scatter:
    trace = go.Scatter(
        x=np.array([frame.x[row] for _, row in chosen]),
        y=np.array([fill.price for fill, _ in chosen], dtype=np.float64),
        mode="markers",
        name="Fill price",
        hoverinfo="skip",
        marker={"symbol": "line-ew", "size": 5, "line": {"width": 1.5}},
    )
    return paint_trace(trace, "text", {"marker.line.color": "text"}, theme)


def _quantity_note(frame: Frame, fill: Fill, row: int, theme: str) -> dict[str, Any]:
    note = {
        "x": float(frame.x[row]),
        "y": fill.price,
        "yshift": -fill.side * _TEXT_DISTANCE,
        "text": quantity(fill.quantity),
        "showarrow": False,
        "font": {"size": 11},
    }
    return painted_item(note, {"font.color": "text"}, theme)
