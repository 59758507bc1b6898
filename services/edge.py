"""The Edge page: how much of a result is luck, where it leaks, what else could have come of it."""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import count_by_code, dense_codes
from analytics.inference import (
    Significance,
    TradesNeeded,
    minimum_track_record,
    probabilistic_sharpe,
    sign_test,
    t_test,
    track_record,
    trades_needed,
)
from analytics.leak_slices import slicings
from analytics.leaks import LeakReport, find_leaks
from analytics.luck import LuckFigure, luck_figures
from analytics.metrics import all_metrics, compute_metrics
from analytics.shrinkage import pooled_variance, shrink_means
from analytics.simulation import Simulation, SimulationPlan, simulate
from analytics.whatif import RuleEffect, WhatIf, what_if
from domain.accounts import UserId
from domain.columns import Series, TradeFrame, take
from domain.errors import InvalidInputError
from domain.filters import Basis, FigureUnit, LedgerFilter
from domain.ledger import Trade
from domain.performance import MetricValue
from domain.rules import Rule
from domain.scenarios import Draw, MonteCarloChoice
from services.edge_curves import paired_curves
from services.edge_rules import suggest_rules
from services.figure_inputs import inputs_of
from services.trade_rows import trade_of
from services.trade_sets import TradeSet, TradeSets

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Floats, Ints

ENOUGH = 10
SHOWN_TRADES = 200
DEFAULT_START = 10_000.0
MOST_ALONE = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LuckRow:
    """A headline figure with its interval; `metric` is the catalogue's value, the same as on every page."""

    label: str
    metric: MetricValue
    figure: LuckFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedSetup:
    """A setup in the ranking.

    Attributes:
        rank: From 1; None with fewer than `ENOUGH` trades, which are listed last.
        mean: What its trades averaged.
        shrunken, low, high: What is likely true of it, with the 95 % interval.
        p_positive: Chance that its true mean is above zero.
    """

    rank: int | None
    label: str
    n: int
    win_rate: float | None
    mean: float
    shrunken: float
    low: float
    high: float
    p_positive: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LuckReport:
    """How far the result of a filter could be luck.

    Attributes:
        trades: Closed trades.
        unit: What money figures are in: currency code, "%" or "R".
        setups_unit: The same for the setups: R where every setup's trades have a stop.
        sharpe_probability: Chance that the true Sharpe ratio is above zero, None below ten days.
        sharpe_days: Session days until that is sure to 95 %, None when never.
    """

    trades: int
    unit: str
    rows: tuple[LuckRow, ...]
    t: Significance
    sign: Significance
    needed: TradesNeeded
    sharpe_probability: float | None
    sharpe_days: float | None
    days: int
    setups: tuple[RankedSetup, ...]
    setups_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """Leaks of a filter; `report.leaks[i].rows` are rows of `found.chosen` after `closed`."""

    report: LeakReport
    unit: str
    without_unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarlo:
    """Simulated futures of a filter's trades.

    Attributes:
        result: None when there is nothing to draw from, and then `reason` says why.
        excluded: Closed trades without a planned stop, not drawn from.
    """

    result: Simulation | None
    currency: str
    n: int
    excluded: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfReport:
    """A what-if with what the page shows of it.

    Attributes:
        actual, altered: Cumulative P&L, x epoch milliseconds.
        removed: The trades taken out with the largest effect first, at most `SHOWN_TRADES`.
        removed_n: All of them.
        alone: What further rules would do by themselves; () on a book of more than `MOST_ALONE` trades.
    """

    result: WhatIf
    actual: Series
    altered: Series
    removed: tuple[Trade, ...]
    removed_n: int
    currency: str
    alone: tuple[RuleEffect, ...] = ()


class EdgeService:
    """Reads trade sets and computes; writes nothing."""

    def __init__(self, sets: TradeSets) -> None:
        self._sets = sets

    def luck(self, owner: UserId, chosen: LedgerFilter) -> LuckReport:
        """Return intervals, tests and the ranking of setups of a filter."""
        found = self._sets.load(owner, chosen)
        report: LuckReport = self._sets.cached(_key("luck", owner, found), lambda: _luck(found))
        return report

    def leaks(self, owner: UserId, chosen: LedgerFilter) -> Leaks:
        """Return the slices that lose money beyond luck."""
        found = self._sets.load(owner, chosen)
        leaks: Leaks = self._sets.cached(_key("leaks", owner, found), lambda: _leaks(found))
        return leaks

    def monte_carlo(self, owner: UserId, chosen: LedgerFilter, choice: MonteCarloChoice) -> MonteCarlo:
        """Return simulated futures drawn from a filter's closed trades.

        Raises:
            InvalidInputError: If a setting is out of bounds.
        """
        found = self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY))
        key = (*_key("monte carlo", owner, found), choice)
        result: MonteCarlo = self._sets.cached(key, lambda: _monte_carlo(found, choice))
        return result

    def what_if(
        self, owner: UserId, chosen: LedgerFilter, rules: tuple[Rule, ...], *, others: tuple[Rule, ...] = ()
    ) -> WhatIfReport:
        """Return a filter's closed trades with other rules beside what really happened, in money.

        Args:
            owner: Whose.
            chosen: Which trades; its unit is not looked at.
            rules: In the order in which they apply.
            others: Rules to try one by one on the book as it is.
        """
        found = self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY))
        frame, rows = closed_trades(found)
        classes = found.outcome[rows]
        result = what_if(frame, pnl_of(found, frame), rules, starting_balance=found.balance, result=classes)
        removed = result.removed
        largest = removed[np.argsort(-np.abs(result.pnl[removed]), kind="stable")[:SHOWN_TRADES]]
        actual, altered = paired_curves(frame, result.pnl, result.altered_pnl)
        return WhatIfReport(
            result=result,
            actual=actual,
            altered=altered,
            removed=tuple(trade_of(found, int(found.chosen_rows[rows[row]])) for row in largest.tolist()),
            removed_n=len(removed),
            currency=found.currency,
            alone=_alone(frame, result.pnl, classes, others),
        )

    def altered_trades(
        self, owner: UserId, chosen: LedgerFilter, rules: tuple[Rule, ...]
    ) -> tuple[TradeFrame, WhatIf, str]:
        """Return the closed trades of a filter, what rules do to each, and the currency."""
        found = self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY))
        frame, rows = closed_trades(found)
        pnl, classes = pnl_of(found, frame), found.outcome[rows]
        return frame, what_if(frame, pnl, rules, starting_balance=found.balance, result=classes), found.currency

    def suggested_rules(self, owner: UserId, chosen: LedgerFilter) -> tuple[Rule, ...]:
        """Return rules worth a look: without what lost most by setup, tag and hour, and two habits."""
        found = self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY))
        return suggest_rules(*_frame_and_pnl(found))

    def zone(self, owner: UserId, chosen: LedgerFilter) -> str:
        """Return the time zone of a filter's accounts."""
        return self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY)).timezone

    def choices(self, owner: UserId, chosen: LedgerFilter) -> dict[str, tuple[str, ...]]:
        """Return which setups, symbols and tags the closed trades of a filter have, for the rules."""
        frame, _ = closed_trades(self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY)))
        setups = np.unique(frame.setup[frame.setup >= 0]).tolist()
        used = int(np.bitwise_or.reduce(frame.tag_mask)) if len(frame) else 0
        instruments = np.flatnonzero(np.bincount(frame.instrument, minlength=1)).tolist() if len(frame) else []
        return {
            "setups": tuple(frame.setups[code] for code in setups),
            "symbols": tuple(dict.fromkeys(frame.symbols[code] for code in instruments)),
            "tags": tuple(name for bit, name in enumerate(frame.tags) if used >> bit & 1),
        }


def _frame_and_pnl(found: TradeSet) -> tuple[TradeFrame, Floats]:
    frame, _ = closed_trades(found)
    return frame, pnl_of(found, frame)


def _alone(frame: TradeFrame, pnl: Floats, classes: Bytes, rules: tuple[Rule, ...]) -> tuple[RuleEffect, ...]:
    if len(frame) > MOST_ALONE:
        return ()
    return tuple(what_if(frame, pnl, (rule,), result=classes).effects[0] for rule in rules)


def closed_trades(found: TradeSet) -> tuple[TradeFrame, Ints]:
    """Return the closed trades of a set, ordered by exit, and their rows in its chosen frame."""
    rows = np.flatnonzero(~found.chosen.is_open)
    frame: TradeFrame = found.chosen if len(rows) == len(found.chosen) else take(found.chosen, rows)
    return frame, rows


def pnl_of(found: TradeSet, frame: TradeFrame) -> Floats:
    """Return the P&L of trades in the filter's basis."""
    return frame.net if found.filter.basis is Basis.NET else frame.gross


def _key(topic: str, owner: UserId, found: TradeSet) -> tuple[Hashable, ...]:
    """Return what a result depends on: the filter and the content of the columns that are read."""
    frame = found.chosen
    checksum = 0
    for column in (frame.id, frame.net, frame.gross, frame.risk, frame.setup, frame.tag_mask):
        checksum = zlib.crc32(np.ascontiguousarray(column).data, checksum)
    return (topic, owner, found.filter, found.today, len(frame), checksum, *_words(found))


def _words(found: TradeSet) -> tuple[Hashable, ...]:
    return found.chosen.setups, found.chosen.tags, found.balance, found.rules


def _luck(found: TradeSet) -> LuckReport:
    data = inputs_of(found)
    names = all_metrics()
    figures = luck_figures(data)
    values = compute_metrics(data, [item.slug for item in figures])
    record = None if data.returns is None else track_record(data.returns)
    setups, unit = rank_setups(found)
    return LuckReport(
        trades=len(data.pnl),
        unit=found.unit,
        rows=tuple(LuckRow(label=names[item.slug].label, metric=values[item.slug], figure=item) for item in figures),
        t=t_test(data.pnl),
        sign=sign_test(data.pnl),
        needed=trades_needed(data.pnl),
        sharpe_probability=None if record is None else probabilistic_sharpe(record),
        sharpe_days=None if record is None else minimum_track_record(record),
        days=len(data.days),
        setups=setups,
        setups_unit=unit,
    )


def rank_setups(found: TradeSet) -> tuple[tuple[RankedSetup, ...], str]:
    """Return the setups ordered by what is likely true of them, and the unit of their means."""
    frame, closed = closed_trades(found)
    mine: Bools = frame.setup >= 0
    if not mine.any():
        return (), found.unit
    pnl, risk = pnl_of(found, frame)[mine], frame.risk[mine]
    is_planned = not np.isnan(risk).any()
    values = pnl / risk if is_planned and found.unit != "R" else pnl
    used, codes = dense_codes(frame.setup[mine].astype(np.int64))
    counts = count_by_code(codes, len(used))
    means = np.bincount(codes, values) / counts
    variance = pooled_variance(values, codes, counts, means) or max(float(values.var()), 1e-12)
    shrunken = shrink_means(means, counts, variance, basis=counts >= ENOUGH)
    result = found.outcome[closed][mine]
    wins, losses = (np.bincount(codes, result == sign, minlength=len(used)) for sign in (1, -1))
    order = np.lexsort((-shrunken.likely, counts < ENOUGH)).tolist()
    rows = [
        RankedSetup(
            rank=place + 1 if counts[row] >= ENOUGH else None,
            label=frame.setups[int(used[row])],
            n=int(counts[row]),
            win_rate=float(wins[row] / (wins[row] + losses[row])) if wins[row] + losses[row] else None,
            mean=float(means[row]),
            shrunken=float(shrunken.mean[row]),
            low=float(shrunken.low[row]),
            high=float(shrunken.high[row]),
            p_positive=float(shrunken.p_positive[row]),
        )
        for place, row in enumerate(order)
    ]
    return tuple(rows), "R" if is_planned else found.unit


def _leaks(found: TradeSet) -> Leaks:
    frame, rows = closed_trades(found)
    properties = slicings(found.facts, found.chosen_rows[rows]) if len(frame) else ()
    report = find_leaks(pnl_of(found, frame), frame.exit_day, properties)
    return Leaks(report=report, unit=found.unit, without_unit=found.without_unit)


def _monte_carlo(found: TradeSet, choice: MonteCarloChoice) -> MonteCarlo:
    data = inputs_of(found)
    values = data.r_multiples if choice.draw is Draw.R else data.pnl
    excluded = len(data.pnl) - len(values)
    if len(values) < ENOUGH:
        what = "closed trades with a planned stop" if choice.draw is Draw.R else "closed trades"
        reason = f"A simulation draws from at least {ENOUGH} {what}; there are {len(values)}."
        return MonteCarlo(result=None, currency=found.currency, n=len(values), excluded=excluded, reason=reason)
    for value, name in ((choice.drawdown, "drawdown"), (choice.ruin, "ruin")):
        if not 0 < value < 1:
            raise InvalidInputError(f"The {name} asked about is between 0 and 100 %.", field=name)
    plan = SimulationPlan(
        start=choice.start or found.balance or DEFAULT_START,
        steps=choice.trades,
        risk_fraction=choice.risk if choice.draw is Draw.R else None,
        paths=choice.paths,
        block=choice.block,
        seed=choice.seed,
    )
    return MonteCarlo(result=simulate(values, plan), currency=found.currency, n=len(values), excluded=excluded)
