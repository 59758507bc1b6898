"""Jobs in the database: the queue, who works on which, and what came of it.

Whoever claims a job writes its own name into it; from then on each statement about the job names the
worker too, so that one that has lost its job (its lease ran out, it was queued again) changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from data.db.engine import Session
from data.db.tables import jobs
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.jobs import Job, JobKind, JobState, Progress

ACTIVE = (JobState.QUEUED.value, JobState.RUNNING.value)
_LISTED = [column for column in jobs.c if column.name not in ("result", "request")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveJob:
    """What a supervisor looks at. `is_sealed` is whether the work itself has been committed."""

    id: int
    owner: UserId
    kind: JobKind
    state: JobState
    worker: str
    attempt: int
    is_cancelled: bool
    created_at: datetime
    heartbeat_at: datetime | None
    request: Mapping[str, Any]
    is_sealed: bool


def _job(row: Any) -> Job:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's name for the public view of a row
    return Job(
        id=row.id,
        owner=UserId(row.owner_id),
        kind=JobKind(row.kind),
        state=JobState(row.state),
        title=row.title,
        request=json.loads(values.get("request", "{}")),
        progress=Progress(**json.loads(row.progress)),
        result=json.loads(values.get("result", "{}")),
        error=row.error,
        hint=row.hint,
        is_cancelled=row.is_cancelled,
        attempt=row.attempt,
        worker=row.worker,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def add_job(
    session: Session, owner: UserId, *, kind: JobKind, title: str, request: Mapping[str, Any], created_at: datetime
) -> int:
    """Insert a queued job and return its id."""
    values = {"kind": kind.value, "state": JobState.QUEUED.value, "title": title[:255], "created_at": created_at}
    row = insert(jobs).values(owner_id=owner, request=_text(request), **values)
    return int(session.execute(row).inserted_primary_key[0])  # type: ignore[index]


def get_job(session: Session, owner: UserId, job_id: int) -> Job:
    """Return one job with its request and result.

    Raises:
        NotFoundError: If the owner has no such job.
    """
    row = session.execute(select(jobs).where(jobs.c.owner_id == owner, jobs.c.id == job_id)).first()
    if row is None:
        raise NotFoundError("No such job.")
    return _job(row)


def list_jobs(session: Session, owner: UserId, *, limit: int, before: int | None) -> list[Job]:
    """Return the owner's jobs without request and result, newest first; `before` goes on after the one of this id."""
    query = select(*_LISTED).where(jobs.c.owner_id == owner).order_by(jobs.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(jobs.c.id < before)
    return [_job(row) for row in session.execute(query)]


def list_active(session: Session, owner: UserId) -> list[Job]:
    """Return the owner's waiting and running jobs with their requests, oldest first."""
    query = select(*_LISTED, jobs.c.request).where(jobs.c.owner_id == owner, jobs.c.state.in_(ACTIVE))
    return [_job(row) for row in session.execute(query.order_by(jobs.c.id))]


def find_active(session: Session, owner: UserId, kind: JobKind, request: Mapping[str, Any]) -> int | None:
    """Return the id of the owner's waiting or running job that was asked for in the very same way."""
    query = select(jobs.c.id).where(jobs.c.owner_id == owner, jobs.c.kind == kind.value, jobs.c.state.in_(ACTIVE))
    found = session.execute(query.where(jobs.c.request == _text(request)).order_by(jobs.c.id)).scalars().first()
    return None if found is None else int(found)


def all_active(session: Session) -> list[ActiveJob]:
    """Return every waiting and running job of the installation, oldest first."""
    query = select(jobs).where(jobs.c.state.in_(ACTIVE)).order_by(jobs.c.id)
    return [_active(row) for row in session.execute(query)]


def lock_active(session: Session, job_id: int) -> ActiveJob | None:
    """Return a job that nobody else changes until the transaction ends, None when it is over."""
    query = select(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(ACTIVE)).with_for_update()
    row = session.execute(query).first()
    return None if row is None else _active(row)


def _active(row: Row[Any]) -> ActiveJob:
    return ActiveJob(
        id=row.id,
        owner=UserId(row.owner_id),
        kind=JobKind(row.kind),
        state=JobState(row.state),
        worker=row.worker,
        attempt=row.attempt,
        is_cancelled=row.is_cancelled,
        created_at=row.created_at,
        heartbeat_at=row.heartbeat_at,
        request=json.loads(row.request),
        is_sealed=row.result != "{}",
    )


def claim_job(session: Session, job_id: int, worker: str, *, now: datetime) -> bool:
    """Let a worker have a waiting job; False when somebody else was faster."""
    # One statement that names the old state: two servers cannot both change the row.
    waiting = (jobs.c.id == job_id) & (jobs.c.state == JobState.QUEUED.value)
    values = {"state": JobState.RUNNING.value, "worker": worker, "progress": "{}", "result": "{}"}
    changed = session.execute(
        update(jobs).where(waiting).values(**values, attempt=jobs.c.attempt + 1, started_at=now, heartbeat_at=now)
    )
    return bool(changed.rowcount == 1)


def find_claimed(session: Session, job_id: int, worker: str) -> Job | None:
    """Return a job to the worker that has claimed it, None when it has lost it."""
    row = session.execute(select(jobs).where(_mine(job_id, worker))).first()
    return None if row is None else _job(row)


def keep_alive(session: Session, job_id: int, worker: str, *, progress: Mapping[str, Any], now: datetime) -> bool:
    """Write how far a job is; returns whether the worker still has it and nobody asked to cancel it."""
    mine = _mine(job_id, worker)
    session.execute(update(jobs).where(mine).values(progress=_text(progress), heartbeat_at=now))
    return session.execute(select(jobs.c.is_cancelled).where(mine)).scalars().first() is False


def seal_job(session: Session, job_id: int, worker: str, result: Mapping[str, Any]) -> bool:
    """Note in the transaction of the work that it is done; False when the worker has lost the job."""
    wanted = _mine(job_id, worker) & jobs.c.is_cancelled.is_(False)
    return bool(session.execute(update(jobs).where(wanted).values(result=_text(result))).rowcount == 1)


def request_cancel(session: Session, owner: UserId, job_id: int) -> None:
    """Note that an active job is not wanted any more."""
    mine = (jobs.c.owner_id == owner) & (jobs.c.id == job_id) & jobs.c.state.in_(ACTIVE)
    session.execute(update(jobs).where(mine).values(is_cancelled=True))


def finish_job(session: Session, job_id: int, worker: str, state: JobState, *, now: datetime, **values: Any) -> bool:
    """End an active job of this worker ("" for a waiting one); returns whether it was.

    `result` and `progress` are written as JSON.
    """
    values |= {name: _text(values[name]) for name in ("result", "progress") if name in values}
    held = (jobs.c.id == job_id) & (jobs.c.worker == worker) & jobs.c.state.in_(ACTIVE)
    done = update(jobs).where(held).values(state=state.value, finished_at=now, **values)
    return bool(session.execute(done).rowcount == 1)


def queue_again(session: Session, job: ActiveJob, *, is_counted: bool) -> None:
    """Put a running job whose worker is gone back into the queue; `is_counted` is whether it was an attempt."""
    values = {"state": JobState.QUEUED.value, "worker": "", "progress": "{}", "result": "{}"}
    attempt = job.attempt if is_counted else max(0, job.attempt - 1)
    session.execute(update(jobs).where(_mine(job.id, job.worker)).values(**values, attempt=attempt))


def forget_jobs(session: Session, owner: UserId, *, before: datetime) -> None:
    """Delete the owner's jobs that ended before an instant."""
    old = (jobs.c.owner_id == owner) & (jobs.c.finished_at < before)
    session.execute(delete(jobs).where(old))


def _mine(job_id: int, worker: str) -> Any:
    return (jobs.c.id == job_id) & (jobs.c.worker == worker) & (jobs.c.state == JobState.RUNNING.value)


def _text(values: Mapping[str, Any] | Sequence[Any]) -> str:
    return json.dumps(values, separators=(",", ":"), sort_keys=True)
