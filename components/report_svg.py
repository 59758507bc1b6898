"""Charts of a report as SVG text: for the page, HTML and PDF alike, drawn without a browser.

Curves and bars are the figures of the pages, drawn by `components.figures.drawing`. The calendar, which is no figure on
screen either, is drawn here. Everything a user wrote is escaped; no script, no link, no outside reference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from html import escape

import numpy as np

from components import format as fmt
from components.figures.theme import palette
from domain.report_document import BarChart, CalendarChart, Chart, CurveChart, HistogramChart

WIDTH = 720
HEIGHTS = {CurveChart: 292, BarChart: 176, HistogramChart: 166}
"""Pixels a kind of chart is high."""
_FONT = "Inter, 'Inter Variable', system-ui, sans-serif"
_MOST_MONTHS = 24
_LIGHT = palette("light").colors


def chart_svg(chart: Chart, *, unit: str, accent: str) -> str:
    """Return a chart as SVG.

    Args:
        chart: What to draw.
        unit: Currency code, "%" or "R" of its amounts.
        accent: "#rrggbb" of the curve.
    """
    if isinstance(chart, CalendarChart):
        return calendar_svg(chart, unit=unit)
    from components.figures.drawing import figure_svg
    from components.figures.report_charts import chart_figure

    return figure_svg(chart_figure(chart, unit=unit, accent=accent), size=(WIDTH, HEIGHTS[type(chart)]))


def describe_chart(chart: Chart, *, unit: str) -> str:
    """Say in one sentence what a chart shows, for those who do not see it."""
    if isinstance(chart, CurveChart):
        return _describe_curve(chart, unit)
    if isinstance(chart, BarChart):
        unit = chart.unit or unit
        best, worst = int(np.argmax(chart.values)), int(np.argmin(chart.values))
        parts = (f"{chart.labels[at]} ({fmt.money(chart.values[at], unit, signed=not chart.is_amount)})"
                 for at in (best, worst))  # fmt: skip
        what = "Amounts" if chart.is_amount else "P&L"
        return "{} by group: highest {}, lowest {}.".format(what, *parts)
    if isinstance(chart, HistogramChart):
        return f"Distribution of {fmt.plural(sum(chart.counts), 'trade')} by result."
    return f"P&L of {fmt.plural(len(chart.days), 'trading day')}."


def _describe_curve(chart: CurveChart, unit: str) -> str:
    last, low = float(chart.equity.y[-1]), float(chart.drawdown.y.min())
    name = "Cumulative P&L" if chart.equity.name in ("", "Net", "Gross") else chart.equity.name
    beside = ""
    if chart.benchmark is not None and len(chart.benchmark.y):
        beside = f", {chart.benchmark.name} at {fmt.pnl(float(chart.benchmark.y[-1]), unit)}"
    worst = fmt.money(low, chart.drawdown_unit)
    return f"{name} ends at {fmt.pnl(last, unit)}{beside}; the deepest drawdown is {worst}."


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
