"""A figure of the pages as SVG text, drawn without a browser: for HTML and PDF reports.

It draws what the figure says (traces, ranges, ticks, lines, notes) and decides nothing by itself, so that a printed
chart and the one on screen cannot differ in a number. It knows what charts of reports are made of: lines with
their fill, upright bars, level lines and notes. Everything a person wrote is escaped; no script, no reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from components.figures.canvas import nice_ticks
from components.figures.theme import FONT
from domain.periods import month_shift

if TYPE_CHECKING:
    import plotly.graph_objects as go

_FONT = FONT.replace('"', "'")
_RGBA = re.compile(r"rgba\((\d+),\s*(\d+),\s*(\d+),\s*([\d.]+)\)")
_BAR_WIDTH = 0.62  # of the room between two names, as the template's gap leaves
_LETTER = 6.2  # pixels of a letter of 11


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Values to pixels: `span` of values over `pixels`, with the ticks that are written."""

    span: tuple[float, float]
    pixels: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    has_grid: bool

    def at(self, value: float) -> float:
        low, high = self.span
        start, end = self.pixels
        return start + (value - low) / ((high - low) or 1.0) * (end - start)


def figure_svg(figure: go.Figure, *, size: tuple[int, int]) -> str:
    """Return a figure as SVG.

    Args:
        figure: Of `components.figures`, in the theme it is drawn in.
        size: Width and height, pixels.
    """
    return _Sheet(figure, size).draw()


class _Sheet:
    """One figure while it is drawn."""

    def __init__(self, figure: go.Figure, size: tuple[int, int]) -> None:
        self._figure = figure
        self._layout = figure.layout
        self._base = figure.layout.template.layout
        self._width, self._height = size
        margin, usual = self._layout.margin, self._base.margin
        edges = {side: _first(margin[side], usual[side], 0) for side in "lrtb"}
        self._left, self._right = float(edges["l"]), self._width - float(edges["r"])
        self._top, self._bottom = float(edges["t"]), self._height - float(edges["b"])
        self._colors = {"grid": self._base.yaxis.gridcolor, "tick": self._base.yaxis.tickfont.color}
        names = sorted({str(_first(trace.yaxis, "y")) for trace in figure.data})
        self._x = self._x_axis()
        self._y = {name: self._y_axis(name) for name in names}

    def draw(self) -> str:
        """Return the whole picture."""
        parts = [
            *self._grids(),
            *(part for shape in self._layout.shapes for part in self._line(shape)),
            *(part for trace in self._figure.data for part in self._trace(trace)),
            *self._x_labels(),
            *(part for note in self._layout.annotations for part in self._note(note)),
        ]
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self._width} {self._height}"'
        body = "".join(parts)
        return f'{head} width="{self._width}" height="{self._height}" font-family="{_FONT}" font-size="11">{body}</svg>'

    def _x_axis(self) -> _Axis:
        axis = self._layout.xaxis
        low, high = axis.range or _data_range(self._figure, "x")
        is_date = axis.type == "date"
        ticks = _day_ticks(float(low), float(high)) if is_date else _written_ticks(axis)
        return _Axis(
            span=(float(low), float(high)), pixels=(self._left, self._right), ticks=tuple(ticks), has_grid=False
        )

    def _y_axis(self, name: str) -> _Axis:
        axis = self._layout[f"yaxis{name[1:]}"]
        low, high = axis.range or (0.0, 1.06 * _data_range(self._figure, "y")[1])
        start, end = axis.domain or (0.0, 1.0)
        tall = self._bottom - self._top
        ticks = _written_ticks(axis) or [(tick, "") for tick in nice_ticks(float(low), float(high), 4)]
        if axis.showticklabels is False:
            ticks = [(tick, "") for tick, _ in ticks]
        return _Axis(
            span=(float(low), float(high)),
            pixels=(self._bottom - start * tall, self._bottom - end * tall),
            ticks=tuple(ticks),
            has_grid=True,
        )

    def _grids(self) -> Iterator[str]:
        for axis in self._y.values():
            for value, label in axis.ticks:
                at = axis.at(value)
                yield _line(self._left, at, self._right, at, self._colors["grid"])
                if label:
                    yield _text(self._right + 6, at + 4, label, self._colors["tick"])

    def _x_labels(self) -> Iterator[str]:
        step = (self._right - self._left) / max(len(self._x.ticks), 1)
        is_date = self._layout.xaxis.type == "date"
        for value, label in self._x.ticks:
            at, shown = self._x.at(value), label if is_date else _cut(label, step)
            half = len(shown) * _LETTER / 2
            edge = "start" if is_date or at < half else "end" if at + half > self._width else "middle"
            yield _text(at, self._bottom + 17, shown, self._colors["tick"], anchor=edge)

    def _line(self, shape: Any) -> Iterator[str]:
        """Draw a level line, the only shape of these figures."""
        color, width, dash = shape.line.color, _first(shape.line.width, 1), shape.line.dash
        if str(shape.yref) in self._y:
            at = self._y[str(shape.yref)].at(float(shape.y0))
            yield _line(self._left, at, self._right, at, color, width=width, dash=dash)
        elif shape.xref == "x":
            at = self._x.at(float(shape.x0))
            yield _line(at, self._top, at, self._bottom, color, width=width, dash=dash)

    def _note(self, note: Any) -> Iterator[str]:
        if note.xref != "paper" or note.yref != "paper":
            return
        x = self._left + float(note.x) * (self._right - self._left) + float(_first(note.xshift, 0)) + 2
        y = self._bottom - float(note.y) * (self._bottom - self._top) - float(_first(note.yshift, 0)) - 3
        anchor = {"left": "start", "right": "end"}.get(str(note.xanchor), "middle")
        yield _text(x, y, str(note.text), _first(note.font.color, self._colors["tick"]), anchor=anchor)

    def _trace(self, trace: Any) -> Iterator[str]:
        axis = self._y[str(_first(trace.yaxis, "y"))]
        if trace.type == "bar":
            yield from self._bars(trace, axis)
        elif trace.type == "scatter":
            yield from self._curve(trace, axis)

    def _curve(self, trace: Any, axis: _Axis) -> Iterator[str]:
        x, y = np.asarray(trace.x, dtype=np.float64), np.asarray(trace.y, dtype=np.float64)
        known = np.isfinite(y)
        places = [(self._x.at(float(a)), axis.at(float(b))) for a, b in zip(x[known], y[known], strict=True)]
        if not places:
            return
        points = " ".join(f"{_n(a)},{_n(b)}" for a, b in places)
        if trace.fill == "tozeroy":
            zero = _n(axis.at(0.0))
            ends = f"{_n(places[0][0])},{zero} {points} {_n(places[-1][0])},{zero}"
            gradient, fill = _fill_of(trace)
            yield f'{gradient}<polygon points="{ends}" {fill}/>'
        width = _first(trace.line.width, 1.75)
        yield (
            f'<polyline points="{points}" fill="none" {_paint("stroke", trace.line.color)} '
            f'stroke-width="{_n(float(width))}" stroke-linejoin="round"{_dash(trace.line.dash)}/>'
        )

    def _bars(self, trace: Any, axis: _Axis) -> Iterator[str]:
        x, y = np.asarray(trace.x, dtype=np.float64), np.asarray(trace.y, dtype=np.float64)
        widths = np.broadcast_to(np.asarray(_first(trace.width, _BAR_WIDTH), dtype=np.float64), x.shape)
        colors = trace.marker.color
        opacity = _first(trace.marker.opacity, 0.88)
        zero = axis.at(0.0)
        for at in np.flatnonzero(np.isfinite(y)).tolist():
            left, right = (self._x.at(float(x[at]) + side * float(widths[at]) / 2) for side in (-1, 1))
            tip = axis.at(float(y[at]))
            color = colors if isinstance(colors, str) else colors[at]
            yield (
                f'<rect x="{_n(left)}" y="{_n(min(tip, zero))}" width="{_n(max(right - left, 0.5))}" '
                f'height="{_n(max(abs(tip - zero), 0.8))}" rx="1.5" {_paint("fill", color, opacity=opacity)}/>'
            )
            if trace.text is not None:
                below = y[at] < 0
                place = tip + (13 if below else -5)
                yield _text((left + right) / 2, place, str(trace.text[at]), self._colors["tick"], anchor="middle")


def _first(*values: Any) -> Any:
    """Return the first value that says something."""
    return next((value for value in values if value is not None), None)


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _paint(kind: str, color: str, *, opacity: float | None = None) -> str:
    """Return a colour as attributes: what typesets the PDF does not read "rgba"."""
    found = _RGBA.fullmatch(str(color).replace(" ", ""))
    if found is None:
        shown = f'{kind}="{color}"'
        return shown if opacity is None else f'{shown} {kind}-opacity="{opacity:g}"'
    red, green, blue, alpha = found.groups()
    return f'{kind}="rgb({red},{green},{blue})" {kind}-opacity="{alpha}"'


def _dash(dash: Any) -> str:
    return f' stroke-dasharray="{str(dash).replace("px", "")}"' if dash and "px" in str(dash) else ""


def _fill_of(trace: Any) -> tuple[str, str]:
    """Return the definition of a gradient, "" without one, and the fill of the area under a line."""
    stops = trace.fillgradient.colorscale
    if not stops:
        return "", _paint("fill", trace.fillcolor)
    name = "g" + re.sub(r"[^0-9a-z]", "", str(stops[-1][1]))
    drawn = "".join(
        f'<stop offset="{1 - float(place):g}" {_paint("stop", color).replace("stop=", "stop-color=")}/>'
        for place, color in reversed(list(stops))
    )
    return (
        f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{drawn}</linearGradient></defs>',
        f'fill="url(#{name})"',
    )


def _text(x: float, y: float, text: str, color: str, *, anchor: str = "start") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{color}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, color: str, *, width: float = 1, dash: Any = None) -> str:
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{color}" '
        f'stroke-width="{_n(float(width))}"{_dash(dash)}/>'
    )


def _cut(label: str, room: float) -> str:
    """Return as much of a label as fits into so many pixels."""
    most = max(int(room / _LETTER), 2)
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _data_range(figure: go.Figure, name: str) -> tuple[float, float]:
    values = np.concatenate([np.asarray(trace[name], dtype=np.float64) for trace in figure.data])
    return float(np.nanmin(values)), float(np.nanmax(values)) or 1.0


def _written_ticks(axis: Any) -> list[tuple[float, str]]:
    values: Sequence[Any] = () if axis.tickvals is None else axis.tickvals
    texts: Sequence[Any] = () if axis.ticktext is None else axis.ticktext
    return [(float(value), str(text)) for value, text in zip(values, texts, strict=True)]


def _day_ticks(low: float, high: float) -> Iterator[tuple[float, str]]:
    """Yield the starts of months (or days of a short span) of a date axis, about eight of them."""
    start, end = (datetime.fromtimestamp(value / 1000, UTC).date() for value in (low, high))
    months = (end.year - start.year) * 12 + end.month - start.month
    if months < 2:
        step = max(1, ((end - start).days + 1) // 6)
        days = [start + timedelta(days=step * k) for k in range(7)]
        named = [(day, f"{day.day} {day:%b}") for day in days if day <= end]
    else:
        every = max(1, -(-months // 8))
        starts = [month_shift(start, k * every) for k in range(10)]
        named = [(day, f"{day:%b %Y}" if day.month <= every or months > 11 else f"{day:%b}") for day in starts]
    for day, name in named:
        at = _millis(day)
        if low <= at <= high - 0.05 * (high - low):
            yield at, name


def _millis(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000
