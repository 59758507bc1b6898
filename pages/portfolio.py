"""Portfolio: what is held, what it is worth now, and what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import ALL, ctx, dcc, html, no_update

from components import (
    cards,
    charts,
    controls,
    feedback,
    figure_notes,
    forms,
    portfolio_drills,
    portfolio_frame,
    portfolio_notes,
    portfolio_view,
)
from components.chart_notes import as_drawn
from components.icons import icon
from components.why_mark import OPEN_TRADES, Note
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.portfolio import portfolio_menu, portfolio_or_none
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from domain.valuation import Valuation

SLOW_TICKS = 5  # the treemap and the allocation are renewed at every fifth tick


class Ids(StrEnum):
    """Ids of this page."""

    HEAD = "portfolio-head"
    MARKS = "portfolio-marks"
    MENU = "portfolio-menu"
    LEFT_OUT = "portfolio-left-out"
    CURVE = "portfolio-curve"
    CURVE_LABEL = "portfolio-curve-label"
    GROUPING = "portfolio-grouping"
    ALLOCATION = "portfolio-allocation"
    TREEMAP = "portfolio-treemap"
    TREEMAP_LABEL = "portfolio-treemap-label"
    HOLDINGS = "portfolio-holdings"
    COUNT = "portfolio-count"
    CSV = "portfolio-csv"
    KEYS = "portfolio-keys"
    CELL = "portfolio-cell"
    NAME = "portfolio-name"
    MONEY = "portfolio-money"
    LEGEND = "portfolio-legend"
    INCOME = "portfolio-income"
    INCOME_LABEL = "portfolio-income-label"
    INCOME_TOTAL = "portfolio-income-total"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    hero = portfolio_view.hero(
        lambda name: {"type": Ids.HEAD, "key": name},
        marks_id=Ids.MARKS,
        money_id=Ids.MONEY,
        actions=[
            controls.link_button("Rebalance", "/portfolio/rebalance", icon_name="scale"),
            controls.link_button("Add a fill", "/fills", icon_name="plus", kind="primary"),
        ],
    )
    first = html.Div([_curve_card(), _allocation_card()], className="g fw-pf")
    side = html.Div(_side_cards(), className="fw-pf-side")
    second = html.Div([_holdings_card(), side], className="g fw-pf fill")
    body = [dcc.Store(id=Ids.KEYS), hero, html.Div(id=Ids.LEFT_OUT), first, second]
    return portfolio_frame.frame("/portfolio", body, menu_id=Ids.MENU)


def _curve_card() -> html.Section:
    return cards.chart_card(
        "Performance",
        charts.graph(Ids.CURVE, label="Performance", label_id=Ids.CURVE_LABEL, height=268),
        subtitle="time-weighted, net of fees",
        legend=html.Span(id=Ids.LEGEND),
        explain=as_drawn(
            figure_notes.PORTFOLIO["twr"],
            "Return of positions and cash together, deposits and withdrawals taken out: each day's value at the end "
            "and what left, over the value the day before and what came in. The tab Performance shows the steps.",
        ),
        csv_href="/export/portfolio/returns.csv",
    )


def _allocation_card() -> html.Section:
    from domain.valuation import Grouping

    options = [(item.value, label) for item, label in portfolio_view.GROUPINGS]
    return cards.card(
        "Allocation",
        html.Div(feedback.skeleton_lines(6), id=Ids.ALLOCATION, className="fw-stack"),
        controls=forms.segmented(Ids.GROUPING, options, Grouping.CLASS.value, label="Divide by"),
    )


def _side_cards() -> list[html.Section]:
    treemap = cards.chart_card(
        "Today by weight",
        charts.graph(Ids.TREEMAP, label="Today by weight", label_id=Ids.TREEMAP_LABEL, height=236),
        subtitle="sized by weight",
        explain=Note(
            formula="area = |quantity × price × multiplier| ÷ Σ of all;  colour = side × (price ÷ previous close − 1)",
            about="A tile is a position: its area is the share of the gross exposure, its colour the change since the "
            "previous close as it affects the position.",
            href=OPEN_TRADES,
            list_name="open trades",
        ),
    )
    income = cards.chart_card(
        "Income",
        charts.graph(Ids.INCOME, label="Income by month", label_id=Ids.INCOME_LABEL, height=150),
        subtitle=html.Span(id=Ids.INCOME_TOTAL),
        explain=as_drawn(figure_notes.PORTFOLIO["income"], "The last twelve months, on the day paid."),
        csv_href="/export/portfolio/income.csv",
    )
    return [treemap, income]


def _holdings_card() -> html.Section:
    csv = html.A(
        [icon("file-down"), html.Span("CSV")],
        id=Ids.CSV,
        href="/export/positions.csv",
        className="fw-btn ghost xs",
        download="",
    )
    return cards.card(
        "Holdings",
        html.Div(feedback.skeleton_table(8, row_height=30), id=Ids.HOLDINGS),
        subtitle=html.Span(id=Ids.COUNT),
        controls=csv,
        flush=True,
    )


PAGE = Page(
    module=__name__,
    path="/portfolio",
    title="Portfolio",
    order=70,
    icon="chart-pie",
    key="P",
    group="Markets",
    layout=layout,
)


def _valuation(query: str | None) -> Valuation:
    return services().valuation.valuation(current_owner(), read_filter(query))


@PAGE.callback(
    Output({"type": Ids.HEAD, "key": ALL}, "children"),
    Output({"type": Ids.HEAD, "key": ALL}, "className"),
    Output(Ids.MARKS, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.TICK, "n_intervals"),
    State({"type": Ids.HEAD, "key": ALL}, "id"),
)
def fill_head(query: str | None, _: int | None, ids: Sequence[dict[str, str]]) -> tuple[list[Any], list[str], Any]:
    """Renew the figures in the head; their marks stay while only prices move."""
    found = _valuation(query)
    is_tick = ctx.triggered_id == Shell.TICK
    texts: dict[str, Any] = {**portfolio_view.head_texts(found)}
    texts |= {key: (no_update if is_tick else mark, "") for key, mark in portfolio_notes.head_marks(found).items()}
    chosen = [texts[each["key"]] for each in ids]
    return (
        [text for text, _ in chosen],
        [look for _, look in chosen],
        no_update if is_tick else portfolio_view.price_marks(found),
    )


@PAGE.callback(
    Output(Ids.CURVE, "figure"),
    Output(Ids.CURVE_LABEL, "aria-label"),
    Output(Ids.LEGEND, "children"),
    Output(Ids.MONEY, "children"),
    Output(Ids.MENU, "children"),
    Output(Ids.CSV, "href"),
    Input(Shell.FILTER, "data"),
)
def draw_curve(query: str | None) -> tuple[Any, ...]:
    """Draw the time-weighted return, and set what depends on the filter alone."""
    from components import portfolio_performance

    found = portfolio_or_none(
        lambda plan, period: services().portfolios.performance(current_owner(), plan, period), query
    )
    figure, label, legend = portfolio_performance.curve_parts(found, query, theme=theme())
    csv = f"/export/positions.csv?{query or ''}".rstrip("?")
    return figure, label, legend, portfolio_view.money_facts(found), portfolio_menu(query, "/portfolio"), csv


@PAGE.callback(
    Output(Ids.INCOME, "figure"),
    Output(Ids.INCOME_LABEL, "aria-label"),
    Output(Ids.INCOME_TOTAL, "children"),
    Input(Shell.FILTER, "data"),
)
def draw_income(query: str | None) -> tuple[Any, str, Any]:
    """Draw what was paid in the last twelve months of the period."""
    from components import portfolio_income

    found = portfolio_or_none(lambda plan, period: services().portfolios.income(current_owner(), plan, period), query)
    return portfolio_income.month_parts(found, query, theme=theme())


@PAGE.callback(
    Output(Ids.HOLDINGS, "children"),
    Output(Ids.COUNT, "children"),
    Output(Ids.LEFT_OUT, "children"),
    Output(Ids.KEYS, "data"),
    Input(Shell.FILTER, "data"),
    Input(Shell.TICK, "n_intervals"),
    State(Ids.KEYS, "data"),
)
def list_holdings(query: str | None, _: int | None, listed: list[str] | None) -> tuple[Any, ...]:
    """List the positions; on a tick only when there are others than before."""
    found = _valuation(query)
    keys = [f"{portfolio_view.row_key(item)}{'' if item.quote else '?'}" for item in found.rows]
    if ctx.triggered_id == Shell.TICK and sorted(keys) == sorted(listed or []):
        return (no_update,) * 4
    ids = portfolio_view.RowIds(
        cell=lambda row, column: {"type": Ids.CELL, "row": row, "column": column},
        name=lambda row: {"type": Ids.NAME, "row": row},
    )
    table = portfolio_view.holdings_table(found, ids, linked=services().valuation.has_market)
    count = f"{len(keys)} position{'' if len(keys) == 1 else 's'}"
    return table, count, portfolio_view.left_out(found), keys


@PAGE.callback(
    Output({"type": Ids.CELL, "row": ALL, "column": ALL}, "children"),
    Output({"type": Ids.CELL, "row": ALL, "column": ALL}, "className"),
    Input(Shell.TICK, "n_intervals"),
    State(Shell.FILTER, "data"),
    State({"type": Ids.CELL, "row": ALL, "column": ALL}, "id"),
    prevent_initial_call=True,
)
def renew_cells(_: int | None, query: str | None, ids: Sequence[dict[str, str]]) -> tuple[list[Any], list[Any]]:
    """Renew prices and what follows from them, cell by cell in place."""
    texts = portfolio_view.cell_texts(_valuation(query))
    found = [texts.get((each["row"], each["column"]), (no_update, no_update)) for each in ids]
    return [text for text, _ in found], [look for _, look in found]


@PAGE.callback(
    Output({"type": Ids.NAME, "row": ALL}, "children"),
    Input(Ids.KEYS, "data"),
    State(Shell.FILTER, "data"),
    State({"type": Ids.NAME, "row": ALL}, "id"),
)
def name_holdings(_: list[str] | None, query: str | None, ids: Sequence[dict[str, str]]) -> list[Any]:
    """Add the names that the broker's file did not have; a provider may take its time for them."""
    held = {portfolio_view.row_key(item): item.position.instrument for item in _valuation(query).rows}
    wanted = [held.get(each["row"]) for each in ids]
    missing = [item.symbol for item in wanted if item is not None and not item.name]
    names = dict(zip(missing, services().valuation.names(missing), strict=True))
    return [no_update if item is None or item.name else names[item.symbol] for item in wanted]


@PAGE.callback(
    Output(Ids.ALLOCATION, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.GROUPING, "value"),
    Input(Shell.TICK, "n_intervals"),
)
def divide(query: str | None, by: str, ticks: int | None) -> Any:
    """Show what the positions are made of."""
    from domain.valuation import Grouping

    if ctx.triggered_id == Shell.TICK and (ticks or 0) % SLOW_TICKS:
        return no_update
    return portfolio_view.allocation(_valuation(query), Grouping(by), query)


@PAGE.callback(
    Output(Ids.TREEMAP, "figure"),
    Output(Ids.TREEMAP_LABEL, "aria-label"),
    Input(Shell.FILTER, "data"),
    Input(Shell.TICK, "n_intervals"),
)
def draw_treemap(query: str | None, ticks: int | None) -> tuple[Any, Any]:
    """Draw the positions by weight and change of the day."""
    from components.figures.allocation import describe_allocation, treemap_figure

    if ctx.triggered_id == Shell.TICK and (ticks or 0) % SLOW_TICKS:
        return no_update, no_update
    names, weights, changes = portfolio_view.tiles(_valuation(query))
    figure = treemap_figure(names, weights, changes=changes, theme=theme())
    portfolio_drills.drill_holdings(figure, names, query)
    return figure, describe_allocation(names, weights)
