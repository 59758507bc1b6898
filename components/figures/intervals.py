"""Edge by group: the mean with its interval, and whether it is proven to differ from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    row_note,
    start_figure,
    text_pixels,
    value_axis,
    value_range,
)
from components.figures.numerals import plural, value_text

_EMPTY = "Not enough trades for an interval yet."
_COUNT, _RIGHT, _VERDICT = 36, 140, 78  # pixels: the count; value and verdict together; the verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeInterval:
    """Mean result of a group with its 95 % interval.

    Attributes:
        label: Name of the group.
        n: Trades in it.
        mean: Mean result; None is undefined.
        low, high: Ends of the interval; None when there are too few trades to give one.
    """

    label: str
    n: int
    mean: float | None
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """The interval in words: "edge", "loses", "not proven" or "too few"."""
        if self.mean is None or self.low is None or self.high is None:
            return "too few"
        return "edge" if self.low > 0 else "loses" if self.high < 0 else "not proven"


_LOOKS = {
    "edge": ("profit", {"marker.color": "profit", "marker.line.color": "profit", "error_x.color": "profit"}),
    "loses": ("loss", {"marker.color": "loss", "marker.line.color": "loss", "error_x.color": "loss"}),
    "not proven": ("neutral", {"marker.color": "surface", "marker.line.color": "text2", "error_x.color": "text2"}),
}


def intervals_figure(
    edges: Sequence[EdgeInterval],
    *,
    unit: str = "R",
    theme: str = "dark",
    uirevision: str = "intervals",
    words: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw one row a group: dot and interval; filled and coloured only where the interval excludes zero.

    Args:
        edges: The groups, top to bottom.
        unit: "R", "%" or a currency code.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
        words: What stands for a verdict beside its row, for example "better" for "edge".
    """
    if not edges:
        return empty_figure(_EMPTY, theme=theme)
    left = text_pixels([edge.label for edge in edges]) + 10 + _COUNT
    margin = {"l": left, "r": _RIGHT, "t": 4, "b": 24}
    figure = start_figure(theme, uirevision, dragmode=False, hovermode="closest", margin=margin)
    for verdict in _LOOKS:
        rows = [row for row, edge in enumerate(edges) if edge.verdict == verdict]
        if rows:
            figure.add_trace(_dots([edges[row] for row in rows], rows, unit, theme))
    ends = [value for edge in edges for value in (edge.low, edge.high, edge.mean) if value is not None]
    figure.update_layout(
        xaxis=value_axis(value_range(ends), unit, count=3, showgrid=True, showspikes=False),
        yaxis={"visible": False, "fixedrange": True, "range": [len(edges) - 0.5, -0.5]},
        shapes=[level_line(0, theme, axis="x")],
        annotations=_row_notes(edges, left, unit, theme, words=words or {}),
    )
    return figure


def describe_intervals(edges: Sequence[EdgeInterval], *, unit: str = "R") -> str:
    """Say in one sentence which groups have a proven edge."""
    if not edges:
        return _EMPTY
    proven = [f"{edge.label} ({value_text(edge.mean, unit, signed=True)})" for edge in edges if edge.verdict == "edge"]
    result = "no edge is proven" if not proven else "proven edge: " + ", ".join(proven)
    return f"Mean result of {plural(len(edges), 'group')} with 95 % intervals: {result}."


def _dots(edges: Sequence[EdgeInterval], rows: Sequence[int], unit: str, theme: str) -> go.Scatter:
    mean, low, high = (
        np.array([getattr(e, name) for e in edges], dtype=np.float64) for name in ("mean", "low", "high")
    )
    role, paint = _LOOKS[edges[0].verdict]
    ends = [
        f"{value_text(a, unit, signed=True)} to {value_text(b, unit, signed=True)}"
        for a, b in zip(low, high, strict=True)
    ]
    means = [value_text(edge.mean, unit, signed=True) for edge in edges]
    texts = [
        f"{edge.label}, {plural(edge.n, 'trade')}<br>{middle}, 95 % {span}<br>{edge.verdict}"
        for edge, middle, span in zip(edges, means, ends, strict=True)
    ]
    trace = go.Scatter(
        x=mean,
        y=np.array(rows, dtype=np.float64),
        mode="markers",
        name=edges[0].verdict,
        marker={"size": 8, "line": {"width": 1.5}},
        error_x={"type": "data", "symmetric": False, "array": high - mean, "arrayminus": mean - low},
        customdata=texts,
        hovertemplate="%{customdata}<extra></extra>",
    )
    trace.error_x.update(thickness=1.5, width=3.5)
    return paint_trace(trace, role, paint, theme)


def _row_notes(
    edges: Sequence[EdgeInterval], left: float, unit: str, theme: str, *, words: Mapping[str, str]
) -> list[dict[str, Any]]:
    notes = []
    for row, edge in enumerate(edges):
        notes += [
            row_note(row, edge.label, theme, x=0, xshift=-left, role="text2"),
            row_note(row, str(edge.n), theme, x=0, xshift=-_COUNT, role="text3"),
            row_note(row, value_text(edge.mean, unit, signed=True), theme, x=1, xshift=_RIGHT - _VERDICT),
            row_note(row, words.get(edge.verdict, edge.verdict), theme, x=1, xshift=_RIGHT, role="text3"),
        ]
    return notes
