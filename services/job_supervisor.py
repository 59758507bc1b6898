"""Sees to it that jobs are worked on: claims them, starts a process for each, and settles how they ended.

One small thread, started by the first job and gone after the last. It computes nothing itself. Every
server of an installation may have one; the rows decide who works on what.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from data.db import jobs as table
from data.db.engine import Database
from data.db.jobs import ActiveJob
from data.job_board import JobBoard
from domain.errors import FillwiseError
from domain.jobs import JobState
from domain.periods import Clock
from services.uploads import UploadService

if TYPE_CHECKING:  # the container builds this
    from services.container import Installation

_LOG = logging.getLogger("fillwise.jobs")
ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
"""Jobs running at the same time, in all servers together; one of each owner."""
ATTEMPTS = 2
LEASE_SECONDS = 30.0
LOOK_SECONDS = 0.25
IDLE_LOOK_SECONDS = 1.0
CRASHED = "The process that did this ended unexpectedly{how}. Nothing was half saved."
CRASHED_HINT = "Try again; if it happens again, the file may need more memory than this machine has. Split it."


@dataclass(frozen=True, slots=True)
class Child:
    """A process and the job it works on."""

    worker: str
    process: subprocess.Popen[bytes]


class JobSupervisor:
    """Runs the jobs of one installation on behalf of one server.

    Args:
        db: The database with the jobs.
        board: Where jobs show their progress.
        clock: The real time: a lease must run out even where the clock of the app stands still.
        installation: What a process needs to build the same services, as plain JSON values.
        can_run: Whether this server has what a job needs; its upload may lie on another machine's disk.
    """

    def __init__(
        self,
        db: Database,
        board: JobBoard,
        clock: Clock,
        *,
        installation: Mapping[str, Any],
        can_run: Callable[[ActiveJob], bool],
    ) -> None:
        self._db = db
        self._board = board
        self._clock = clock
        self._installation = installation
        self._can_run = can_run
        self._children: dict[int, Child] = {}
        self._thread: threading.Thread | None = None
        self._wish = threading.Event()
        self._lock = threading.RLock()
        self._is_stopping = False

    def wake(self) -> None:
        """Look at the jobs now, and as long as there are any."""
        self._wish.set()
        self.ensure()

    def ensure(self) -> None:
        """See to it that somebody looks at the jobs as long as there are any."""
        with self._lock:
            if self._is_stopping or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="fillwise-jobs", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and the processes; jobs that had not committed wait for the next server."""
        with self._lock:
            self._is_stopping = True
            thread = self._thread
        self._wish.set()
        # The last reference to a service may be dropped in its own thread, which cannot wait for itself.
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=60)
        for job_id, child in list(self._children.items()):
            if child.process.poll() is None:
                self._board.sign_off(job_id, child.worker)
            _end(child.process)
            self._settle(job_id, child.worker)
        self._children.clear()

    def _run(self) -> None:
        while not self._is_stopping:
            self._wish.clear()
            is_needed = True
            try:
                is_needed = self.look()
            except FillwiseError:
                _LOG.info("the database is busy; the jobs wait")
            except Exception:  # noqa: BLE001 - the next look may succeed
                _LOG.exception("looking after the jobs failed; it is tried again")
            if not is_needed and self._retire():
                return
            self._wish.wait(LOOK_SECONDS if self._children else IDLE_LOOK_SECONDS)

    def _retire(self) -> bool:
        """Let the thread end unless somebody woke it meanwhile."""
        with self._lock:
            if self._wish.is_set():
                return False
            self._thread = None
            return True

    def look(self) -> bool:
        """Settle jobs that have ended, start those that may begin; returns whether any is active."""
        with self._db.read() as session:
            active = table.all_active(session)
        for job in active:
            is_running = job.state is JobState.RUNNING
            if self._is_gone(job) if is_running else self._is_cancelled(job):
                self._settle(job.id, job.worker)
        self._bury(active)
        for job in self._next(active):
            self._start(job)
        return bool(active or self._children)

    def _next(self, active: list[ActiveJob]) -> list[ActiveJob]:
        """Return the waiting jobs that may begin: no owner takes two places."""
        running = Counter(job.owner for job in active if job.state is JobState.RUNNING)
        chosen: list[ActiveJob] = []
        for job in active:
            if sum(running.values()) >= AT_ONCE:
                break
            if job.state is JobState.QUEUED and not running[job.owner] and self._may_run(job):
                running[job.owner] += 1
                chosen.append(job)
        return chosen

    def _may_run(self, job: ActiveJob) -> bool:
        # What no server has after a while is gone: then the job runs, and says so.
        is_old = self._clock() - job.created_at > timedelta(seconds=LEASE_SECONDS)
        return not self._is_cancelled(job) and (self._db.is_sqlite or is_old or self._can_run(job))

    def _start(self, job: ActiveJob) -> None:
        worker = secrets.token_hex(12)
        # The sign of life comes before the claim: another server must not find a claimed job without one.
        self._board.post(job.id, worker, {})
        with self._db.begin() as session:
            if not table.claim_job(session, job.id, worker, now=self._clock()):
                return
        process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
            [sys.executable, "-m", str(self._installation.get("worker", "services.job_process"))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for the server; this process ends when its pipe does. Not a session of its
            # own: the kernel would share the processor between sessions, and a low priority would mean nothing.
            process_group=0,
        )
        self._children[job.id] = Child(worker, process)
        order = {"installation": dict(self._installation), "job": job.id, "worker": worker}
        # The settings may hold a password: they travel where no list of processes shows them.
        with suppress(BrokenPipeError):
            cast("IO[bytes]", process.stdin).write(json.dumps(order).encode() + b"\n")
            cast("IO[bytes]", process.stdin).flush()

    def _is_gone(self, job: ActiveJob) -> bool:
        """Whether nobody works on a running job any more."""
        child = self._children.get(job.id)
        if child is not None and child.worker == job.worker:
            return child.process.poll() is not None
        if self._board.has_signed_off(job.id, job.worker):
            return True
        silence = self._board.silence(job.id, job.worker)
        if silence is not None and silence < LEASE_SECONDS:
            return False
        # The worker may be on another machine: then its row speaks.
        return job.heartbeat_at is None or job.heartbeat_at < self._clock() - timedelta(seconds=LEASE_SECONDS)

    def _settle(self, job_id: int, worker: str) -> None:
        """Decide about a job nobody works on; what was committed counts, the rest has not happened."""
        child = self._children.get(job_id)
        code = child.process.returncode if child is not None and child.worker == worker else None
        with self._db.begin() as session:
            # Its process may have committed, or ended the job, after we looked.
            job = table.lock_active(session, job_id)
            if job is None:
                self._board.clear(job_id)
            if job is None or job.worker != worker:
                return
            signed_off = self._board.has_signed_off(job_id, worker)
            wants_more = not (job.is_sealed or self._is_cancelled(job))
            if wants_more and (signed_off or job.attempt < ATTEMPTS):
                table.queue_again(session, job, is_counted=not signed_off)
                return
            state, values = self._end_of(job, code)
            table.finish_job(session, job_id, worker, state, now=self._clock(), **values)
        self._board.clear(job_id)

    def _end_of(self, job: ActiveJob, code: int | None) -> tuple[JobState, dict[str, str]]:
        if job.is_sealed:
            return JobState.DONE, {}
        if self._is_cancelled(job):
            return JobState.CANCELLED, {}
        how = f" (signal {-code})" if code is not None and code < 0 else ""
        return JobState.FAILED, {"error": CRASHED.format(how=how), "hint": CRASHED_HINT}

    def _is_cancelled(self, job: ActiveJob) -> bool:
        return job.is_cancelled or self._board.is_cancelled(job.id)

    def _bury(self, active: list[ActiveJob]) -> None:
        """Let go of processes that have ended and of those whose job is no longer theirs."""
        workers = {job.id: job.worker for job in active if job.state is JobState.RUNNING}
        for job_id, child in list(self._children.items()):
            if child.process.poll() is None and workers.get(job_id) == child.worker:
                continue
            if child.process.poll() is None and job_id in workers:
                _end(child.process)
            if child.process.poll() is not None:
                _end(child.process)
                del self._children[job_id]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def supervise(
    db: Database, board: JobBoard, clock: Clock, *, installation: Installation, uploads: UploadService
) -> JobSupervisor:
    """Return the supervisor of an installation's import jobs."""

    def has_upload(job: ActiveJob) -> bool:
        upload = str(job.request.get("choices", {}).get("upload", ""))
        return not upload or uploads.has(job.owner, upload)

    written = {**asdict(installation), "data_dir": str(installation.data_dir)}
    return JobSupervisor(db, board, clock, installation=written, can_run=has_upload)
