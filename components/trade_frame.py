"""The cards of a trade's page before anything is known: its chart and its executions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from components import cards, chart, feedback, forms
from components.trade_detail import CHART_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartIds:
    """Ids of the chart card's parts."""

    chart: str
    chart_box: str
    no_chart: str
    source: str
    interval: str


def chart_card(ids: ChartIds, widths: Sequence[str]) -> html.Section:
    """Return the card of a trade's candles: the chart, and the place for why there is none."""
    graph = chart.price_chart(ids.chart, label="Candles of the trade", height=f"{CHART_HEIGHT}px")
    options = [(width, width) for width in widths]
    return cards.chart_card(
        "Chart",
        html.Div([html.Div(graph, id=ids.chart_box), html.Div(id=ids.no_chart, className="fw-no-chart", hidden=True)]),
        subtitle=html.Span(id=ids.source),
        controls=forms.segmented(ids.interval, options, None, label="Width of a candle"),
        legend=cards.legend([("Buy", "accent-sq"), ("Sell", "warn-sq")]),
        explain="The shaded span is the time held. Lines: average entry, planned stop and planned target. "
        "Fills stand at their price and time.",
    )


def executions_card(table_id: str, about_id: str, csv_id: str) -> html.Section:
    """Return the card of a trade's fills."""
    return cards.card(
        "Executions",
        html.Div(feedback.skeleton_table(4, row_height=30), id=table_id),
        subtitle=html.Span(id=about_id),
        controls=html.A("CSV", id=csv_id, href="#", download="", className="fw-btn ghost xs"),
        flush=True,
    )
