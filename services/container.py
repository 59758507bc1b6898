"""Every service of an installation, each imported and built when it is first used.

Importing SQLAlchemy costs a third of the whole start, so nothing here imports it before the first
request (or the warm-up that runs while the server already listens) asks for a service.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from domain.periods import Clock, utc_now
from services.analysis_services import AnalysisServices
from services.candle_services import CandleServices
from services.import_services import ImportServices
from services.journal_services import JournalServices
from services.market_services import MarketServices
from services.portfolio_services import PortfolioServices
from services.report_services import ReportServices

if TYPE_CHECKING:
    from data.db.engine import Database
    from services.accounts import AccountService
    from services.cash import CashService
    from services.corporate_actions import CorporateActionService
    from services.demo import DemoService
    from services.edge import EdgeService
    from services.exit_replay import ExitReplayService
    from services.exports import ExportService
    from services.fee_plans import FeePlanService
    from services.fills import FillService
    from services.health import HealthService
    from services.imports import ImportService
    from services.instruments import InstrumentService
    from services.journal import JournalService
    from services.ledger import LedgerService
    from services.plans import PlanService
    from services.portfolio import PortfolioService
    from services.search import SearchService
    from services.trade_chart import TradeChartService
    from services.trade_list import TradeListService
    from services.users import UserService
    from services.valuation import ValuationService

Service = TypeVar("Service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What the services need to know of the settings. `worker` is the module that does the work of a job."""

    data_dir: Path
    database_url: str
    signup: str = "open"
    quotes: tuple[str, ...] = ("demo",)
    finnhub_key: str = ""
    alphavantage_key: str = ""
    coindesk_key: str = ""
    candle_dir: Path | None = None
    demo: bool = True
    browser: str = ""
    report_targets: tuple[tuple[str, str], ...] = ()
    worker: str = "services.job_process"


class Services(
    AnalysisServices,
    CandleServices,
    ImportServices,
    JournalServices,
    MarketServices,
    PortfolioServices,
    ReportServices,
):
    """The use cases, by topic. `db` is for migrations and health checks."""

    def __init__(self, installation: Installation, *, clock: Clock = utc_now) -> None:
        self.installation = installation
        self.clock = clock
        self._built: dict[str, Any] = {}
        self._lock = threading.RLock()

    @override
    def _once(self, name: str, build: Callable[[], Service]) -> Service:
        found = self._built.get(name)
        if found is None:
            with self._lock:
                found = self._built.get(name)
                if found is None:
                    found = self._built[name] = build()
        service: Service = found
        return service

    @property
    @override
    def db(self) -> Database:
        """The database."""

        def build() -> Database:
            from data.db.engine import Database

            return Database(self.installation.database_url)

        return self._once("db", build)

    def migrate(self) -> None:
        """Bring the schema up to date; the common case of a current SQLite file costs no import of SQLAlchemy."""
        from data.db.schema_check import is_current

        if is_current(self.installation.database_url):
            return
        from data.db.migrations import upgrade

        upgrade(self.db)

    @property
    @override
    def users(self) -> UserService:
        """Registration, passwords, sessions."""

        def build() -> UserService:
            from services.users import UserService

            made = self.installation
            return UserService(self.db, self.clock, signup=made.signup, is_demo_enabled=made.demo)

        return self._once("users", build)

    @property
    @override
    def accounts(self) -> AccountService:
        """Accounts and portfolios."""

        def build() -> AccountService:
            from services.accounts import AccountService

            return AccountService(self.db, self.clock)

        return self._once("accounts", build)

    @property
    @override
    def ledger(self) -> LedgerService:
        """Books of executions, lots and trades."""

        def build() -> LedgerService:
            from services.ledger import LedgerService

            return LedgerService(self.db, self.installation.data_dir / "books")

        return self._once("ledger", build)

    @property
    @override
    def imports(self) -> ImportService:
        """Preview, commit and undo of files."""

        def build() -> ImportService:
            from services.imports import ImportService

            return ImportService(self.db, self.ledger, self.clock)

        return self._once("imports", build)

    @property
    def cash(self) -> CashService:
        """Account statements and printed balances."""

        def build() -> CashService:
            from services.cash import CashService

            return CashService(self.db, self.ledger, self.clock)

        return self._once("cash", build)

    @property
    def health(self) -> HealthService:
        """What may be wrong with the data, and where to mend it."""

        def build() -> HealthService:
            from services.health import HealthService

            return HealthService(self.db, self.ledger, self.cash, self.quotes, self.clock)

        return self._once("health", build)

    @property
    def fee_plans(self) -> FeePlanService:
        """How fees that no file states are estimated."""

        def build() -> FeePlanService:
            from services.fee_plans import FeePlanService

            return FeePlanService(self.db, self.ledger, self.clock)

        return self._once("fee_plans", build)

    @property
    @override
    def journal(self) -> JournalService:
        """Notes, tags, setups, plans."""

        def build() -> JournalService:
            from services.journal import JournalService

            return JournalService(self.db, self.clock)

        return self._once("journal", build)

    @property
    @override
    def portfolio(self) -> PortfolioService:
        """Filtered trades, metrics, equity, positions."""

        def build() -> PortfolioService:
            from data.excursion_shelf import ExcursionShelf
            from services.portfolio import PortfolioService

            shelf = ExcursionShelf(self.installation.data_dir / "excursions")
            return PortfolioService(self.db, self.ledger, self.quotes, self.clock, candles=self.candles, shelf=shelf)

        return self._once("portfolio", build)

    @property
    def trade_list(self) -> TradeListService:
        """What the Trades page asks beside its rows."""

        def build() -> TradeListService:
            from services.trade_list import TradeListService

            return TradeListService(self.portfolio, self.journal)

        return self._once("trade_list", build)

    @property
    def trade_chart(self) -> TradeChartService:
        """The candles around a trade."""

        def build() -> TradeChartService:
            from services.trade_chart import TradeChartService

            return TradeChartService(self.candles, self.clock)

        return self._once("trade_chart", build)

    @property
    def plans(self) -> PlanService:
        """Planned stops and targets."""

        def build() -> PlanService:
            from services.plans import PlanService

            return PlanService(self.portfolio, self.journal)

        return self._once("plans", build)

    @property
    def search(self) -> SearchService:
        """What the command palette finds."""

        def build() -> SearchService:
            from services.search import SearchService

            return SearchService(self.portfolio, self.journal, self.accounts, self.quotes, notes=self.journal_search)

        return self._once("search", build)

    @property
    def exports(self) -> ExportService:
        """CSV downloads."""

        def build() -> ExportService:
            from services.exports import ExportService

            return ExportService(self.portfolio, self.imports)

        return self._once("exports", build)

    @property
    def fills(self) -> FillService:
        """Fills and trades corrected by hand, and their history."""

        def build() -> FillService:
            from services.fills import FillService

            return FillService(self.db, self.ledger, self.portfolio.sets, self.clock)

        return self._once("fills", build)

    @property
    def instruments(self) -> InstrumentService:
        """What is traded, and what its contracts are worth."""

        def build() -> InstrumentService:
            from services.instruments import InstrumentService

            return InstrumentService(self.db, self.ledger, self.clock)

        return self._once("instruments", build)

    @property
    def corporate_actions(self) -> CorporateActionService:
        """Splits, changes of symbol, mergers and spin-offs."""

        def build() -> CorporateActionService:
            from services.corporate_actions import CorporateActionService

            return CorporateActionService(self.db, self.ledger, self.clock)

        return self._once("corporate_actions", build)

    @property
    def edge(self) -> EdgeService:
        """Luck, leaks, what-ifs and simulated futures."""

        def build() -> EdgeService:
            from services.edge import EdgeService

            return EdgeService(self.portfolio.sets)

        return self._once("edge", build)

    @property
    def exit_replay(self) -> ExitReplayService:
        """Exits replayed on candles."""

        def build() -> ExitReplayService:
            from services.exit_replay import ExitReplayService

            return ExitReplayService(self.portfolio.sets, self.candles)

        return self._once("exit_replay", build)

    @property
    def valuation(self) -> ValuationService:
        """What is held and what it is worth together."""

        def build() -> ValuationService:
            from services.valuation import ValuationService

            return ValuationService(self.portfolio, self.quotes)

        return self._once("valuation", build)

    @property
    def demo(self) -> DemoService:
        """The demo workspace."""

        def build() -> DemoService:
            from services.demo import DemoService

            return DemoService(self)

        return self._once("demo", build)
