"""Jobs: long work that no web worker waits for, seen from its owner's side.

A job is a row; the work is done by a process of its own (`services.job_process`) under the eyes of a
supervisor (`services.job_supervisor`) that exists only while there is something to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from data.db import jobs as table
from data.db.engine import Database
from data.job_board import JobBoard
from domain.accounts import UserId
from domain.errors import InvalidInputError
from domain.jobs import Job, JobKind, JobState, Progress
from domain.periods import Clock
from services.job_supervisor import JobSupervisor

KEEP = timedelta(days=14)
WAITING_LIMIT = 100


class JobService:
    """Starts, shows and cancels the jobs of owners; safe to share between threads."""

    def __init__(self, db: Database, board: JobBoard, supervisor: JobSupervisor, clock: Clock) -> None:
        self._db = db
        self._board = board
        self._supervisor = supervisor
        self._clock = clock

    def start(self, owner: UserId, kind: JobKind, *, title: str, request: Mapping[str, Any]) -> Job:
        """Queue a job and return it at once; one that is asked for twice while it is active is one job.

        Args:
            owner: Whose it is.
            kind: What to do.
            title: What the owner knows it by.
            request: What the work needs, as plain JSON values.

        Raises:
            InvalidInputError: If too many jobs of the owner are waiting.
        """
        now = self._clock()
        with self._db.begin() as session:
            table.forget_jobs(session, owner, before=now - KEEP)
            job_id = table.find_active(session, owner, kind, request)
            if job_id is None:
                if len(table.list_active(session, owner)) >= WAITING_LIMIT:
                    raise InvalidInputError("Too many jobs are waiting.", hint="Wait until some are done.")
                job_id = table.add_job(session, owner, kind=kind, title=title, request=request, created_at=now)
                self._board.clear(job_id)
        self._supervisor.wake()
        return self.get(owner, job_id)

    def get(self, owner: UserId, job_id: int) -> Job:
        """Return a job as it is now.

        Raises:
            NotFoundError: If the owner has no such job.
        """
        with self._db.read() as session:
            return self._live(table.get_job(session, owner, job_id))

    def list_jobs(self, owner: UserId, *, limit: int = 50, before: int | None = None) -> list[Job]:
        """Return the owner's jobs without requests and results, newest first."""
        with self._db.read() as session:
            return [self._live(job) for job in table.list_jobs(session, owner, limit=limit, before=before)]

    def list_active(self, owner: UserId) -> list[Job]:
        """Return the owner's waiting and running jobs, oldest first."""
        with self._db.read() as session:
            return [self._live(job) for job in table.list_active(session, owner)]

    def cancel(self, owner: UserId, job_id: int) -> Job:
        """Ask a job to end without effect and return it; one that is over stays as it is.

        Until its work is committed nothing of it is left behind; after that it ends as done.

        Raises:
            NotFoundError: If the owner has no such job.
        """
        job = self.get(owner, job_id)
        if job.is_over:
            return job
        self._board.ask_to_cancel(job_id)
        if not self._db.is_sqlite:
            # On SQLite this could wait for the very import that is to end; there the board alone is asked.
            with self._db.begin() as session:
                table.request_cancel(session, owner, job_id)
        self._supervisor.wake()
        return self.get(owner, job_id)

    def resume(self) -> None:
        """Go on with what an earlier server left; for the start of a server."""
        with self._db.read() as session:
            is_idle = not table.all_active(session)
        if not is_idle:
            self._supervisor.wake()

    def stop(self) -> None:
        """End the supervisor and its processes; their jobs go on when a server starts again."""
        self._supervisor.stop()

    def _live(self, job: Job) -> Job:
        """Return the job with what the board knows better than its row."""
        if job.is_over:
            return job
        # Somebody looks at a job that has not ended: see to it that somebody works on it.
        self._supervisor.ensure()
        is_cancelled = job.is_cancelled or self._board.is_cancelled(job.id)
        shown = self._board.progress(job.id, job.worker) if job.state is JobState.RUNNING else {}
        progress = Progress(**shown) if shown else job.progress
        return replace(job, progress=progress, is_cancelled=is_cancelled)
