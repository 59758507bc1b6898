"""Analytics: where the result comes from, bucket by bucket, how sure it is, and every figure with its derivation."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, html
from dash.exceptions import PreventUpdate

from components import analysis, analysis_tables, cards, charts, controls, feedback, fees
from components import analytics as parts
from components.chart_notes import CHARTS, of_groups
from components.figure_list import figure_list
from components.measuring import measuring_parts
from domain.filters import FigureUnit
from web.analytics_head import fill_head_of
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.measuring import follow_measuring_of
from web.page import Page
from web.shell import Shell, read_filter


class Ids(StrEnum):
    """Ids of this page."""

    HEAD = "analytics-head"
    LEFT_OUT = "analytics-left-out"
    EDGES = "analytics-edges"
    EDGES_LABEL = "analytics-edges-label"
    DISTRIBUTION = "analytics-distribution"
    DISTRIBUTION_LABEL = "analytics-distribution-label"
    BARS = "analytics-bars"
    BARS_LABEL = "analytics-bars-label"
    FEES = "analytics-fees"
    FIGURES = "analytics-figures"
    EVERY = "analytics-figures-every"
    JOB = "analytics-measuring-job"
    LOOK = "analytics-measuring-look"
    DONE = "analytics-measuring-done"
    PROGRESS = "analytics-measuring"


def breakdown_card(by: str) -> html.Section:
    """Return the card of one breakdown, empty until its callback has run."""
    title, subtitle, height = parts.CARDS[by]
    bars_id, label_id = {"type": Ids.BARS, "by": by}, {"type": Ids.BARS_LABEL, "by": by}
    graph = charts.graph(bars_id, label=title, label_id=label_id, height=height)
    return cards.chart_card(
        title,
        graph,
        subtitle=subtitle,
        csv_href=f"/export/breakdown.csv?by={by}",
        explain=of_groups(parts.EXPLAIN[by]),
    )


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    edges = cards.chart_card(
        "Edge by setup",
        charts.graph(Ids.EDGES, label="Edge by setup", label_id=Ids.EDGES_LABEL, height=252),
        subtitle="mean with 95% interval",
        explain=CHARTS["edges"],
        classes="wide-m",
    )
    spread = cards.chart_card(
        "Distribution",
        charts.graph(Ids.DISTRIBUTION, label="Distribution of results", label_id=Ids.DISTRIBUTION_LABEL, height=252),
        subtitle="closed trades",
        explain=CHARTS["distribution"],
    )
    every = controls.button("Measure on candles", id=Ids.EVERY, kind="ghost", attributes={"hidden": True})
    measuring = measuring_parts(job=Ids.JOB, look=Ids.LOOK, done=Ids.DONE, progress=Ids.PROGRESS)
    body = [*measuring, html.Div(feedback.skeleton_table(8), id=Ids.FIGURES)]
    figures = cards.card("All figures", body, controls=every, flush=True)
    rows = [
        html.Div([edges, spread], className="g two"),
        html.Div([breakdown_card(by) for by in ("entry_half_hour", "weekday", "duration")], className="g three"),
        html.Div([breakdown_card(by) for by in ("symbol", "setup", "tag")], className="g three"),
        html.Div([breakdown_card(by) for by in ("month", "side", "after_losses")], className="g three"),
        fees.fee_card(Ids.FEES),
        figures,
    ]
    return html.Div([analysis.head(Ids.HEAD), html.Div(id=Ids.LEFT_OUT), *rows], className="fw-stack")


PAGE = Page(
    module=__name__, path="/analytics", title="Analytics", order=40, icon="chart-column", key="A", layout=layout
)
fill_head_of(PAGE, Ids.HEAD)
follow_measuring_of(PAGE, job=Ids.JOB, look=Ids.LOOK, done=Ids.DONE, progress=Ids.PROGRESS)


@PAGE.callback(
    Output({"type": Ids.BARS, "by": ALL}, "figure"),
    Output({"type": Ids.BARS_LABEL, "by": ALL}, "aria-label"),
    Input(Shell.FILTER, "data"),
    State({"type": Ids.BARS, "by": ALL}, "id"),
)
def draw_breakdowns(query: str | None, ids: list[dict[str, str]]) -> tuple[list[Any], list[str]]:
    """Draw the P&L by every property."""
    chosen = read_filter(query)
    slug = parts.pnl_slug(chosen)
    found = services().analysis.breakdowns(current_owner(), chosen, [item["by"] for item in ids], slug)
    drawn = [parts.draw(table, slug, theme=theme()) for table in found]
    return [figure for figure, _ in drawn], [label for _, label in drawn]


@PAGE.callback(
    Output(Ids.EDGES, "figure"),
    Output(Ids.EDGES_LABEL, "aria-label"),
    Input(Shell.FILTER, "data"),
)
def draw_edges(query: str | None) -> tuple[Any, str]:
    """Draw the mean of each setup with its interval."""
    from components.figures.intervals import describe_intervals, intervals_figure

    chosen, owner = read_filter(query), current_owner()
    edges = parts.intervals(services().portfolio.edges(owner, chosen))
    unit = "R" if edges.in_r else services().portfolio.summary(owner, chosen).unit
    return intervals_figure(edges.rows, unit=unit, theme=theme()), describe_intervals(edges.rows, unit=unit)


@PAGE.callback(
    Output(Ids.DISTRIBUTION, "figure"),
    Output(Ids.DISTRIBUTION_LABEL, "aria-label"),
    Input(Shell.FILTER, "data"),
)
def draw_distribution(query: str | None) -> tuple[Any, str]:
    """Draw the histogram of results in money or R."""
    from components.figures.distribution import describe_distribution, distribution_figure

    chosen, owner = read_filter(query), current_owner()
    in_r = chosen.unit is FigureUnit.R
    found = services().portfolio.distribution(owner, chosen, in_r=in_r)
    metrics = services().portfolio.performance(owner, chosen)
    unit = metrics.unit
    mean = metrics.metrics["expectancy_r" if in_r else "expectancy"].value
    figure = distribution_figure(found.edges, found.counts, mean=mean, unit=unit, theme=theme())
    return figure, describe_distribution(found.edges, found.counts, mean=mean, unit=unit)


@PAGE.callback(Output(Ids.FEES, "children"), Input(Shell.FILTER, "data"))
def fill_fees(query: str | None) -> Any:
    """Show what trading cost, by kind."""
    return fees.fee_content(services().analysis.fees(current_owner(), read_filter(query)))


@PAGE.callback(
    Output(Ids.FIGURES, "children"),
    Output(Ids.LEFT_OUT, "children"),
    Output(Ids.EVERY, "hidden"),
    Output(Ids.JOB, "data"),
    Input(Shell.FILTER, "data"),
    Input(Ids.EVERY, "n_clicks"),
    Input(Ids.DONE, "data"),
)
def fill_figures(query: str | None, _: int | None, __: int | None) -> tuple[Any, Any, bool, int | None]:
    """List every metric with its sample, its reason when undefined, and its derivation; many trades begin a job."""
    chosen, owner = read_filter(query), current_owner()
    state = services().excursion_jobs.look(owner, chosen, is_asked=ctx.triggered_id == Ids.EVERY)
    found, metrics = services().portfolio.every_figure(owner, chosen, awaited=state.reason)
    summary = services().portfolio.summary(owner, chosen)
    definitions, families = services().portfolio.definitions(), services().portfolio.families()
    notice = feedback.left_out_notice(summary.left_out, found.currency, without_unit=summary.without_unit)
    shown = figure_list(metrics, definitions, families, found.unit)
    return shown, notice, state.is_settled or state.job is not None, state.job.id if state.job else None


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input({"type": Ids.BARS, "by": ALL}, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def drill_down(_: list[Any], query: str | None) -> str:
    """Open the trades behind a clicked bar."""
    if not ctx.triggered_id or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    by, chosen = ctx.triggered_id["by"], read_filter(query)
    slug, found = parts.pnl_slug(chosen), services().analysis
    table = found.breakdowns(current_owner(), chosen, [by], slug)[0]
    row = analysis_tables.clicked_row(
        analysis_tables.shown_rows(table, slug, parts.MOST_ROWS), ctx.triggered[0]["value"]
    )
    if row is None:
        raise PreventUpdate
    return analysis.trades_href(found.narrow(chosen, by, row.key))


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.EDGES, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_setup(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked setup."""
    chosen, owner = read_filter(query), current_owner()
    setup = parts.clicked_setup(parts.intervals(services().portfolio.edges(owner, chosen)), click)
    if not setup:
        raise PreventUpdate
    return analysis.trades_href(services().analysis.narrow(chosen.with_(status="closed"), "setup", setup))


@PAGE.callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Ids.DISTRIBUTION, "clickData"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def open_bin(click: dict[str, Any] | None, query: str | None) -> str:
    """Open the trades of a clicked bin."""
    chosen, owner = read_filter(query), current_owner()
    in_r = chosen.unit is FigureUnit.R
    found = services().portfolio.distribution(owner, chosen, in_r=in_r)
    balance = services().portfolio.sets.load(owner, chosen).starting_balance
    narrowed = parts.bin_filter(chosen, found.edges, click, balance=balance)
    if narrowed is None:
        raise PreventUpdate
    return analysis.trades_href(narrowed)
