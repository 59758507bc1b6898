"""Edge: how much of the result is luck, where it leaks, what other rules would have brought, what may come."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import cards, charts, feedback, forms
from components.chart_notes import of_trades
from web import edge_monte_carlo, edge_what_if
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter


class Ids(StrEnum):
    """Ids of this page."""

    TAB = "edge-tab"
    LUCK = "edge-luck"
    LEAKS = "edge-leaks"
    WHAT_IF = "edge-what-if"
    MONTE_CARLO = "edge-monte-carlo"
    STRIP = "edge-strip"
    FIGURES = "edge-figures"
    SETUPS = "edge-setups"
    SETUPS_LABEL = "edge-setups-label"
    SETUPS_NOTE = "edge-setups-note"
    RANKING = "edge-ranking"
    LEAK_LIST = "edge-leak-list"
    LEAK_NOTE = "edge-leak-note"
    LEAK_METHOD = "edge-leak-method"
    LEAKS_CSV = "edge-leaks-csv"
    RANKING_CSV = "edge-ranking-csv"
    FIGURES_CSV = "edge-figures-csv"


SECTIONS = (("luck", "Luck"), ("leaks", "Leaks"), ("what-if", "What if"), ("monte-carlo", "Monte Carlo"))
MOST_DRAWN = 16


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    sections = (
        (Ids.LUCK, _luck_section()),
        (Ids.LEAKS, [html.Div([_leak_card(), _method_card()], className="g side ed-top")]),
        (Ids.WHAT_IF, edge_what_if.panel()),
        (Ids.MONTE_CARLO, edge_monte_carlo.panel()),
    )
    return html.Div(
        [
            html.Div(forms.tabs(Ids.TAB, SECTIONS, "luck", label="Sections"), className="fw-viewbar"),
            *(
                html.Div(children, id=name, className="fw-stack", hidden=name != Ids.LUCK)
                for name, children in sections
            ),
        ],
        className="fw-stack",
    )


def _luck_section() -> list[Any]:
    ranking = cards.chart_card(
        "Setups by what is likely true",
        charts.graph(Ids.SETUPS, label="Setups with intervals", label_id=Ids.SETUPS_LABEL, height=260),
        subtitle="mean of a trade, shrunken",
        explain=of_trades(
            "The mean of each setup is drawn towards the mean of all, the more the fewer trades it rests on "
            "(a hierarchical model with a flat prior on how much setups differ). The order is by what the true mean "
            "exceeds with 84 %. Under ten trades a setup is listed, not ranked. Click a row for its trades.",
            "shrunken mean = w × mean of the setup + (1 − w) × mean of all,  w = τ² ÷ (τ² + s² ÷ n), averaged over τ",
            metric="expectancy",
        ),
        classes="wide-m",
    )
    csv = html.A("CSV", id=Ids.FIGURES_CSV, href="/export/luck.csv", className="fw-btn xs", download="")
    figures = cards.card(
        "Headline figures", html.Div(feedback.skeleton_table(6), id=Ids.FIGURES), controls=csv, flush=True
    )
    table = cards.card(
        "Ranking of setups",
        html.Div(feedback.skeleton_table(6), id=Ids.RANKING),
        subtitle=html.Span(id=Ids.SETUPS_NOTE),
        controls=html.A("CSV", id=Ids.RANKING_CSV, href="/export/setups.csv", className="fw-btn xs", download=""),
        flush=True,
    )
    return [html.Div(feedback.skeleton_kpis(5), id=Ids.STRIP), html.Div([ranking, figures], className="g two"), table]


def _leak_card() -> html.Section:
    return cards.card(
        "Leaks",
        html.Div(feedback.skeleton_lines(4), id=Ids.LEAK_LIST),
        subtitle="parts that lose more than luck explains",
        controls=html.A("CSV", id=Ids.LEAKS_CSV, href="/export/leaks.csv", className="fw-btn xs", download=""),
        footer=html.Span(id=Ids.LEAK_NOTE),
    )


def _method_card() -> html.Section:
    about = (
        "Every slice of the earlier part by one and two properties is tested against zero and against the other "
        "trades, by trading day and corrected for lopsided results; so many tests are held to a false discovery rate. "
        "Only what is bad again in the later part is told. Tags and setups noted after the fact can still mislead."
    )
    figures = html.Div(feedback.skeleton_lines(6), id=Ids.LEAK_METHOD)
    return cards.card("How it was searched", [figures, html.P(about, className="fw-weak ed-note")])


PAGE = Page(module=__name__, path="/edge", title="Edge", order=45, icon="scale", key="E", layout=layout)
for part in (edge_what_if.WHAT_IF, edge_monte_carlo.MONTE_CARLO):
    PAGE.recorded.extend(part.recorded)


@PAGE.callback(
    Output(Ids.LUCK, "hidden"),
    Output(Ids.LEAKS, "hidden"),
    Output(Ids.WHAT_IF, "hidden"),
    Output(Ids.MONTE_CARLO, "hidden"),
    Input(Ids.TAB, "value"),
)
def show_section(tab: str) -> tuple[bool, ...]:
    """Show the section of the chosen tab."""
    return tuple(tab != name for name, _ in SECTIONS)


@PAGE.callback(
    Output(Ids.STRIP, "children"),
    Output(Ids.FIGURES, "children"),
    Output(Ids.SETUPS, "figure"),
    Output(Ids.SETUPS_LABEL, "aria-label"),
    Output(Ids.SETUPS_NOTE, "children"),
    Output(Ids.RANKING, "children"),
    Output(Ids.RANKING_CSV, "href"),
    Output(Ids.FIGURES_CSV, "href"),
    Input(Ids.TAB, "value"),
    Input(Shell.FILTER, "data"),
)
def show_luck(tab: str, query: str | None) -> tuple[Any, ...]:
    """Show intervals and tests of the headline figures, and the setups by what is likely true of them."""
    from components import edge as parts
    from components.figures.intervals import describe_intervals, intervals_figure

    if tab != "luck":
        raise PreventUpdate
    chosen = read_filter(query)
    found = services().edge.luck(current_owner(), chosen)
    rows = parts.setup_intervals(found.setups)[:MOST_DRAWN]
    links = [f"/export/{name}.csv?{chosen.to_query()}" for name in ("setups", "luck")]
    drawn = (
        intervals_figure(rows, unit=found.setups_unit, theme=theme()),
        describe_intervals(rows, unit=found.setups_unit),
    )
    strip = parts.luck_strip(found) if found.trades else parts.no_trades("The luck meter")
    note = f"in {found.setups_unit}" if found.setups else ""
    return (
        strip,
        parts.luck_table(found, chosen),
        *drawn,
        note,
        parts.setup_table(found.setups, found.setups_unit, chosen),
        *links,
    )


@PAGE.callback(
    Output(Ids.LEAK_LIST, "children"),
    Output(Ids.LEAK_NOTE, "children"),
    Output(Ids.LEAK_METHOD, "children"),
    Output(Ids.LEAKS_CSV, "href"),
    Input(Ids.TAB, "value"),
    Input(Shell.FILTER, "data"),
)
def show_leaks(tab: str, query: str | None) -> tuple[Any, ...]:
    """List what loses more than luck explains, or say that nothing does."""
    from components import edge as parts

    if tab != "leaks":
        raise PreventUpdate
    chosen = read_filter(query)
    found = services().edge.leaks(current_owner(), chosen)
    panel = parts.leak_panel(found.report, found.unit, chosen)
    method = parts.leak_method(found.report, found.unit)
    return panel, parts.leak_note(found.report), method, f"/export/leaks.csv?{chosen.to_query()}"


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.SETUPS, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_setup(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked setup."""
    from components import edge as parts

    chosen = read_filter(query)
    href = parts.clicked_setup(click, services().edge.luck(current_owner(), chosen).setups, chosen)
    if not href:
        raise PreventUpdate
    return href
