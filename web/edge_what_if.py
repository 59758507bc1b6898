"""What-if rules and replayed exits, a part of the Edge page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL, ctx, dcc, html
from dash.exceptions import PreventUpdate

from components import cards, charts, feedback, forms
from components.chart_notes import of_trades
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from domain.scenarios import ExitChoice

WHAT_IF = CallbackRecorder()
TAB = "edge-tab"
SECTION = "what-if"
HEIGHT = 250


class WhatIfIds(StrEnum):
    """Ids of the rules and of the replayed exits."""

    RULES = "edge-rules"
    LIST = "edge-rule-list"
    SWITCH = "edge-rule-switch"
    DROP = "edge-rule-drop"
    KIND = "edge-rule-kind"
    VALUE = "edge-rule-value"
    VALUE_BOX = "edge-rule-value-box"
    AMOUNT = "edge-rule-amount"
    AMOUNT_BOX = "edge-rule-amount-box"
    ADD = "edge-rule-add"
    PROBLEM = "edge-rule-problem"
    STATS = "edge-what-if-stats"
    CURVE = "edge-what-if-curve"
    CURVE_LABEL = "edge-what-if-curve-label"
    SAY = "edge-what-if-say"
    REMOVED = "edge-removed"
    REMOVED_NOTE = "edge-removed-note"
    REMOVED_CSV = "edge-removed-csv"
    EXIT = "edge-exit"
    EXIT_STOP = "edge-exit-stop"
    EXIT_AMOUNT = "edge-exit-amount"
    EXIT_SAY = "edge-exit-say"
    EXIT_CHART = "edge-exit-chart"
    EXIT_CHART_LABEL = "edge-exit-chart-label"
    EXIT_TABLE = "edge-exit-table"
    EXIT_NOTE = "edge-exit-note"
    EXIT_CSV = "edge-exit-csv"


def switch_id(place: int) -> dict[str, Any]:
    """Return the id of a rule's switch."""
    return {"type": WhatIfIds.SWITCH, "rule": place}


def drop_id(place: int) -> dict[str, Any]:
    """Return the id of a rule's cross."""
    return {"type": WhatIfIds.DROP, "rule": place}


def panel() -> list[Any]:
    """Return the skeleton of the section."""
    return [dcc.Store(id=WhatIfIds.RULES), _rules_card(), _removed_card(), _exits_card()]


def _rules_card() -> html.Section:
    chart = charts.graph(
        WhatIfIds.CURVE, label="Equity with other rules", label_id=WhatIfIds.CURVE_LABEL, height=HEIGHT
    )
    body = html.Div(
        [
            html.Div(html.Div(feedback.skeleton_lines(5), id=WhatIfIds.LIST)),
            html.Div([html.Div(feedback.skeleton_lines(2), id=WhatIfIds.STATS), chart]),
        ],
        className="fw-whatif",
    )
    return cards.chart_card(
        "What if",
        [body, html.Div(id=WhatIfIds.SAY, className="ed-say")],
        subtitle="replays your closed trades under other rules",
        controls=[_adder()],
        legend=cards.legend([("With rules", "accent"), ("Actual", "bench-dash")]),
        explain=of_trades(
            "Rules apply in their order, each to what the ones before left. A stop for the day takes out entries "
            "after the trade that caused it had closed; trades already open stay. A smaller position has its P&L and "
            "fees scaled alike. The interval draws the trading days by luck. All of it is hindsight: test a rule "
            "forward before you trust it.",
            "line = Σ P&L of the closed trades that the rules leave, scaled as they say;  dashed = of all of them",
        ),
    )


def _adder() -> html.Div:
    from components.edge_rules import KINDS

    body = [
        forms.field(
            "Rule", forms.select(WhatIfIds.KIND, [(kind.value, name) for kind, name in KINDS], value=KINDS[0][0])
        ),
        html.Div(
            forms.field("Which", forms.select(WhatIfIds.VALUE, []), for_id=WhatIfIds.VALUE), id=WhatIfIds.VALUE_BOX
        ),
        html.Div(
            forms.field(
                "How much",
                forms.number_input(WhatIfIds.AMOUNT, value=2, min=0, debounce=False),
                for_id=WhatIfIds.AMOUNT,
            ),
            id=WhatIfIds.AMOUNT_BOX,
            hidden=True,
        ),
        html.Div(id=WhatIfIds.PROBLEM, role="alert", className="fw-help err"),
        forms.button("Add rule", id=WhatIfIds.ADD, kind="primary", icon_name="plus"),
    ]
    trigger = forms.trigger_button("Add rule", icon_name="plus", classes="xs")
    return forms.popover(trigger, html.Div(body, className="ed-adder"), width=290, align="end", label="Add a rule")


def _removed_card() -> html.Section:
    csv = html.A("CSV", id=WhatIfIds.REMOVED_CSV, href="/export/what-if.csv", className="fw-btn xs", download="")
    return cards.card(
        "Taken out",
        html.Div(feedback.skeleton_table(4), id=WhatIfIds.REMOVED),
        subtitle=html.Span(id=WhatIfIds.REMOVED_NOTE),
        controls=csv,
        flush=True,
    )


def _exits_card() -> html.Section:
    from components.edge_scenarios import EXITS
    from domain.scenarios import Exit

    form = html.Div(
        [
            forms.segmented(WhatIfIds.EXIT, [(kind.value, name) for kind, name in EXITS], Exit.TARGET, label="Way out"),
            forms.field(
                "Stop", forms.number_input(WhatIfIds.EXIT_STOP, value=1, unit="R", size="sm", min=0, step=0.25)
            ),
            forms.field(
                "Target, trail or time",
                forms.number_input(WhatIfIds.EXIT_AMOUNT, value=2, size="sm", min=0),
                for_id=WhatIfIds.EXIT_AMOUNT,
            ),
        ],
        className="ed-form",
    )
    chart = charts.graph(
        WhatIfIds.EXIT_CHART, label="Replayed exits by setup", label_id=WhatIfIds.EXIT_CHART_LABEL, height=HEIGHT
    )
    table = html.Div(feedback.skeleton_table(5), id=WhatIfIds.EXIT_TABLE)
    return cards.chart_card(
        "Other exits",
        [
            form,
            html.Div(feedback.skeleton_lines(1), id=WhatIfIds.EXIT_SAY),
            html.Div([html.Div(chart, className="fw-wide-m"), table], className="g two ed-exits"),
            html.Div(id=WhatIfIds.EXIT_NOTE, className="fw-weak ed-note"),
        ],
        subtitle="the same entries on stored candles",
        controls=[html.A("CSV", id=WhatIfIds.EXIT_CSV, href="/export/exits.csv", className="fw-btn xs", download="")],
        explain=of_trades(
            "Each closed trade is entered at its own price and left by the rule chosen, on the candles after its "
            "entry: minutes for trades of one session, days for longer ones, until the close of the session in which "
            "it really ended. A candle that touches stop and target counts as the stop; a gap through the stop fills "
            "at the open. Fees stay as paid. Trades whose price does not lie in their candle are left out and counted.",
            "mark = mean of (P&L with the other exit − P&L as it was) of the setup;  line = its 95 % interval",
        ),
    )


@WHAT_IF.callback(
    Output(WhatIfIds.VALUE, "options"),
    Output(WhatIfIds.VALUE, "value"),
    Output(WhatIfIds.VALUE_BOX, "hidden"),
    Output(WhatIfIds.AMOUNT, "value"),
    Output(WhatIfIds.AMOUNT_BOX, "hidden"),
    Input(WhatIfIds.KIND, "value"),
    Input(TAB, "value"),
    Input(Shell.FILTER, "data"),
)
def offer_values(kind: str, tab: str, query: str | None) -> tuple[Any, ...]:
    """Offer what a kind of rule can be about: names of this filter, or a number."""
    from components.edge_rules import NUMBERS, value_options
    from domain.rules import RuleKind

    if tab != SECTION or kind not in list(RuleKind):
        raise PreventUpdate
    options = value_options(kind, services().edge.choices(current_owner(), read_filter(query)))
    number = NUMBERS.get(RuleKind(kind))
    return options, options[0]["value"] if options else None, number is not None, number, number is None


@WHAT_IF.callback(
    Output(WhatIfIds.RULES, "data"),
    Output(WhatIfIds.PROBLEM, "children"),
    Input(TAB, "value"),
    Input(WhatIfIds.ADD, "n_clicks"),
    Input({"type": WhatIfIds.SWITCH, "rule": ALL}, "value"),
    Input({"type": WhatIfIds.DROP, "rule": ALL}, "n_clicks"),
    State(WhatIfIds.RULES, "data"),
    State(WhatIfIds.KIND, "value"),
    State(WhatIfIds.VALUE, "value"),
    State(WhatIfIds.AMOUNT, "value"),
    State(Shell.FILTER, "data"),
)
def change_rules(
    tab: str,
    _: int | None,
    switches: list[list[str]],
    drops: list[int | None],
    kept: list[dict[str, Any]] | None,
    kind: str,
    value: str | None,
    amount: float | None,
    query: str | None,
) -> tuple[Any, str]:
    """Keep the rules as they are switched, added and removed; the first time suggest some."""
    from web.edge_rule_edits import edited_rules

    if tab != SECTION:
        raise PreventUpdate
    if kept is None:
        return _suggested(query), ""
    changed, problem = edited_rules(
        kept, ctx.triggered_id, switches=switches, drops=drops, added=(kind, value or amount)
    )
    return (dash.no_update if changed == kept else changed), problem


def _suggested(query: str | None) -> list[dict[str, Any]]:
    from components.edge_rules import keep_rules

    rules = services().edge.suggested_rules(current_owner(), read_filter(query))
    return keep_rules(rules, on=lambda place: place == 0)


@WHAT_IF.callback(
    Output(WhatIfIds.LIST, "children"),
    Output(WhatIfIds.STATS, "children"),
    Output(WhatIfIds.CURVE, "figure"),
    Output(WhatIfIds.CURVE_LABEL, "aria-label"),
    Output(WhatIfIds.SAY, "children"),
    Output(WhatIfIds.REMOVED, "children"),
    Output(WhatIfIds.REMOVED_NOTE, "children"),
    Output(WhatIfIds.REMOVED_CSV, "href"),
    Input(WhatIfIds.RULES, "data"),
    Input(Shell.FILTER, "data"),
)
def show_what_if(kept: list[dict[str, Any]] | None, query: str | None) -> tuple[Any, ...]:
    """Replay the trades under the rules that are switched on."""
    from components import edge_rules as parts
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure
    from components.trade_filters import page_href
    from web.edge_rule_edits import rules_href

    if kept is None:
        raise PreventUpdate
    chosen, on = read_filter(query), parts.read_rules(kept, on=True)
    report = services().edge.what_if(current_owner(), chosen, on, others=parts.read_rules(kept, on=False))
    zone, unit = services().edge.zone(current_owner(), chosen), report.currency
    figure = equity_figure(report.altered, benchmark=report.actual, unit=unit, theme=theme(), uirevision="what-if")
    drill_days(figure, report.altered, page_href(chosen.with_(status="closed")))
    return (
        parts.rule_rows(kept, report, switch_id=switch_id, drop_id=drop_id) or feedback.empty("list", "No rules yet"),
        parts.outcome_stats(report),
        figure,
        describe_equity(report.altered, benchmark=report.actual, unit=unit),
        parts.verdict(report),
        parts.removed_table(report, zone),
        parts.removed_note(report),
        rules_href(on, query),
    )


@WHAT_IF.callback(
    Output(WhatIfIds.EXIT_SAY, "children"),
    Output(WhatIfIds.EXIT_CHART, "figure"),
    Output(WhatIfIds.EXIT_CHART_LABEL, "aria-label"),
    Output(WhatIfIds.EXIT_TABLE, "children"),
    Output(WhatIfIds.EXIT_NOTE, "children"),
    Output(WhatIfIds.EXIT_CSV, "href"),
    Input(TAB, "value"),
    Input(WhatIfIds.EXIT, "value"),
    Input(WhatIfIds.EXIT_STOP, "value"),
    Input(WhatIfIds.EXIT_AMOUNT, "value"),
    Input(Shell.FILTER, "data"),
)
def show_exits(tab: str, kind: str, stop: float | None, amount: float | None, query: str | None) -> tuple[Any, ...]:
    """Replay the exits of the filter's trades and compare by setup."""
    from components import edge_scenarios as parts
    from components.figures.drill import drill_rows
    from components.figures.intervals import describe_intervals, intervals_figure
    from web.edge_rule_edits import exits_href

    if tab != SECTION:
        raise PreventUpdate
    chosen, choice = read_filter(query), _exit_choice(kind, stop, amount)
    report = services().exit_replay.replay(current_owner(), chosen, choice)
    rows = parts.replay_intervals(report)
    words = {"edge": "better", "loses": "worse"}
    figure = intervals_figure(rows, unit=report.unit, theme=theme(), words=words)
    drill_rows(figure, [parts.group_href(group.label, chosen) for group in report.groups])
    return (
        parts.replay_sentence(report, choice),
        figure,
        describe_intervals(rows, unit=report.unit),
        parts.replay_table(report, chosen, choice),
        parts.replay_note(report),
        exits_href(choice, query),
    )


def _exit_choice(kind: str, stop: float | None, amount: float | None) -> ExitChoice:
    from domain.scenarios import read_exit_choice

    return read_exit_choice({"exit": str(kind), "stop": str(stop or 0), "amount": str(amount or 0)})
