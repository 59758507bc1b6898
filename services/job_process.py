"""The process of one job: `python -m services.job_process`, started by the supervisor of a server.

It reads its order (the installation, the job, its own name) from the standard input, builds services
of its own on the same database, works at low priority, and ends when the input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data.db import jobs as table
from domain.errors import FillwiseError
from domain.jobs import Job, JobKind, JobState
from domain.watching import watched_by
from services.container import Installation, Services
from services.job_failures import dump_error
from services.job_watcher import LOST, JobWatcher

PRIORITY = 5
"""Niceness: pages come first, but not so far that an import holds the lock of a SQLite file for long."""
NO_MEMORY = "There is not enough memory for this."
BROKEN = "A fault in Fillwise stopped this. Nothing was half saved."
BROKEN_HINT = "The log of the server says more."


def main(equip: Callable[[Services], None] | None = None) -> int:
    """Work on one job; the exit code is for the log, the outcome stands in the job's row.

    Args:
        equip: Gives the services of this process what is above their layer.
    """
    os.nice(PRIORITY)
    order = json.loads(sys.stdin.buffer.readline())
    services = Services(read_installation(order["installation"]))
    if equip is not None:
        equip(services)
    try:
        return work(services, int(order["job"]), str(order["worker"]))
    finally:
        services.db.close()


def read_installation(values: Mapping[str, Any]) -> Installation:
    """Return the installation a supervisor has written down."""
    return Installation(**{**values, "data_dir": Path(values["data_dir"]), "quotes": tuple(values["quotes"])})


def work(services: Services, job_id: int, worker: str) -> int:
    """Do a claimed job and write down how it ended."""
    with services.db.read() as session:
        job = table.find_claimed(session, job_id, worker)
    if job is None:
        return LOST
    watcher = JobWatcher(services.db, services.job_board, services.real_clock, job_id=job_id, worker=worker)
    threading.Thread(target=watcher.stand_by, args=(sys.stdin.fileno(),), daemon=True).start()
    state, values = attempt(services, job, watcher)
    watcher.finish()
    values["progress"] = watcher.progress.to_dict()
    with services.db.begin() as session:
        is_ours = table.finish_job(session, job_id, worker, state, now=services.real_clock(), **values)
    if is_ours:
        services.job_board.clear(job_id)
    return 0 if is_ours else LOST


def work_of(services: Services, kind: JobKind) -> Callable[[Job], dict[str, Any]]:
    """Return what does the work of a kind of job."""
    if kind is JobKind.REPORT:
        return services.report_runs.run
    if kind is JobKind.CANDLES:
        return services.candle_jobs.run
    if kind is JobKind.EXCURSIONS:
        return services.excursion_jobs.run
    return services.portfolios.run_gains if kind is JobKind.GAINS else services.import_jobs.run


def attempt(services: Services, job: Job, watcher: JobWatcher) -> tuple[JobState, dict[str, Any]]:
    """Do the work; returns how it ended and what to write beside that."""
    try:
        with watched_by(watcher):
            result = work_of(services, job.kind)(job)
    except FillwiseError as error:
        if not watcher.sealed:
            state = JobState.CANCELLED if services.job_board.is_cancelled(job.id) else JobState.FAILED
            return state, dump_error(error)
        traceback.print_exc()
    except MemoryError:
        if not watcher.sealed:
            return JobState.FAILED, {"error": NO_MEMORY, "hint": "Split the file and import its parts."}
        traceback.print_exc()
    except Exception:  # noqa: BLE001 - whatever it is, the job must not stay "running"
        traceback.print_exc()
        if not watcher.sealed:
            return JobState.FAILED, {"error": BROKEN, "hint": BROKEN_HINT}
    else:
        return JobState.DONE, {"result": result}
    # What came after the commit failed; the work itself stands.
    return JobState.DONE, {"result": watcher.sealed}


if __name__ == "__main__":
    sys.exit(main())
