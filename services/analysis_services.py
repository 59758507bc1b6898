"""The services of the Analytics pages: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.analysis import AnalysisService
    from services.analysis_settings import AnalysisSettingsService
    from services.excursion_jobs import ExcursionJobs
    from services.jobs import JobService
    from services.ledger import LedgerService
    from services.portfolio import PortfolioService

Service = TypeVar("Service")


class AnalysisServices:
    """What `Services` offers around the Analytics pages; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.

        @property
        def db(self) -> Database:
            """See `services.container`."""

        clock: Clock

        @property
        def portfolio(self) -> PortfolioService:
            """See `services.container`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        @property
        def jobs(self) -> JobService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def analysis(self) -> AnalysisService:
        """Breakdowns, comparisons, trends and explanations."""

        def build() -> AnalysisService:
            from services.analysis import AnalysisService  # noqa: PLC0415 - services are imported when first used

            return AnalysisService(self.portfolio)

        return self._once("analysis", build)

    @property
    def excursion_jobs(self) -> ExcursionJobs:
        """Measures many trades on candles."""

        def build() -> ExcursionJobs:
            from services.excursion_jobs import ExcursionJobs  # noqa: PLC0415 - services are imported when first used

            return ExcursionJobs(self.portfolio, self.ledger, lambda: self.jobs, self.clock)

        return self._once("excursion_jobs", build)

    @property
    def analysis_settings(self) -> AnalysisSettingsService:
        """What figures are worked out by."""

        def build() -> AnalysisSettingsService:
            from services.analysis_settings import AnalysisSettingsService  # noqa: PLC0415 - when first used

            return AnalysisSettingsService(self.db)

        return self._once("analysis_settings", build)
