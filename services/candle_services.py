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
    from services.charted import ChartedSymbols
    from services.container import Installation
    from services.history import HistoryService
    from services.jobs import JobService
    from services.live_bars import LiveBars
    from services.market_hours import MarketHoursService
    from services.quotes import QuoteService
    from services.stated_actions import StatedActionService
    from services.timekeeper import Timekeeper

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

            return CandleService(self.db, self.candle_archive, self.quotes, self.market_hours, self.clock)

        return self._once("candles", build)

    @property
    def candle_keeper(self) -> CandleKeeper:
        """Fills the candle store."""

        def build() -> CandleKeeper:
            from services.candle_keeping import CandleKeeper

            return CandleKeeper(
                self.db, self.candle_archive, self.quotes, self.candles, self.clock, note=self.charted.note
            )

        return self._once("candle_keeper", build)

    @property
    def candle_chunks(self) -> CandleChunkService:
        """Candles as the browser's kernel takes them."""

        def build() -> CandleChunkService:
            from services.candle_chunks import CandleChunkService

            return CandleChunkService(self.candles, self.candle_keeper, self.clock)

        return self._once("candle_chunks", build)

    @property
    def stated_actions(self) -> StatedActionService:
        """Splits and dividends as providers state them."""

        def build() -> StatedActionService:
            from services.stated_actions import StatedActionService

            return StatedActionService(self.db, self.quotes, self.clock)

        return self._once("stated_actions", build)

    @property
    def charted(self) -> ChartedSymbols:
        """What was looked at on a chart lately."""

        def build() -> ChartedSymbols:
            from services.charted import ChartedSymbols

            return ChartedSymbols(self.quotes.store, self.clock)

        return self._once("charted", build)

    @property
    def history(self) -> HistoryService:
        """History that keeps itself."""

        def build() -> HistoryService:
            from services.history import HistoryParts, HistoryService

            parts = HistoryParts(
                quotes=self.quotes,
                candles=self.candles,
                keeper=self.candle_keeper,
                hours=self.market_hours,
                charted=self.charted,
                learn=self.stated_actions.learn,
            )
            return HistoryService(self.db, self.clock, parts)

        return self._once("history", build)

    @property
    def live_bars(self) -> LiveBars:
        """Where the hub's closed bars go."""

        def build() -> LiveBars:
            from services.live_bars import LiveBars

            return LiveBars(self.candle_keeper, self.history, self.clock)

        return self._once("live_bars", build)

    @property
    def history_clock(self) -> Timekeeper:
        """Wakes when closed bars can be had."""

        def build() -> Timekeeper:
            from services.timekeeper import Timekeeper

            return Timekeeper("fillwise-history", lambda: self.history, self.clock)

        return self._once("history_clock", build)

    def stop_history_clock(self) -> None:
        """End the thread that keeps history, if there is one."""
        found = self._built.get("history_clock")
        if found is not None:
            found.stop()

    @property
    def candle_jobs(self) -> CandleJobService:
        """Fetching and repairing in the background."""

        def build() -> CandleJobService:
            from services.candle_jobs import CandleJobService

            return CandleJobService(self.jobs, self.candles, self.candle_keeper)

        return self._once("candle_jobs", build)
