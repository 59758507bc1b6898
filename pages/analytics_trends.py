"""Trends: any figure over the last so many trades, and how it moved."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, analysis_points, cards, charts
from components.chart_notes import CHARTS
from components.why_mark import why_chart
from web.analytics_head import fill_head_of
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter


class Ids(StrEnum):
    """Ids of this page."""

    HEAD = "trends-head"
    FIGURE = "trends-figure"
    FIGURE_LIST = "trends-figure-list"
    WINDOW = "trends-window"
    WINDOW_LIST = "trends-window-list"
    TITLE = "trends-title"
    NOTE = "trends-note"
    LINE = "trends-line"
    LINE_LABEL = "trends-line-label"


FIGURE, WINDOW = "expectancy", "50"
WINDOWS = {"10": "10 trades", "20": "20 trades", "50": "50 trades", "100": "100 trades", "200": "200 trades", "500": "500 trades", "1000": "1,000 trades"}  # fmt: skip  # noqa: E501


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("metric", "Show", chip_id=Ids.FIGURE, list_id=Ids.FIGURE_LIST, find="Find a figure"),
        analysis.query_picker("window", "Over the last", chip_id=Ids.WINDOW, list_id=Ids.WINDOW_LIST, width=190),
    )
    line = cards.card(
        [html.Span(id=Ids.TITLE), why_chart("Trend", CHARTS["trend"])],
        charts.graph(Ids.LINE, label="Figure over a moving window", label_id=Ids.LINE_LABEL, height=380),
        subtitle="click a point for the trades of its window",
        footer=html.P(id=Ids.NOTE, className="fw-ana-note"),
    )
    return html.Div([analysis.head(Ids.HEAD), pickers, line], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/trends", title="Trends", order=44, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


def shown_state(search: str | None) -> tuple[str, int]:
    """Return figure and window of an address."""
    state = analysis.read_state(search)
    window = state.get("window", WINDOW)
    return state.get("metric", FIGURE), int(window) if window.isdecimal() and len(window) < 7 else 0


@PAGE.callback(
    Output(Ids.FIGURE, "children"),
    Output(Ids.FIGURE_LIST, "children"),
    Output(Ids.WINDOW, "children"),
    Output(Ids.WINDOW_LIST, "children"),
    Input(Shell.URL, "search"),
)
def fill_pickers(search: str | None) -> tuple[Any, ...]:
    """Say what is chosen and what can be."""
    slug, window = shown_state(search)
    figures = services().analysis.figures()
    return (
        analysis.picked_text("Show", figures.get(slug, slug)),
        analysis.choices(figures, slug),
        analysis.picked_text("Over the last", f"{window:,} trades"),
        analysis.choices(WINDOWS, str(window)),
    )


@PAGE.callback(
    Output(Ids.LINE, "figure"),
    Output(Ids.LINE_LABEL, "aria-label"),
    Output(Ids.TITLE, "children"),
    Output(Ids.NOTE, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_trend(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Draw the figure over the moving window."""
    found = services().analysis.trend(current_owner(), read_filter(query), *shown_state(search))
    figure, sentence = analysis_points.trend(found, theme=theme())
    return figure, sentence, f"{found.label} over {found.window:,} trades", analysis_points.trend_note(found)


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.LINE, "clickData"),
    State(Shell.FILTER, "data"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def drill_down(click: dict[str, Any] | None, query: str | None, search: str | None) -> str:
    """Open the trades of a clicked window."""
    chosen = read_filter(query)
    found = services().analysis.trend(current_owner(), chosen, *shown_state(search))
    narrowed = analysis_points.window_filter(found, chosen, click)
    if narrowed is None:
        raise PreventUpdate
    return analysis.trades_href(narrowed)
