"""The services of portfolios: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.container import Installation
    from services.jobs import JobService
    from services.ledger import LedgerService
    from services.lot_choices import LotChoiceService
    from services.portfolios import PortfolioBookService
    from services.quotes import QuoteService
    from services.transfers import TransferService

Service = TypeVar("Service")


class PortfolioServices:
    """What `Services` offers around portfolios; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.
        installation: Installation
        clock: Clock

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def jobs(self) -> JobService:
            """See `services.import_services`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        @property
        def quotes(self) -> QuoteService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def portfolios(self) -> PortfolioBookService:
        """Portfolios by day: returns, allocation, income, gains, rebalancing."""

        def build() -> PortfolioBookService:
            from data.gain_shelf import GainShelf
            from services.gains import GainDesk
            from services.portfolios import PortfolioBookService

            demo = "demo" in self.installation.quotes
            desk = GainDesk(shelf=GainShelf(self.installation.data_dir / "gains"), jobs=lambda: self.jobs, demo=demo)
            return PortfolioBookService(self.db, self.ledger, self.quotes, clock=self.clock, desk=desk)

        return self._once("portfolios", build)

    @property
    def lot_choices(self) -> LotChoiceService:
        """Which lots a sale closes."""

        def build() -> LotChoiceService:
            from services.lot_choices import LotChoiceService

            return LotChoiceService(self.db, self.portfolios.values, self.clock)

        return self._once("lot_choices", build)

    @property
    def transfers(self) -> TransferService:
        """Shares, coins and contracts that move between accounts."""

        def build() -> TransferService:
            from services.transfers import TransferService

            return TransferService(self.db, self.ledger, self.clock)

        return self._once("transfers", build)
