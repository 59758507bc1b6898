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
    row_note,
    sign_colors,
    start_figure,
    text_pixels,
    value_axis,
    value_range,
)
from components.figures.numerals import plural, value_text, value_texts

Floats = NDArray[np.float64]

_EMPTY = "No trades in this period."
_CHARACTERS = 30  # of names side by side under a small chart
_PRINTED = 8  # up to so many bars carry their value and need no axis


def pl_bars(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    unit: str = "USD",
    theme: str = "dark",
    uirevision: str = "bars",
    what: str = "Net P&L",
) -> go.Figure:
    """Draw profit and loss by group, up or down from zero.

    Args:
        labels: Names of the groups, left to right.
        values: Profit or loss of each, in `unit`; NaN draws no bar.
        counts: Trades in each group, for the hover text (and under the bars when they are few).
        unit: Currency code, "%" or "R".
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
        what: Name of the figure, for the hover text.
    """
    y, counted = _columns(values, counts)
    if not len(y):
        return empty_figure(_EMPTY, theme=theme)
    few = len(y) <= _PRINTED
    figure = start_figure(theme, uirevision, dragmode=False)
    trace = _pl_trace(y, counted, unit, theme, what)
    trace.update(x=np.arange(len(y), dtype=np.float64), y=y)
    figure.add_trace(trace)
    names = [f"{name} {n}" for name, n in zip(labels, counted, strict=True)] if few and counted is not None else labels
    span = value_range(y, pad=0.16 if few else 0.06)
    figure.update_layout(
        xaxis=category_axis(names, labels),
        yaxis=value_axis(span, unit, count=5, showticklabels=not few),
        shapes=[level_line(0, theme)],
        **({"margin": {"l": 0, "r": 0, "t": 10, "b": 24}, "uniformtext": {"mode": False}} if few else {}),
    )
    if few:
        figure.data[0].update(
            text=_short_texts(y, unit), textposition="outside", cliponaxis=False, constraintext="none"
        )
    return figure


def pl_bars_h(
    labels: Sequence[str],
    values: ArrayLike,
    *,
    counts: ArrayLike | None = None,
    unit: str = "USD",
    theme: str = "dark",
    uirevision: str = "bars",
    what: str = "Net P&L",
) -> go.Figure:
    """Draw profit and loss by group as lying bars: name and count left, value right; first group on top.

    The arguments are those of `pl_bars`.
    """
    x, counted = _columns(values, counts)
    if not len(x):
        return empty_figure(_EMPTY, theme=theme)
    rows = np.arange(len(x), dtype=np.float64)
    trace = _pl_trace(x, counted, unit, theme, what)
    trace.update(x=x, y=rows, orientation="h")
    texts = _short_texts(x, unit)
    counts_texts = [""] * len(x) if counted is None else [str(n) for n in counted]
    left, middle, right = text_pixels(labels) + 10, text_pixels(counts_texts) + 10, text_pixels(texts) + 12
    margin = {"l": left + middle, "r": right, "t": 4, "b": 4}
    figure = start_figure(theme, uirevision, dragmode=False, hovermode="closest", margin=margin)
    figure.add_trace(trace)
    columns = ((labels, 0, -left - middle, "text"), (counts_texts, 0, -middle, "text3"), (texts, 1, right, "text"))
    figure.update_layout(
        xaxis={"visible": False, "fixedrange": True, "range": list(value_range(x, pad=0.02))},
        yaxis={"visible": False, "fixedrange": True, "range": [len(x) - 0.5, -0.5]},
        annotations=[
            row_note(row, text, theme, x=side, xshift=shift, role=role)
            for column, side, shift, role in columns
            for row, text in enumerate(column)
            if text
        ],
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
        labels: Names of the bars, left to right.
        values: Amounts in `unit`.
        unit: Currency code, "%" or "R".
        theme: "dark" or "light".
        faded_from: Bars from this position on are a forecast and drawn faint.
        uirevision: Zoom is kept while this stays the same.
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
        xaxis=category_axis(labels, labels),
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


def _pl_trace(values: Floats, counts: NDArray[np.int64] | None, unit: str, theme: str, what: str) -> go.Bar:
    texts = value_texts(values, unit)
    if counts is None:
        lines = [[text] for text in texts]
        template = f"%{{customdata[0]}}<extra>{what}</extra>"
    else:
        lines = [[text, plural(int(n), "trade")] for text, n in zip(texts, counts, strict=True)]
        template = f"%{{customdata[0]}}<br>%{{customdata[1]}}<extra>{what}</extra>"
    marker = {"color": sign_colors(values, theme)}
    trace = go.Bar(name=what, customdata=lines, hovertemplate=template, marker=marker)
    return paint_trace(trace, "pl", {}, theme)


def _short_texts(values: Floats, unit: str) -> list[str]:
    return value_texts(values, unit, places=0 if unit not in ("%", "R", "") else None)


def category_axis(names: Sequence[str], hover: Sequence[str]) -> dict[str, Any]:
    """Return an axis of named positions 0 ... n-1; of many names only every k-th is printed."""
    every = max(1, -(-sum(map(len, names)) // _CHARACTERS))
    shown = range(0, len(names), every) if names is hover else range(len(names))
    return {
        "tickvals": list(shown),
        "ticktext": [names[k] for k in shown],
        "tickangle": 0,
        "fixedrange": True,
        "range": [-0.6, len(names) - 0.4],
        "showspikes": False,
        "labelalias": {str(k): name for k, name in enumerate(hover)},
    }
