"""Simulated futures, a part of the Edge page."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from dash.exceptions import PreventUpdate

from components import cards, charts, feedback, forms
from components.chart_notes import of_trades
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import CallbackRecorder
from web.shell import Shell, read_filter

MONTE_CARLO = CallbackRecorder()
TAB = "edge-tab"
SECTION = "monte-carlo"
BLOCKS = ((1, "1"), (5, "5"), (10, "10"), (20, "20"))


class FanIds(StrEnum):
    """Ids of the simulation."""

    DRAW = "edge-fan-draw"
    TRADES = "edge-fan-trades"
    RISK = "edge-fan-risk"
    START = "edge-fan-start"
    BLOCK = "edge-fan-block"
    DRAWDOWN = "edge-fan-drawdown"
    RUIN = "edge-fan-ruin"
    SEED = "edge-fan-seed"
    NOTICE = "edge-fan-notice"
    STRIP = "edge-fan-strip"
    CHART = "edge-fan-chart"
    CHART_LABEL = "edge-fan-chart-label"
    DEPTHS = "edge-fan-depths"
    NOTE = "edge-fan-note"


def panel() -> list[Any]:
    """Return the skeleton of the section."""
    chart = charts.graph(FanIds.CHART, label="Simulated futures", label_id=FanIds.CHART_LABEL, height=330)
    fan = cards.chart_card(
        "Futures",
        [chart, html.Div(id=FanIds.NOTE, className="fw-weak ed-note")],
        subtitle="equity over the trades ahead",
        legend=cards.legend([("Median", "accent"), ("5 to 95%", "accent-sq")]),
        explain=of_trades(
            "Your own closed trades are drawn at random, with replacement, into 10,000 possible futures. With R "
            "multiples each trade risks the same share of the present equity, so results compound; in money they add "
            "up. Drawing them in rows keeps streaks. A path that reaches zero stays there. The same seed shows the "
            "same result.",
            "line = median over the paths after each trade;  band = their 5 % and 95 % quantiles",
        ),
    )
    depths = cards.card("Drawdowns to expect", html.Div(feedback.skeleton_table(5), id=FanIds.DEPTHS), flush=True)
    results = html.Div(
        [html.Div(id=FanIds.NOTICE), html.Div(feedback.skeleton_kpis(5), id=FanIds.STRIP), fan, depths],
        className="fw-stack",
    )
    return [html.Div([_form(), results], className="fw-bt")]


def _form() -> html.Section:
    fields = [
        forms.field(
            "Draw",
            forms.segmented(FanIds.DRAW, [("r", "R multiples"), ("money", "Money")], "r", label="Draw"),
        ),
        forms.field(
            "Trades ahead",
            forms.number_input(FanIds.TRADES, value=250, min=1, max=10_000, step=1),
            for_id=FanIds.TRADES,
        ),
        forms.field(
            "Risk a trade",
            forms.number_input(FanIds.RISK, value=1, unit="%", min=0.01, max=100),
            help_="Used with R.",
            for_id=FanIds.RISK,
        ),
        forms.field(
            "Starting balance",
            forms.number_input(FanIds.START, min=1, placeholder="of the accounts"),
            for_id=FanIds.START,
        ),
        forms.field("Keep rows of", forms.segmented(FanIds.BLOCK, BLOCKS, 1, label="Trades drawn together")),
        forms.field(
            "Drawdown asked about",
            forms.number_input(FanIds.DRAWDOWN, value=20, unit="%", min=1, max=99),
            for_id=FanIds.DRAWDOWN,
        ),
        forms.field(
            "Ruin at", forms.number_input(FanIds.RUIN, value=50, unit="% of start", min=1, max=99), for_id=FanIds.RUIN
        ),
        forms.field("Seed", forms.number_input(FanIds.SEED, value=20_260_101, min=0, step=1), for_id=FanIds.SEED),
    ]
    return cards.card("Set-up", html.Div(fields, className="fw-form"), subtitle="10,000 paths")


@MONTE_CARLO.callback(
    Output(FanIds.NOTICE, "children"),
    Output(FanIds.STRIP, "children"),
    Output(FanIds.CHART, "figure"),
    Output(FanIds.CHART_LABEL, "aria-label"),
    Output(FanIds.DEPTHS, "children"),
    Output(FanIds.NOTE, "children"),
    Input(TAB, "value"),
    Input(Shell.FILTER, "data"),
    Input(FanIds.DRAW, "value"),
    Input(FanIds.TRADES, "value"),
    Input(FanIds.RISK, "value"),
    Input(FanIds.START, "value"),
    Input(FanIds.BLOCK, "value"),
    Input(FanIds.DRAWDOWN, "value"),
    Input(FanIds.RUIN, "value"),
    Input(FanIds.SEED, "value"),
)
def show_futures(tab: str, query: str | None, *values: Any) -> tuple[Any, ...]:
    """Simulate with the settings of the form."""
    from components import edge_scenarios as parts
    from components.figures.canvas import empty_figure
    from components.figures.fan import describe_fan, fan_figure

    if tab != SECTION:
        raise PreventUpdate
    names = ("draw", "trades", "risk", "start", "block", "drawdown", "ruin", "seed")
    choice = parts.read_choice(dict(zip(names, values, strict=True)))
    found = services().edge.monte_carlo(current_owner(), read_filter(query), choice)
    result, unit = found.result, found.currency
    if result is None:
        return None, None, empty_figure(found.reason, theme=theme()), found.reason, parts.fan_empty(found), ""
    figure = fan_figure(
        result.steps,
        result.bands,
        start=result.plan.start,
        ruin=choice.ruin * result.plan.start,
        unit=unit,
        theme=theme(),
    )
    told = describe_fan(result.steps, result.bands, unit=unit)
    return (
        parts.fan_notice(found),
        parts.fan_strip(found, choice),
        figure,
        told,
        parts.depth_table(found),
        parts.fan_note(found),
    )
