"""The panels of the Market page: tools, chart with its readout, watchlist, and what stands for a missing chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import html

from components import chart, chart_tools, charts, controls, feedback, forms
from components.icons import icon
from components.market_tools import INTERVAL_NAMES, symbol_menu
from domain.market import BarInterval

if TYPE_CHECKING:
    from domain.errors import FillwiseError


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolIds:
    """Ids of the tool bar."""

    symbol: str
    search: str
    found: str
    interval: str
    count: str
    fills: str
    csv: str
    layouts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartIds:
    """Ids of the chart, of the head above it, and of the plain chart that stands in for it."""

    head: str
    chart: str
    graph: str
    label: str
    problem: str


def tool_bar(ids: ToolIds) -> html.Div:
    """Return symbol, interval, style, indicators, comparison, replay, one's own marks, layouts, export, full screen."""
    intervals = [(item.value, INTERVAL_NAMES[item]) for item in BarInterval]
    return html.Div(
        [
            symbol_menu(ids.symbol, ids.search, ids.found),
            html.Span(className="sep"),
            forms.segmented(ids.interval, intervals, BarInterval.D1.value, label="Interval", small=False),
            html.Span(className="sep"),
            chart_tools.style_menu(),
            chart_tools.indicator_menu(ids.count),
            chart_tools.compare_menu(),
            chart_tools.act_button("bell-plus", "Alert", "alert", title="Set a price alert on the chart"),
            chart_tools.act_button("history", "Replay", "replay"),
            html.Span(className="fw-sp"),
            forms.switch(ids.fills, "My fills", on=True),
            chart_tools.date_menu(),
            chart_tools.layout_menu(ids.layouts),
            data_menu(ids.csv),
            controls.icon_button("maximize", "Full screen", shortcut="F", attributes={"data-fw-chart": "full"}),
        ],
        className="fw-mk-tools",
    )


def data_menu(csv_id: str) -> html.Div:
    """Return the menu that saves the chart and its candles."""
    opened = {"data-fw-open": "", "aria-haspopup": "menu", "aria-expanded": "false"}
    trigger = controls.icon_button("download", "Export the chart", attributes=opened)

    def item(icon_name: str, text: str, action: str) -> Any:
        return controls.menu_item(text, icon_name=icon_name, attributes={"data-fw-chart": action})

    csv = html.A(
        [icon("file-down"), html.Span("Save candles as CSV")],
        id=csv_id,
        href="/export/candles.csv",
        className="it",
        role="menuitem",
        download="",
    )
    rows = [
        item("image-down", "Save as PNG", "png"),
        csv,
        controls.menu_rule(),
        item("table", "Show as table", "table"),
    ]
    return controls.menu(trigger, rows, align="end")


def chart_panel(ids: ChartIds) -> html.Div:
    """Return the chart with its rail of tools below its head, and the plain chart for browsers that cannot draw it."""
    graph = charts.graph(ids.graph, label="Price chart", label_id=ids.label, height="100%", market=True)
    frame = html.Div(chart.price_chart(ids.chart, tools=True, stand_in=True), className="fw-pc-frame")
    note = "Drawn by the server. Drawing tools, replay and comparison need a chart that this browser draws."
    plain = html.Div([html.P(note, className="fw-mk-by"), graph], className="fw-mk-plain")
    head = html.Div(html.Div(id=ids.head, className="hd"), className="fw-mk-readout fw-num")
    return html.Div([head, frame, plain, html.Div(id=ids.problem, className="fw-mk-problem")], className="fw-mk-chart")


def first_chart(chart_id: str, shown_in: str, request: dict[str, Any]) -> html.Div:
    """Return the chart alone, where the page will have it, for the page's first paint.

    Args:
        chart_id: Id of the chart until then.
        shown_in: Id of the page's own chart.
        request: What it shows (`market_tools.chart_spec`).
    """
    drawn = chart.price_chart(chart_id, tools=True, stand_in=True, first_for=(shown_in, request))
    head = html.Div(className="fw-mk-readout")
    frame = html.Div([html.Div(className="fw-pc-rail"), drawn], className="fw-pc-frame")
    panel = html.Div([head, frame], className="fw-mk-chart")
    parts = [html.Div(className="fw-mk-tools"), panel, html.Div(className="fw-mk-side")]
    return html.Div([html.Div(className="fw-tbar-place"), html.Div(parts, className="fw-mk")], className="page")


def watch_panel(*, choice_id: str, add_id: str, list_id: str, alert_ids: tuple[str, str]) -> html.Aside:
    """Return the watchlist, and the alerts below it, before their rows are known."""
    choice = html.Div(forms.select(choice_id, [], placeholder="Watchlist"), className="ch")
    edit = controls.link_button("Edit", "/watchlists", kind="ghost", size="xs")
    head = html.Header([choice, html.Span(className="fw-sp"), edit])
    box = html.Div(forms.text_input(add_id, placeholder="Add a symbol", size="sm", debounce=True), className="add")
    rows = html.Div(feedback.skeleton_table(6, row_height=31), id=list_id)
    head_id, body_id = alert_ids
    alerts = [html.Div(id=head_id, className="fw-al-head"), html.Div(id=body_id)]
    return html.Aside([head, box, rows, *alerts], className="fw-mk-side", **{"aria-label": "Watchlist and alerts"})


def chart_problem(symbol: str, kind: str, error: FillwiseError | None) -> html.Div:
    """Return what stands for a chart that cannot be drawn: what happened and the way on.

    Args:
        symbol: The symbol, "" when not even that could be read.
        kind: "empty" (known, but no candles), "unknown" or "silent" (the provider does not answer).
        error: What was raised, None for "empty".
    """
    said, hint = (error.message, error.hint) if error else ("", "")
    if kind == "empty":
        text = "No provider has candles of it at this interval. A wider interval may have some."
        return feedback.empty("chart-candlestick", f"No prices of {symbol} for this time", text)
    if kind == "unknown":
        title = f"{symbol} is not known" if symbol else "This chart cannot be read"
        return feedback.empty("search", title, f"{said} {hint}".strip())
    retry = controls.button("Try again", icon_name="refresh-cw", attributes={"data-fw-reload": ""})
    return feedback.error_state("No prices just now", f"{said} Your trades are not affected.".strip(), actions=[retry])
