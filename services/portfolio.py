"""What the pages and the API ask about a filtered trade set: figures, curves, rows, days, holdings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.equity import daily_totals
from analytics.histograms import Histogram, distribution
from analytics.inference import Interval, expectancy_interval
from analytics.ledger.positions import trade_executions
from analytics.metrics import FAMILIES, Metric, MetricInput, all_metrics, compute_metrics
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.filters import Basis, LedgerFilter
from domain.holdings import Holding
from domain.journal import TradeJournal
from domain.ledger import Position, Trade, TradeExecution
from domain.performance import DayTotal, Edge, MetricValue
from domain.periods import PRESETS, Clock, DateRange
from services.benchmarks import BenchmarkService
from services.candles import CandleReader
from services.closes import CloseService
from services.curves import CURVE_POINTS, Curve, build_curve
from services.edges import setup_edges
from services.excursions import ExcursionService, TradeExcursion
from services.fee_notes import count_estimated, note_estimates
from services.figure_inputs import every_metric
from services.figure_inputs import inputs_of as inputs_of  # noqa: PLC0414 - part of this face
from services.holdings import value_positions
from services.ledger import LedgerService
from services.market_facts import MarketFacts
from services.quotes import QuoteService
from services.trade_rows import make_trade, positions_of, sort_rows, trade_of
from services.trade_sets import EPOCH, TradeSet, TradeSets

if TYPE_CHECKING:
    from data.excursion_shelf import ExcursionShelf
    from domain.columns import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The filter in words, and how many trades it chose."""

    accounts_label: str
    period_label: str
    trades: int
    currency: str
    unit: str
    without_unit: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Realised P&L of the current trading day and its lowest point."""

    net: float
    low: float
    trades: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """The figures of a trade set.

    Attributes:
        realised: Sum of the exits in the period: what the calendar and the curve add up to.
        open_part: Share of it from trades that are still open.
        previous: The same metrics over the equally long period before, {} when open-ended.
        interval: 95 % interval of the expectancy (money), and in R when stops are planned.
    """

    currency: str
    unit: str
    realised: float
    open_part: float
    metrics: Mapping[str, MetricValue]
    previous: Mapping[str, MetricValue]
    interval: Interval
    interval_r: Interval
    trades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TradePage:
    """Some rows of the Trades page and the totals of the filter; `estimated` counts trades with estimated fees."""

    rows: tuple[Trade, ...]
    total: int
    gross: float
    fees: float
    net: float
    r_total: float | None
    win_rate: float | None
    currency: str
    estimated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeDetail:
    """One trade with what it is made of."""

    trade: Trade
    executions: tuple[TradeExecution, ...]
    journal: TradeJournal
    timezone: str


class PortfolioService:
    """Reads trade sets and computes; writes nothing."""

    def __init__(
        self,
        db: Database,
        ledger: LedgerService,
        quotes: QuoteService,
        clock: Clock,
        *,
        candles: CandleReader | None = None,
        shelf: ExcursionShelf | None = None,
    ) -> None:
        self._ledger = ledger
        self._quotes = quotes
        self._clock = clock
        market = MarketFacts(quotes)
        self.benchmarks = BenchmarkService(db, CloseService(db, quotes, clock), quotes)
        self.excursions = ExcursionService(candles or quotes, clock, shelf)
        self.sets = TradeSets(
            db, ledger, clock, sectors=market.sectors, benchmark=self.benchmarks.of_books, prices=self.excursions.of_set
        )

    def summary(self, owner: UserId, chosen: LedgerFilter) -> Summary:
        """Say what a filter means and count its closed trades."""
        found = self.sets.load(owner, chosen)
        names = [account.name for account in found.accounts]
        accounts = "No accounts yet" if not names else names[0] if len(names) == 1 else f"{len(names)} accounts"
        if names and not chosen.accounts and len(names) > 1:
            accounts = "All accounts"
        return Summary(
            accounts_label=accounts,
            period_label=period_label(chosen.period, found.period),
            trades=closed_count(found),
            currency=found.currency,
            unit=found.unit,
            without_unit=found.without_unit,
            left_out=found.left_out,
        )

    def trading_day(self, owner: UserId) -> date:
        """Return the current trading day of the owner's first account."""
        return self.sets.today(self._ledger.books(owner))

    def today(self, owner: UserId) -> Today:
        """Return the realised P&L of today over all accounts."""
        found = self.sets.load(owner, LedgerFilter(period="today"))
        steps = np.cumsum(found.exits.net)
        low = min(0.0, float(steps.min())) if len(steps) else 0.0
        total = float(steps[-1]) if len(steps) else 0.0
        return Today(net=total, low=low, trades=closed_count(found), currency=found.currency)

    def performance(self, owner: UserId, chosen: LedgerFilter) -> Performance:
        """Return every headline figure of a filter, and of the period before for comparison."""
        found = self.sets.load(owner, chosen)
        data = inputs_of(found)
        exits = found.exits.net if chosen.basis is Basis.NET else found.exits.gross
        open_ids = found.frame.id[found.frame.is_open]
        open_part = float(exits[np.isin(found.exits.trade_id, open_ids)].sum()) if len(open_ids) else 0.0
        return Performance(
            currency=found.currency,
            unit=found.unit,
            realised=float(exits.sum()),
            open_part=open_part,
            metrics=note_estimates(found, compute_metrics(data)),
            previous=self._previous(owner, chosen, found.period),
            interval=expectancy_interval(data.pnl),
            interval_r=expectancy_interval(r_multiples(data)),
            trades=closed_count(found),
        )

    def _previous(self, owner: UserId, chosen: LedgerFilter, period: DateRange) -> Mapping[str, MetricValue]:
        before = period.previous()
        if before is None or before.start is None or before.end is None:
            return {}
        text = f"{before.start.isoformat()}..{(before.end - timedelta(days=1)).isoformat()}"
        return compute_metrics(inputs_of(self.sets.load(owner, replace(chosen, period=text))))

    def metrics(self, owner: UserId, chosen: LedgerFilter) -> tuple[TradeSet, dict[str, MetricValue]]:
        """Return the trade set of a filter and all its metrics."""
        found = self.sets.load(owner, chosen)
        return found, note_estimates(found, compute_metrics(inputs_of(found)))

    def every_figure(
        self, owner: UserId, chosen: LedgerFilter, *, awaited: str = ""
    ) -> tuple[TradeSet, dict[str, MetricValue]]:
        """Return the trade set of a filter and all its metrics, those that take long included; kept for an hour.

        Figures that rest on candles are undefined for the reason `awaited` where one is given.
        """
        found = self.sets.load(owner, chosen)
        values = every_metric(self.sets, found, self._clock(), self.excursions.progress, awaited=awaited)
        return found, note_estimates(found, values)

    def curve(self, owner: UserId, chosen: LedgerFilter, *, points: int = CURVE_POINTS) -> Curve:
        """Return the equity curve and drawdown, reduced to what a chart can show, extremes kept."""
        found = self.sets.load(owner, chosen)
        return build_curve(found, chosen, points=points)

    def trades(
        self,
        owner: UserId,
        chosen: LedgerFilter,
        *,
        start: int = 0,
        end: int = 100,
        sort: Sequence[tuple[str, bool]] = (),
    ) -> TradePage:
        """Return rows [start, end) of the filter's trades in the wanted order, and the totals of all."""
        found = self.sets.load(owner, chosen)
        ordered = self._ordered(found, tuple(sort))
        frame, rows = found.frame, found.rows
        data = inputs_of(found)
        with np.errstate(invalid="ignore"):
            r_values = (frame.net / frame.risk)[rows]
        known = ~np.isnan(r_values)
        return TradePage(
            rows=tuple(trade_of(found, int(row)) for row in ordered[start:end]),
            total=len(rows),
            gross=float(frame.gross[rows].sum()),
            fees=float(frame.fees[rows].sum()),
            net=float(frame.net[rows].sum()),
            r_total=float(r_values[known].sum()) if known.any() else None,
            win_rate=compute_metrics(data, ["win_rate"])["win_rate"].value,
            currency=found.currency,
            estimated=count_estimated(found),
        )

    def _ordered(self, found: TradeSet, sort: tuple[tuple[str, bool], ...]) -> Any:
        key = ("order", found.owner, id(found.frame), found.filter, sort, len(found.rows))
        return self.sets.cached(key, lambda: sort_rows(found, found.rows, sort))

    def every_trade(self, owner: UserId, chosen: LedgerFilter, sort: Sequence[tuple[str, bool]] = ()) -> list[Trade]:
        """Return all trades of a filter in order, for an export."""
        found = self.sets.load(owner, chosen)
        return [trade_of(found, int(row)) for row in self._ordered(found, tuple(sort))]

    def trade(self, owner: UserId, trade_id: int) -> TradeDetail:
        """Return one trade with its executions and journal.

        Raises:
            NotFoundError: If the owner has no such trade.
        """
        for book in self._ledger.books(owner):
            rows = np.flatnonzero(book.matched.trades.id == trade_id)
            if len(rows):
                return self._detail(owner, book, int(rows[0]))
        raise NotFoundError("No such trade.")

    def excursion(self, owner: UserId, trade_id: int) -> TradeExcursion:
        """Return what prices did while a trade was open; raises as `trade`."""
        detail = self.trade(owner, trade_id)
        book = next(item for item in self._ledger.books(owner) if item.account.id == detail.trade.account_id)
        row = int(np.flatnonzero(book.matched.trades.id == trade_id)[0])
        risk = detail.trade.risk
        return self.excursions.of_trade(book, row, risk=None if risk is None else float(risk))

    def _detail(self, owner: UserId, book: Any, row: int) -> TradeDetail:
        found = self.sets.load(owner, LedgerFilter(accounts=(book.account.id,)))
        trade_id = int(book.matched.trades.id[row])
        entry = found.journal.get((int(book.account.id), trade_id)) or TradeJournal(trade_id=trade_id)  # type: ignore[arg-type]
        trade = make_trade(book, row, entry)
        trade = replace(trade, risk=initial_risk(trade, entry))
        lines = trade_executions(
            book.matched,
            book.group(int(book.matched.trades.instrument[row])),
            row,
            method=book.account.lot_method,
            multipliers=book.multipliers,
            splits=book.splits,
            carried=book.carried,
        )
        if trade.fees_estimated:
            lines = [replace(line, fees_estimated=book.is_estimated(line.id)) for line in lines]
        told = self.sets.fee_kinds.of_lines(book, lines)
        lines = [replace(line, charges=told.get(int(line.id), ())) for line in lines]
        return TradeDetail(trade=trade, executions=tuple(lines), journal=entry, timezone=book.account.timezone)

    def neighbours(
        self, owner: UserId, chosen: LedgerFilter, trade_id: int, sort: Sequence[tuple[str, bool]] = ()
    ) -> tuple[int | None, int | None]:
        """Return the trades before and after one, in the order of the Trades page."""
        found = self.sets.load(owner, chosen)
        ids = found.frame.id[self._ordered(found, tuple(sort))]
        place = np.flatnonzero(ids == trade_id)
        if not len(place):
            return None, None
        at = int(place[0])
        return (int(ids[at - 1]) if at else None), (int(ids[at + 1]) if at + 1 < len(ids) else None)

    def days(self, owner: UserId, chosen: LedgerFilter) -> dict[date, DayTotal]:
        """Return every trading day with an exit: the calendar."""
        found = self.sets.load(owner, chosen)
        totals = daily_totals(found.exits, found.chosen, basis=chosen.basis, outcome=found.outcome)
        return {
            EPOCH + timedelta(days=int(day)): DayTotal(
                day=EPOCH + timedelta(days=int(day)),
                net=float(totals.net[at]),
                gross=float(totals.gross[at]),
                fees=float(totals.fees[at]),
                trades=int(totals.trades[at]),
                wins=int(totals.wins[at]),
            )
            for at, day in enumerate(totals.day)
        }

    @staticmethod
    def definitions() -> Mapping[str, Metric]:
        """Return name, formula and source of every metric by slug."""
        return all_metrics()

    @staticmethod
    def families() -> Mapping[str, str]:
        """Return the title of each family of metrics, in order."""
        return FAMILIES

    def edges(self, owner: UserId, chosen: LedgerFilter) -> list[Edge]:
        """Return the mean result of each setup with its interval."""
        return setup_edges(self.sets.load(owner, chosen))

    def distribution(self, owner: UserId, chosen: LedgerFilter, *, in_r: bool = False) -> Histogram:
        """Return the histogram of the closed trades' P&L, or of their R multiples."""
        data = inputs_of(self.sets.load(owner, chosen))
        return distribution(r_multiples(data) if in_r else data.pnl)

    def positions(self, owner: UserId, chosen: LedgerFilter) -> list[Position]:
        """Return what the chosen accounts hold, largest cost first."""
        found = self.sets.load(owner, chosen)
        held = [item for book in found.books.values() for item in positions_of(book, found.journal)]
        return sorted(held, key=lambda item: -abs(item.cost))

    def holdings(self, owner: UserId, chosen: LedgerFilter) -> list[Holding]:
        """Return the positions with their latest cached quotes."""
        return value_positions(self.positions(owner, chosen), self._quotes)


def initial_risk(trade: Trade, plan: TradeJournal) -> Decimal | None:
    """Return what a trade risked at its start, in money: by its planned stop, else as planned; None without both."""
    if plan.planned_stop is None:
        return plan.planned_risk
    distance = abs(trade.entry_price - plan.planned_stop)
    entered = trade.quantity if trade.exit_price is None else max(trade.quantity, trade.open_quantity)
    return distance * entered * (trade.instrument.multiplier or 1) or plan.planned_risk


def closed_count(found: TradeSet) -> int:
    """Return how many closed trades the filter chose."""
    return int(np.count_nonzero(~found.chosen.is_open))


def r_multiples(data: MetricInput) -> Floats:
    """Return the R multiples of the closed trades that have a planned risk."""
    known = ~np.isnan(data.risk)
    values: Floats = data.pnl[known] / data.risk[known]
    return values


def period_label(text: str, period: DateRange) -> str:
    """Return a period as the top bar shows it."""
    if text in PRESETS or not text:
        return PRESETS.get(text or "all", text)
    if period.start and period.end:
        last = period.end - timedelta(days=1)
        start = f"{period.start.day} {period.start:%b}" + (
            "" if period.start.year == last.year else f" {period.start:%Y}"
        )
        return f"{start} – {last.day} {last:%b %Y}"
    return text
