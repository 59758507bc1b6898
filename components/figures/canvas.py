"""What every figure starts from: an empty figure in a theme, axes, lines and texts whose colours can be swapped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.figures.numerals import axis_text
from components.figures.theme import palette, template_of
from components.figures.wall_time import DAY_MS

Floats = NDArray[np.float64]

DATE_STOPS: tuple[dict[str, Any], ...] = (
    {"dtickrange": [None, DAY_MS - 1], "value": "%H:%M"},
    {"dtickrange": ["M1", "M2"], "value": "%b"},
    {"dtickrange": ["M3", "M6"], "value": "%b %Y"},
    {"dtickrange": ["M12", None], "value": "%Y"},
    {"dtickrange": [DAY_MS, "M1"], "value": "%-d %b"},
)
DAY_HOVER = "%a %-d %b %Y"
TIME_HOVER = "%a %-d %b %Y, %H:%M"
_GOOD_STEPS = (1, 2, 5, 10)


def base_layout(theme: str, uirevision: str, **layout: Any) -> dict[str, Any]:
    """Return the layout every figure starts from: template, no legend, zoom kept while `uirevision` is the same."""
    return {
        "template": template_of(theme),
        "uirevision": uirevision,
        "showlegend": False,
        "autosize": True,
        **layout,
    }


def start_figure(theme: str, uirevision: str, *, traces: Sequence[Any] = (), **layout: Any) -> go.Figure:
    """Return a figure of some traces, none by default; see `base_layout`."""
    return _figure({"data": list(traces), "layout": base_layout(theme, uirevision, **layout)})


def _figure(drawing: Mapping[str, Any]) -> go.Figure:
    # To check each property, those of the template among them, takes ten times as long as to draw: a test does it.
    return go.Figure(data=drawing["data"], layout=drawing["layout"], _validate=False)


def empty_figure(sentence: str, *, theme: str = "dark") -> go.Figure:
    """Return a figure that only says why there is nothing to draw."""
    return _figure(empty_drawing(sentence, theme=theme))


def empty_drawing(sentence: str, *, theme: str = "dark") -> dict[str, Any]:
    """Return `empty_figure` as plain data."""
    note = {
        "x": 0.5,
        "y": 0.5,
        "xref": "paper",
        "yref": "paper",
        "text": sentence,
        "showarrow": False,
        "font": {"size": 13},
    }
    hidden = {"visible": False, "fixedrange": True}
    layout = base_layout(
        theme,
        "empty",
        hovermode=False,
        dragmode=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        xaxis=hidden,
        yaxis=hidden,
        annotations=[painted_item(note, {"font.color": "text2"}, theme)],
    )
    return {"data": [], "layout": layout}


def paint_trace(trace: Any, role: str, paint: Mapping[str, str], theme: str) -> Any:
    """Colour a trace by role and note how, so that the browser can do it again in the other theme."""
    colors = palette(theme)
    for path, token in paint.items():
        trace[path] = colors.resolve(token)
    trace.meta = {"role": role, "paint": dict(paint)}
    return trace


def painted_trace(trace: Mapping[str, Any], role: str, paint: Mapping[str, str], theme: str) -> dict[str, Any]:
    """Return a trace given as plain data coloured as `paint_trace` does."""
    return {**_painted(trace, paint, theme), "meta": {"role": role, "paint": dict(paint)}}


def sign_colors(values: Floats, theme: str) -> list[str]:
    """Return the colour of each value's sign: loss below zero, else profit (role "pl").

    Colours, not numbers with a scale: for bars the library complains about each number.
    """
    profit, loss = (palette(theme).resolve(role) for role in ("profit", "loss"))
    return [loss if value < 0 else profit for value in np.asarray(values).tolist()]


def painted_item(item: Mapping[str, Any], paint: Mapping[str, str], theme: str) -> dict[str, Any]:
    """Return a shape or annotation coloured by role; the roles are kept in its name."""
    result = _painted(item, paint, theme)
    result["name"] = "fw:" + ";".join(f"{path}={role}" for path, role in paint.items())
    return result


def _painted(item: Mapping[str, Any], paint: Mapping[str, str], theme: str) -> dict[str, Any]:
    colors = palette(theme)
    result = {key: dict(value) if isinstance(value, dict) else value for key, value in item.items()}
    for path, role in paint.items():
        *parents, leaf = path.split(".")
        target = result
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = colors.resolve(role)
    return result


def level_line(value: float, theme: str, *, axis: str = "y", role: str = "zero", **line: Any) -> dict[str, Any]:
    """Return a shape: a line across the plot at a value of "y", "y2" ... (horizontal) or "x" ... (vertical)."""
    across, along = ("x", "y") if axis[0] == "y" else ("y", "x")
    shape = {
        "type": "line",
        f"{across}ref": "paper" if axis in ("x", "y") and across == "y" else f"{across} domain",
        f"{along}ref": axis,
        f"{across}0": 0,
        f"{across}1": 1,
        f"{along}0": value,
        f"{along}1": value,
        "layer": "below",
        "line": {"width": 1, **line},
    }
    return painted_item(shape, {"line.color": role}, theme)


def row_note(row: int, text: str, theme: str, *, x: float, xshift: float, role: str = "text") -> dict[str, Any]:
    """Return a text in a column beside the plot, at a row of the y axis: left column x=0, right column x=1."""
    side = {"xref": "paper", "x": x, "xanchor": "left" if x == 0 else "right", "xshift": xshift}
    item = {**side, "yref": "y", "y": row, "yanchor": "middle", "text": text, "showarrow": False, "font": {"size": 12}}
    return painted_item(item, {"font.color": role}, theme)


def text_pixels(texts: Sequence[str], *, size: float = 7.2) -> float:
    """Return about how wide the longest of some 12 px texts is."""
    return max((len(text) for text in texts), default=0) * size


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return at most `count` round values from `low` to `high`, zero among them when it lies between."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low] if math.isfinite(low) else []
    power = 10.0 ** math.floor(math.log10(span / count))
    for scale in (power, power * 10):
        for step in _GOOD_STEPS:
            first, last = math.ceil(low / (scale * step) - 1e-9), math.floor(high / (scale * step) + 1e-9)
            if last - first + 1 <= count:
                return [k * scale * step + 0.0 for k in range(first, last + 1)]
    return [low, high]


def value_range(*columns: Floats | Sequence[float], zero: bool = True, pad: float = 0.06) -> tuple[float, float]:
    """Return the range of an axis: all finite values, zero when wanted, and some air."""
    values = np.concatenate(
        [np.asarray(column, dtype=np.float64).ravel() for column in columns] + [np.zeros(int(zero))]
    )
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    air = (high - low) * pad or abs(high) * 0.1 or 1.0
    return low - (air if low < 0 or not zero else 0.0), high + (air if high > 0 or not zero else 0.0)


def value_axis(span: tuple[float, float], unit: str, *, count: int = 5, **extra: Any) -> dict[str, Any]:
    """Return the settings of a value axis with its ticks written out (true minus, unit, k and M)."""
    ticks = nice_ticks(*span, count)
    texts = [axis_text(tick, unit) for tick in ticks]
    return {"range": list(span), "tickvals": ticks, "ticktext": texts, "fixedrange": True, **extra}


def time_axis(*, intraday: bool = False, **extra: Any) -> dict[str, Any]:
    """Return the settings of a date axis for x in wall-clock milliseconds."""
    return {
        "type": "date",
        "tickformatstops": list(DATE_STOPS),
        "hoverformat": TIME_HOVER if intraday else DAY_HOVER,
        "tickangle": 0,  # without a wish for their number there are as many ticks as have room side by side
        **extra,
    }
