"""Compare: two groups of trades side by side, with the difference and whether luck can make it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from components import analysis, analysis_compare, cards, charts, feedback
from components.chart_notes import CHARTS
from web.analytics_head import fill_head_of
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell, read_filter


class Ids(StrEnum):
    """Ids of this page."""

    HEAD = "compare-head"
    BY = "compare-by"
    BY_LIST = "compare-by-list"
    FIRST = "compare-first"
    FIRST_LIST = "compare-first-list"
    SECOND = "compare-second"
    SECOND_LIST = "compare-second-list"
    NOTE = "compare-note"
    TABLE = "compare-table"
    CURVES = "compare-curves"
    CURVES_LABEL = "compare-curves-label"
    LEGEND = "compare-legend"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pickers = analysis.bar(
        analysis.query_picker("by", "Groups by", chip_id=Ids.BY, list_id=Ids.BY_LIST, find="Find a property"),
        analysis.query_picker("a", "A", chip_id=Ids.FIRST, list_id=Ids.FIRST_LIST, find="Find a group"),
        html.Span("against", className="fw-weak"),
        analysis.query_picker("b", "B", chip_id=Ids.SECOND, list_id=Ids.SECOND_LIST, find="Find a group"),
    )
    table = cards.card(
        "Figures",
        html.Div(feedback.skeleton_table(10), id=Ids.TABLE),
        subtitle="A less B, with its 95% interval",
        footer=html.P(id=Ids.NOTE, className="fw-ana-note"),
        flush=True,
    )
    curves = cards.chart_card(
        "Cumulative P&L",
        charts.graph(Ids.CURVES, label="P&L of both groups", label_id=Ids.CURVES_LABEL, height=300),
        subtitle=html.Span(id=Ids.LEGEND),
        explain=CHARTS["compare"],
    )
    return html.Div([analysis.head(Ids.HEAD), pickers, table, curves], className="fw-stack")


PAGE = Page(module=__name__, path="/analytics/compare", title="Compare", order=43, layout=layout)
fill_head_of(PAGE, Ids.HEAD)


@PAGE.callback(
    Output(Ids.BY, "children"),
    Output(Ids.BY_LIST, "children"),
    Output(Ids.FIRST, "children"),
    Output(Ids.FIRST_LIST, "children"),
    Output(Ids.SECOND, "children"),
    Output(Ids.SECOND_LIST, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_pickers(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Say which groups are compared and which others there are."""
    state = analysis_compare.read_groups(search)
    dimensions = services().analysis.dimensions()
    keys = services().analysis.keys(current_owner(), read_filter(query), state.by)
    names = {item.slug: item.label for item in dimensions}
    first, second = analysis_compare.pick_groups(state, keys)
    return (
        analysis.picked_text("Groups by", names.get(state.by, state.by)),
        analysis.dimension_choices(dimensions, state.by),
        analysis.picked_text("A", analysis_compare.group_name(state.by, first, keys)),
        analysis_compare.group_choices(state.by, first, keys),
        analysis.picked_text("B", analysis_compare.group_name(state.by, second, keys)),
        analysis_compare.group_choices(state.by, second, keys, rest=True),
    )


@PAGE.callback(
    Output(Ids.TABLE, "children"),
    Output(Ids.NOTE, "children"),
    Output(Ids.CURVES, "figure"),
    Output(Ids.CURVES_LABEL, "aria-label"),
    Output(Ids.LEGEND, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_comparison(query: str | None, search: str | None) -> tuple[Any, ...]:
    """Put the groups side by side."""
    from components.figures.canvas import empty_figure

    state, chosen, owner = analysis_compare.read_groups(search), read_filter(query), current_owner()
    keys = services().analysis.keys(owner, chosen, state.by)
    first, second = analysis_compare.pick_groups(state, keys)
    if not first:
        none = "No trades fit the filter."
        return feedback.no_match(none), "", empty_figure(none, theme=theme()), none, ""
    found = services().analysis.compare(owner, chosen, first, second)
    names = tuple(analysis_compare.group_name(state.by, text, keys) for text in (first, second))
    return (
        analysis_compare.table(found, names),
        analysis_compare.note(found),
        *analysis_compare.curves(found, names, theme=theme()),
        f"{names[0]}: line · {names[1]}: dashed",
    )
