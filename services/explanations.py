"""Why this number: formula, inputs, sample, what is left out and why, and the trades it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from analytics.derivations import Term, population_of, terms_of
from analytics.metric_reads import measure_watched
from analytics.metrics import all_metrics
from domain.accounts import UserId
from domain.conditions import Condition
from domain.filters import Basis, FigureUnit, LedgerFilter
from domain.performance import MetricValue, Unit
from services.fee_notes import note_estimates
from services.figure_inputs import inputs_of
from services.filter_words import FilterWord, filter_words
from services.portfolio import period_label
from services.rule_words import RuleWord, rule_words
from services.slices import check_figures
from services.trade_sets import TradeSet, TradeSets

if TYPE_CHECKING:
    from domain.columns import Floats

IS_DECIDED = Condition(by="outcome", values=("win", "loss"))
HAS_RISK = Condition(by="risk", values=("",), negated=True)
_RESULT = {"wins": "win", "losses": "loss"}
LARGEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TermValue:
    """One input with its value; `filter` leads to its own trades where it has some."""

    symbol: str
    label: str
    unit: Unit
    value: float | None
    filter: LedgerFilter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Trades that do not enter a figure, and why."""

    trades: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeTrade:
    """A trade that moves a figure most."""

    trade: int
    symbol: str
    pnl: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A figure with everything it rests on.

    Attributes:
        label, formula, source, hint: Of the metric.
        figure: Value, n, reason when undefined, note.
        money: Currency code, "%" or "R" of the money.
        terms: Inputs of the formula.
        worked: The formula with {symbol} where the inputs' values go, "" when it is not redone by hand.
        rests_on: "exits", "days", "planned", "decided", "wins", "losses" or "trades".
        left_out: What does not count, with reasons.
        basis: Net or gross.
        zones: Time zones of the accounts, which decide days and hours.
        accounts, period: In words.
        words: The rest of the filter.
        rules: The settings that the figure rests on, with the values used.
        filter: Leads to exactly the trades it came from.
        listed: How many these are.
        largest: Those with the largest P&L either way.
    """

    slug: str
    label: str
    formula: str
    source: str
    hint: str
    figure: MetricValue
    money: str
    terms: tuple[TermValue, ...]
    worked: str
    rests_on: str
    left_out: tuple[LeftOut, ...]
    basis: Basis
    zones: tuple[str, ...]
    accounts: str
    period: str
    words: tuple[FilterWord, ...]
    rules: tuple[RuleWord, ...]
    filter: LedgerFilter
    listed: int
    largest: tuple[LargeTrade, ...]


def explain_figure(sets: TradeSets, owner: UserId, chosen: LedgerFilter, slug: str) -> Explanation:
    """Explain one figure of a filter.

    Raises:
        InvalidInputError: If the figure is not known.
        NotFoundError: If an account is not the owner's.
    """
    check_figures([slug])
    metric, found = all_metrics()[slug], sets.load(owner, chosen)
    data = inputs_of(found)
    figure, read = measure_watched(metric, data)
    derivation, rests_on = terms_of(slug, metric.family), population_of(slug, metric.family)
    target = listed_filter(chosen, rests_on)
    listed = sets.load(owner, target)
    return Explanation(
        slug=slug,
        label=metric.label,
        formula=metric.formula,
        source=metric.source,
        hint=metric.hint,
        figure=note_estimates(found, {slug: figure})[slug],
        money=found.unit,
        terms=tuple(_value(term, partial(term.read, data), target) for term in derivation.terms),
        worked=derivation.worked,
        rests_on=rests_on,
        left_out=_left_out(found, rests_on),
        basis=chosen.basis,
        zones=tuple(dict.fromkeys(account.timezone for account in found.accounts)),
        accounts=_account_words(found, chosen),
        period=period_label(chosen.period, found.period),
        words=filter_words(found),
        rules=rule_words(found, read),
        filter=target,
        listed=len(listed.rows),
        largest=_largest(listed),
    )


def listed_filter(chosen: LedgerFilter, rests_on: str) -> LedgerFilter:
    """Return the filter of the trades that a figure rests on."""
    if rests_on in ("exits", "days"):
        return chosen
    closed = chosen.with_(status="closed")
    if rests_on in _RESULT and not chosen.result:
        return closed.with_(result=_RESULT[rests_on])
    if rests_on == "decided" and not chosen.result and IS_DECIDED not in chosen.where:
        return closed.with_(where=(*chosen.where, IS_DECIDED))
    if rests_on == "planned" and HAS_RISK not in chosen.where:
        return closed.with_(where=(*chosen.where, HAS_RISK))
    return closed


def _value(term: Term, read: Callable[[], float | None], target: LedgerFilter) -> TermValue:
    narrowed = target.with_(**dict(term.narrow)) if term.narrow and not target.result else None
    return TermValue(symbol=term.symbol, label=term.label, unit=term.unit, value=read(), filter=narrowed)


def _account_words(found: TradeSet, chosen: LedgerFilter) -> str:
    names = [account.name for account in found.accounts]
    if not chosen.accounts and len(names) > 1:
        return f"All {len(names)} accounts"
    return ", ".join(names) or "No accounts yet"


def _left_out(found: TradeSet, rests_on: str) -> tuple[LeftOut, ...]:
    frame = found.chosen
    closed = ~frame.is_open
    is_r = found.filter.unit is FigureUnit.R
    outside = len(found.frame) - len(found.rows)
    told = [
        (int((~closed).sum()), _open_words(rests_on)),
        (found.without_unit if is_r else 0, "no planned risk, so no value in R"),
        (int((closed & np.isnan(frame.risk)).sum()) if rests_on == "planned" else 0, "no planned risk"),
        (_breakevens(found) if rests_on == "decided" else 0, "breakeven: neither won nor lost"),
        (_late(found) if rests_on in ("exits", "days") else 0, _LATE),
        (outside, "outside the filter or the period"),
        *((count, f"in {name}: currencies are never added without a rate") for name, count in found.left_out.items()),
    ]
    return tuple(LeftOut(trades=count, reason=reason) for count, reason in told if count)


_LATE = "closed after the period: their exits within it count, the trades themselves are listed later"


def _open_words(rests_on: str) -> str:
    if rests_on in ("exits", "days"):
        return "still open: what their partial exits realised counts, the rest does not"
    return "still open: they have no result yet"


def _breakevens(found: TradeSet) -> int:
    data = inputs_of(found)
    return len(data.pnl) - len(data.wins) - len(data.losses)


def _late(found: TradeSet) -> int:
    """Count trades with an exit in the period that ended after it."""
    return len(np.setdiff1d(np.unique(found.exit_rows), found.chosen_rows, assume_unique=True))


def _largest(found: TradeSet) -> tuple[LargeTrade, ...]:
    frame = found.chosen
    pnl: Floats = frame.net if found.filter.basis is Basis.NET else frame.gross
    rows = np.argpartition(-np.abs(pnl), LARGEST)[:LARGEST] if len(pnl) > LARGEST else np.arange(len(pnl))
    ordered = rows[np.argsort(-np.abs(pnl[rows]), kind="stable")]
    return tuple(
        LargeTrade(trade=int(frame.id[row]), symbol=frame.symbols[int(frame.instrument[row])], pnl=float(pnl[row]))
        for row in ordered.tolist()
    )
