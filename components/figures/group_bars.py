"""Any figure by group: bars up or across, with the interval of a mean where it is known.

They are drawn as plain data, which Dash sends as it is: a page has nine of them, and as objects of the library each
would take ten times as long.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.figures.bars import category_axis
from components.figures.canvas import (
    base_layout,
    empty_drawing,
    level_line,
    painted_trace,
    row_note,
    sign_colors,
    text_pixels,
    value_axis,
    value_range,
)
from components.figures.numerals import plural

_EMPTY = "No trades in this period."
_PRINTED = 8
_SHORTEST = 6
_ROOM = 46  # characters that stand side by side under a small chart
_CLIP = 26  # characters of a name beside a lying bar
_WHISKER_REACH = 2.5  # an interval may stretch the axis so much beyond the bars, no further


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBars:
    """Groups in the order they are drawn.

    Attributes:
        labels: Names.
        values: The figure of each; NaN draws no bar.
        texts: The same written out.
        counts: Trades of each.
        what: Name of the figure.
        unit: Currency code, "%", "R" or "".
        is_signed: Whether the colour tells profit from loss.
        low, high: Ends of each interval, NaN for none; () without intervals.
    """

    labels: Sequence[str]
    values: Sequence[float]
    texts: Sequence[str]
    counts: Sequence[int]
    what: str
    unit: str
    is_signed: bool
    low: Sequence[float] = ()
    high: Sequence[float] = ()


Drawing = dict[str, Any]
"""Traces and layout of a figure as plain data."""


def group_bars(data: GroupBars, *, lying: bool = False, theme: str = "dark", uirevision: str = "groups") -> Drawing:
    """Draw one bar a group; lying ones have name and count at their left and the value at their right.

    Args:
        data: The groups.
        lying: Whether bars lie.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    values = np.asarray(data.values, dtype=np.float64)
    if not np.isfinite(values).any():
        return empty_drawing(_EMPTY, theme=theme)
    draw = _lying if lying else _upright
    return draw(data, values, theme, uirevision)


def _trace(data: GroupBars, values: Any, theme: str, *, lying: bool) -> Drawing:
    places = np.arange(len(values), dtype=np.float64)
    trace = {
        "type": "bar",
        "x": values if lying else places,
        "y": places if lying else values,
        "orientation": "h" if lying else "v",
        "name": data.what,
        "hovertext": [_hover(data, row) for row in range(len(values))],
        "hoverinfo": "text",  # with a template there would be a second label on the axis
    }
    bars = "error_x" if lying else "error_y"
    if len(data.low):
        low, high = (np.asarray(ends, dtype=np.float64) for ends in (data.low, data.high))
        whisker = {"type": "data", "symmetric": False, "array": high - values, "arrayminus": values - low}
        trace[bars] = {**whisker, "thickness": 1.2, "width": 3}
    painted = {f"{bars}.color": "text2"} if len(data.low) else {}
    if data.is_signed:
        return painted_trace({**trace, "marker": {"color": sign_colors(values, theme)}}, "pl", painted, theme)
    paint = {"marker.color": "accent", **painted}
    return painted_trace({**trace, "marker": {"opacity": 0.88}}, "accent", paint, theme)


def _hover(data: GroupBars, row: int) -> str:
    lines = [f"<b>{data.labels[row]}</b>", f"{data.what} {data.texts[row]}", plural(int(data.counts[row]), "trade")]
    return "<br>".join(lines)


def _span(data: GroupBars, values: Any, pad: float) -> tuple[float, float]:
    """Return the range of the bars; intervals may stretch it, but a very wide one is cut at the edge."""
    low, high = value_range(values, pad=pad)
    if not len(data.low):
        return low, high
    reach = float(np.nanmax(np.abs(values))) * _WHISKER_REACH
    ends = np.clip(np.concatenate([np.asarray(data.low), np.asarray(data.high)]), -reach, reach)
    return value_range(values, ends, pad=pad)


def _upright(data: GroupBars, values: Any, theme: str, uirevision: str) -> Drawing:
    few = len(values) <= _PRINTED
    trace = _trace(data, values, theme, lying=False)
    labels = list(data.labels)
    wrapped = [_wrap(name, len(labels)) for name in labels]
    names = [f"{name}<br>{n}" for name, n in zip(wrapped, data.counts, strict=True)] if few else labels
    deepest = max((name.count("<br>") for name in wrapped), default=0) if few else 0
    printed = few and not len(data.low)
    layout = base_layout(
        theme,
        uirevision,
        dragmode=False,
        xaxis=_names_axis(names, labels, wrapped if few else labels),
        yaxis=value_axis(_span(data, values, 0.16 if printed else 0.06), data.unit, showticklabels=not printed),
        shapes=[level_line(0, theme)],
        hovermode="x",  # the whole column of a bar answers, however low it is
    )
    if printed:
        layout |= {"margin": {"l": 0, "r": 0, "t": 10, "b": 36 + 14 * deepest}, "uniformtext": {"mode": False}}
        outside = {"textposition": "outside", "cliponaxis": False, "constraintext": "none"}
        trace |= {"text": list(data.texts), **outside}
    return {"data": [trace], "layout": layout}


def _wrap(name: str, groups: int) -> str:
    """Break a name into lines that have room beside those of the other groups."""
    return "<br>".join(textwrap.wrap(name, max(_SHORTEST, _ROOM // groups), break_long_words=False)) or name


def _names_axis(names: Sequence[str], labels: Sequence[str], wrapped: Sequence[str]) -> dict[str, Any]:
    """Return the axis of upright bars: level names, only as many as have room side by side."""
    axis = {**category_axis(names, labels), "tickangle": 0}
    every = max(1, -(-sum(max(map(len, name.split("<br>"))) for name in wrapped) // _ROOM))
    return {**axis, "tickvals": axis["tickvals"][::every], "ticktext": axis["ticktext"][::every]}


def _lying(data: GroupBars, values: Any, theme: str, uirevision: str) -> Drawing:
    labels = [name if len(name) <= _CLIP else f"{name[: _CLIP - 1]}…" for name in data.labels]
    counts = [f"{n:,}" for n in data.counts]
    left, middle, right = text_pixels(labels) + 10, text_pixels(counts) + 10, text_pixels(data.texts) + 12
    columns = ((labels, 0, -left - middle, "text"), (counts, 0, -middle, "text3"), (data.texts, 1, right, "text"))
    layout = base_layout(
        theme,
        uirevision,
        dragmode=False,
        hovermode="y",
        margin={"l": left + middle, "r": right, "t": 4, "b": 4},
        xaxis={"visible": False, "fixedrange": True, "range": list(_span(data, values, 0.02))},
        yaxis={"visible": False, "fixedrange": True, "range": [len(values) - 0.5, -0.5]},
        annotations=[
            row_note(row, text, theme, x=side, xshift=shift, role=role)
            for column, side, shift, role in columns
            for row, text in enumerate(column)
            if text
        ],
        shapes=[level_line(0, theme, axis="x")],
    )
    return {"data": [_trace(data, values, theme, lying=True)], "layout": layout}


def describe_groups(data: GroupBars) -> str:
    """Say in one sentence which group is highest and which is lowest."""
    values = np.asarray(data.values, dtype=np.float64)
    if not np.isfinite(values).any():
        return _EMPTY
    best, worst = int(np.nanargmax(values)), int(np.nanargmin(values))
    return (
        f"{data.what} of {plural(len(values), 'group')}: highest {data.labels[best]} ({data.texts[best]}), "
        f"lowest {data.labels[worst]} ({data.texts[worst]})."
    )
