"""Charts of a report as SVG text: for the page, HTML and PDF alike, drawn without a browser.

Pure text from values. Everything a user wrote is escaped; no script, no link, no outside reference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from html import escape

import numpy as np

from components import format as fmt
from components.figures.theme import palette
from domain.periods import month_shift
from domain.report_document import BarChart, CalendarChart, Chart, CurveChart, HistogramChart

WIDTH = 720
_AXIS = 58  # room at the right for the labels of an axis
_FONT = "Inter, 'Inter Variable', system-ui, sans-serif"
_MOST_BARS = 24
_MOST_MONTHS = 24
_LIGHT = palette("light").colors


def chart_svg(chart: Chart, *, unit: str, accent: str) -> str:
    """Return a chart as SVG.

    Args:
        chart: What to draw.
        unit: Currency code, "%" or "R" of its amounts.
        accent: "#rrggbb" of the curve.
    """
    if isinstance(chart, CurveChart):
        return curve_svg(chart, unit=unit, accent=accent)
    if isinstance(chart, BarChart):
        return bars_svg(chart, unit=unit)
    if isinstance(chart, HistogramChart):
        return histogram_svg(chart)
    return calendar_svg(chart, unit=unit)


def describe_chart(chart: Chart, *, unit: str) -> str:
    """Say in one sentence what a chart shows, for those who do not see it."""
    if isinstance(chart, CurveChart):
        last, low = float(chart.equity.y[-1]), float(chart.drawdown.y.min())
        worst = fmt.money(low, chart.drawdown_unit)
        return f"Cumulative P&L ends at {fmt.pnl(last, unit)}; the deepest drawdown is {worst}."
    if isinstance(chart, BarChart):
        best, worst_at = int(np.argmax(chart.values)), int(np.argmin(chart.values))
        parts = (f"{chart.labels[at]} ({fmt.pnl(chart.values[at], unit)})" for at in (best, worst_at))
        return "P&L by group: highest {}, lowest {}.".format(*parts)
    if isinstance(chart, HistogramChart):
        return f"Distribution of {fmt.plural(sum(chart.counts), 'trade')} by result."
    return f"P&L of {fmt.plural(len(chart.days), 'trading day')}."


def nice_ticks(low: float, high: float, *, count: int = 4) -> list[float]:
    """Return round values that cover [low, high], about `count` steps of them."""
    span = (high - low) or abs(high) or 1.0
    raw = span / count
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [k * step for k in range(first, last + 1)]


def _frame(height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}"'
    return f'{head} width="{WIDTH}" height="{_n(height)}" font-family="{_FONT}" font-size="11">{"".join(parts)}</svg>'


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = "", weight: int = 400) -> str:
    color = fill or _LIGHT["text3"]
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="{color}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{color}"/>'


class _Scale:
    """Values to pixels between the first and last of round ticks."""

    def __init__(self, values: Sequence[float], top: float, bottom: float, *, count: int = 4) -> None:
        low, high = min(0.0, *values), max(0.0, *values)
        room = ((high - low) or 1.0) * 0.04
        # Zero is the edge where nothing lies beyond it.
        self._low, self._high = low - (room if low else 0.0), high + (room if high else 0.0)
        ticks = nice_ticks(low, high, count=count)
        self.ticks = [tick for tick in ticks if self._low <= tick <= self._high]
        self._top, self._bottom = top, bottom

    def y(self, value: float) -> float:
        """Return the pixel of a value."""
        share = (value - self._low) / ((self._high - self._low) or 1.0)
        return self._bottom - share * (self._bottom - self._top)

    def axis(self, unit: str) -> list[str]:
        """Return grid lines and labels at the right."""
        right = WIDTH - _AXIS
        made = []
        for tick in self.ticks:
            at = self.y(tick)
            made.append(_line(0, at, right, at, _LIGHT["zero"] if abs(tick) < 1e-12 else _LIGHT["grid"]))
            made.append(_text(right + 8, at + 4, fmt.money_short(tick, unit)))
        return made


def curve_svg(chart: CurveChart, *, unit: str, accent: str) -> str:
    """Draw the equity curve over its drawdown."""
    x, y = chart.equity.x, chart.equity.y
    right, upper, lower = WIDTH - _AXIS, (8.0, 190.0), (206.0, 262.0)
    first, last = float(x[0]), float(x[-1])
    span = (last - first) or 1.0

    def points(xs: Sequence[float], ys: Sequence[float], scale: _Scale) -> str:
        # Steps of two decades are told apart by the eye at a tenth of a pixel.
        return " ".join(
            f"{_n((at - first) / span * right)},{_n(scale.y(value))}" for at, value in zip(xs, ys, strict=True)
        )

    money = _Scale(y.tolist(), *upper)
    depth = _Scale(chart.drawdown.y.tolist(), *lower, count=2)
    own = points(x.tolist(), y.tolist(), money)
    fall = points(chart.drawdown.x.tolist(), chart.drawdown.y.tolist(), depth)
    end = (_n((float(chart.drawdown.x[-1]) - first) / span * right), _n(depth.y(0)))
    loss, zero = _LIGHT["loss"], _n(money.y(0))
    fade = (
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{accent}" '
        f'stop-opacity="0.22"/><stop offset="1" stop-color="{accent}" stop-opacity="0"/></linearGradient></defs>'
    )
    parts = [
        fade,
        *money.axis(unit),
        *depth.axis(chart.drawdown_unit),
        f'<polygon points="0,{zero} {own} {right},{zero}" fill="url(#g)"/>',
        f'<polyline points="{own}" fill="none" stroke="{accent}" stroke-width="1.75" stroke-linejoin="round"/>',
        f'<circle cx="{right}" cy="{_n(money.y(float(y[-1])))}" r="3" fill="{accent}"/>',
        f'<polygon points="0,{end[1]} {fall} {end[0]},{end[1]}" fill="{loss}" fill-opacity="0.16"/>',
        f'<polyline points="{fall}" fill="none" stroke="{loss}" stroke-width="1.25"/>',
        _text(2, lower[1] - 3, "Drawdown"),
        *_time_labels(first, last, right, lower[1] + 22),
    ]
    return _frame(lower[1] + 30, parts)


def _time_labels(first: float, last: float, right: float, y: float) -> list[str]:
    """Return the names of the months (or days of a short span) under a time axis."""
    start, end = (datetime.fromtimestamp(value / 1000, UTC).date() for value in (first, last))
    months = (end.year - start.year) * 12 + end.month - start.month
    if months < 2:
        step = max(1, ((end - start).days + 1) // 6)
        days = [start + timedelta(days=step * k) for k in range(7)]
        named = [(day, f"{day.day} {day:%b}") for day in days if day <= end]
    else:
        every = max(1, -(-months // 8))
        starts = [month_shift(start, k * every) for k in range(10)]
        named = [(day, f"{day:%b %Y}" if day.month <= every or months > 11 else f"{day:%b}") for day in starts]
    made = []
    for day, name in named:
        at = (datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000 - first) / ((last - first) or 1.0)
        if -0.001 <= at <= 0.95:
            made.append(_text(max(at, 0.0) * right, y, name))
    return made


def bars_svg(chart: BarChart, *, unit: str) -> str:
    """Draw P&L by group as upright bars; of many groups the first and last."""
    labels, values = list(chart.labels), list(chart.values)
    if len(values) > _MOST_BARS:
        half = _MOST_BARS // 2
        labels, values = [*labels[:half], *labels[-half:]], [*values[:half], *values[-half:]]
    scale = _Scale(values, 10, 130)
    step = (WIDTH - _AXIS) / len(values)
    width = min(step * 0.62, 44)
    parts = scale.axis(unit)
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        middle, top = step * (at + 0.5), min(scale.y(value), scale.y(0))
        height = max(abs(scale.y(value) - scale.y(0)), 1.0)
        color = _LIGHT["profit"] if value >= 0 else _LIGHT["loss"]
        parts.append(
            f'<rect x="{_n(middle - width / 2)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}" rx="1.5" '
            f'fill="{color}" fill-opacity="0.9"/>'
        )
        parts.append(_text(middle, 150, _short(label, step), anchor="middle"))
    return _frame(156, parts)


def _short(label: str, room: float) -> str:
    """Return as much of a label as fits into so many pixels."""
    most = max(int(room / 6.2), 2)
    return label if len(label) <= most else f"{label[: most - 1]}…"


def histogram_svg(chart: HistogramChart) -> str:
    """Draw how many trades ended in which result."""
    top, bottom, right = 10.0, 130.0, float(WIDTH - _AXIS)
    most = max(chart.counts) or 1
    step = right / len(chart.counts)
    parts = [_line(0, bottom, right, bottom, _LIGHT["zero"]), _text(right + 8, top + 8, f"{most} trades")]
    for at, number in enumerate(chart.counts):
        height = number / most * (bottom - top)
        color = _LIGHT["profit"] if chart.edges[at] >= 0 else _LIGHT["loss"]
        parts.append(
            f'<rect x="{_n(step * at + 1)}" y="{_n(bottom - height)}" width="{_n(max(step - 2, 1))}" '
            f'height="{_n(height)}" fill="{color}" fill-opacity="0.9"/>'
        )
    every = max(1, -(-len(chart.edges) // 9))
    for at in range(0, len(chart.edges), every):
        anchor = "start" if at == 0 else "middle"
        parts.append(_text(step * at, 148, fmt.money_short(chart.edges[at], chart.unit), anchor=anchor))
    return _frame(156, parts)


def calendar_svg(chart: CalendarChart, *, unit: str) -> str:
    """Draw the trading days of the last two years as squares, a row of months after another."""
    ramp = palette("light").ramp
    months = sorted({day.replace(day=1) for day in chart.days})[-_MOST_MONTHS:]
    most = max((abs(value) for value in chart.days.values()), default=0.0) or 1.0
    cell, across = 20.0, 4
    wide, high = WIDTH / across, 6 * cell + 34
    parts: list[str] = []
    for at, month in enumerate(months):
        left, top = (at % across) * wide, (at // across) * high
        days = {day: value for day, value in chart.days.items() if day.replace(day=1) == month}
        total = fmt.money_short(sum(days.values()), unit, signed=True)
        parts.append(_text(left, top + 12, f"{month:%b %Y}", fill=_LIGHT["text"], weight=600))
        parts.append(_text(left + 7 * cell, top + 12, total, anchor="end"))
        for day, value in days.items():
            week = (day.day + month.weekday() - 1) // 7
            x, y = left + day.weekday() * cell, top + 20 + week * cell
            parts.append(_square(x, y, cell - 2, ramp[_step(value / most)], day))
    return _frame(-(-len(months) // across) * high, parts)


def _step(share: float) -> int:
    """Return the step of the nine-step ramp for a share of the largest day, -1 ... 1."""
    return 4 if share == 0 else 4 + int(math.copysign(min(4, math.ceil(abs(share) * 4)), share))


def _square(x: float, y: float, size: float, color: str, day: date) -> str:
    square = f'<rect x="{_n(x)}" y="{_n(y)}" width="{size}" height="{size}" rx="3" fill="{color}"/>'
    return square + _text(x + size / 2, y + size / 2 + 4, str(day.day), anchor="middle", fill=_LIGHT["text2"])
