"""Scatter: any two numbers of each trade against each other; a point leads to its trade."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, analysis_points, cards, charts
from components.chart_notes import CHARTS
from components.measuring import measuring_parts
from components.why_mark import why_chart
from web.analytics_head import fill_head_of
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.measuring import follow_measuring_of
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
    JOB = "scatter-measuring-job"
    LOOK = "scatter-measuring-look"
    DONE = "scatter-measuring-done"
    PROGRESS = "scatter-measuring"


ACROSS, UP = "held", "pnl"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("x", "Across", chip_id=Ids.ACROSS, list_id=Ids.ACROSS_LIST, find="Find a number"),
        analysis.query_picker("y", "Up", chip_id=Ids.UP, list_id=Ids.UP_LIST, find="Find a number"),
    )
    points = cards.card(
        [html.Span(id=Ids.TITLE), why_chart("Scatter", CHARTS["scatter"])],
        charts.graph(Ids.POINTS, label="Two numbers of each trade", label_id=Ids.POINTS_LABEL, height=460),
        subtitle="click a point for its trade",
        controls=cards.legend([("Won", "profit"), ("Lost", "loss"), ("Breakeven", "neutral")]),
        footer=html.P(id=Ids.NOTE, className="fw-ana-note"),
    )
    measuring = measuring_parts(job=Ids.JOB, look=Ids.LOOK, done=Ids.DONE, progress=Ids.PROGRESS)
    return html.Div([analysis.head(Ids.HEAD), pickers, *measuring, points], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/scatter", title="Scatter", order=45, layout=layout)
fill_head_of(PAGE, Ids.HEAD)
follow_measuring_of(PAGE, job=Ids.JOB, look=Ids.LOOK, done=Ids.DONE, progress=Ids.PROGRESS)


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
    Output(Ids.JOB, "data"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
    Input(Ids.DONE, "data"),
)
def fill_points(query: str | None, search: str | None, _: int | None) -> tuple[Any, ...]:
    """Draw the chosen numbers of each closed trade; those that rest on candles when these are measured."""
    state, chosen, owner = analysis.read_state(search), read_filter(query), current_owner()
    axes = state.get("x", ACROSS), state.get("y", UP)
    measured = services().excursion_jobs.look(owner, chosen) if services().analysis.needs_candles(*axes) else None
    reason = "" if measured is None else measured.reason
    found = services().analysis.scatter(owner, chosen, *axes, candles=not reason)
    figure, sentence = analysis_points.scatter(found, theme=theme())
    note = analysis_points.scatter_note(found, awaited=reason)
    job = measured.job if measured is not None else None
    return figure, sentence, analysis_points.scatter_title(found), note, job.id if job is not None else None


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
