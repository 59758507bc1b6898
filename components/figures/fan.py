"""The fan of simulated futures: the middle path and how far half and nine tenths of them spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    start_figure,
    value_axis,
    value_range,
)
from components.figures.numerals import value_text

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

_EMPTY = "Nothing to simulate yet."
_BANDS = ((0, 4, "5 %", "95 %", "accent@0.12"), (1, 3, "25 %", "75 %", "accent@0.22"))


def fan_figure(
    steps: Ints,
    bands: Floats,
    *,
    start: float,
    ruin: float | None = None,
    unit: str = "USD",
    theme: str = "dark",
    uirevision: str = "fan",
) -> go.Figure:
    """Draw quantiles of equity over the trades ahead.

    Args:
        steps: After how many trades, ascending.
        bands: Equity at the 5, 25, 50, 75 and 95 % quantiles, (5, len(steps)).
        start: Equity at the start, drawn as a line.
        ruin: Level of ruin, drawn as a line when it lies within the picture.
        unit: Currency code.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    if not len(steps):
        return empty_figure(_EMPTY, theme=theme)
    x = steps.astype(np.float64)
    span = value_range(bands.ravel(), [start], zero=False)
    shapes = [level_line(start, theme)]
    if ruin is not None and span[0] <= ruin <= span[1]:
        shapes.append(level_line(ruin, theme, role="loss", dash="4px,3px"))
    figure = start_figure(
        theme,
        uirevision,
        xaxis={"range": [0, float(x[-1])], "showspikes": True, "hoverformat": ",d", "tickformat": ",d", "nticks": 9},
        yaxis=value_axis(span, unit),
        shapes=shapes,
    )
    for low, high, *names, color in _BANDS:
        figure.add_traces(_band(x, bands[low], bands[high], names, color, unit=unit, theme=theme))
    return figure.add_trace(_middle(x, bands[2], unit, theme))


def describe_fan(steps: Ints, bands: Floats, *, unit: str = "USD") -> str:
    """Say in one sentence where the fan ends."""
    if not len(steps):
        return _EMPTY
    low, middle, high = (value_text(float(bands[row][-1]), unit) for row in (0, 2, 4))
    ends = f"half of the paths are above {middle}; nine in ten end between {low} and {high}"
    return f"After {int(steps[-1]):,} trades {ends}."


def _band(
    x: Floats, low: Floats, high: Floats, names: Sequence[str], color: str, *, unit: str, theme: str
) -> list[go.Scatter]:
    lower = go.Scatter(x=x, y=low, mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False, name=names[0])
    texts = [
        f"{value_text(a, unit)} to {value_text(b, unit)}" for a, b in zip(low.tolist(), high.tolist(), strict=True)
    ]
    upper = go.Scatter(
        x=x,
        y=high,
        mode="lines",
        line={"width": 0},
        fill="tonexty",
        name=names[1],
        customdata=texts,
        hovertemplate=f"%{{customdata}}<extra>{names[0]} to {names[1]}</extra>",
    )
    role, _, alpha = color.partition("@")
    return [
        paint_trace(lower, role, {"line.color": role}, theme),
        paint_trace(upper, role, {"line.color": role, "fillcolor": f"{role}@{alpha}"}, theme),
    ]


def _middle(x: Floats, y: Floats, unit: str, theme: str) -> go.Scatter:
    trace = go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name="Median",
        line={"width": 1.75},
        customdata=[value_text(value, unit) for value in y.tolist()],
        hovertemplate="%{customdata}",
    )
    return paint_trace(trace, "accent", {"line.color": "accent"}, theme)
