"""The Edge page's simulated futures and replayed exits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, edge_notes, feedback, figure_notes, forms, tables
from components import format as fmt
from components.edge_notes import in_unit
from components.edge_rules import in_parts
from components.trade_filters import page_href
from components.why_mark import CLOSED_TRADES, Note
from domain.conditions import Condition
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from domain.scenarios import Draw, Exit, ExitChoice, MonteCarloChoice

if TYPE_CHECKING:
    from analytics.simulation import Simulation
    from components.figures.intervals import EdgeInterval
    from services.edge import MonteCarlo
    from services.exit_replay import ReplayGroup, ReplayReport

DEPTHS = (0.05, 0.1, 0.2, 0.3, 0.5)
FEWEST = 10
EVERY, NO_SETUP = "All trades", "No setup"
"""Labels of the groups that are no setup."""
EXITS: tuple[tuple[Exit, str], ...] = (
    (Exit.TARGET, "Stop and target"),
    (Exit.TRAIL, "Trail"),
    (Exit.TIME, "Time"),
    (Exit.CLOSE, "Session close"),
)
AMOUNT_UNITS = {Exit.TARGET: "R", Exit.TRAIL: "R", Exit.TIME: "min", Exit.CLOSE: ""}
AMOUNT_LABELS = {Exit.TARGET: "Target", Exit.TRAIL: "Trail", Exit.TIME: "After", Exit.CLOSE: "After"}


def probability(value: float, paths: int) -> str:
    """Write the share of paths: none of 10,000 is not never."""
    if value == 0:
        return f"<{fmt.percent(1 / paths, places=2)}"
    if value < 0.0005:
        return fmt.percent(value, places=2)
    return fmt.percent(value) if value < 1 else f">{fmt.percent(1 - 1 / paths, places=2)}"


def fan_strip(found: MonteCarlo, choice: MonteCarloChoice) -> Any:
    """Return the answers of a simulation in five cells."""
    result = found.result
    if result is None:
        return None
    cells = [*_end_cells(result, found.currency), *_danger_cells(result, choice, found.currency)]
    return cards.kpi_strip(cells, label="Simulated futures")


def _end_cells(result: Simulation, currency: str) -> list[Any]:
    low, _, middle, _, high = result.final_quantiles()
    start = fmt.money(result.plan.start, currency, places=0)
    lower = probability(result.loss_probability(), result.plan.paths)
    return [
        cards.kpi(
            "Median end",
            fmt.money(middle, currency, places=0),
            context=f"from {start}",
            note=_noted("median_end", result),
        ),
        cards.kpi(
            "Nine in ten end",
            fmt.money_short(low, currency),
            small=f"to {fmt.money_short(high, currency)}",
            context=f"{lower} below the start",
            note=_noted("range_end", result),
        ),
    ]


def _danger_cells(result: Simulation, choice: MonteCarloChoice, currency: str) -> list[Any]:
    paths, level = result.plan.paths, choice.ruin * result.plan.start
    is_certain = result.is_hopeless
    return [
        cards.kpi(
            f"Drawdown ≥ {fmt.percent(choice.drawdown, places=0)}",
            probability(result.drawdown_probability(choice.drawdown), paths),
            context="of the paths, at some time",
            note=_noted("drawdown_chance", result),
        ),
        cards.kpi(
            f"Ruin at {fmt.percent(choice.ruin, places=0)} of the start",
            "certain" if is_certain else probability(result.ruin_probability(level), paths),
            small="in the long run" if is_certain else "",
            tone="loss" if is_certain else "",
            context=_ruin_context(result, level, currency),
            note=_noted("ruin", result),
        ),
        cards.kpi(
            "Max drawdown",
            fmt.percent(-result.drawdown_quantile(0.5)),
            small="median",
            context=f"95% stay within {fmt.percent(-result.drawdown_quantile(0.95))}",
            note=_noted("drawdown", result),
        ),
    ]


def _noted(name: str, result: Simulation) -> Note:
    plan = result.plan
    inputs = (
        ("Paths", fmt.count(plan.paths)),
        ("Trades a path", fmt.count(plan.steps)),
        ("Drawn in rows of", fmt.count(plan.block)),
        ("Mean of what is drawn", fmt.plain(result.mean, places=4)),
        ("Seed", str(plan.seed)),
    )
    return replace(figure_notes.EDGE[name], inputs=inputs)


def _ruin_context(result: Simulation, level: float, currency: str) -> str:
    if result.is_hopeless:
        within = probability(result.ruin_probability(level), result.plan.paths)
        return f"{within} within {fmt.count(result.plan.steps)} trades"
    return f"equity at or below {fmt.money(level, currency, places=0)}"


def fan_notice(found: MonteCarlo) -> Any:
    """Return what has to be said first: no positive mean, too large a risk, or trades that were left out."""
    result = found.result
    if result is not None and result.mean <= 0:
        return feedback.notice(
            "warn",
            "Ruin is certain in the long run.",
            "The mean of these trades is not above zero: more of them lose more. The paths show how soon.",
            dismiss=False,
        )
    if result is not None and result.is_hopeless:
        return feedback.notice(
            "warn",
            "The risk is larger than the edge.",
            "At this share of the equity losses shrink it faster than wins bring it back. Try a smaller risk.",
            dismiss=False,
        )
    return None


def fan_empty(found: MonteCarlo) -> Any:
    """Return the state of a simulation without enough trades."""
    actions = [forms.link_button("Plan stops on Trades", "/trades?status=closed", kind="primary")]
    return feedback.empty("chart-spline", "Not enough to draw from", found.reason, actions=actions)


def depth_table(found: MonteCarlo) -> Any:
    """Return the chance of drawdowns of several depths, and the end at each quantile."""
    result = found.result
    if result is None:
        return fan_empty(found)
    columns = (
        tables.Column(key="depth", title="Drawdown of at least", strong=True),
        tables.Column(key="chance", title="Chance", align="right"),
        tables.Column(key="bar", title="", width="40%"),
    )
    rows = []
    for depth in DEPTHS:
        chance = result.drawdown_probability(depth)
        text = probability(chance, result.plan.paths)
        rows.append(
            {
                "depth": fmt.percent(depth, places=0),
                "chance": text,
                "_why": edge_notes.depth_mark(result, depth, text),
                "bar": cards.meter(chance, label=f"{text} of the paths"),
            }
        )
    return tables.table(columns, rows, caption="Chance of drawdowns")


def fan_note(found: MonteCarlo) -> str:
    """Say what the simulation drew from."""
    if found.result is None:
        return ""
    plan = found.result.plan
    unit = "R multiples" if plan.risk_fraction is not None else "results in money"
    left = f"; {fmt.plural(found.excluded, 'trade')} without a planned stop left out" if found.excluded else ""
    streaks = f" in rows of {plan.block}" if plan.block > 1 else ""
    return f"{fmt.count(plan.paths)} paths drawn{streaks} from {fmt.count(found.n)} {unit}{left}. Seed {plan.seed}."


def read_choice(values: dict[str, Any]) -> MonteCarloChoice:
    """Return the settings of the form; what is left empty keeps its default.

    Raises:
        InvalidInputError: If one cannot be read.
    """
    given = {key: value for key, value in values.items() if value not in (None, "")}
    try:
        read: dict[str, Any] = {key: float(given[key]) / 100 for key in ("risk", "drawdown", "ruin") if key in given}
        read |= {key: int(given[key]) for key in ("trades", "block", "seed") if key in given}
        if "start" in given:
            read["start"] = float(given["start"])
        return MonteCarloChoice(draw=Draw(given.get("draw", Draw.R)), **read)
    except (TypeError, ValueError) as error:
        raise InvalidInputError("A setting cannot be read.", hint="Use numbers.") from error


def replay_sentence(report: ReplayReport, choice: ExitChoice, href: str = CLOSED_TRADES) -> Any:
    """Say what the own exits gained or cost against the replayed ones."""
    if not report.groups:
        return _replay_empty(report)
    whole = report.groups[0]
    better = whole.difference > 0
    amount = in_unit(abs(whole.difference), report.unit, signed=False).lstrip("+")
    verb = "cost" if better else "brought"
    ends = [in_unit(end, report.unit) for end in whole.interval.bounds or ()]
    proof = "" if whole.interval.excludes_zero else ", which may be luck"
    return html.Div(
        [
            html.B(f"Your exits {verb} {amount} a trade"),
            edge_notes.replay_mark(whole, report, choice, href),
            html.Span(
                f" against “{choice.describe()}”: {in_unit(whole.actual, report.unit)} as traded, "
                f"{in_unit(whole.replayed, report.unit)} replayed"
                + (f" (95% CI of the difference {' to '.join(ends)}{proof})." if ends else ".")
                + f" Over all {fmt.plural(whole.n, 'trade')} the other way out comes to {_altogether(whole, report)}."
            ),
        ],
        className="ed-say",
    )


def _altogether(group: ReplayGroup, report: ReplayReport) -> str:
    """Write what another way out changes altogether: in money, as a part of the balance, and in R."""
    beside = in_parts(group.fraction, group.r_total)
    return fmt.pnl(group.money, report.currency) + (f" ({beside})" if beside else "")


def _replay_empty(report: ReplayReport) -> Any:
    if not report.trades:
        return feedback.empty("history", "No closed trades here", "There is no exit to replay in this filter.")
    why = "; ".join(f"{fmt.plural(count, 'trade')}: {reason}" for reason, count in report.gaps.items())
    return feedback.empty("history", "No exit could be replayed", f"{why}.")


def replay_note(report: ReplayReport) -> str:
    """Say how many trades are covered and why others are not."""
    if not report.trades:
        return ""
    reasons = ", ".join(f"{reason} ({fmt.count(count)})" for reason, count in report.gaps.items())
    gaps = f" Not replayed: {reasons}." if reasons else ""
    source = " Simulated candles." if report.simulated else ""
    return f"{fmt.count(len(report.rows))} of {fmt.count(report.trades)} trades replayed.{gaps}{source}"


def replay_intervals(report: ReplayReport) -> list[EdgeInterval]:
    """Return the difference that the replayed exits make, all trades first, then by setup."""
    from components.figures.intervals import EdgeInterval

    return [_replay_interval(group, EdgeInterval) for group in report.groups]


def _replay_interval(group: ReplayGroup, row: Any) -> EdgeInterval:
    is_enough = group.n >= FEWEST
    made: EdgeInterval = row(
        label=group.label,
        n=group.n,
        mean=group.difference,
        low=group.interval.low if is_enough else None,
        high=group.interval.high if is_enough else None,
    )
    return made


def replay_table(report: ReplayReport, chosen: LedgerFilter, choice: ExitChoice) -> Any:
    """Return the means by setup, as traded and replayed."""
    if not report.groups:
        return None
    columns = (
        tables.Column(key="setup", title="Setup", strong=True),
        tables.Column(key="n", title="n", align="right"),
        tables.Column(key="actual", title="As traded", align="right", hide_mobile=True),
        tables.Column(key="replayed", title="Replayed", align="right"),
        tables.Column(key="difference", title="Difference", align="right", strong=True),
        tables.Column(key="money", title=f"Sum, {report.currency}", align="right"),
        tables.Column(key="parts", title="%, R", align="right", muted=True, hide_mobile=True),
    )
    rows = [
        {
            "setup": dcc.Link(group.label, href=group_href(group.label, chosen)),
            "n": dcc.Link(fmt.count(group.n), href=group_href(group.label, chosen), title="The trades behind it"),
            "actual": in_unit(group.actual, report.unit),
            "replayed": in_unit(group.replayed, report.unit),
            "difference": cards.signed(in_unit(group.difference, report.unit), group.difference),
            "money": cards.signed(fmt.pnl(group.money, report.currency, places=0), group.money),
            "parts": in_parts(group.fraction, group.r_total) or fmt.MISSING,
            "_why": edge_notes.replay_mark(group, report, choice, group_href(group.label, chosen)),
        }
        for group in report.groups
    ]
    return tables.table(columns, rows, caption="Exits replayed, by setup")


def group_href(label: str, chosen: LedgerFilter) -> str:
    """Return the trades of a group of replayed exits: all of them, a setup's, or those without a setup."""
    closed = chosen.with_(status="closed")
    if label == NO_SETUP:
        return page_href(closed.with_(where=(*chosen.where, Condition(by="setup", values=("",)))))
    return page_href(closed if label == EVERY else closed.with_(setups=(label,)))
