"""The services of kept candles. A part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from data.candles.archive import CandleArchive
    from data.db.engine import Database
    from domain.periods import Clock
    from services.candle_chunks import CandleChunkService
    from services.candle_jobs import CandleJobService
    from services.candle_keeping import CandleKeeper
    from services.candles import CandleService
    from services.container import Installation
    from services.jobs import JobService
    from services.market_hours import MarketHoursService
    from services.quotes import QuoteService

Service = TypeVar("Service")


class CandleServices:
    """What `Services` offers around kept candles; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.
        installation: Installation
        clock: Clock
        _built: dict[str, Any]

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def jobs(self) -> JobService:
            """See `services.import_services`."""

        @property
        def quotes(self) -> QuoteService:
            """See `services.market_services`."""

        @property
        def market_hours(self) -> MarketHoursService:
            """See `services.market_services`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def candle_archive(self) -> CandleArchive:
        """Kept bars."""

        def build() -> CandleArchive:
            from data.candles.archive import CandleArchive

            return CandleArchive(self.installation.data_dir / "candles", simulated=("demo",))

        return self._once("candle_archive", build)

    @property
    def candles(self) -> CandleService:
        """Candles, kept ones first."""

        def build() -> CandleService:
            from services.candles import CandleService

            return CandleService(
                self.db,
                self.candle_archive,
                self.quotes,
                self.market_hours,
                self.clock,
                order=self.installation.quotes,
            )

        return self._once("candles", build)

    @property
    def candle_keeper(self) -> CandleKeeper:
        """Fills the candle store."""

        def build() -> CandleKeeper:
            from services.candle_keeping import CandleKeeper

            return CandleKeeper(self.db, self.candle_archive, self.quotes, self.candles, self.clock)

        return self._once("candle_keeper", build)

    @property
    def candle_chunks(self) -> CandleChunkService:
        """Candles as the browser's kernel takes them."""

        def build() -> CandleChunkService:
            from services.candle_chunks import CandleChunkService

            return CandleChunkService(self.candles, self.candle_keeper, self.clock)

        return self._once("candle_chunks", build)

    @property
    def candle_jobs(self) -> CandleJobService:
        """Fetching and repairing in the background."""

        def build() -> CandleJobService:
            from services.candle_jobs import CandleJobService

            return CandleJobService(self.jobs, self.candles, self.candle_keeper)

        return self._once("candle_jobs", build)
