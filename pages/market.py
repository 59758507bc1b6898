"""Market: any symbol as candles with indicators and one's own fills, live, beside the watchlist."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ClientsideFunction, ctx, dcc, html, no_update

from components import market_panels, market_tools
from domain import charts, market
from domain.errors import FillwiseError, InvalidInputError, QuoteError, QuoteUnavailableError, RateLimitedError
from web.charts import theme
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell


class Ids(StrEnum):
    """Ids of this page."""

    STATE = "market-state"
    GOTO = "market-goto"
    SIZE = "market-size"
    MEMO = "market-memo"
    ROOT = "market-root"
    SYMBOL = "market-symbol"
    SEARCH = "market-search"
    FOUND = "market-found"
    INTERVAL = "market-interval"
    FILLS = "market-fills"
    COUNT = "market-count"
    SLOT = "market-slot"
    NUMBER = "market-number"
    CSV = "market-csv"
    HEAD = "market-head"
    GRAPH = "market-graph"
    GRAPH_LABEL = "market-graph-label"
    PROBLEM = "market-problem"
    WHEN = "market-when"
    VALUE = "market-value"
    CHANGE = "market-change"
    VOLUME = "market-volume"
    LINES = "market-lines"
    WATCHLIST = "market-watchlist"
    ADD = "market-add"
    ROW = "market-row"
    LAST = "market-last"
    DAY = "market-day"
    REMOVE = "market-remove"


TOOLS = market_panels.ToolIds(
    symbol=Ids.SYMBOL,
    search=Ids.SEARCH,
    found=Ids.FOUND,
    interval=Ids.INTERVAL,
    count=Ids.COUNT,
    fills=Ids.FILLS,
    csv=Ids.CSV,
)
CHART = market_panels.ChartIds(
    head=Ids.HEAD,
    change=Ids.CHANGE,
    volume=Ids.VOLUME,
    when=Ids.WHEN,
    lines=Ids.LINES,
    graph=Ids.GRAPH,
    label=Ids.GRAPH_LABEL,
    problem=Ids.PROBLEM,
)


def _by_key(kind: Ids) -> market_tools.IdOf:
    return lambda key: {"type": kind, "key": key}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    stores = [dcc.Store(id=name) for name in (Ids.STATE, Ids.GOTO, Ids.SIZE, Ids.MEMO)]
    tools = market_panels.tool_bar(TOOLS, switch_id=_by_key(Ids.SLOT), number_id=_by_key(Ids.NUMBER))
    chart = market_panels.chart_panel(CHART, value_id=_by_key(Ids.VALUE))
    watchlist = market_panels.watch_panel(add_id=Ids.ADD, list_id=Ids.WATCHLIST)
    look = {"className": "fw-mk fw-chart-card", "data-fw-title": "Chart"}
    return html.Div([*stores, html.Div([tools, chart, watchlist], id=Ids.ROOT, **look)], className="page")


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
)


@PAGE.callback(
    Output(Ids.STATE, "data"),
    Output(Ids.SYMBOL, "children"),
    Output(Ids.INTERVAL, "value"),
    Output(Ids.FILLS, "value"),
    Output({"type": Ids.SLOT, "key": ALL}, "value"),
    Output({"type": Ids.NUMBER, "key": ALL}, "value"),
    Output(Ids.COUNT, "children"),
    Output(Ids.CSV, "href"),
    Input(Shell.URL, "search"),
)
def read_address(search: str | None) -> tuple[Any, ...]:
    """Set the tools to what the address says."""
    choice = services().market.resolve(current_owner(), charts.ChartChoice.from_address(search, lenient=True))
    switches, numbers = market_tools.slot_values(choice.indicators)
    return (
        (search or "").lstrip("?"),
        choice.symbol,
        choice.interval.value,
        ["on"] if choice.fills else [],
        switches,
        numbers,
        str(len(choice.indicators) or ""),
        f"/export/candles.csv?{choice.to_query()}",
    )


@PAGE.callback(
    Output(Ids.GOTO, "data"),
    Input(Ids.INTERVAL, "value"),
    Input(Ids.FILLS, "value"),
    Input({"type": Ids.SLOT, "key": ALL}, "value"),
    Input({"type": Ids.NUMBER, "key": ALL}, "value"),
    State(Ids.STATE, "data"),
    prevent_initial_call=True,
)
def choose(
    interval: str, fills: list[str] | None, switches: list[list[str]], numbers: list[float | None], query: str | None
) -> Any:
    """Write what the tools say into the address; `market.js` goes there."""
    if query is None:
        return no_update
    before = charts.ChartChoice.from_address(query, lenient=True)
    after = before.with_(
        interval=market.BarInterval(interval), fills=bool(fills), indicators=market_tools.slot_choice(switches, numbers)
    )
    return no_update if after == before else after.in_address(query)


PAGE.clientside(ClientsideFunction("fillwise_market", "go"), Input(Ids.GOTO, "data"), prevent_initial_call=True)
PAGE.clientside(ClientsideFunction("fillwise_market", "measure"), Output(Ids.SIZE, "data"), Input(Ids.STATE, "data"))
PAGE.clientside(
    ClientsideFunction("fillwise_market", "readout"),
    Output({"type": Ids.VALUE, "key": ALL}, "children"),
    Output(Ids.CHANGE, "children"),
    Output(Ids.CHANGE, "className"),
    Output(Ids.VOLUME, "children"),
    Output(Ids.LINES, "children"),
    Output(Ids.WHEN, "children"),
    Input(Ids.GRAPH, "figure"),
    Input(Ids.GRAPH, "hoverData"),
    State(Ids.MEMO, "data"),
)
PAGE.clientside(
    ClientsideFunction("fillwise_market", "fit"), Input(Ids.GRAPH, "relayoutData"), prevent_initial_call=True
)
PAGE.clientside(
    ClientsideFunction("fillwise_market", "keepView"), Input(Ids.GRAPH, "figure"), prevent_initial_call=True
)
PAGE.clientside(
    ClientsideFunction("fillwise_market", "mark"),
    Output({"type": Ids.ROW, "key": ALL}, "className"),
    Input(Ids.SYMBOL, "children"),
    State({"type": Ids.ROW, "key": ALL}, "id"),
)


@PAGE.callback(
    Output(Ids.GRAPH, "figure"),
    Output(Ids.MEMO, "data"),
    Output(Ids.HEAD, "children"),
    Output(Ids.GRAPH_LABEL, "aria-label"),
    Output(Ids.ROOT, "data-fw-title"),
    Output(Ids.PROBLEM, "children"),
    Input(Ids.SIZE, "data"),
    Input(Shell.TICK, "n_intervals"),
    State(Ids.MEMO, "data"),
    running=[(Output(Shell.TICK, "disabled"), True, False)],
)
def draw(size: dict[str, Any] | None, _: int | None, memo: dict[str, Any] | None) -> tuple[Any, ...]:
    """Draw the chart, or on a tick change only its last candle."""
    from components import price_chart

    if size is None:
        return (no_update,) * 6
    try:
        data = services().market.chart(current_owner(), charts.ChartChoice.from_address(size["query"]))
    except (QuoteError, InvalidInputError) as error:
        return _problem(size["query"], error, memo)
    if not len(data.candles):
        return _problem(size["query"], None, memo)
    if ctx.triggered_id == Shell.TICK and price_chart.is_drawn(data, memo):
        return price_chart.live_patch(data, memo or {}, theme=theme()), *(no_update,) * 5
    drawn = price_chart.draw_chart(
        data, zone=current_profile().timezone, size=(int(size["width"]), int(size["height"])), theme=theme()
    )
    label = price_chart.describe_chart(data, zone=current_profile().timezone)
    title = f"{data.choice.symbol} {market_tools.INTERVAL_NAMES[data.choice.interval]}"
    memo = {**drawn.memo, "address": size["query"]}
    return drawn.figure, memo, price_chart.chart_head(data), label, title, None


def _problem(query: str, error: FillwiseError | None, memo: dict[str, Any] | None) -> tuple[Any, ...]:
    """Return the outputs of a chart that cannot be drawn; a drawn one stays when only its provider is silent."""
    is_silent = isinstance(error, QuoteUnavailableError | RateLimitedError)
    if is_silent and memo and memo.get("address") == query:
        return (no_update,) * 6
    symbol = charts.ChartChoice.from_address(query, lenient=True).symbol
    kind = "empty" if error is None else "silent" if is_silent else "unknown"
    state = market_panels.chart_problem(symbol, kind, error)
    return no_update, None, [html.B(symbol)], "No chart", symbol, state


@PAGE.callback(Output(Ids.FOUND, "children"), Input(Ids.SEARCH, "value"))
def suggest(text: str | None) -> list[Any]:
    """Suggest symbols for what is typed."""
    return market_tools.suggestions(services().market.suggest(current_owner(), text or ""), text or "")


@PAGE.callback(
    Output(Ids.WATCHLIST, "children"),
    Output(Ids.ADD, "value"),
    Input(Ids.ADD, "n_submit"),
    Input({"type": Ids.REMOVE, "key": ALL}, "n_clicks"),
    State(Ids.ADD, "value"),
)
def edit_watchlist(_: int | None, clicks: list[int | None], typed: str | None) -> tuple[Any, Any]:
    """Add the typed symbol, or stop watching one, and list what is watched."""
    owner, cause = current_owner(), ctx.triggered_id
    if cause == Ids.ADD:
        services().market.watch(owner, typed or "")
    elif isinstance(cause, dict):
        if not any(clicks):  # rows that have just been made
            return no_update, no_update
        services().market.unwatch(owner, str(cause["key"]))
    ids = market_tools.WatchIds(
        row=_by_key(Ids.ROW), last=_by_key(Ids.LAST), day=_by_key(Ids.DAY), remove=_by_key(Ids.REMOVE)
    )
    return market_tools.watch_rows(services().market.watchlist(owner), ids), ""


@PAGE.callback(
    Output({"type": Ids.LAST, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "className"),
    Input(Shell.TICK, "n_intervals"),
    State({"type": Ids.LAST, "key": ALL}, "id"),
    prevent_initial_call=True,
)
def renew_prices(_: int | None, rows: Sequence[dict[str, str]]) -> tuple[list[str], list[str], list[str]]:
    """Renew last price and day change of every row in place."""
    symbols = [row["key"] for row in rows]
    quotes = services().quotes.quotes(symbols)
    found = [quotes.get(symbol) for symbol in symbols]
    return (
        [market_tools.last_text(quote) for quote in found],
        [market_tools.day_text(quote) for quote in found],
        [market_tools.day_class(quote) for quote in found],
    )
