"""The services of portfolios: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.container import Installation
    from services.ledger import LedgerService
    from services.portfolios import PortfolioBookService
    from services.quotes import QuoteService

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
            from services.portfolios import PortfolioBookService

            demo = "demo" in self.installation.quotes
            return PortfolioBookService(self.db, self.ledger, self.quotes, clock=self.clock, demo=demo)

        return self._once("portfolios", build)
