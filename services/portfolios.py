"""Portfolios as a whole: performance, allocation, income, gains, rebalancing and the frontier of one."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from analytics.rebalancing import Rules
from data.db.engine import Database
from domain.accounts import UserId
from domain.analysis_rules import AnalysisRules
from domain.errors import CurrencyError, InvalidInputError, NotFoundError, NotReadyError
from domain.instruments import Instrument
from domain.jobs import Job
from domain.periods import Clock, DateRange, parse_period
from domain.portfolio_figures import (
    AllocationReport,
    FrontierReport,
    GainsReport,
    IncomeReport,
    PerformanceReport,
    RebalanceReport,
)
from domain.portfolios import Dimension, PortfolioPlan
from services.analysis_settings import read_rules
from services.benchmarks import BenchmarkService
from services.closes import CloseService
from services.gains import GainDesk, GainsService
from services.holdings import QUOTED
from services.ledger import LedgerService
from services.portfolio_benchmark import benchmark_symbols
from services.portfolio_days import PortfolioDays
from services.portfolio_parts import allocate, report_income
from services.portfolio_performance import Span, report_performance, span_of
from services.portfolio_plans import PortfolioPlanService
from services.portfolio_values import PortfolioValueService
from services.quotes import QuoteService
from services.rates import RateService
from services.tax_reports import with_rules

EPOCH = date(1970, 1, 1)
KEPT = 24
NOTHING = "These accounts hold nothing yet."


class PortfolioBookService:
    """Use cases around portfolios.

    Attributes:
        plans: Saved portfolios.
        rates: Exchange rates.
        closes: Daily closes.
        values: Portfolios by day.
        benchmarks: What portfolios are held against.
    """

    def __init__(
        self, db: Database, ledger: LedgerService, quotes: QuoteService, *, clock: Clock, desk: GainDesk
    ) -> None:
        self._db = db
        self._quotes = quotes
        self.plans = PortfolioPlanService(db)
        self.rates = RateService(db, quotes, clock, demo=desk.demo)
        self.closes = CloseService(db, quotes, clock)
        self.benchmarks = BenchmarkService(db, self.closes, quotes)
        self.values = PortfolioValueService(db, ledger, self.closes, rates=self.rates, clock=clock)
        self._gains = GainsService(
            self.values, self.plans, desk, state=lambda owner: (self.rates.state(owner), self.closes.moment())
        )
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def performance(self, owner: UserId, plan: PortfolioPlan, period: str = "all") -> PerformanceReport | None:
        """Return the performance of a portfolio over a period, None while it holds nothing.

        Raises:
            CurrencyError: If a day has no exchange rate.
        """
        span = self.span(owner, plan, period)
        if span is None:
            return None
        # The days are kept with the report: their identity is its key.
        rules = self._rules(owner, plan)
        key = ("performance", owner, plan, period, self.benchmark(owner, plan), rules, id(span.days))
        return self._once(key, lambda: (span.days, self._performance(owner, plan, span, rules)))[1]  # type: ignore[no-any-return]

    def _rules(self, owner: UserId, plan: PortfolioPlan) -> AnalysisRules:
        """Return what figures about the portfolio's accounts are worked out by."""
        return read_rules(self._db, owner, map(int, plan.account_ids or self.plans.every_account(owner)))

    def benchmark(self, owner: UserId, plan: PortfolioPlan) -> str:
        """Return the benchmark of a portfolio by the one rule of `services.benchmarks`, "" for none."""
        if plan.benchmark:
            return plan.benchmark
        return self.benchmarks.effective(owner, plan.account_ids or self.plans.every_account(owner))

    def _performance(self, owner: UserId, plan: PortfolioPlan, span: Span, rules: AnalysisRules) -> PerformanceReport:
        plan = replace(plan, benchmark=self.benchmark(owner, plan))
        symbols = benchmark_symbols(plan)
        closes = self.closes.daily(owner, dict.fromkeys(symbols, "")) if symbols else {}
        currencies = {name: quote.currency for name, quote in self._quotes.quotes(symbols).items()} if symbols else {}
        rates = self.values.rates(owner, plan, sorted(set(currencies.values())))
        return report_performance(plan, span, closes, rates, currencies, rules=rules)

    def allocation(self, owner: UserId, plan: PortfolioPlan, dimension: Dimension) -> AllocationReport | None:
        """Return what a portfolio is made of now, None while it holds nothing."""
        days = self.values.days(owner, plan)
        return None if days is None else allocate(plan, days, dimension, self.sector_of(owner))

    def income(self, owner: UserId, plan: PortfolioPlan, period: str = "all") -> IncomeReport | None:
        """Return what a portfolio was paid in a period, None while it holds nothing."""
        span = self.span(owner, plan, period)
        return None if span is None else report_income(plan, span)

    def gains(self, owner: UserId, plan: PortfolioPlan, year: int | None = None) -> GainsReport:
        """Return the realised gains of a tax year; the newest with a disposal by default.

        Raises:
            CurrencyError: If a fill's day has no exchange rate.
            NotReadyError: If there is too much to work out while somebody waits; a job has begun.
        """
        return self._gains.report(owner, plan, year)

    def gains_job(self, owner: UserId, plan: PortfolioPlan) -> Job | None:
        """Return the job that works the gains out; None when they can be had at once, or a rate is missing."""
        try:
            return self._gains.job(owner, plan)
        except CurrencyError:
            return None

    def run_gains(self, job: Job) -> dict[str, Any]:
        """Work out the gains that a job is about; lives in its process."""
        return self._gains.run(job)

    def rebalance(
        self, owner: UserId, plan: PortfolioPlan, rules: Rules, *, fractions: bool = False
    ) -> RebalanceReport | None:
        """Return the orders that reach a portfolio's targets, None while it holds nothing."""
        from services.rebalancing import report_rebalance  # noqa: PLC0415 - one tab of many

        days = self.values.days(owner, plan)
        if days is None:
            return None
        sectors = self.sector_of(owner)
        prices = self._prices(owner, plan)
        return report_rebalance(plan, days, sector_of=sectors, prices=prices, rules=rules, fractions=fractions)

    def frontier(self, owner: UserId, plan: PortfolioPlan, years: int = 5) -> FrontierReport | None:
        """Return the efficient frontier of what a portfolio holds, None while it holds nothing."""
        from services.rebalancing import report_frontier  # noqa: PLC0415 - one tab of many

        days = self.values.days(owner, plan)
        if days is None:
            return None
        open_lines = [line for line in days.holdings if line.ends_at(len(days))]
        symbols = {
            line.instrument.symbol: line.instrument.currency
            for line in open_lines
            if line.instrument.asset_class in QUOTED
        }
        closes = self.closes.daily(owner, symbols)
        rates = self.values.rates(owner, plan, sorted(set(symbols.values())))
        worth = tuple((line.instrument.symbol, line.quantity) for line in open_lines)
        chosen = self._rules(owner, plan).year_days
        key = ("frontier", worth, plan.currency, years, chosen, self.closes.moment(), days.first + len(days), owner)
        return self._once(key, lambda: report_frontier(plan, days, closes, rates, years=years, year_days=chosen))  # type: ignore[no-any-return]

    def gains_of_year(self, owner: UserId, plan: PortfolioPlan, year: int | None) -> GainsReport:
        """Return the gains of a tax year, of the newest one where the year has none by these rules."""
        found = self.gains(owner, plan)
        return self.gains(owner, plan, year) if year in {key for key, _, _ in found.years} else found

    def tax_years(self, owner: UserId, plan: PortfolioPlan) -> list[tuple[int, str]]:
        """Return every tax year with a disposal, newest first; [] while a rate is missing or a job works it out."""
        try:
            return [(year, name) for year, name, _ in self.gains(owner, plan).years]
        except (CurrencyError, NotReadyError):
            return []

    @staticmethod
    def with_rules(plan: PortfolioPlan, regime: str, method: str) -> PortfolioPlan:
        """Return a portfolio with other rules for gains where some are named.

        Raises:
            InvalidInputError: If a word is none of them.
        """
        return with_rules(plan, regime, method)

    def orders(
        self,
        owner: UserId,
        plan: PortfolioPlan,
        *,
        added: float | None = None,
        smallest: float | None = None,
        band: float | None = None,
        only_buy: bool = False,
        fractions: bool = False,
    ) -> RebalanceReport | None:
        """Return the orders within limits as a person writes them: `band` in points of a percentage."""
        rules = Rules(
            smallest=max(0.0, smallest or 0.0),
            band=min(max(0.0, band or 0.0), 100.0) / 100,
            only_buy=only_buy,
            added=added or 0.0,
        )
        return self.rebalance(owner, plan, rules, fractions=fractions)

    def targets(self, owner: UserId, plan: PortfolioPlan, by: str) -> RebalanceReport | None:
        """Return the parts of a dimension with their targets; "" for the dimension that orders follow."""
        from services.rebalancing import report_targets, target_dimension  # noqa: PLC0415 - one tab of many

        days = self.values.days(owner, plan)
        if days is None:
            return None
        dimension = Dimension(by) if by else target_dimension(plan)
        return report_targets(plan, days, dimension, self.sector_of(owner))

    def save_targets(
        self, owner: UserId, plan: PortfolioPlan, by: str, weights: Mapping[str, float | None]
    ) -> PortfolioPlan:
        """Set the targets of a dimension in percent and drop those of the others: orders follow one.

        Raises:
            InvalidInputError: If the portfolio is not saved, or the targets are not possible.
        """
        if plan.id is None:
            raise InvalidInputError("Targets belong to a saved portfolio.", hint="Save these accounts as one first.")
        wanted = {
            name: repr(value) if isinstance(value, float) else str(value)
            for name, value in weights.items()
            if name and value is not None and float(value) > 0
        }
        return self.plans.set_targets(owner, plan.id, Dimension(by), wanted, alone=True)

    def keep(self, owner: UserId, plan: PortfolioPlan) -> PortfolioPlan:
        """Save what a filter chose as a portfolio, under its name or the next free one."""
        if plan.id is not None:
            return plan
        taken = {item.name for item in self.plans.plans(owner)}
        name = next(item for item in (plan.name, *(f"{plan.name} {n}" for n in range(2, 1_000))) if item not in taken)
        members = plan.account_ids or tuple(book.account.id for book in self.values.books(owner, plan))
        return self.plans.save(owner, None, name=name, currency=plan.currency, account_ids=members)

    def sectors(self, owner: UserId, plan: PortfolioPlan) -> list[tuple[str, str]]:
        """Return the open holdings with their sectors, by symbol."""
        days = self.values.days(owner, plan)
        find = self.sector_of(owner)
        lines = () if days is None else [line for line in days.holdings if line.ends_at(len(days))]
        return sorted({line.instrument.symbol: find(line.instrument) for line in lines}.items())

    def save_sectors(self, owner: UserId, sectors: Mapping[str, str]) -> None:
        """Keep the sectors a person wrote; what the provider says anyway, and "", are not kept."""
        for symbol, sector in sectors.items():
            told = self._quotes.profile(symbol).sector
            self.plans.set_sector(owner, symbol, "" if sector.strip() == told else sector)

    def span(self, owner: UserId, plan: PortfolioPlan, period: str) -> Span | None:
        """Return a period of a portfolio by day, None while it holds nothing."""
        days = self.values.days(owner, plan)
        if days is None:
            return None
        return span_of(days, self._period(days, period))

    def sector_of(self, owner: UserId) -> Any:
        """Return what says the sector of an instrument: the owner's word, else the provider's, else ""."""
        own = self.plans.sectors(owner)

        def find(item: Instrument) -> str:
            if item.symbol in own:
                return own[item.symbol]
            return self._quotes.profile(item.symbol).sector if item.asset_class in QUOTED else ""

        return find

    def require(self, found: Any) -> Any:
        """Return a report; NotFoundError when there is none, for the API."""
        if found is None:
            raise NotFoundError(NOTHING, hint="Import a file or add a fill first.")
        return found

    @staticmethod
    def _period(days: PortfolioDays, period: str) -> DateRange:
        return parse_period(period, EPOCH + timedelta(days=days.first + len(days) - 1))

    def _prices(self, owner: UserId, plan: PortfolioPlan) -> Mapping[str, float]:
        """Return the prices of target symbols in the reporting currency, of those that somebody quotes."""
        wanted = [item.name for item in plan.targets if item.dimension is Dimension.SYMBOL]
        quotes = self._quotes.quotes(wanted) if wanted else {}
        currencies = sorted({quote.currency for quote in quotes.values()})
        rates = self.values.rates(owner, plan, currencies)
        today = np.array([self.rates.today()], dtype=np.int64)
        found = {}
        for name, quote in quotes.items():
            rate = float(rates.rates(quote.currency, plan.currency, today)[0])
            if not math.isnan(rate):
                found[name] = quote.price * rate
        return found

    def _once(self, key: Hashable, build: Any) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = build()
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found
