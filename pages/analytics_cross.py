"""Cross table: one figure by two properties at once, as a heat map whose cells lead to their trades."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, cards, charts
from components import analysis_tables as parts
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

    HEAD = "cross-head"
    DOWN = "cross-down"
    DOWN_LIST = "cross-down-list"
    ACROSS = "cross-across"
    ACROSS_LIST = "cross-across-list"
    FIGURE = "cross-figure"
    FIGURE_LIST = "cross-figure-list"
    CSV = "cross-csv"
    TITLE = "cross-title"
    NOTE = "cross-note"
    MAP = "cross-map"
    MAP_LABEL = "cross-map-label"
    MAP_FRAME = "cross-map-frame"


DOWN, ACROSS, FIGURE = "weekday", "hour", "net_pnl"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("by", "Rows", chip_id=Ids.DOWN, list_id=Ids.DOWN_LIST, find="Find a property"),
        analysis.query_picker("and", "Columns", chip_id=Ids.ACROSS, list_id=Ids.ACROSS_LIST, find="Find a property"),
        analysis.query_picker("metric", "Show", chip_id=Ids.FIGURE, list_id=Ids.FIGURE_LIST, find="Find a figure"),
        end=[html.A("CSV", id=Ids.CSV, href="/export/breakdown.csv", className="fw-btn", download="")],
    )
    grid = cards.card(
        [html.Span(id=Ids.TITLE), why_chart("Cross table", CHARTS["cross"])],
        html.Div(
            html.Div(
                charts.graph(Ids.MAP, label="Figure by two properties", label_id=Ids.MAP_LABEL, height="100%"),
                id=Ids.MAP_FRAME,
                style={"height": "360px"},
            ),
            className="fw-ana-wide",
        ),
        subtitle="click a cell for its trades",
        footer=html.P(id=Ids.NOTE, className="fw-ana-note"),
    )
    return html.Div([analysis.head(Ids.HEAD), pickers, grid], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/cross", title="Cross table", order=42, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


def shown_state(search: str | None) -> tuple[str, str, str]:
    """Return rows, columns and figure of an address."""
    state = analysis.read_state(search)
    return state.get("by", DOWN), state.get("and", ACROSS), state.get("metric", FIGURE)


@PAGE.callback(
    Output(Ids.DOWN, "children"),
    Output(Ids.DOWN_LIST, "children"),
    Output(Ids.ACROSS, "children"),
    Output(Ids.ACROSS_LIST, "children"),
    Output(Ids.FIGURE, "children"),
    Output(Ids.FIGURE_LIST, "children"),
    Input(Shell.URL, "search"),
)
def fill_pickers(search: str | None) -> tuple[Any, ...]:
    """Say what is chosen and what can be."""
    down, across, figure = shown_state(search)
    dimensions, figures = services().analysis.dimensions(), services().analysis.figures()
    names = {item.slug: item.label for item in dimensions}
    return (
        analysis.picked_text("Rows", names.get(down, down)),
        analysis.dimension_choices(dimensions, down),
        analysis.picked_text("Columns", names.get(across, across)),
        analysis.dimension_choices(dimensions, across),
        analysis.picked_text("Show", figures.get(figure, figure)),
        analysis.choices(figures, figure),
    )


@PAGE.callback(
    Output(Ids.MAP, "figure"),
    Output(Ids.MAP_LABEL, "aria-label"),
    Output(Ids.MAP_FRAME, "style"),
    Output(Ids.TITLE, "children"),
    Output(Ids.NOTE, "children"),
    Output(Ids.CSV, "href"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_cross(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Draw the table as a heat map."""
    down, across, figure = shown_state(search)
    chosen, found = read_filter(query), services().analysis
    table = found.cross(current_owner(), chosen, down, across, figure)
    drawn, sentence = parts.cross_figure(table, theme=theme())
    return (
        drawn,
        sentence,
        parts.grid_size(table),
        f"{found.figures()[figure]} by {table.down.label.lower()} and {table.across.label.lower()}",
        parts.cross_note(table),
        analysis.export_href(chosen, by=down, **{"and": across, "metric": figure}),
    )


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.MAP, "clickData"),
    State(Shell.FILTER, "data"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def drill_down(click: dict[str, Any] | None, query: str | None, search: str | None) -> str:
    """Open the trades behind a clicked cell."""
    down, across, figure = shown_state(search)
    chosen, found = read_filter(query), services().analysis
    keys = parts.cell_keys(found.cross(current_owner(), chosen, down, across, figure), click)
    if keys is None:
        raise PreventUpdate
    return analysis.trades_href(found.narrow(found.narrow(chosen, down, keys[0]), across, keys[1]))
