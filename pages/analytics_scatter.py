"""Scatter: any two numbers of each trade against each other; a point leads to its trade."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, analysis_points, cards, charts
from web.analytics_head import fill_head_of
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell, read_filter


class Ids(StrEnum):
    """Ids of this page."""

    HEAD = "scatter-head"
    ACROSS = "scatter-across"
    ACROSS_LIST = "scatter-across-list"
    UP = "scatter-up"
    UP_LIST = "scatter-up-list"
    TITLE = "scatter-title"
    NOTE = "scatter-note"
    POINTS = "scatter-points"
    POINTS_LABEL = "scatter-points-label"


ACROSS, UP = "held", "pnl"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("x", "Across", chip_id=Ids.ACROSS, list_id=Ids.ACROSS_LIST, find="Find a number"),
        analysis.query_picker("y", "Up", chip_id=Ids.UP, list_id=Ids.UP_LIST, find="Find a number"),
    )
    points = cards.card(
        html.Span(id=Ids.TITLE),
        charts.graph(Ids.POINTS, label="Two numbers of each trade", label_id=Ids.POINTS_LABEL, height=460),
        subtitle="click a point for its trade",
        controls=cards.legend([("Won", "profit"), ("Lost", "loss"), ("Breakeven", "neutral")]),
        footer=html.P(id=Ids.NOTE, className="fw-ana-note"),
    )
    return html.Div([analysis.head(Ids.HEAD), pickers, points], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/scatter", title="Scatter", order=45, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


@PAGE.callback(
    Output(Ids.ACROSS, "children"),
    Output(Ids.ACROSS_LIST, "children"),
    Output(Ids.UP, "children"),
    Output(Ids.UP_LIST, "children"),
    Input(Shell.URL, "search"),
)
def fill_pickers(search: str | None) -> tuple[Any, ...]:
    """Say what is chosen and what can be."""
    state, dimensions = analysis.read_state(search), services().analysis.axes()
    x, y = state.get("x", ACROSS), state.get("y", UP)
    names = {item.slug: item.label for item in dimensions}
    return (
        analysis.picked_text("Across", names.get(x, x)),
        analysis.dimension_choices(dimensions, x),
        analysis.picked_text("Up", names.get(y, y)),
        analysis.dimension_choices(dimensions, y),
    )


@PAGE.callback(
    Output(Ids.POINTS, "figure"),
    Output(Ids.POINTS_LABEL, "aria-label"),
    Output(Ids.TITLE, "children"),
    Output(Ids.NOTE, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_points(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Draw the chosen numbers of each closed trade."""
    state = analysis.read_state(search)
    found = services().analysis.scatter(current_owner(), read_filter(query), state.get("x", ACROSS), state.get("y", UP))
    figure, sentence = analysis_points.scatter(found, theme=theme())
    return figure, sentence, analysis_points.scatter_title(found), analysis_points.scatter_note(found)


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.POINTS, "clickData"),
    prevent_initial_call=True,
)
def open_trade(click: dict[str, Any] | None) -> str:
    """Open the trade of a clicked point."""
    trade = analysis_points.clicked_trade(click)
    if trade is None:
        raise PreventUpdate
    return f"/trade/{trade}"
