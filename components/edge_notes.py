"""What the facts of the Edge page rest on, with their values: leaks, ranking of setups, rules, replayed exits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components import figure_notes
from components import format as fmt
from components.figure_notes import given
from components.why_mark import NOWHERE, Note, why_note

if TYPE_CHECKING:
    from analytics.inference import Significance
    from analytics.leaks import Leak, LeakReport
    from analytics.simulation import Simulation
    from analytics.whatif import Outcome, RuleEffect
    from domain.scenarios import ExitChoice
    from services.edge import LuckReport, RankedSetup, WhatIfReport
    from services.exit_replay import ReplayGroup, ReplayReport

_SEARCH = "Benjamini and Yekutieli 2001; Holm 1979; Hall 1992"


_INTERVAL = "interval: ± t₀.₉₇₅ × √(Σ over days of (P&L of the day − its trades × mean)² × g ÷ (g − 1)), g days"


def in_unit(value: float | None, unit: str, *, signed: bool = True) -> str:
    """Write a value in a unit of figures: currency code, "%" or "R"."""
    from components.figures.numerals import value_text

    return value_text(value, unit, signed=signed)


def luck_note(name: str, report: LuckReport, n: int, what: str, test: Significance | None = None) -> Note:
    """Return the note of a cell of the luck meter."""
    mean = report.rows[0]
    low, high = mean.figure.interval.low, mean.figure.interval.high
    inputs = [
        ("Mean P&L of a closed trade", in_unit(mean.metric.value, report.unit)),
        ("95% interval of it", f"{in_unit(low, report.unit)} to {in_unit(high, report.unit)}"),
    ]
    if test is not None and test.p_value is not None:
        inputs += [("Statistic", fmt.plain(test.statistic, places=4)), ("p", fmt.plain(test.p_value, places=6))]
    if name == "needed":
        inputs.append(("Trades for 95% confidence", fmt.count(report.needed.total) if report.needed.total else "n/a"))
    if name == "sharpe":
        chance = report.sharpe_probability
        inputs = [
            ("Session days", fmt.count(report.days)),
            ("Chance that the true ratio is above zero", "n/a" if chance is None else fmt.percent(chance)),
        ]
    return given(figure_notes.EDGE[name], *inputs, sample=f"n = {fmt.count(n)} {what} of the filter.")


def setup_mark(item: RankedSetup, unit: str, href: str) -> Any:
    """Return the mark of a setup in the ranking."""
    note = Note(
        formula="likely mean = average over spreads τ of (n × mean ÷ s² + m ÷ τ²) ÷ (n ÷ s² + 1 ÷ τ²)",
        about="The mean of its trades, drawn towards the mean m of all setups, the more the fewer its trades. s² is "
        "the pooled variance of a trade, τ how much setups differ, with a flat prior.",
        inputs=(
            ("Trades", fmt.count(item.n)),
            ("Mean", in_unit(item.mean, unit)),
            ("Win rate", fmt.percent(item.win_rate)),
            ("Likely mean", in_unit(item.shrunken, unit)),
            ("Drawn by", in_unit(item.shrunken - item.mean, unit)),
            ("95% interval", f"{in_unit(item.low, unit)} to {in_unit(item.high, unit)}"),
            ("Chance above 0", fmt.percent(item.p_positive)),
        ),
        sample=f"n = {fmt.plural(item.n, 'closed trade')} of {item.label}.",
        left_out="Open trades and trades without a setup.",
        source="Gelman et al., Bayesian Data Analysis, 3rd ed., 5.4",
        href=href,
    )
    return why_note(f"Likely mean of {item.label}", note, value=in_unit(item.shrunken, unit))


def leak_mark(leak: Leak, report: LeakReport, unit: str, href: str) -> Any:
    """Return the mark of one leak."""
    note = Note(
        formula=f"change = −Σ P&L of its trades; {_INTERVAL}",
        about="Found in the earlier part among many slices, then bad again in the later part that was not looked at.",
        inputs=(
            ("Trades", fmt.count(leak.n)),
            ("Change without them", in_unit(leak.change, unit)),
            ("95% interval", f"{in_unit(leak.low, unit)} to {in_unit(leak.high, unit)}"),
            ("Mean of its trades", in_unit(leak.mean, unit)),
            ("Mean of all others", in_unit(leak.rest, unit)),
            ("p, earlier part", fmt.plain(leak.p_found, places=6)),
            ("p, later part", fmt.plain(leak.p_confirmed, places=6)),
            ("Trades of the later part", fmt.count(leak.later_n)),
            ("Their mean", in_unit(leak.later_mean, unit)),
        ),
        sample=f"n = {fmt.count(leak.n)} of {fmt.count(report.n)} closed trades; {fmt.count(report.tested)} slices "
        f"tested, {fmt.count(report.found)} stood out, {fmt.count(len(report.leaks))} confirmed.",
        left_out="Open trades.",
        source=_SEARCH,
        href=href,
    )
    return why_note(f"Without {leak.label}", note, value=in_unit(leak.change, unit))


def search_mark(report: LeakReport, limit: str) -> Any:
    """Return the mark of the search for leaks: what it would have seen."""
    note = Note(
        formula="loss a trade = t × s ÷ √(n ÷ 10), t of the strictest of so many tests, s of a trade's P&L",
        about="A tenth of the trades has to lose so much, each, to stand out half of the time.",
        inputs=(
            ("Closed trades", fmt.count(report.n)),
            ("Searched", fmt.count(report.searched)),
            ("Kept aside to confirm", fmt.count(report.n - report.searched)),
            ("Slices tested", fmt.count(report.tested)),
            ("Stood out earlier", fmt.count(report.found)),
            ("Confirmed later", fmt.count(len(report.leaks))),
            ("A tenth of the trades must lose, each", limit or "n/a"),
        ),
        sample=f"n = {fmt.count(report.n)} closed trades of the filter.",
        source=_SEARCH,
    )
    return why_note("How the search was made", note)


def rule_mark(effect: RuleEffect, text: str, currency: str) -> Any:
    """Return the mark of what one rule does."""
    note = Note(
        formula="change = Σ (weight after − weight before) × P&L, after the rules above it",
        inputs=(
            ("Trades out", fmt.count(effect.removed)),
            ("Trades resized", fmt.count(effect.resized)),
            ("Change of the total", fmt.pnl(effect.change, currency)),
        ),
        left_out=f"{fmt.plural(effect.unknown, 'trade')} without a stop, which the rule cannot judge."
        if effect.unknown
        else "",
    )
    return why_note(text, note, value=fmt.pnl(effect.change, currency))


def outcome_note(note: Note, report: WhatIfReport) -> Note:
    """Return the note of a figure of the what-if, with what happened beside what would have."""
    actual, altered = report.result.actual, report.result.altered
    pairs = [*_outcome("As traded", actual, report.currency), *_outcome("With the rules", altered, report.currency)]
    return given(note, *pairs, sample=f"n = {fmt.plural(actual.n, 'closed trade')} of the filter.")


def _outcome(name: str, found: Outcome, currency: str) -> list[tuple[str, str]]:
    r_total = "n/a" if found.r_total is None else fmt.r_multiple(found.r_total)
    return [
        (f"{name}: trades", fmt.count(found.n)),
        (f"{name}: P&L", fmt.pnl(found.total, currency)),
        (f"{name}: R, of {fmt.plural(found.r_n, 'trade')}", r_total),
        (f"{name}: max drawdown", fmt.money(found.drawdown, currency)),
    ]


def change_mark(report: WhatIfReport) -> Any:
    """Return the mark of the sentence that says what the rules change."""
    result, currency = report.result, report.currency
    note = Note(
        formula=f"change = Σ weight × P&L − Σ P&L; {_INTERVAL}",
        inputs=(
            ("As traded", fmt.pnl(result.actual.total, currency)),
            ("With the rules", fmt.pnl(result.altered.total, currency)),
            ("Change", fmt.pnl(result.change, currency)),
            *((effect.rule.describe(currency), fmt.pnl(effect.change, currency)) for effect in result.effects),
        ),
        sample=f"n = {fmt.plural(result.actual.n, 'closed trade')} of the filter.",
        left_out="Open trades.",
    )
    return why_note("What the rules change", note, value=fmt.pnl(result.change, currency))


def replay_mark(group: ReplayGroup, report: ReplayReport, choice: ExitChoice, href: str) -> Any:
    """Return the mark of a group of replayed exits."""
    unit, currency = report.unit, report.currency
    note = Note(
        formula="difference = mean of (replayed − as traded), trade by trade; sum = Σ of it in money",
        about=f"Exits replayed on stored candles by “{choice.describe()}”: of a candle that holds stop and target the "
        "stop counts. Fees stay as they were.",
        inputs=(
            ("Mean as traded", in_unit(group.actual, unit)),
            ("Mean replayed", in_unit(group.replayed, unit)),
            ("Difference", in_unit(group.difference, unit)),
            ("Sum of the differences", fmt.pnl(group.money, currency)),
            ("Sum in R", "n/a" if group.r_total is None else fmt.r_multiple(group.r_total)),
            ("Coverage", f"{fmt.count(len(report.rows))} of {fmt.plural(report.trades, 'trade')}"),
        ),
        sample=f"n = {fmt.plural(group.n, 'replayed trade')}.",
        left_out="; ".join(f"{fmt.plural(count, 'trade')}: {reason}" for reason, count in report.gaps.items()),
        href=href,
    )
    return why_note(f"Exits of {group.label.lower()} replayed", note, value=in_unit(group.difference, unit))


def depth_mark(result: Simulation, depth: float, text: str) -> Any:
    """Return the mark of the chance of a drawdown."""
    plan = result.plan
    note = given(
        figure_notes.EDGE["drawdown_chance"],
        ("Paths", fmt.count(plan.paths)),
        ("Paths that fell so far", fmt.count(round(result.drawdown_probability(depth) * plan.paths))),
        ("Trades a path", fmt.count(plan.steps)),
        ("Start", fmt.money(plan.start, "")),
        ("Seed", str(plan.seed)),
        href=NOWHERE,
    )
    return why_note(f"Chance of a drawdown of {fmt.percent(depth, places=0)}", note, value=text)
