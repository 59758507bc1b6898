"""Price levels of a candle chart: lines with tags in the axis gutter that never cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from components.figures.canvas import painted_item
from components.figures.chart_frame import Frame, Items, level_start
from components.figures.numerals import price_text

if TYPE_CHECKING:
    from components.figures.chart_marks import Level

_LOOKS = {  # colour, dash, label
    "stop": ("loss_text", "4px,3px", "Stop"),
    "target": ("profit_text", "4px,3px", "Target"),
    "average": ("text2", "4px,3px", "Avg entry"),
    "alert": ("warn", "2px,3px", "Alert"),
    "last": ("text2", "2px,3px", "Last"),
}
_TAG_PIXELS = 19  # height of a tag with a pixel of air


def last_price_paint(*, is_up: bool, theme: str) -> Items:
    """Return the coloured parts of the last price's line and of its tag."""
    role = "profit_text" if is_up else "loss_text"
    shape = painted_item({"line": {"width": 1, "dash": "2px,3px"}}, {"line.color": role}, theme)
    note = painted_item({"font": {"size": 11}}, _tag_paint(role), theme)
    return [shape], [note]


def last_price_items(frame: Frame, theme: str) -> Items:
    """Return line and tag of the last close, coloured by the direction of its bar."""
    close = float(frame.candles.close[-1])
    (line,), (tag,) = last_price_paint(is_up=close >= float(frame.candles.open[-1]), theme=theme)
    return [{**_line_shape(close, None), **line}], [{**_tag_note(close, frame), **tag}]


def level_items(frame: Frame, levels: Sequence[Level], theme: str) -> Items:
    """Return lines, labels and tags of the levels inside the price range, tags pushed apart."""
    low, high = frame.prices
    shown = sorted((level for level in levels if low <= level.price <= high), key=lambda level: level.price)
    fixed = frame.y_pixels(float(frame.candles.close[-1]))
    wanted = [frame.y_pixels(level.price) for level in shown]
    shifts = [at - want for at, want in zip(spread_tags(wanted, fixed), wanted, strict=True)]
    shapes, notes = [], []
    for level, shift in zip(shown, shifts, strict=True):
        role, dash, name = _LOOKS[level.kind]
        shape = _line_shape(level.price, level_start(frame, level))
        shape["line"] = {"width": 1, "dash": dash}
        shapes.append(painted_item(shape, {"line.color": role}, theme))
        notes.append(painted_item({**_tag_note(level.price, frame), "yshift": round(shift)}, _tag_paint(role), theme))
        notes.append(_label_note(level, level.label or name, round(shift), theme))
    return shapes, notes


def spread_tags(wanted: Sequence[float], fixed: float, gap: float = _TAG_PIXELS) -> list[float]:
    """Return heights for tags, ascending as given, at least `gap` from each other and from a fixed one.

    Tags above the fixed one move up, those below move down; a tag that has room stays where it is.
    """
    places = list(wanted)
    floor = fixed
    for k in range(len(places)):
        if wanted[k] >= fixed:
            places[k] = max(places[k], floor + gap)
            floor = places[k]
    ceiling = fixed
    for k in reversed(range(len(places))):
        if wanted[k] < fixed:
            places[k] = min(places[k], ceiling - gap)
            ceiling = places[k]
    return places


def _tag_paint(role: str) -> dict[str, str]:
    return {"font.color": "tag_text", "bgcolor": role, "bordercolor": role}


def _line_shape(price: float, start: float | None) -> dict[str, Any]:
    ends: dict[str, Any] = {"xref": "paper", "x0": 0, "x1": 1}
    if start is not None:
        # A shape has one reference for both ends: an instant far beyond the last bar stands for the right edge.
        ends = {"xref": "x", "x0": start, "x1": start + 3.2e11}
    return {"type": "line", **ends, "yref": "y", "y0": price, "y1": price, "layer": "below"}


def _tag_note(price: float, frame: Frame) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "xanchor": "left",
        "xshift": 2,
        "yref": "y",
        "y": price,
        "yanchor": "middle",
        "text": price_text(price, frame.places),
        "showarrow": False,
        "borderpad": 3,
        "borderwidth": 0,
        "font": {"size": 11},
    }


def _label_note(level: Level, text: str, shift: int, theme: str) -> dict[str, Any]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": -8, "y": level.price, "yshift": shift}
    item = {**place, "yref": "y", "text": text, "showarrow": False, "borderpad": 2, "font": {"size": 11}}
    return painted_item(item, {"font.color": _LOOKS[level.kind][0], "bgcolor": "surface"}, theme)
