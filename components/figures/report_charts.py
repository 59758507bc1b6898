"""The charts of a report as figures of the pages: what every form of a report draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.bars import amount_bars, pl_bars
from components.figures.canvas import painted_item
from components.figures.distribution import distribution_figure
from components.figures.equity import equity_figure
from components.figures.export import export_figure
from components.figures.heatmap import year_heatmap
from domain.report_document import (
    BarChart,
    CalendarChart,
    Chart,
    CurveChart,
    HistogramChart,
    ReportDocument,
    ReportSection,
)

_THEME = "light"
_MOST_BARS = 24
_MOST_NAMED, _LETTERS = 12, 118  # so few bars are all named, in as many letters as stand side by side
_EPOCH_DAY = np.datetime64("1970-01-01")


def chart_figure(chart: Chart, *, unit: str, accent: str = "") -> go.Figure:
    """Return a chart as the figure that the pages draw of the same values, in the light theme.

    Args:
        chart: Values; of a calendar the latest year is drawn.
        unit: Currency code, "%" or "R" of its amounts.
        accent: "#rrggbb" in place of the theme's accent.
    """
    figure = _figure(chart, unit)
    if accent:
        figure.for_each_trace(lambda trace: _tint(trace, accent))
    return figure


def section_figure(document: ReportDocument, section: ReportSection) -> go.Figure | None:
    """Return the figure of a section with its title and source for a file of its own, None without a chart."""
    if section.chart is None:
        return None
    unit = section.unit or document.unit
    figure = chart_figure(section.chart, unit=unit, accent=document.accent)
    title = f"{section.title}, {document.title}"
    source = f"{document.brand} · {section.subtitle or document.subtitle}"
    return export_figure(figure, title=title, source=source, theme=_THEME)


def _figure(chart: Chart, unit: str) -> go.Figure:
    if isinstance(chart, CurveChart):
        figure = equity_figure(chart.equity, chart.drawdown, unit=unit, theme=_THEME, benchmark=chart.benchmark)
        if chart.benchmark is not None and len(chart.benchmark.y):
            figure.add_annotation(_legend(chart.benchmark.name or "Benchmark"))
        return figure
    if isinstance(chart, BarChart):
        return _bars(chart, chart.unit or unit)
    if isinstance(chart, HistogramChart):
        return distribution_figure(chart.edges, chart.counts, unit=chart.unit, theme=_THEME)
    return _calendar(chart, unit)


def _legend(name: str) -> dict[str, Any]:
    """Return the name of the dashed line: on paper nothing shows it under a pointer."""
    label = {"text": f"Dashed: {name}", "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left",
             "yanchor": "top", "showarrow": False}  # fmt: skip
    return painted_item(label, {"font.color": "text2", "bgcolor": "surface"}, _THEME)


def _bars(chart: BarChart, unit: str) -> go.Figure:
    """Draw bars; of many groups the first and last."""
    labels, values = list(chart.labels), list(chart.values)
    if len(values) > _MOST_BARS and not chart.is_amount:
        half = _MOST_BARS // 2
        labels, values = [*labels[:half], *labels[-half:]], [*values[:half], *values[-half:]]
    draw = amount_bars if chart.is_amount else pl_bars
    figure = draw(labels, values, unit=unit, theme=_THEME)
    if 0 < len(labels) <= _MOST_NAMED:
        room = _LETTERS // len(labels)
        names = [name if len(name) <= room else f"{name[: room - 1].rstrip()}…" for name in labels]
        figure.update_xaxes(tickvals=list(range(len(names))), ticktext=names)
    return figure


def _calendar(chart: CalendarChart, unit: str) -> go.Figure:
    days = np.array(list(chart.days), dtype="datetime64[D]")
    values = np.array(list(chart.days.values()), dtype=np.float64)
    most = float(np.abs(values).max(initial=0.0)) or 1.0
    levels = (most / 4, most / 2, most * 3 / 4)
    year = max(chart.days).year
    return year_heatmap((days - _EPOCH_DAY).astype(np.int64), values, year=year, unit=unit, levels=levels, theme=_THEME)


def _tint(trace: go.Scatter | go.Bar, accent: str) -> None:
    """Give a trace in the accent that of the report."""
    if not trace.meta or trace.meta.get("role") != "accent":
        return
    if trace.type == "bar":
        trace.marker.color = accent
        return
    trace.line.color = accent
    red, green, blue = (int(accent[at : at + 2], 16) for at in (1, 3, 5))
    trace.fillgradient.colorscale = [[0, f"rgba({red},{green},{blue},0)"], [1, f"rgba({red},{green},{blue},0.2)"]]
