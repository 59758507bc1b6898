"""Heat maps of time: a year of days, weekdays by hour, months by weekday."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import analysis, analysis_tables, analysis_year, cards, charts
from components import analytics as parts
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

    HEAD = "heat-head"
    YEAR_PICK = "heat-year-pick"
    YEAR_LIST = "heat-year-list"
    YEAR = "heat-year"
    YEAR_LABEL = "heat-year-label"
    YEAR_TITLE = "heat-year-title"
    HOURS = "heat-hours"
    HOURS_LABEL = "heat-hours-label"
    MONTHS = "heat-months"
    MONTHS_LABEL = "heat-months-label"


HOURS, MONTHS = ("weekday", "hour"), ("month", "exit_weekday")


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("year", "Year", chip_id=Ids.YEAR_PICK, list_id=Ids.YEAR_LIST, width=150)
    )
    year = cards.card(
        [html.Span(id=Ids.YEAR_TITLE), why_chart("Days of a year", CHARTS["year"])],
        wide(charts.graph(Ids.YEAR, label="Days of a year", label_id=Ids.YEAR_LABEL, height=170), pixels=760),
        subtitle="P&L of each day by exit; click a day for its trades",
    )
    hours = cards.chart_card(
        "Weekday by entry hour",
        wide(charts.graph(Ids.HOURS, label="Weekday by entry hour", label_id=Ids.HOURS_LABEL, height=400)),
        subtitle="P&L",
        csv_href="/export/breakdown.csv?by=weekday&and=hour",
        explain=CHARTS["hours"],
    )
    months = cards.chart_card(
        "Month by weekday",
        wide(charts.graph(Ids.MONTHS, label="Month by weekday", label_id=Ids.MONTHS_LABEL, height=400)),
        subtitle="P&L by exit",
        csv_href="/export/breakdown.csv?by=month&and=exit_weekday",
        explain=CHARTS["months"],
    )
    grid = html.Div([hours, months], className="g two")
    return html.Div([analysis.head(Ids.HEAD), pickers, year, grid], className="fw-stack")


def wide(graph: html.Div, *, pixels: int = 520) -> html.Div:
    """Return a chart that keeps a width; narrow screens scroll it."""
    return html.Div(html.Div(graph, style={"minWidth": f"{pixels}px"}), className="fw-ana-wide")


PAGE = Page(module=__name__, path="/analytics/heat-maps", title="Heat maps", order=46, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


@PAGE.callback(
    Output(Ids.YEAR, "figure"),
    Output(Ids.YEAR_LABEL, "aria-label"),
    Output(Ids.YEAR_TITLE, "children"),
    Output(Ids.YEAR_PICK, "children"),
    Output(Ids.YEAR_LIST, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_year(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Draw the days of the chosen year, else of the last one with a result."""
    chosen, owner = read_filter(query), current_owner()
    days = services().portfolio.days(owner, chosen)
    years = analysis_year.years_of(days)
    year = analysis_year.chosen_year(analysis.read_state(search).get("year", ""), years)
    unit = services().portfolio.summary(owner, chosen).unit
    drawn, sentence = analysis_year.draw(days, year, unit=unit, basis=chosen.basis, theme=theme())
    listed = analysis.choices({str(each): str(each) for each in years}, str(year))
    return drawn, sentence, str(year), analysis.picked_text("Year", str(year)), listed


@PAGE.callback(
    Output(Ids.HOURS, "figure"),
    Output(Ids.HOURS_LABEL, "aria-label"),
    Output(Ids.MONTHS, "figure"),
    Output(Ids.MONTHS_LABEL, "aria-label"),
    Input(Shell.FILTER, "data"),
)
def fill_grids(query: str | None) -> tuple[Any, ...]:
    """Draw the P&L by weekday and hour, and by month and weekday."""
    chosen, found = read_filter(query), services().analysis
    slug = parts.pnl_slug(chosen)
    drawn: list[Any] = []
    for down, across in (HOURS, MONTHS):
        table = found.cross(current_owner(), chosen, down, across, slug)
        drawn += analysis_tables.cross_figure(table, theme=theme())
    return tuple(drawn)


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.YEAR, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_day(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked day."""
    day = analysis_year.clicked_day(click)
    if not day:
        raise PreventUpdate
    return analysis.trades_href(services().analysis.narrow(read_filter(query), "day", day))


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.HOURS, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_hour(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked weekday and hour."""
    return open_cell(click, query, HOURS)


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.MONTHS, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_month(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked month and weekday."""
    return open_cell(click, query, MONTHS)


def open_cell(click: dict[str, Any] | None, query: str | None, pair: tuple[str, str]) -> str:
    """Return the address of the trades of a clicked cell."""
    chosen, found = read_filter(query), services().analysis
    keys = analysis_tables.cell_keys(found.cross(current_owner(), chosen, *pair, parts.pnl_slug(chosen)), click)
    if keys is None:
        raise PreventUpdate
    return analysis.trades_href(found.narrow(found.narrow(chosen, pair[0], keys[0]), pair[1], keys[1]))
