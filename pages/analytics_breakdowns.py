"""Breakdowns: any figure by any property of the trades, as bars and as a table that leads to the trades."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, cards, charts, feedback
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

    HEAD = "breakdowns-head"
    BY = "breakdowns-by"
    BY_LIST = "breakdowns-by-list"
    FIGURE = "breakdowns-figure"
    FIGURE_LIST = "breakdowns-figure-list"
    EDGES = "breakdowns-edges"
    EDGES_BOX = "breakdowns-edges-box"
    CSV = "breakdowns-csv"
    TITLE = "breakdowns-title"
    ABOUT = "breakdowns-about"
    BARS = "breakdowns-bars"
    BARS_LABEL = "breakdowns-bars-label"
    BARS_FRAME = "breakdowns-bars-frame"
    TABLE = "breakdowns-table"


BY, FIGURE = "setup", "net_pnl"
TABLE_FIGURES = ("net_pnl", "trades", "win_rate", "profit_factor", "expectancy", "expectancy_r")


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("by", "By", chip_id=Ids.BY, list_id=Ids.BY_LIST, find="Find a property"),
        analysis.query_picker("metric", "Show", chip_id=Ids.FIGURE, list_id=Ids.FIGURE_LIST, find="Find a figure"),
        html.Div(analysis.query_input("edges", Ids.EDGES, "Ranges: 0, 100, 500"), id=Ids.EDGES_BOX, hidden=True),
        end=[html.A("CSV", id=Ids.CSV, href="/export/breakdown.csv", className="fw-btn", download="")],
    )
    bars = cards.card(
        [html.Span(id=Ids.TITLE), why_chart("Breakdown", CHARTS["breakdown"])],
        html.Div(
            charts.graph(Ids.BARS, label="Figure by group", label_id=Ids.BARS_LABEL, height="100%"),
            id=Ids.BARS_FRAME,
            style={"height": "320px"},
        ),
        subtitle=html.Span(id=Ids.ABOUT),
    )
    table = cards.card("All groups", html.Div(feedback.skeleton_table(8), id=Ids.TABLE), flush=True)
    return html.Div([analysis.head(Ids.HEAD), pickers, bars, table], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/breakdowns", title="Breakdowns", order=41, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


@PAGE.callback(
    Output(Ids.BY, "children"),
    Output(Ids.BY_LIST, "children"),
    Output(Ids.FIGURE, "children"),
    Output(Ids.FIGURE_LIST, "children"),
    Output(Ids.EDGES, "value"),
    Output(Ids.EDGES_BOX, "hidden"),
    Input(Shell.URL, "search"),
)
def fill_pickers(search: str | None) -> tuple[Any, ...]:
    """Say what is chosen and what can be."""
    state = analysis.read_state(search)
    by, figure = state.get("by", BY), state.get("metric", FIGURE)
    dimensions, figures = services().analysis.dimensions(), services().analysis.figures()
    chosen = next((item for item in dimensions if item.slug == by), None)
    return (
        analysis.picked_text("By", chosen.label if chosen else by),
        analysis.dimension_choices(dimensions, by),
        analysis.picked_text("Show", figures.get(figure, figure)),
        analysis.choices(figures, figure),
        state.get("edges", ""),
        chosen is None or not chosen.is_number,
    )


@PAGE.callback(
    Output(Ids.BARS, "figure"),
    Output(Ids.BARS_LABEL, "aria-label"),
    Output(Ids.BARS_FRAME, "style"),
    Output(Ids.TITLE, "children"),
    Output(Ids.ABOUT, "children"),
    Output(Ids.TABLE, "children"),
    Output(Ids.CSV, "href"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_breakdown(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Draw the chosen figure by the chosen property, and list the usual ones."""
    from components.figures.group_bars import describe_groups, group_bars

    state, chosen, found = analysis.read_state(search), read_filter(query), services().analysis
    by, slug, edges = state.get("by", BY), state.get("metric", FIGURE), state.get("edges", "")
    slugs = tuple(dict.fromkeys((slug, *TABLE_FIGURES)))
    table, labels = found.breakdown(current_owner(), chosen, by, slugs, edges=edges), found.figures()
    data, lying = parts.group_data(table, slug, labels[slug]), parts.is_lying(table, parts.shown_rows(table, slug))
    return (
        group_bars(data, lying=lying, theme=theme(), uirevision=by),
        describe_groups(data),
        {"height": f"{max(160, 26 * len(data.labels) + 20) if lying else 320}px"},
        f"{labels[slug]} by {table.by.label.lower()}",
        table.by.about,
        parts.bucket_rows(table, labels, lambda key: found.narrow(chosen, by, key)),
        analysis.export_href(chosen, by=by, metric=",".join(slugs), edges=edges),
    )


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.BARS, "clickData"),
    State(Shell.FILTER, "data"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def drill_down(click: dict[str, Any] | None, query: str | None, search: str | None) -> str:
    """Open the trades behind a clicked bar."""
    state, chosen, found = analysis.read_state(search), read_filter(query), services().analysis
    by, slug = state.get("by", BY), state.get("metric", FIGURE)
    table = found.breakdown(current_owner(), chosen, by, (slug,), edges=state.get("edges", ""))
    row = parts.clicked_row(parts.shown_rows(table, slug), click)
    if row is None:
        raise PreventUpdate
    return analysis.trades_href(found.narrow(chosen, by, row.key))
