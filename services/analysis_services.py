"""The services of the Analytics pages: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from services.analysis import AnalysisService
    from services.analysis_settings import AnalysisSettingsService
    from services.portfolio import PortfolioService

Service = TypeVar("Service")


class AnalysisServices:
    """What `Services` offers around the Analytics pages; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def portfolio(self) -> PortfolioService:
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
    def analysis_settings(self) -> AnalysisSettingsService:
        """What figures are worked out by."""

        def build() -> AnalysisSettingsService:
            from services.analysis_settings import AnalysisSettingsService  # noqa: PLC0415 - when first used

            return AnalysisSettingsService(self.db)

        return self._once("analysis_settings", build)
