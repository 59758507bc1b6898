"""The worker's side of a job: reports progress, hears the wish to cancel, and seals what was committed.

Cancelling needs no help from the work: until its one transaction commits nothing of it lasts, so the
process simply ends, wherever it is.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from typing_extensions import override

from data.db import jobs as table
from data.db.engine import Database
from data.job_board import JobBoard
from domain.errors import ConflictError, FillwiseError
from domain.jobs import Progress
from domain.periods import Clock
from domain.watching import Watcher

LOOK_SECONDS = 0.1
POST_SECONDS = 0.25
HEARTBEAT = timedelta(seconds=3)
SETTLING_SECONDS = 0.2
CANCELLED, LEFT, LOST = 10, 11, 12
"""Exit codes: the job was cancelled, the server is gone, the job is somebody else's now."""


class JobWatcher(Watcher):
    """Watches the work of this process on behalf of its job.

    Args:
        db: The database with the job.
        board: Where progress is shown.
        clock: The real time.
        job_id, worker: The job, and the name under which it was claimed.
    """

    def __init__(self, db: Database, board: JobBoard, clock: Clock, *, job_id: int, worker: str) -> None:
        self._db = db
        self._board = board
        self._clock = clock
        self._job_id = job_id
        self._worker = worker
        self.progress = Progress()
        self._began = self._started = time.monotonic()
        self._rows = 0
        self._is_over = threading.Event()
        self._posting = threading.Lock()
        self.sealed: dict[str, Any] = {}

    @override
    def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
        self._began = time.monotonic()
        self.progress = Progress(stage=stage, total=total, unit=unit)
        self._rows = max(self._rows, total if unit == "rows" else 0)
        self._post()

    @override
    def reach(self, done: int) -> None:
        seconds = time.monotonic() - self._began
        is_known = self.progress.unit == "rows" and done > 0 and seconds > SETTLING_SECONDS
        self.progress = Progress(
            stage=self.progress.stage,
            done=done,
            total=self.progress.total,
            unit=self.progress.unit,
            rows_per_second=round(done / seconds, 1) if is_known else self.progress.rows_per_second,
        )

    @override
    def seal(self, transaction: Any, result: Mapping[str, Any]) -> None:
        # From here on the wish to cancel comes too late: `stand_by` looks at this first.
        self.sealed = dict(result)
        is_wanted = not self._board.is_cancelled(self._job_id)
        if not is_wanted or not table.seal_job(transaction, self._job_id, self._worker, result):
            self.sealed = {}
            raise ConflictError("The job was cancelled.")

    def stand_by(self, lifeline: int) -> None:
        """Show progress and end the process when it is not wanted any more; runs in a thread of its own.

        Args:
            lifeline: File descriptor that reaches its end when the server is gone.
        """
        posted, beat = 0.0, self._clock()
        while not self._is_over.is_set():
            is_readable, _, _ = select.select([lifeline], [], [], LOOK_SECONDS)
            if not self.sealed:
                self._leave_if_unwanted(is_alone=bool(is_readable) and not os.read(lifeline, 1))
            elif is_readable:
                time.sleep(LOOK_SECONDS)
            if time.monotonic() - posted >= POST_SECONDS:
                posted = time.monotonic()
                self._post()
            if not self._db.is_sqlite and self._clock() - beat >= HEARTBEAT:
                beat = self._clock()
                self._keep_alive()

    def _post(self) -> None:
        # Two threads report; and a disk that takes no more must not end work that may still succeed.
        with self._posting, suppress(OSError):
            if not self._is_over.is_set():
                self._board.post(self._job_id, self._worker, self.progress.to_dict())

    def finish(self) -> None:
        """Stop looking: the work is over. What remains of the progress is the speed of the whole."""
        with self._posting:
            self._is_over.set()
        seconds = max(time.monotonic() - self._started, 0.001)
        speed = round(self._rows / seconds, 1) if self._rows else None
        self.progress = replace(self.progress, done=self.progress.total, rows_per_second=speed)

    def _leave_if_unwanted(self, *, is_alone: bool) -> None:
        if self._board.is_cancelled(self._job_id):
            os._exit(CANCELLED)
        if is_alone:
            self._board.sign_off(self._job_id, self._worker)
            os._exit(LEFT)

    def _keep_alive(self) -> None:
        """Write a sign of life for servers on other machines; on SQLite the board is everywhere."""
        try:
            with self._db.begin() as session:
                is_wanted = table.keep_alive(
                    session, self._job_id, self._worker, progress=self.progress.to_dict(), now=self._clock()
                )
        except FillwiseError:
            return
        if not is_wanted and not self.sealed:
            os._exit(LOST)
