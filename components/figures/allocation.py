"""Allocation: what a portfolio is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from components.figures.canvas import empty_figure, paint_trace, start_figure
from components.figures.numerals import plural, value_text
from components.figures.theme import palette

Floats = NDArray[np.float64]

_EMPTY = "No holdings to divide."
_STEP = 0.006  # day change for one step of the ramp
_PARTS = 8
_SOFT = 0.34  # of a category behind text, as much as both themes bear
_INDENT = "\u2009"  # of a tile's lines from its edge
_TWO_LINES, _THREE_LINES = 0.045, 0.07  # shares of the area


def treemap_figure(
    labels: Sequence[str],
    weights: ArrayLike,
    *,
    changes: ArrayLike | None = None,
    roles: Sequence[str] = (),
    theme: str = "dark",
    uirevision: str = "treemap",
) -> go.Figure:
    """Draw holdings as tiles: size is weight, colour is the change of the day or what they belong to.

    Args:
        labels: Names of the holdings.
        weights: Any positive scale; zero, negative and missing weights are left out.
        changes: Change of the day as fractions; NaN is unknown (neutral tile).
        roles: A role of the palette for each tile, in place of the colour of its change.
        theme: "dark" or "light".
        uirevision: Kept state while this stays the same.
    """
    sizes = _shares(weights)
    rows = np.flatnonzero(sizes > 0)
    if not len(rows):
        return empty_figure(_EMPTY, theme=theme)
    moves = np.full(len(sizes), np.nan) if changes is None else np.asarray(changes, dtype=np.float64)
    trace = go.Treemap(
        labels=[labels[int(row)] for row in rows],
        ids=[f"{row}" for row in rows],
        parents=[""] * len(rows),
        values=sizes[rows],
        text=[_tile_text(sizes[row], moves[row]) for row in rows],
        texttemplate=f"{_INDENT}<b>%{{label}}</b><br>{_INDENT}%{{text}}",
        customdata=[_hover_text(sizes[row], moves[row]) for row in rows],
        hovertemplate="%{label}<br>%{customdata}<extra></extra>",
        marker={"pad": {"t": 0, "l": 0, "r": 0, "b": 0}},
    )
    figure = start_figure(theme, uirevision, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    paint = {"marker.line.color": "surface", "textfont.color": "text"}
    if roles:
        trace.marker.colors = _tints([roles[int(row)] for row in rows], theme)
        paint["root.color"] = "surface"  # else the soft colours lie on the library's grey
    else:
        trace.marker.update(colors=_steps(moves[rows]), cmin=-4.5, cmax=4.5)
        paint["marker.colorscale"] = "scale:ramp"
    figure.add_trace(paint_trace(trace, "ramp", paint, theme))
    return figure


def stacked_bar(
    labels: Sequence[str], weights: ArrayLike, *, theme: str = "dark", uirevision: str = "allocation"
) -> go.Figure:
    """Draw the parts of a whole as one thin bar, in the order given; the ninth and later parts are one.

    Args:
        labels: Names of the parts; part k has colour c(k) of the palette.
        weights: Any positive scale; zero, negative and missing weights are left out.
        theme: "dark" or "light".
        uirevision: Kept state while this stays the same.
    """
    sizes = _shares(weights)
    if not sizes.sum():
        return empty_figure(_EMPTY, theme=theme)
    parts = [(name, float(size)) for name, size in zip(labels, sizes, strict=True)]
    if len(parts) > _PARTS:
        parts = [*parts[: _PARTS - 1], ("Other", sum(size for _, size in parts[_PARTS - 1 :]))]
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    figure = start_figure(
        theme, uirevision, barmode="stack", bargap=0, dragmode=False, hovermode="closest", margin=margin
    )
    for k, (name, size) in enumerate(parts, 1):
        trace = go.Bar(x=[size], y=[0], orientation="h", name=name, customdata=[value_text(size, "%")])
        trace.update(
            hovertemplate=f"{name} %{{customdata}}<extra></extra>", marker={"line": {"width": 2}, "opacity": 1}
        )
        figure.add_trace(paint_trace(trace, f"c{k}", {"marker.color": f"c{k}", "marker.line.color": "surface"}, theme))
    figure.update_layout(
        xaxis={"visible": False, "fixedrange": True, "range": [0, 1]},
        yaxis={"visible": False, "fixedrange": True},
    )
    return figure


def describe_allocation(labels: Sequence[str], weights: ArrayLike) -> str:
    """Say in one sentence what the largest parts are."""
    sizes = _shares(weights)
    if not sizes.sum():
        return _EMPTY
    largest = np.argsort(-sizes, kind="stable")[:3]
    names = ", ".join(f"{labels[int(row)]} {value_text(float(sizes[row]), '%')}" for row in largest if sizes[row] > 0)
    return f"Allocation over {plural(int((sizes > 0).sum()), 'part')}; the largest: {names}."


def _shares(weights: ArrayLike) -> Floats:
    sizes = np.nan_to_num(np.asarray(weights, dtype=np.float64))
    sizes = np.maximum(sizes, 0.0)
    total = sizes.sum()
    shares: Floats = sizes / total if total else sizes
    return shares


def _steps(changes: Floats) -> Floats:
    """Return the steps of the ramp, -4 to 4: every move counts, 0.6 % a step."""
    known = np.nan_to_num(changes)
    steps: Floats = np.sign(known) * np.minimum(4, np.ceil(np.abs(known) / _STEP))
    return steps


def _tints(roles: Sequence[str], theme: str) -> list[str]:
    colors = palette(theme)
    return [colors.resolve(f"{role}@{_SOFT}") for role in roles]


def _tile_text(share: float, change: float) -> str:
    """Return weight and change; a small tile has room for its name only, or for one line more."""
    weight = value_text(float(share), "%")
    if share < _TWO_LINES:
        return ""
    if not np.isfinite(change) or share < _THREE_LINES:
        return weight
    return _hover_text(share, change).replace("<br>", f"<br>{_INDENT}")


def _hover_text(share: float, change: float) -> str:
    weight = value_text(float(share), "%")
    if not np.isfinite(change):
        return weight
    arrow = "▲" if change > 0 else "▼" if change < 0 else "="
    return f"{weight}<br>{arrow} {value_text(abs(float(change)), '%', places=2)}"
