"""Tools of a price chart: style and scale, indicators, comparison, layouts, a date to go to.

They are plain buttons: `assets/js/market.js` writes what is chosen into the address, which is what every part of the
page follows.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components import controls
from components.icons import icon
from domain.chart_indicators import INDICATORS
from domain.charts import ChartEngine, ChartScale, ChartStyle

ACT = "data-fw-pc-act"
_STYLES = {
    ChartStyle.CANDLES: "Candles",
    ChartStyle.HOLLOW: "Hollow candles",
    ChartStyle.HEIKIN_ASHI: "Heikin-Ashi",
    ChartStyle.BARS: "Bars",
    ChartStyle.LINE: "Line",
    ChartStyle.AREA: "Area",
}
_ENGINES = {
    ChartEngine.AUTO: "This browser",
    ChartEngine.SCRIPT: "This browser, plain JavaScript",
    ChartEngine.SERVER: "The server",
}
_SCALES = {ChartScale.LINEAR: "Linear", ChartScale.LOG: "Logarithmic", ChartScale.PERCENT: "Percent"}


def act_button(icon_name: str, text: str, act: str, *, title: str = "") -> html.Button:
    """Return a button of the tool bar with an icon and, where there is room, its text."""
    spoken = {ACT: act, "aria-label": text, "title": title or text}
    return html.Button(
        [icon(icon_name), html.Span(text, className="hide-m")], className="fw-btn ghost", type="button", **spoken
    )


def _act_item(text: str, act: str, icon_name: str = "") -> Any:
    return controls.menu_item(text, icon_name=icon_name, attributes={ACT: act})


def style_menu() -> html.Div:
    """Return the menu of styles and scales; a mark stands beside what is chosen."""
    opened = {"data-fw-open": "", "aria-haspopup": "menu", "aria-expanded": "false"}
    trigger = controls.icon_button("chart-candlestick", "Style and scale", attributes=opened)
    rows = [
        controls.menu_caption("Style"),
        *(_act_item(text, f"style:{style.value}", "check") for style, text in _STYLES.items()),
        controls.menu_rule(),
        controls.menu_caption("Scale"),
        *(_act_item(text, f"scale:{scale.value}", "check") for scale, text in _SCALES.items()),
        controls.menu_rule(),
        controls.menu_caption("Drawn by"),
        *(_act_item(text, f"engine:{engine.value}", "check") for engine, text in _ENGINES.items()),
    ]
    return html.Div(controls.menu(trigger, rows, is_late=True), className="fw-pc-menu")


def indicator_menu(count_id: str) -> html.Div:
    """Return the button with the number of indicators; its menu adds one. They are changed on the chart itself."""
    over = [(kind, spec) for kind, spec in INDICATORS.items() if not spec.has_pane]
    below = [(kind, spec) for kind, spec in INDICATORS.items() if spec.has_pane]
    rows: list[Any] = [controls.menu_caption("On the price")]
    rows += [_act_item(spec.title, f"study:{kind.value}", "plus") for kind, spec in over]
    rows += [_act_item("Volume by price", "profile", "plus"), controls.menu_caption("Below the price")]
    rows += [_act_item(spec.title, f"study:{kind.value}", "plus") for kind, spec in below]
    rows += [controls.menu_rule(), _act_item("Remove all", "study-none", "trash-2")]
    label = [
        icon("activity"),
        html.Span("Indicators", className="hide-m"),
        html.Span(id=count_id, className="n fw-num"),
    ]
    opened = {"data-fw-open": "", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "Add an indicator"}
    trigger = html.Button(label, className="fw-btn ghost", type="button", **opened)
    return html.Div(controls.menu(trigger, rows, is_late=True), className="fw-pc-menu fw-pc-studies")


def compare_menu() -> html.Div:
    """Return the button that lays other symbols over the chart, in percent."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", "aria-label": "Compare"}
    trigger = html.Button(
        [icon("git-merge"), html.Span("Compare", className="hide-m")], className="fw-btn ghost", type="button", **opened
    )
    box = dcc.Input(className="fw-in", placeholder="Symbol, for example SPY", type="text")
    body = html.Div([html.Label(["Compare with", box]), _act_item("Compare", "compare", "plus")], className="fw-pc-box")
    return controls.popover(trigger, body, width=250, label="Compare symbols in percent")


def date_menu() -> html.Div:
    """Return the button that goes to a date."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    trigger = controls.icon_button("calendar", "Go to a date", attributes=opened)
    box = dcc.Input(className="fw-in", type="text", placeholder="2026-05-01 or 2026-05-01 14:30")
    rows = [
        html.Label(["Go to", box]),
        _act_item("Go", "date", "arrow-right"),
        controls.menu_rule(),
        _act_item("Latest bars", "home", "skip-forward"),
        _act_item("Whole history", "all", "maximize"),
    ]
    return controls.popover(trigger, html.Div(rows, className="fw-pc-box"), width=250, label="Go to a date")


def layout_menu(list_id: str) -> html.Div:
    """Return the button of saved layouts and sets of indicators; the browser fills the list when it opens."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", ACT: "layouts"}
    trigger = controls.icon_button("layers", "Layouts and indicator sets", attributes=opened)
    name = dcc.Input(className="fw-in", type="text", placeholder="Name", maxLength=60)
    rows = [
        html.Div(id=list_id, className="ly"),
        html.Label(["Save this chart as", name]),
        _act_item("Save as layout", "save:layout", "save"),
        _act_item("Save its indicators", "save:indicators", "activity"),
    ]
    return controls.popover(trigger, html.Div(rows, className="fw-pc-box"), width=270, align="end", label="Layouts")
