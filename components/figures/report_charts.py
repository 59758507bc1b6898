"""The charts of a report as figures of the pages, for the chart pack."""

from __future__ import annotations

import plotly.graph_objects as go

from components.figures.bars import pl_bars
from components.figures.distribution import distribution_figure
from components.figures.equity import equity_figure
from components.figures.export import export_figure
from domain.report_document import BarChart, CurveChart, HistogramChart, ReportDocument, ReportSection

_THEME = "light"


def section_figure(document: ReportDocument, section: ReportSection) -> go.Figure | None:
    """Return the figure of a section with its title and source, None when it has no chart of this kind."""
    figure = _figure(document, section)
    if figure is None:
        return None
    title = f"{section.title}, {document.title}"
    return export_figure(figure, title=title, source=f"{document.brand} · {document.subtitle}", theme=_THEME)


def _figure(document: ReportDocument, section: ReportSection) -> go.Figure | None:
    chart = section.chart
    if isinstance(chart, CurveChart):
        return equity_figure(chart.equity, chart.drawdown, unit=document.unit, theme=_THEME)
    if isinstance(chart, BarChart):
        return pl_bars(chart.labels, chart.values, unit=document.unit, theme=_THEME)
    if isinstance(chart, HistogramChart):
        return distribution_figure(chart.edges, chart.counts, unit=chart.unit, theme=_THEME)
    return None
