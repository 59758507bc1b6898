"""Distributions: how results spread, and what was there to be had against what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    painted_item,
    sign_colors,
    start_figure,
    value_axis,
    value_range,
)
from components.figures.numerals import axis_text, plural, value_text, value_texts
from components.figures.thinning import LINE_LIMIT

Floats = NDArray[np.float64]

_EMPTY = "No trades with this figure yet."


def distribution_figure(
    edges: ArrayLike,
    counts: ArrayLike,
    *,
    mean: float | None = None,
    unit: str = "R",
    theme: str = "dark",
    uirevision: str = "distribution",
) -> go.Figure:
    """Draw a histogram from bins that are already counted; bins below zero are losses.

    Args:
        edges: n + 1 ascending bin edges in `unit`.
        counts: n counts.
        mean: Draws a dashed line with its value.
        unit: "R", "%" or a currency code.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.

    Raises:
        ValueError: If there is not one edge more than counts.
    """
    bounds, heights = np.asarray(edges, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if not heights.sum():
        return empty_figure(_EMPTY, theme=theme)
    if len(bounds) != len(heights) + 1:
        raise ValueError(f"{len(heights)} counts need {len(heights) + 1} edges, not {len(bounds)}")
    figure = start_figure(theme, uirevision, dragmode=False, hovermode="x", bargap=0.06)
    figure.add_trace(_bins(bounds, heights, unit, theme))
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 22 if mean is not None else 10, "b": 24},
        xaxis=value_axis((float(bounds[0]), float(bounds[-1])), unit, count=9, showspikes=False),
        yaxis={"showticklabels": False, "fixedrange": True, "rangemode": "tozero", "nticks": 4},
        shapes=[level_line(0, theme)],
    )
    if mean is not None:
        _add_mean(figure, mean, unit, theme)
    return figure


def excursion_figure(
    best: ArrayLike,
    result: ArrayLike,
    *,
    labels: Sequence[str] | None = None,
    unit: str = "R",
    theme: str = "dark",
    uirevision: str = "excursions",
) -> go.Figure:
    """Draw each trade's best point against its result: wins are dots, losses crosses.

    Args:
        best: Maximum favourable excursion of each trade, in `unit`; a trade without one is left out.
        result: Final result of each trade, in `unit`.
        labels: Name of each trade for the hover text.
        unit: "R", "%" or a currency code.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    x, y = np.asarray(best, dtype=np.float64), np.asarray(result, dtype=np.float64)
    rows = _drawable_rows(x, y)
    if not len(rows):
        return empty_figure(_EMPTY, theme=theme)
    names = np.array(labels if labels is not None else [""] * len(x), dtype=object)
    figure = start_figure(theme, uirevision, hovermode="closest", dragmode="pan")
    for role, symbol, chosen in (("profit", "circle", rows[y[rows] >= 0]), ("loss", "x-thin", rows[y[rows] < 0])):
        if len(chosen):
            figure.add_trace(_marks(x[chosen], y[chosen], names[chosen], (role, symbol, unit), theme))
    figure.update_layout(
        xaxis=value_axis(value_range([-0.02 * float(x[rows].max())], x[rows]), unit, count=6, showspikes=False),
        yaxis=value_axis(value_range(y[rows]), unit),
        shapes=[level_line(0, theme)],
    )
    return figure


def describe_distribution(edges: ArrayLike, counts: ArrayLike, *, mean: float | None = None, unit: str = "R") -> str:
    """Say in one sentence where most results lie."""
    bounds, heights = np.asarray(edges, dtype=np.float64), np.asarray(counts, dtype=np.float64)
    if not heights.sum():
        return _EMPTY
    top = int(heights.argmax())
    around = f"from {axis_text(float(bounds[top]), unit)} to {axis_text(float(bounds[top + 1]), unit)}"
    middle = "" if mean is None else f" the mean is {value_text(mean, unit, signed=True)} and"
    return f"Of {plural(int(heights.sum()), 'trade')}{middle} most ({int(heights[top]):,}) lie {around}."


def describe_excursions(best: ArrayLike, result: ArrayLike) -> str:
    """Say in one sentence how many trades are drawn and how many of them won."""
    x, y = np.asarray(best, dtype=np.float64), np.asarray(result, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        return _EMPTY
    return (
        f"Best point against result of {plural(int(known.sum()), 'trade')}, {int((y[known] >= 0).sum()):,} of them won."
    )


def _bins(bounds: Floats, heights: Floats, unit: str, theme: str) -> go.Bar:
    middles = (bounds[:-1] + bounds[1:]) / 2
    texts = [
        f"{axis_text(float(low), unit)} to {axis_text(float(high), unit)}<br>{plural(int(n), 'trade')}"
        for low, high, n in zip(bounds[:-1], bounds[1:], heights, strict=True)
    ]
    trace = go.Bar(
        x=middles,
        y=heights,
        width=np.diff(bounds) * 0.92,
        name="Trades",
        hovertext=texts,
        hoverinfo="text",  # with a template there would be a second label on the axis
        marker={"color": sign_colors(middles, theme)},
    )
    return paint_trace(trace, "pl", {}, theme)


def _add_mean(figure: go.Figure, mean: float, unit: str, theme: str) -> None:
    line = level_line(mean, theme, axis="x", role="text", dash="3px,3px")
    line["layer"] = "above"
    tag: dict[str, Any] = {
        "x": mean,
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "text": f"mean {value_text(mean, unit, signed=True)}",
        "showarrow": False,
        "borderpad": 3,
        "font": {"size": 11},
    }
    figure.update_layout(
        shapes=[*figure.layout.shapes, line],
        annotations=[painted_item(tag, {"font.color": "text", "bgcolor": "line"}, theme)],
    )


def _drawable_rows(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Return the rows with both values; of very many an even choice that keeps the extremes of both axes."""
    rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(rows) <= LINE_LIMIT:
        return rows
    extremes = [f(v[rows]) for v in (x, y) for f in (np.argmin, np.argmax)]
    even = np.linspace(0, len(rows) - 1, LINE_LIMIT - 4).astype(np.int64)
    kept: NDArray[np.int64] = rows[np.unique(np.concatenate([even, extremes]))]
    return kept


def _marks(x: Floats, y: Floats, names: Any, style: tuple[str, str, str], theme: str) -> go.Scatter:
    role, symbol, unit = style
    texts = [[str(n), a, b] for n, a, b in zip(names, value_texts(x, unit), value_texts(y, unit), strict=True)]
    trace = go.Scatter(
        x=x,
        y=y,
        mode="markers",
        name="Won" if role == "profit" else "Lost",
        customdata=texts,
        hovertemplate="%{customdata[0]}<br>best %{customdata[1]}<br>result %{customdata[2]}<extra></extra>",
        marker={"size": 6, "symbol": symbol, "opacity": 0.7, "line": {"width": 0 if role == "profit" else 1.5}},
    )
    return paint_trace(trace, role, {"marker.color": role, "marker.line.color": role}, theme)
