"""The services of prices: quotes, candles, watched symbols, market hours. A part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.container import Installation
    from services.ledger import LedgerService
    from services.market import MarketService
    from services.market_hours import MarketHoursService
    from services.quotes import QuoteService
    from services.watchlists import WatchlistService

Service = TypeVar("Service")


class MarketServices:
    """What `Services` offers around prices; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.
        installation: Installation
        clock: Clock
        _built: dict[str, Any]

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def quotes(self) -> QuoteService:
        """Quotes and candles."""

        def build() -> QuoteService:
            from data.quotes import build_providers
            from services.quotes import QuoteService

            made = self.installation
            providers = build_providers(made.quotes, finnhub_key=made.finnhub_key, clock=self.clock)
            return QuoteService(providers, made.data_dir / "cache", self.clock)

        return self._once("quotes", build)

    @property
    def watchlists(self) -> WatchlistService:
        """Watched symbols."""

        def build() -> WatchlistService:
            from services.watchlists import WatchlistService

            return WatchlistService(self.db)

        return self._once("watchlists", build)

    @property
    def market_hours(self) -> MarketHoursService:
        """Which markets are open."""

        def build() -> MarketHoursService:
            from services.market_hours import MarketHoursService

            return MarketHoursService(self.clock)

        return self._once("market_hours", build)

    @property
    def market(self) -> MarketService:
        """Price charts, the watchlist with prices, symbol suggestions."""

        def build() -> MarketService:
            from services.market import MarketService

            return MarketService(self.quotes, self.ledger, self.watchlists, self.market_hours)

        return self._once("market", build)
