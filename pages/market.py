"""Market: any symbol as candles with indicators and one's own fills, live, beside the watchlist."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ClientsideFunction, ctx, dcc, html, no_update
from flask import request

from components import market_panels, market_tools
from domain import charts, market
from domain.errors import InvalidInputError, QuoteError, QuoteUnavailableError, RateLimitedError
from web import index_tiles, watch_panel
from web.charts import theme
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.first_chart import paint_chart
from web.first_paint import FirstPaint
from web.page import Page
from web.shell import Shell


class Ids(StrEnum):
    """Ids of this page."""

    STATE = "market-state"
    GOTO = "market-goto"
    SIZE = "market-size"
    MEMO = "market-memo"
    BAR = "market-bar"
    ROOT = "market-root"
    INDICES = "market-indices"
    INDEX = "market-index"
    SYMBOL = "market-symbol"
    SEARCH = "market-search"
    FOUND = "market-found"
    INTERVAL = "market-interval"
    FILLS = "market-fills"
    COUNT = "market-count"
    CSV = "market-csv"
    LAYOUTS = "market-layouts"
    HEAD = "market-head"
    CHART = "market-chart"
    FIRST = "market-first"
    GRAPH = "market-graph"
    GRAPH_LABEL = "market-graph-label"
    PROBLEM = "market-problem"


TOOLS = market_panels.ToolIds(
    symbol=Ids.SYMBOL,
    search=Ids.SEARCH,
    found=Ids.FOUND,
    interval=Ids.INTERVAL,
    count=Ids.COUNT,
    fills=Ids.FILLS,
    csv=Ids.CSV,
    layouts=Ids.LAYOUTS,
)
CHART = market_panels.ChartIds(
    head=Ids.HEAD, chart=Ids.CHART, graph=Ids.GRAPH, label=Ids.GRAPH_LABEL, problem=Ids.PROBLEM
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    stores = [dcc.Store(id=name) for name in (Ids.STATE, Ids.GOTO, Ids.SIZE, Ids.MEMO, Ids.BAR)]
    parts = [market_panels.tool_bar(TOOLS), market_panels.chart_panel(CHART), watch_panel.panel()]
    look = {"className": "fw-mk fw-chart-card", "data-fw-title": "Chart"}
    indices = html.Div(id=Ids.INDICES, className="fw-tbar-place")
    return html.Div([*stores, indices, html.Div(parts, id=Ids.ROOT, **look)], className="page")


def first_paint() -> FirstPaint:
    """Return the chart that the address asks for; the browser draws it without Dash."""
    asked = charts.ChartChoice.from_address(request.query_string.decode(), lenient=True)
    choice = services().market.resolve(current_owner(), asked)
    if choice.engine is charts.ChartEngine.SERVER:
        return FirstPaint(body=None)
    chart = market_panels.first_chart(Ids.FIRST, Ids.CHART, market_tools.chart_spec(choice))
    return paint_chart(choice, chart)


PAGE = Page(
    module=__name__,
    path="/market",
    title="Market",
    order=60,
    icon="chart-candlestick",
    key="M",
    group="Markets",
    layout=layout,
    filters=False,
    first=first_paint,
)


@PAGE.callback(
    Output(Ids.STATE, "data"),
    Output(Ids.SYMBOL, "children"),
    Output(Ids.INTERVAL, "value"),
    Output(Ids.FILLS, "value"),
    Output(Ids.COUNT, "children"),
    Output(Ids.CSV, "href"),
    Input(Shell.URL, "search"),
)
def read_address(search: str | None) -> tuple[Any, ...]:
    """Set the tools to what the address says."""
    choice = services().market.resolve(current_owner(), charts.ChartChoice.from_address(search, lenient=True))
    return (
        {"query": (search or "").lstrip("?"), **market_tools.chart_spec(choice)},
        choice.symbol,
        choice.interval.value,
        ["on"] if choice.fills else [],
        str(len(choice.indicators) or ""),
        f"/export/candles.csv?{choice.to_query()}",
    )


@PAGE.callback(
    Output(Ids.GOTO, "data"),
    Input(Ids.INTERVAL, "value"),
    Input(Ids.FILLS, "value"),
    State(Ids.STATE, "data"),
    prevent_initial_call=True,
)
def choose(interval: str, fills: list[str] | None, state: dict[str, Any] | None) -> Any:
    """Write what the tools say into the address; `market.js` goes there."""
    if state is None:
        return no_update
    before = charts.ChartChoice.from_address(state["query"], lenient=True)
    after = before.with_(interval=market.BarInterval(interval), fills=bool(fills))
    return no_update if after == before else after.in_address(state["query"])


PAGE.clientside(ClientsideFunction("fillwise_market", "go"), Input(Ids.GOTO, "data"), prevent_initial_call=True)
PAGE.clientside(
    ClientsideFunction("fillwise_market", "open"),
    Output(Ids.SIZE, "data"),
    Input(Ids.STATE, "data"),
    Input(Ids.BAR, "data"),
)


@PAGE.callback(
    Output(Ids.HEAD, "children"),
    Output(Ids.ROOT, "data-fw-title"),
    Output(Ids.BAR, "data"),
    Output(Ids.PROBLEM, "children"),
    Input(Ids.STATE, "data"),
    Input(Shell.TICK, "n_intervals"),
    running=[(Output(Shell.TICK, "disabled"), True, False)],
)
def tell(state: dict[str, Any] | None, _: int | None) -> tuple[Any, ...]:
    """Say what is shown and how its market is doing, and bring the chart's last bar."""
    from components import chart_head

    if state is None:
        return (no_update,) * 4
    try:
        choice = charts.ChartChoice.from_address(state["query"])
        found = services().market.latest(current_owner(), choice)
    except (QuoteError, InvalidInputError) as error:
        is_silent = isinstance(error, QuoteUnavailableError | RateLimitedError)
        if is_silent and ctx.triggered_id == Shell.TICK:
            return (no_update,) * 4
        symbol = charts.ChartChoice.from_address(state["query"], lenient=True).symbol
        state_of = market_panels.chart_problem(symbol, "silent" if is_silent else "unknown", error)
        return [html.B(symbol)], symbol, None, state_of
    title = f"{found.choice.symbol} {market_tools.INTERVAL_NAMES[found.choice.interval]}"
    problem = None if len(found.candles) else market_panels.chart_problem(found.choice.symbol, "empty", None)
    return chart_head.chart_head(found, now=services().clock()), title, market_tools.last_bar(found), problem


@PAGE.callback(
    Output(Ids.GRAPH, "figure"),
    Output(Ids.MEMO, "data"),
    Output(Ids.GRAPH_LABEL, "aria-label"),
    Input(Ids.SIZE, "data"),
    State(Ids.MEMO, "data"),
)
def draw(size: dict[str, Any] | None, memo: dict[str, Any] | None) -> tuple[Any, ...]:
    """Draw the chart for browsers that cannot: as it is opened and moved, and its last candle with each tick."""
    from components import server_chart

    if size is None:
        return (no_update,) * 3
    if memo and server_chart.is_known_tick(memo, size):
        return server_chart.draw_tick(memo, size["bar"], theme=theme()), no_update, no_update
    try:
        choice = charts.ChartChoice.from_address(size["query"])
        window = services().chart_windows.window(current_owner(), choice, server_chart.read_ask(size))
    except (QuoteError, InvalidInputError):  # `tell` says it
        return (no_update,) * 3
    if not len(window.candles):
        return (no_update,) * 3
    return server_chart.draw_window(window, size, memo, zone=current_profile().timezone, theme=theme())


PAGE.clientside(
    ClientsideFunction("fillwise_market", "moved"), Input(Ids.GRAPH, "relayoutData"), prevent_initial_call=True
)


@PAGE.callback(Output(Ids.FOUND, "children"), Input(Ids.SEARCH, "value"))
def suggest(text: str | None) -> list[Any]:
    """Suggest symbols for what is typed."""
    return market_tools.suggestions(services().market.suggest(current_owner(), text or ""), text or "")


watch_panel.record(PAGE, symbol_id=Ids.SYMBOL)
index_tiles.record(PAGE, place=Ids.INDICES, kind=Ids.INDEX, is_bar=True)
