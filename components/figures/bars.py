"""Bars: profit and loss by group, upright or lying, and plain amounts such as dividends."""

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
    start_figure,
    value_axis,
    value_range,
)
from components.figures.numerals import plural, value_text, value_texts

Floats = NDArray[np.float64]

_EMPTY = "No trades in this period."
_PRINTED = 8  # up to so many bars carry their value and need no axis
_SIGN_SCALE = {"cmin": -1, "cmax": 1}


def pl_bars(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    unit: str = "USD",
    theme: str = "dark",
    uirevision: str = "bars",
) -> go.Figure:
    """Draw profit and loss by group, up or down from zero.

    Args:
        labels: Names of the groups, left to right.
        values: Profit or loss of each, in `unit`; NaN draws no bar.
        counts: Trades in each group, for the hover text (and under the bars when they are few).
        unit: Currency code, "%" or "R".
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    y, counted = _columns(values, counts)
    if not len(y):
        return empty_figure(_EMPTY, theme=theme)
    few = len(y) <= _PRINTED
    figure = start_figure(theme, uirevision, dragmode=False)
    trace = _pl_trace(y, counted, unit, theme)
    trace.update(x=np.arange(len(y), dtype=np.float64), y=y)
    figure.add_trace(trace)
    names = [f"{name} {n}" for name, n in zip(labels, counted, strict=True)] if few and counted is not None else labels
    span = value_range(y, pad=0.16 if few else 0.06)
    figure.update_layout(
        xaxis=_category_axis(names, labels),
        yaxis=value_axis(span, unit, count=4, showticklabels=not few),
        shapes=[level_line(0, theme)],
        **({"margin": {"l": 0, "r": 0, "t": 10, "b": 24}} if few else {}),
    )
    if few:
        figure.data[0].update(text=_short_texts(y, unit), textposition="outside", cliponaxis=False)
    return figure


def pl_bars_h(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    unit: str = "USD",
    theme: str = "dark",
    uirevision: str = "bars",
) -> go.Figure:
    """Draw profit and loss by group as lying bars: name and count left, value right; first group on top.

    The arguments are those of `pl_bars`.
    """
    x, counted = _columns(values, counts)
    if not len(x):
        return empty_figure(_EMPTY, theme=theme)
    rows = np.arange(len(x), dtype=np.float64)
    trace = _pl_trace(x, counted, unit, theme)
    trace.update(x=x, y=rows, orientation="h")
    texts = _short_texts(x, unit)
    right = 12 + 7 * max(map(len, texts))
    figure = start_figure(theme, uirevision, dragmode=False, hovermode="closest", margin={"l": 0, "r": right, "t": 4, "b": 4})
    figure.add_trace(trace)
    names = [f"{name}  {n}" for name, n in zip(labels, counted, strict=True)] if counted is not None else list(labels)
    figure.update_layout(
        xaxis={"visible": False, "fixedrange": True, "range": list(value_range(x, pad=0.02))},
        yaxis={**_category_axis(names, labels), "side": "left", "range": [len(x) - 0.5, -0.5], "showgrid": False},
        annotations=[_row_value(row, text, theme) for row, text in enumerate(texts)],
        shapes=[level_line(0, theme, axis="x")],
    )
    return figure


def amount_bars(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    unit: str = "USD",
    theme: str = "dark",
    faded_from: int | None = None,
    uirevision: str = "amounts",
) -> go.Figure:
    """Draw amounts that are neither profit nor loss, such as dividends a month.

    Args:
        labels, values, unit, theme, uirevision: As in `pl_bars`.
        faded_from: Bars from this position on are a forecast and drawn faint.
    """
    y, _ = _columns(values, None)
    if not len(y):
        return empty_figure("Nothing to show for this period.", theme=theme)
    split = len(y) if faded_from is None else faded_from
    figure = start_figure(theme, uirevision, dragmode=False, barmode="overlay")
    for rows, name, opacity in ((slice(0, split), "Amount", 0.88), (slice(split, None), "Forecast", 0.38)):
        if not len(y[rows]):
            continue
        trace = go.Bar(
            x=np.arange(len(y), dtype=np.float64)[rows],
            y=y[rows],
            name=name,
            marker={"opacity": opacity},
            customdata=value_texts(y[rows], unit, signed=False),
            hovertemplate="%{customdata}",
        )
        figure.add_trace(paint_trace(trace, "accent", {"marker.color": "accent"}, theme))
    figure.update_layout(
        xaxis=_category_axis(labels, labels),
        yaxis=value_axis(value_range(y), unit, count=4),
        shapes=[level_line(0, theme)],
    )
    return figure


def describe_bars(labels: Sequence[str], values: ArrayLike, *, unit: str = "USD", what: str = "Net P&L") -> str:
    """Say in one sentence which group is best and which is worst."""
    y = np.asarray(values, dtype=np.float64)
    if not np.isfinite(y).any():
        return _EMPTY
    best, worst = int(np.nanargmax(y)), int(np.nanargmin(y))
    best_text = f"{labels[best]} ({value_text(float(y[best]), unit, signed=True)})"
    worst_text = f"{labels[worst]} ({value_text(float(y[worst]), unit, signed=True)})"
    return f"{what} of {plural(len(y), 'group')}: highest {best_text}, lowest {worst_text}."


def _columns(values: ArrayLike, counts: ArrayLike | None) -> tuple[Floats, NDArray[np.int64] | None]:
    y = np.asarray(values, dtype=np.float64)
    return y, None if counts is None else np.asarray(counts, dtype=np.int64)


def _pl_trace(values: Floats, counts: NDArray[np.int64] | None, unit: str, theme: str) -> go.Bar:
    texts = value_texts(values, unit)
    if counts is None:
        lines = [[text] for text in texts]
        template = "%{customdata[0]}<extra>Net P&L</extra>"
    else:
        lines = [[text, plural(int(n), "trade")] for text, n in zip(texts, counts, strict=True)]
        template = "%{customdata[0]}<br>%{customdata[1]}<extra>Net P&L</extra>"
    signs = np.where(values < 0, -1, 1).astype(np.int8)
    trace = go.Bar(name="Net P&L", customdata=lines, hovertemplate=template, marker={"color": signs, **_SIGN_SCALE})
    return paint_trace(trace, "pl", {"marker.colorscale": "scale:pl"}, theme)


def _short_texts(values: Floats, unit: str) -> list[str]:
    return value_texts(values, unit, places=0 if unit not in ("%", "R", "") else None)


def _category_axis(names: Sequence[str], hover: Sequence[str]) -> dict[str, Any]:
    """Return an axis of named positions 0 ... n-1; of many names only every k-th is printed."""
    every = -(-len(names) // 12) if len(names) > 12 else 1
    shown = range(0, len(names), every) if names is hover else range(len(names))
    return {
        "tickvals": list(shown),
        "ticktext": [names[k] for k in shown],
        "fixedrange": True,
        "range": [-0.6, len(names) - 0.4],
        "showspikes": False,
        "labelalias": {str(k): name for k, name in enumerate(hover)},
    }


def _row_value(row: int, text: str, theme: str) -> dict[str, Any]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": row, "yanchor": "middle"}
    width = 12 + 7 * len(text)
    item = {**place, "text": text, "showarrow": False, "xshift": width - 6, "font": {"size": 12}}
    return painted_item(item, {"font.color": "text"}, theme)
