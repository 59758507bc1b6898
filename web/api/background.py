"""Imports of the interface that run as jobs: started from a form, waited for, and read back."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import current_app

from domain.drafts import DraftChoices
from domain.errors import ImportFileError
from domain.fixes import Fixes
from domain.imports import ImportBatch, ImportPreview, safe_name
from domain.jobs import Job, JobKind
from web.context import current_owner, services

if TYPE_CHECKING:
    from web.api.imports import ImportForm

CHUNK_BYTES = 1_048_576
LOOK_SECONDS = 0.1


def is_large(form: ImportForm) -> bool:
    """Whether the form's file is read in a process of its own."""
    from services.import_jobs import LARGE_BYTES

    size: int = form.file.stream.seek(0, io.SEEK_END)
    form.file.stream.seek(0)
    return size > LARGE_BYTES


def start_import(form: ImportForm) -> Job:
    """Store the form's file and begin to import it, or for a dry run to read it."""
    owner, found = current_owner(), services()
    limit = int(current_app.config["FILLWISE_UPLOAD_LIMIT"])
    name = safe_name(form.file.filename or "upload")
    stored = found.uploads.save(owner, name, _chunks(form.file.stream), limit_bytes=limit)
    choices = DraftChoices(
        upload=stored.key,
        name=stored.name,
        account=form.account,
        format=form.format,
        timezone=form.timezone or "",
        fixes=Fixes.from_dict(json.loads(form.fixes or "{}")),
    )
    start = found.import_jobs.start_read if form.dry_run else found.import_jobs.start_commit
    return start(owner, choices, is_once=True)


def _chunks(stream: Any) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def wait_for(job: Job) -> Job:
    """Return the job when it is over. Nothing is computed here meanwhile."""
    while job.is_active:
        time.sleep(LOOK_SECONDS)
        job = services().jobs.get(job.owner, job.id)
    return job


def read_outcome(job: Job) -> ImportBatch | ImportPreview:
    """Return the import a job has made, or what its dry run has found out.

    Raises:
        ConflictError: If the job is not done.
        FillwiseError: Why it failed; an ImportFileError if a dry run could not read the file.
    """
    found = services()
    if job.kind is JobKind.COMMIT:
        return found.imports.batch(job.owner, found.import_jobs.import_id(job.owner, job.id))
    draft = found.import_jobs.draft(job.owner, job.id)
    if draft.preview is None:
        raise ImportFileError(draft.refusal, hint=draft.hint)
    return draft.preview
