"""Where a click on a drawn point leads: an address for each point, kept in its trace for `assets/js/drill.js`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from components.figures.thinning import line_rows

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from domain.columns import Series

FIRST, LAST = "first_day", "last_day"
"""Names under which `Series.extra` keeps the days, since 1970, that a point stands for."""


def drill_points(figure: go.Figure, hrefs: Sequence[str], *, trace: int = 0) -> go.Figure:
    """Let each point of a trace lead to its own address; "" leads nowhere. Returns the figure."""
    return _note(figure, trace, {"of": list(hrefs)})


def drill_line(figure: go.Figure, href: str, *, trace: int = 0) -> go.Figure:
    """Let every point of a trace lead to the same address. Returns the figure."""
    return _note(figure, trace, {"to": href})


def drill_rows(figure: go.Figure, hrefs: Sequence[str]) -> go.Figure:
    """Let each dot of a figure of rows lead to the address of its row, whichever trace it is in. Returns the figure.

    Args:
        figure: Its traces have the numbers of their rows as y.
        hrefs: One for each row, first row on top.
    """
    for number, trace in enumerate(figure.data):
        rows = [int(row) for row in (trace.y if trace.y is not None else ())]
        _note(figure, number, {"of": [hrefs[row] if row < len(hrefs) else "" for row in rows]})
    return figure


def drill_days(figure: go.Figure, series: Series, href: str, *, trace: int = 0) -> go.Figure:
    """Let each point of a drawn line lead to an address narrowed to the days it stands for. Returns the figure.

    Args:
        figure: Made of `series`, thinned by `line_rows` as all lines are.
        series: Holds its days in `extra`; without them, or without points, nothing is changed.
        href: Address of a list; "day=..." is added for one day and "period=..." for several.
        trace: Number of the line in the figure, -1 for the last.
    """
    first = series.extra.get(FIRST)
    if first is None or not len(series.y) or not figure.data:
        return figure
    rows = line_rows(series.y)
    last = series.extra.get(LAST, first)
    found: dict[str, Any] = {"to": href, "first": first[rows].astype(np.int64).tolist()}
    if last is not first:
        found["last"] = last[rows].astype(np.int64).tolist()
    return _note(figure, trace, found)


def _note(figure: go.Figure, trace: int, drill: dict[str, Any]) -> go.Figure:
    drawn = figure.data[trace] if figure.data else None
    if drawn is not None:
        drawn.meta = {**(drawn.meta or {}), "drill": drill}
    return figure
