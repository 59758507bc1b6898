"""The services of imports, from the drop of a file to its undo: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from domain.periods import Clock, utc_now

if TYPE_CHECKING:
    from data.db.engine import Database
    from data.job_board import JobBoard
    from services.accounts import AccountService
    from services.container import Installation
    from services.import_diffs import ImportDiffService
    from services.import_drafts import ImportDraftService
    from services.import_jobs import ImportJobService
    from services.import_queue import ImportQueueService
    from services.imports import ImportService
    from services.jobs import JobService
    from services.ledger import LedgerService
    from services.portfolio import PortfolioService
    from services.templates import TemplateService
    from services.uploads import UploadService

Service = TypeVar("Service")


class ImportServices:
    """What `Services` offers around imports; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.
        installation: Installation
        _built: dict[str, Any]

        @property
        def accounts(self) -> AccountService:
            """See `services.container`."""

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def imports(self) -> ImportService:
            """See `services.container`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        @property
        def portfolio(self) -> PortfolioService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def import_drafts(self) -> ImportDraftService:
        """What happens between the drop of a file and its import."""

        def build() -> ImportDraftService:
            from services.import_drafts import ImportDraftService

            return ImportDraftService(
                self.imports, self.uploads, self.accounts, ledger=self.ledger, portfolio=self.portfolio
            )

        return self._once("import_drafts", build)

    @property
    def uploads(self) -> UploadService:
        """Files between the drop and the import."""

        def build() -> UploadService:
            from services.uploads import UploadService

            return UploadService(self.installation.data_dir / "uploads")

        return self._once("uploads", build)

    @property
    def real_clock(self) -> Clock:
        """The machine's time: what leases are measured by, also where the clock of the app stands still."""
        return utc_now

    @property
    def job_board(self) -> JobBoard:
        """Where running jobs show how far they are."""

        def build() -> JobBoard:
            from data.job_board import JobBoard

            return JobBoard(self.installation.data_dir / "jobs")

        return self._once("job_board", build)

    @property
    def jobs(self) -> JobService:
        """Long work: start, look, cancel."""

        def build() -> JobService:
            from services.job_supervisor import supervise
            from services.jobs import JobService

            supervisor = supervise(
                self.db, self.job_board, self.real_clock, installation=self.installation, uploads=self.uploads
            )
            return JobService(self.db, self.job_board, supervisor, self.real_clock)

        return self._once("jobs", build)

    @property
    def import_jobs(self) -> ImportJobService:
        """Reading and importing large files."""

        def build() -> ImportJobService:
            from services.import_jobs import ImportJobService

            return ImportJobService(self.jobs, self.uploads, lambda: self.import_drafts)

        return self._once("import_jobs", build)

    @property
    def import_queue(self) -> ImportQueueService:
        """Files that wait to be imported, and what is mended in them."""

        def build() -> ImportQueueService:
            from services.import_queue import ImportQueueService

            return ImportQueueService(
                self.import_drafts, self.uploads, self.import_jobs, self.jobs, templates=self.templates
            )

        return self._once("import_queue", build)

    @property
    def import_diffs(self) -> ImportDiffService:
        """What each import changed."""

        def build() -> ImportDiffService:
            from services.import_diffs import ImportDiffService

            return ImportDiffService(self.db)

        return self._once("import_diffs", build)

    @property
    def templates(self) -> TemplateService:
        """Saved column mappings."""

        def build() -> TemplateService:
            from services.templates import TemplateService

            return TemplateService(self.db)

        return self._once("templates", build)

    def stop_jobs(self) -> None:
        """End the processes of running jobs, if there are any; they go on when a server starts again."""
        found = self._built.get("jobs")
        if found is not None:
            found.stop()
