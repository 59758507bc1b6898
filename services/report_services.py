"""The services of reports and of the overview's layouts: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from domain.periods import Clock

if TYPE_CHECKING:
    from data.db.engine import Database
    from data.storage.archive import ReportArchive
    from services.container import Installation
    from services.jobs import JobService
    from services.journal import JournalService
    from services.overview_layouts import OverviewLayoutService
    from services.portfolio import PortfolioService
    from services.portfolios import PortfolioBookService
    from services.report_document import ReportBuilder
    from services.report_schedules import ReportRunService, ReportScheduleService, ReportWriter
    from services.reports import ReportService
    from services.timekeeper import Timekeeper
    from services.users import UserService

Service = TypeVar("Service")


class ReportServices:
    """What `Services` offers around reports; each service is built when it is first used."""

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
        def journal(self) -> JournalService:
            """See `services.container`."""

        @property
        def portfolio(self) -> PortfolioService:
            """See `services.container`."""

        @property
        def portfolios(self) -> PortfolioBookService:
            """See `services.portfolio_services`."""

        @property
        def users(self) -> UserService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def report_builder(self) -> ReportBuilder:
        """Reports as values."""

        def build() -> ReportBuilder:
            from services.report_document import ReportBuilder

            return ReportBuilder(self.portfolio, self.journal, self.clock, profile=self.users.get, book=self.portfolios)

        return self._once("report_builder", build)

    @property
    def report_archive(self) -> ReportArchive:
        """Files of reports."""

        def build() -> ReportArchive:
            from data.storage.archive import ReportArchive

            return ReportArchive(self.installation.data_dir / "reports")

        return self._once("report_archive", build)

    @property
    def reports(self) -> ReportService:
        """Saved reports, files and shared links."""

        def build() -> ReportService:
            from services.reports import ReportService

            return ReportService(self.db, self.report_builder, self.report_archive, self.clock)

        return self._once("reports", build)

    @property
    def report_schedules(self) -> ReportScheduleService:
        """Reports that are made by themselves."""

        def build() -> ReportScheduleService:
            from services.report_schedules import ReportScheduleService

            targets = dict(self.installation.report_targets)
            return ReportScheduleService(self.db, self.jobs, self.clock, targets=targets)

        return self._once("report_schedules", build)

    @property
    def report_clock(self) -> Timekeeper:
        """Wakes when a report is due."""

        def build() -> Timekeeper:
            from services.timekeeper import Timekeeper

            return Timekeeper("fillwise-report-clock", lambda: self.report_schedules, self.clock)

        return self._once("report_clock", build)

    def use_report_writer(self, writer: ReportWriter) -> None:
        """Let runs of schedules in this process write with this; workbooks and CSV alone otherwise."""
        self._built["report_writer"] = writer

    @property
    def report_runs(self) -> ReportRunService:
        """The work of one run."""

        def build() -> ReportRunService:
            from services.report_schedules import ReportRunService, SheetWriter

            return ReportRunService(
                self.db,
                self.reports,
                self.report_archive,
                self.clock,
                writer=self._built.get("report_writer") or SheetWriter(),
                targets=dict(self.installation.report_targets),
            )

        return self._once("report_runs", build)

    @property
    def overview_layouts(self) -> OverviewLayoutService:
        """Which cards the overview shows."""

        def build() -> OverviewLayoutService:
            from services.overview_layouts import OverviewLayoutService

            return OverviewLayoutService(self.db)

        return self._once("overview_layouts", build)

    def stop_report_clock(self) -> None:
        """End the thread that watches the time, if there is one."""
        found = self._built.get("report_clock")
        if found is not None:
            found.stop()
