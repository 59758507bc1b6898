"""The what-if of the Edge page: rules as rows with a switch, what they change, and what they take out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, edge_notes, feedback, forms, tables
from components import format as fmt
from components.edge_notes import in_unit
from components.why_mark import Note, why_note
from domain.errors import InvalidInputError
from domain.rules import MOST_RULES, Rule, RuleKind, rules_from_text, rules_to_text

if TYPE_CHECKING:
    from analytics.whatif import Outcome, RuleEffect
    from domain.ledger import Trade
    from services.edge import WhatIfReport

KINDS: tuple[tuple[RuleKind, str], ...] = (
    (RuleKind.SKIP_SETUP, "Skip a setup"),
    (RuleKind.SKIP_SYMBOL, "Skip a symbol"),
    (RuleKind.SKIP_TAG, "Skip a tag"),
    (RuleKind.SKIP_SIDE, "Skip longs or shorts"),
    (RuleKind.SKIP_WEEKDAY, "No entries on a weekday"),
    (RuleKind.SKIP_HOUR, "No entries in an hour"),
    (RuleKind.STOP_AFTER_LOSSES, "Stop after losing trades a day"),
    (RuleKind.STOP_AFTER_LOSS, "Stop at a daily loss (money)"),
    (RuleKind.STOP_AFTER_LOSS_R, "Stop at a daily loss (R)"),
    (RuleKind.MOST_TRADES, "Limit trades a day"),
    (RuleKind.CAP_SIZE, "Cap the position's value"),
    (RuleKind.FIXED_RISK, "Same risk on every trade"),
    (RuleKind.REMOVE_BEST, "Without the best trades"),
    (RuleKind.REMOVE_WORST, "Without the worst trades"),
)
NUMBERS: Mapping[RuleKind, float] = {
    RuleKind.STOP_AFTER_LOSSES: 2,
    RuleKind.STOP_AFTER_LOSS: 500,
    RuleKind.STOP_AFTER_LOSS_R: 2,
    RuleKind.MOST_TRADES: 5,
    RuleKind.CAP_SIZE: 20_000,
    RuleKind.FIXED_RISK: 100,
    RuleKind.REMOVE_BEST: 5,
    RuleKind.REMOVE_WORST: 5,
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN = 25
TOTAL_NOTE = Note(
    formula="Σ weight × P&L of the closed trades; % = that ÷ starting balance; R = Σ P&L ÷ planned risk",
    about="A trade that a rule takes out has the weight 0, a smaller position a weight below 1. A smaller position "
    "has its risk made smaller alike, so its R stays.",
    left_out="Open trades; in R also trades without a planned stop; in % nothing is told without a starting balance.",
)
MEAN_NOTE = Note(formula="Net P&L ÷ trades kept; R = Σ R ÷ trades with a planned stop")
FALL_NOTE = Note(
    formula="min (equity − running peak) ÷ peak",
    about="Of the realised P&L of the kept trades by exit; the starting balance is in the peak.",
)
KEPT_NOTE = Note(formula="closed trades of the filter with a weight above 0")
Kept = list[dict[str, Any]]


def keep_rules(rules: Sequence[Rule], *, on: Callable[[int], bool]) -> Kept:
    """Return rules as the page's store holds them."""
    return [{"rule": rules_to_text([rule]), "on": on(place)} for place, rule in enumerate(rules)]


def read_rules(kept: Kept | None, *, on: bool) -> tuple[Rule, ...]:
    """Return the rules of the store that are switched on, or those that are off.

    Raises:
        InvalidInputError: If the store holds something else than rules, or too many.
    """
    if kept is not None and len(kept) > MOST_RULES:
        raise InvalidInputError(f"At most {MOST_RULES} rules can be stacked.", field="changes")
    if any(not isinstance(item, dict) or not isinstance(item.get("rule"), str) for item in kept or []):
        raise InvalidInputError("The rules cannot be read.", field="changes", hint="Reload the page.")
    return tuple(rule for item in kept or [] if bool(item.get("on")) is on for rule in rules_from_text(item["rule"]))


def value_options(kind: str, choices: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return what a rule of a kind can be about; [] for those that take a number."""
    named = {RuleKind.SKIP_SETUP: "setups", RuleKind.SKIP_SYMBOL: "symbols", RuleKind.SKIP_TAG: "tags"}
    if kind in named:
        return [{"value": name, "label": name} for name in choices.get(named[RuleKind(kind)], ())]
    if kind == RuleKind.SKIP_SIDE:
        return [{"value": "long", "label": "Longs"}, {"value": "short", "label": "Shorts"}]
    if kind == RuleKind.SKIP_WEEKDAY:
        return [{"value": str(day), "label": name} for day, name in enumerate(WEEKDAYS)]
    if kind == RuleKind.SKIP_HOUR:
        return [{"value": str(hour), "label": f"{hour:02d}:00"} for hour in range(24)]
    return []


def rule_rows(
    kept: Kept, report: WhatIfReport, *, switch_id: Callable[[int], Any], drop_id: Callable[[int], Any]
) -> list[html.Div]:
    """Return one row a rule: what it says, what it does in its place (or would do alone), its switch and a cross."""
    effects = iter(report.result.effects)
    alone = iter(report.alone)
    rows = []
    for place, item in enumerate(kept):
        effect = next(effects, None) if item["on"] else next(alone, None)
        (rule,) = rules_from_text(item["rule"])
        text = rule.describe(report.currency)
        rows.append(
            html.Div(
                [
                    html.Div(
                        [html.B(text), _effect(effect, text, report.currency)],
                        className="what",
                    ),
                    forms.switch(switch_id(place), html.Span(f"Use: {text}", className="sr"), on=bool(item["on"])),
                    forms.icon_button("x", f"Remove the rule: {text}", id=drop_id(place), small=True),
                ],
                className="rule",
            )
        )
    return rows


def _effect(effect: RuleEffect | None, text: str, currency: str) -> html.Span:
    if effect is None:
        return html.Span()
    return html.Span([_effect_text(effect, currency), edge_notes.rule_mark(effect, text, currency)], className="fw-num")


def _effect_text(effect: RuleEffect, currency: str) -> str:
    parts = [fmt.plural(effect.removed, "trade") + " out"] if effect.removed or not effect.resized else []
    parts += [f"{fmt.count(effect.resized)} resized"] if effect.resized else []
    parts.append(fmt.pnl(effect.change, currency))
    parts += [f"{fmt.count(effect.unknown)} without a stop left alone"] if effect.unknown else []
    return ", ".join(parts)


def outcome_stats(report: WhatIfReport) -> html.Div:
    """Return the altered figures beside what changed: in money, as a part of the starting balance, and in R."""
    actual, altered, currency = report.result.actual, report.result.altered, report.currency
    change = report.result.change
    drawdown = _drawdown(altered, currency)
    mean_r = "" if altered.mean_r is None else fmt.r_multiple(altered.mean_r)
    kept = html.Span(f"of {fmt.count(actual.n)}", className="fw-weak")
    fall = fmt.money(altered.drawdown, currency, places=0) if altered.drawdown_fraction is not None else ""
    noted = partial(edge_notes.outcome_note, report=report)
    cells = [
        _stat(("Net P&L", noted(TOTAL_NOTE)), fmt.pnl(altered.total, currency),
              in_parts(altered.fraction, altered.r_total),
              _delta(change, fmt.money(abs(change), currency, places=0))),
        _stat(("Expectancy", noted(MEAN_NOTE)), in_unit(altered.mean, currency), mean_r,
              _mean_delta(actual, altered, currency)),
        _stat(("Max drawdown", noted(FALL_NOTE)), drawdown, fall, _drawdown_delta(actual, altered, currency)),
        _stat(("Trades kept", noted(KEPT_NOTE)), fmt.count(altered.n), "", kept),
    ]  # fmt: skip
    return html.Div(cells, className="ed-stats fw-num")


def _stat(head: tuple[str, Note], value: str, more: str, delta: Any) -> html.Div:
    name, note = head
    shown = [html.B(value), *([html.Small(more)] if more else [])]
    label = html.Span([name, why_note(name, note, value=value)], className="k")
    return html.Div([label, html.Span(shown), html.Span(delta)], className="ed-stat")


def in_parts(fraction: float | None, r_total: float | None) -> str:
    """Write a sum as a part of the starting balance and in R, as far as both are known."""
    parts = [] if fraction is None else [fmt.percent(fraction, signed=True)]
    return " · ".join([*parts, *([] if r_total is None else [fmt.r_multiple(r_total, places=1)])])


def _delta(change: float, text: str) -> Any:
    if round(change, 2) == 0:
        return html.Span("no change", className="fw-weak")
    return cards.delta(text, "up" if change > 0 else "down")


def _mean_delta(actual: Outcome, altered: Outcome, currency: str) -> Any:
    if actual.mean is None or altered.mean is None:
        return ""
    change = altered.mean - actual.mean
    return _delta(change, fmt.money(abs(change), currency))


def _drawdown(outcome: Outcome, currency: str) -> str:
    if outcome.drawdown_fraction is not None:
        return fmt.percent(outcome.drawdown_fraction)
    return fmt.money(outcome.drawdown, currency, places=0)


def _drawdown_delta(actual: Outcome, altered: Outcome, currency: str) -> Any:
    change = altered.drawdown - actual.drawdown
    return _delta(change, fmt.money(abs(change), currency, places=0))


def verdict(report: WhatIfReport) -> list[Any]:
    """Say what the rules would have changed, and how sure that is, with its mark."""
    return [verdict_text(report), *([edge_notes.change_mark(report)] if report.result.effects else [])]


def verdict_text(report: WhatIfReport) -> str:
    """Say what the rules would have changed, and how sure that is."""
    result, currency = report.result, report.currency
    if not result.effects:
        return "No rule is switched on: both curves are what happened."
    share = None
    if result.altered.fraction is not None and result.actual.fraction is not None:
        share = result.altered.fraction - result.actual.fraction
    beside = in_parts(share, result.change_r)
    change = fmt.pnl(result.change, currency) + (f" ({beside})" if beside else "")
    if result.low is None or result.high is None:
        return f"The rules change the period by {change}."
    low, high = fmt.pnl(result.low, currency), fmt.pnl(result.high, currency)
    in_r = ""
    if result.low_r is not None and result.high_r is not None:
        in_r = f", in R {fmt.r_multiple(result.low_r, places=1)} to {fmt.r_multiple(result.high_r, places=1)}"
    sure = "more than luck of the days would give" if result.low > 0 or result.high < 0 else "within luck"
    return f"The rules change the period by {change} (95% CI {low} to {high}{in_r}): {sure}."


def removed_table(report: WhatIfReport, zone: str) -> Any:
    """Return the trades that the rules take out, largest effect first."""
    if not report.removed:
        return feedback.empty("list", "No trade is taken out", "Switch a rule on, or add one.")
    columns = (
        tables.Column(key="closed", title="Closed", muted=True),
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="side", title="Side", hide_mobile=True),
        tables.Column(key="setup", title="Setup", hide_mobile=True),
        tables.Column(key="r", title="R", align="right"),
        tables.Column(key="share", title="%", align="right", muted=True, hide_mobile=True),
        tables.Column(key="net", title="Net P&L", align="right", strong=True),
    )
    rows = [_removed_row(trade, report, zone) for trade in report.removed[:SHOWN]]
    return tables.table(columns, rows, caption="Trades taken out")


def _removed_row(trade: Trade, report: WhatIfReport, zone: str) -> dict[str, Any]:
    href, currency = f"/trade/{trade.id}", report.currency
    actual = report.result.actual
    balance = actual.total / actual.fraction if actual.fraction else None
    r = trade.r_multiple
    return {
        "closed": fmt.instant(trade.closed_at, zone),
        "symbol": dcc.Link(trade.instrument.symbol, href=href),
        "side": cards.side(trade.side > 0),
        "setup": trade.setup or "",
        "r": fmt.MISSING if r is None else cards.signed(fmt.r_multiple(r), r),
        "share": fmt.MISSING if not balance else fmt.percent(float(trade.net) / balance, places=2, signed=True),
        "net": cards.signed(fmt.pnl(trade.net, currency), trade.net),
    }


def removed_note(report: WhatIfReport) -> str:
    """Say how many trades are taken out and how many of them are listed."""
    shown = min(len(report.removed), SHOWN)
    if report.removed_n <= shown:
        return fmt.plural(report.removed_n, "trade")
    return f"{fmt.count(shown)} of {fmt.count(report.removed_n)}, largest first; the CSV has all"
