"""The services of prices: quotes, candles, watched symbols, market hours. A part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.alert_watch import AlertWatch
    from services.alerts import AlertService
    from services.candle_keeping import CandleKeeper
    from services.candles import CandleService
    from services.chart_desk import ChartDeskService
    from services.chart_windows import ChartWindowService
    from services.companies import CompanyService
    from services.container import Installation
    from services.journal import JournalService
    from services.ledger import LedgerService
    from services.live_bars import LiveBars
    from services.logos import LogoService
    from services.market import MarketService
    from services.market_hours import MarketHoursService
    from services.portfolio import PortfolioService
    from services.price_derivations import PriceDerivationService
    from services.provider_order import ProviderOrderService
    from services.quotes import QuoteService
    from services.screener import ScreenerService
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
        def candles(self) -> CandleService:
            """See `services.candle_services`."""

        @property
        def live_bars(self) -> LiveBars:
            """See `services.candle_services`."""

        @property
        def candle_keeper(self) -> CandleKeeper:
            """See `services.candle_services`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        @property
        def portfolio(self) -> PortfolioService:
            """See `services.container`."""

        @property
        def journal(self) -> JournalService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def quotes(self) -> QuoteService:
        """Quotes and candles."""

        def build() -> QuoteService:
            from services.quote_setup import build_quote_service

            return build_quote_service(
                self.installation,
                self.db,
                self.clock,
                chosen=self.provider_order.chosen,
                history=lambda: self.live_bars,
            )

        return self._once("quotes", build)

    @property
    def provider_order(self) -> ProviderOrderService:
        """In which order quote providers are asked."""

        def build() -> ProviderOrderService:
            from data.quotes import known_providers
            from services.provider_order import ProviderOrderService
            from services.quote_providers import given_settings

            given = given_settings(self.installation)
            return ProviderOrderService(self.db, self.clock, known=known_providers(), given=given)

        return self._once("provider_order", build)

    @property
    def watchlists(self) -> WatchlistService:
        """Watched symbols."""

        def build() -> WatchlistService:
            from services.watchlists import WatchlistService

            return WatchlistService(self.db, self.clock)

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

            return MarketService(self.quotes, self.ledger, self.watchlists, self.market_hours, candles=self.candles)

        return self._once("market", build)

    @property
    def chart_desk(self) -> ChartDeskService:
        """One's own things on a chart: drawings, layouts, fills, open positions."""

        def build() -> ChartDeskService:
            from services.chart_desk import ChartDeskService

            return ChartDeskService(
                self.db,
                self.clock,
                quotes=self.quotes,
                ledger=self.ledger,
                journal=self.journal,
                portfolio=self.portfolio,
                market=self.market,
                hours=self.market_hours,
            )

        return self._once("chart_desk", build)

    @property
    def chart_windows(self) -> ChartWindowService:
        """Charts that the server draws."""

        def build() -> ChartWindowService:
            from services.chart_windows import ChartWindowService

            return ChartWindowService(
                self.candles, self.candle_keeper, self.quotes, market=self.market, desk=self.chart_desk
            )

        return self._once("chart_windows", build)

    @property
    def companies(self) -> CompanyService:
        """The page of one symbol."""

        def build() -> CompanyService:
            from services.companies import CompanyService

            return CompanyService(
                self.quotes, self.market, self.watchlists, ledger=self.ledger, portfolio=self.portfolio
            )

        return self._once("companies", build)

    @property
    def price_derivations(self) -> PriceDerivationService:
        """What prices of the market rest on."""

        def build() -> PriceDerivationService:
            from services.price_derivations import PriceDerivationService

            return PriceDerivationService(self.companies, self.quotes, self.clock)

        return self._once("price_derivations", build)

    @property
    def logos(self) -> LogoService:
        """Company logos."""

        def build() -> LogoService:
            from services.logos import LogoService

            return LogoService(self.quotes, self.installation.data_dir / "cache" / "logos", self.clock)

        return self._once("logos", build)

    @property
    def alerts(self) -> AlertService:
        """Price alerts and what they have told."""

        def build() -> AlertService:
            from services.alerts import AlertService

            return AlertService(self.db, self.quotes, self.clock)

        return self._once("alerts", build)

    @property
    def alert_watch(self) -> AlertWatch:
        """Looks at prices for the alerts; a server starts it."""

        def build() -> AlertWatch:
            from services.alert_watch import AlertDesk, AlertWatch

            desk = AlertDesk(self.db, self.clock)
            is_trading = self.market.is_trading
            return AlertWatch(lambda: self.alerts, lambda: self.quotes, desk, is_trading=is_trading)

        return self._once("alert_watch", build)

    def stop_alert_watch(self) -> None:
        """End the thread that looks at prices for the alerts, if there is one."""
        found = self._built.get("alert_watch")
        if found is not None:
            found.stop()

    @property
    def screener(self) -> ScreenerService:
        """Screens over what is watched."""

        def build() -> ScreenerService:
            from services.screener import ScreenerService

            return ScreenerService(self.db, self.quotes, self.watchlists, self.clock)

        return self._once("screener", build)
