"""Reports that are made by themselves: schedules, the queue of what is due, and the work of one run.

Whoever moves a schedule's next instant on, in one statement that names the old one, queues its job in
the same transaction: so a due report is made once, however many servers look. Whatever a server slept
through is caught up by one run, not by many.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.db import jobs as job_table
from data.db import reports as table
from data.db.engine import Database
from data.storage.targets import open_target
from domain.accounts import UserId
from domain.errors import FillwiseError, InvalidInputError
from domain.jobs import Job, JobKind
from domain.occurrences import next_occurrence
from domain.periods import Clock
from domain.report_document import ReportDocument
from domain.reports import ReportFile, ReportForm, ReportSchedule
from domain.watching import current_watcher
from services.reports import FILES_KEPT, ReportService, file_name

if TYPE_CHECKING:
    from data.storage.archive import ReportArchive
    from services.jobs import JobService

MOST_SCHEDULES = 50
UNFORESEEN = "Something went wrong that nobody foresaw. The server's log says more."


class ReportWriter(Protocol):
    """Turns documents into files."""

    def write(self, document: ReportDocument, form: ReportForm) -> bytes:
        """Return a document as a file."""


class SheetWriter:
    """Writes workbooks and CSV; what is drawn or typeset is above the services."""

    def write(self, document: ReportDocument, form: ReportForm) -> bytes:
        """Return a document as a file.

        Raises:
            InvalidInputError: If the form is neither XLSX nor CSV.
        """
        from services.report_sheets import write_csv, write_xlsx  # noqa: PLC0415 - with the first report

        if form is ReportForm.XLSX:
            return write_xlsx(document)
        if form is ReportForm.CSV:
            return write_csv(document)
        raise InvalidInputError(f"This process cannot write {form.label}.", hint="Run it as part of the server.")


class ReportScheduleService:
    """Use cases around schedules; the time is that of the app's clock."""

    def __init__(self, db: Database, jobs: JobService, clock: Clock, *, targets: Mapping[str, str]) -> None:
        self._db = db
        self._jobs = jobs
        self._clock = clock
        self._targets = targets
        self.changed = threading.Event()

    def targets(self) -> list[str]:
        """Return the names of the targets this installation has, beside the archive."""
        return sorted(self._targets)

    def list_schedules(self, owner: UserId) -> list[ReportSchedule]:
        """Return the owner's schedules in the order they were made."""
        with self._db.read() as session:
            return table.list_schedules(session, owner)

    def get(self, owner: UserId, schedule_id: int) -> ReportSchedule:
        """Return one schedule.

        Raises:
            NotFoundError: If the owner has no such schedule.
        """
        with self._db.read() as session:
            return table.get_schedule(session, owner, schedule_id)

    def save(self, owner: UserId, schedule: ReportSchedule) -> ReportSchedule:
        """Save a schedule, new without an id, due next from now on.

        Raises:
            NotFoundError: If the owner has no such report or schedule.
            InvalidInputError: If zone, time, day, form or target is not valid.
        """
        self._check(schedule)
        due = replace(schedule, next_at=next_occurrence(schedule, self._clock()))
        with self._db.begin() as session:
            table.get_report(session, owner, schedule.report_id)
            if schedule.id:
                table.get_schedule(session, owner, schedule.id)
            elif len(table.list_schedules(session, owner)) >= MOST_SCHEDULES:
                raise InvalidInputError(f"There are {MOST_SCHEDULES} schedules already.", hint="Delete one first.")
            schedule_id = table.save_schedule(session, owner, due)
        self.changed.set()
        return self.get(owner, schedule_id)

    def _check(self, schedule: ReportSchedule) -> None:
        try:
            ZoneInfo(schedule.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"There is no time zone {schedule.zone[:40]!r}."
            raise InvalidInputError(message, field="zone", hint="Use a name such as Europe/Zurich.") from error
        if not 0 <= schedule.minute < 1_440:
            raise InvalidInputError("The time is not one of a day.", field="minute", hint="Write it as 16:30.")
        if not 0 <= schedule.weekday <= 6:
            raise InvalidInputError("The weekday is not 0 (Monday) to 6.", field="weekday")
        if not 1 <= schedule.month_day <= 31:
            raise InvalidInputError("The day of the month is not 1 to 31.", field="month_day")
        if not schedule.forms:
            raise InvalidInputError("Choose at least one kind of file.", field="forms")
        if schedule.target and schedule.target not in self._targets:
            message = f"There is no report target {schedule.target[:40]!r}."
            raise InvalidInputError(message, field="target", hint="FILLWISE_REPORT_TARGETS names them.")

    def switch(self, owner: UserId, schedule_id: int, *, is_on: bool) -> ReportSchedule:
        """Let a schedule rest or go on; while it rested nothing was due."""
        return self.save(owner, replace(self.get(owner, schedule_id), is_on=is_on))

    def delete(self, owner: UserId, schedule_id: int) -> None:
        """Delete a schedule; its files stay.

        Raises:
            NotFoundError: If the owner has no such schedule.
        """
        with self._db.begin() as session:
            table.get_schedule(session, owner, schedule_id)
            table.delete_schedule(session, owner, schedule_id)

    def run_now(self, owner: UserId, schedule_id: int) -> Job:
        """Make the files of a schedule now, beside its times.

        Raises:
            NotFoundError: If the owner has no such schedule.
        """
        schedule = self.get(owner, schedule_id)
        return self._jobs.start(
            owner, JobKind.REPORT, title=schedule.report_name, request={"schedule": schedule_id, "due": ""}
        )

    def do_due(self) -> int:
        """Queue a job for each schedule that is due and move it on; returns how many this process has queued."""
        now = self._clock()
        with self._db.read() as session:
            due = table.due_schedules(session, now)
        queued = sum(self._queue(owner, schedule, now) for owner, schedule in due)
        if queued:
            self._jobs.resume()
        return queued

    def _queue(self, owner: UserId, schedule: ReportSchedule, now: datetime) -> bool:
        following = next_occurrence(schedule, now)
        request = {"schedule": schedule.id, "due": "" if schedule.next_at is None else schedule.next_at.isoformat()}
        with self._db.begin() as session:
            if not table.claim_due(session, schedule, following):
                return False
            title = schedule.report_name
            job_table.add_job(session, owner, kind=JobKind.REPORT, title=title, request=request, created_at=now)
        return True

    def next_due(self) -> datetime | None:
        """Return when the installation's next report is due, None without any."""
        with self._db.read() as session:
            return table.next_due(session)


class ReportRunService:
    """Does the work of one run; lives in the process of the job."""

    def __init__(
        self,
        db: Database,
        reports: ReportService,
        archive: ReportArchive,
        clock: Clock,
        *,
        writer: ReportWriter,
        targets: Mapping[str, str],
    ) -> None:
        self._db = db
        self._reports = reports
        self._archive = archive
        self._clock = clock
        self._writer = writer
        self._targets = targets

    def run(self, job: Job) -> dict[str, Any]:
        """Make the files of a schedule; returns their names.

        Raises:
            NotFoundError: If the schedule was deleted meanwhile.
            FillwiseError: Why it could not be made; noted at the schedule too.
        """
        schedule_id = int(job.request["schedule"])
        with self._db.read() as session:
            schedule = table.get_schedule(session, job.owner, schedule_id)
        try:
            return self._make(job.owner, schedule)
        except FillwiseError as error:
            self._note_failure(job, f"{error.message} {error.hint}".strip())
            raise
        except Exception:
            self._note_failure(job, UNFORESEEN)
            raise

    def _note_failure(self, job: Job, error: str) -> None:
        """Tell at the schedule why it has no new files."""
        with self._db.begin() as session:
            table.note_run(session, job.owner, int(job.request["schedule"]), at=self._clock(), error=error)

    def _make(self, owner: UserId, schedule: ReportSchedule) -> dict[str, Any]:
        current_watcher().begin("write", total=len(schedule.forms))
        document = self._reports.document(owner, self._reports.get(owner, schedule.report_id))
        files = []
        for done, form in enumerate(schedule.forms, 1):
            name, payload = file_name(document, form), self._writer.write(document, form)
            location = self._deliver(owner, schedule, name, payload)
            key = self._archive.put(owner, payload, form.value)
            made = ReportFile(
                id=0,
                name=name,
                form=form,
                size_bytes=len(payload),
                created_at=self._clock(),
                schedule_id=schedule.id,
                location=location,
            )
            files.append((made, key))
            current_watcher().reach(done)
        return self._note(owner, schedule, files)

    def _deliver(self, owner: UserId, schedule: ReportSchedule, name: str, payload: bytes) -> str:
        if not schedule.target:
            return ""
        url = self._targets.get(schedule.target)
        if url is None:
            message = f"The report target {schedule.target!r} is no longer configured."
            raise InvalidInputError(message, hint="Choose another in the schedule.")
        return open_target(url).put(owner, name, payload)

    def _note(self, owner: UserId, schedule: ReportSchedule, files: list[tuple[ReportFile, str]]) -> dict[str, Any]:
        result = {"files": [made.name for made, _ in files]}
        with self._db.begin() as session:
            for made, key in files:
                table.add_file(session, owner, made, key)
            forgotten = table.forget_files(session, owner, keep=FILES_KEPT)
            table.note_run(session, owner, schedule.id, at=self._clock(), error="")
            current_watcher().seal(session, result)
        for old in forgotten:
            self._archive.delete(owner, old)
        return result
