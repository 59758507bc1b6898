"""Jobs: large files imported in the background, with progress and cancel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.errors import ImportFileError
from domain.jobs import Job, JobKind, JobState
from web.api.background import read_outcome, start_import
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.imports import ImportForm, ImportResult, PageQuery, any_result
from web.api.values import Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Jobs",
    "/api/v1/jobs",
    "Work that takes longer than a request should. Ask for the job until its state is done, failed or cancelled.",
)
_BY_ID = "/<int:job_id>"


class JobProgress(Schema):
    """How far a job is."""

    stage: str = Field(description='"" before it begins, then read, open, rows, identify, store, match.')
    done: int
    total: int = Field(description="Of this stage; 0 is not known.")
    unit: str
    rows_per_second: float | None


class CandleOutcome(Schema):
    """What became of a series of candles."""

    provider: str
    symbol: str
    interval: str
    added: int
    changed: int
    same: int
    refused: int = Field(description="Bars that are worse than the kept ones.")
    missing: int | None = Field(description="Bars still missing after a repair; null where that is not known.")
    notes: list[str]


class JobResult(Schema):
    """One job."""

    id: int
    kind: Literal["import_read", "import_commit", "report", "gains", "candles", "excursions"] = Field(
        description="A dry run reads; an import commits; a report writes its files; gains are computed; candles are "
        "fetched or repaired."
    )
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    title: str = Field(description="Name of the file.")
    progress: JobProgress
    error: str = Field(description='Why it failed, "" otherwise.')
    hint: str
    is_cancelled: bool = Field(description="Whether somebody asked to cancel it.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    result: ImportResult | None = Field(description="Of a job that is done, when it is asked for by its id.")
    candles: list[CandleOutcome] | None = Field(
        description="Of a job that fetched or repaired candles, when it is asked for by its id."
    )


class JobList(Schema):
    """Jobs, newest first."""

    items: list[JobResult]
    next_cursor: str | None


@TOPIC.post("/imports", {202: JobResult}, form=ImportForm, errors=(413,), takes_upload=True)
def create_import_job(form: ImportForm) -> tuple[JobResult, int]:
    """Import a file in the background.

    Takes the form of `POST /api/v1/imports` and answers at once with a job. When it is done its `result` is what
    that address would have answered; a file that cannot be read is a failed job.
    """
    return job_result(start_import(form)), 202


@TOPIC.get("", JobList, query=PageQuery)
def list_jobs(query: PageQuery) -> JobList:
    """List jobs, newest first, without results."""
    after = read_cursor(query.cursor, size=1)
    found = services().jobs.list_jobs(current_owner(), limit=query.limit + 1, before=after[0] if after else None)
    page = found[: query.limit]
    has_more = len(found) > query.limit
    cursor = write_cursor([page[-1].id]) if has_more else None
    return JobList(items=[job_result(job) for job in page], next_cursor=cursor)


@TOPIC.get(_BY_ID, JobResult, errors=(404,))
def read_job(job_id: int) -> JobResult:
    """Return one job; once it is done, with its result."""
    job = services().jobs.get(current_owner(), job_id)
    if job.kind is JobKind.CANDLES and job.state is JobState.DONE:
        found = [CandleOutcome(**item) for item in job.result["series"]]
        return job_result(job).model_copy(update={"candles": found})
    if job.state is not JobState.DONE or job.kind not in (JobKind.READ, JobKind.COMMIT):
        return job_result(job)
    try:
        return job_result(job, any_result(read_outcome(job)))
    except ImportFileError as error:
        # For the page a file that cannot be read is a finding; for a program the dry run has failed.
        return job_result(replace(job, state=JobState.FAILED, error=error.message, hint=error.hint))


@TOPIC.delete(_BY_ID, JobResult, errors=(404,))
def cancel_job(job_id: int) -> JobResult:
    """Cancel a job: until its import is committed nothing of it is kept. One that is over stays as it is."""
    return job_result(services().jobs.cancel(current_owner(), job_id))


def job_result(job: Job, result: ImportResult | None = None) -> JobResult:
    """Return a job as the interface shows it."""
    shown = job.progress.to_dict()
    return JobResult(
        id=job.id,
        kind=job.kind.value,
        state=job.state.value,
        title=job.title,
        progress=JobProgress(**shown),
        error=job.error,
        hint=job.hint,
        is_cancelled=job.is_cancelled,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        result=result,
        candles=None,
    )
