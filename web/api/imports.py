"""Imports: send a broker's file, list what was imported, take an import back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from werkzeug.datastructures import FileStorage

from domain.fixes import Fixes
from domain.imports import ImportBatch, ImportPreview
from web.api.background import is_large, read_outcome, start_import, wait_for
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.values import Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from services.imports import ImportRequest

TOPIC = Topic("Imports", "/api/v1/imports", "Files of brokers. Every row of a file is accounted for.")
_BY_ID = "/<int:import_id>"


def check_zone(name: str) -> str:
    """Return the name of a time zone; ValueError when there is none of this name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        message = f"{name[:60]!r} is not a time zone such as America/New_York"
        raise ValueError(message) from error
    return name


def check_fixes(text: str) -> str:
    """Return fixes as they were sent; ValueError when they are not of their shape."""
    Fixes.from_dict(json.loads(text or "{}"))
    return text


def check_file(value: object) -> FileStorage:
    """Return a file of a form; ValueError when it is a text."""
    if not isinstance(value, FileStorage):
        message = "it is a text and not a file"
        raise ValueError(message)  # noqa: TRY004 - pydantic's own way to refuse
    return value


UploadedFile = Annotated[
    Any, AfterValidator(check_file), WithJsonSchema({"type": "string", "contentMediaType": "application/octet-stream"})
]
Name = Annotated[Printable, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class ImportForm(Schema):
    """A file and what to do with it."""

    file: UploadedFile = Field(description="The broker's file as it was downloaded.")
    account: Name = Field(description="Name of the account; created when new.")
    format: Printable = Field("", max_length=80, description="Slug of the format; recognised by content by default.")
    timezone: Annotated[str, AfterValidator(check_zone)] | None = Field(
        None, description="IANA zone of times without one; the broker's by default."
    )
    fixes: Annotated[str, AfterValidator(check_fixes)] = Field(
        "",
        max_length=5_000_000,
        description='JSON: {"cells": [{"line", "column", "was", "value"}], "skipped": [line]}. Cells are read anew, '
        "rows of the skipped lines that have a problem are counted as other rows, left out by hand.",
    )
    dry_run: bool = Field(default=False, description="Say what would happen, write nothing.")


class RowCounts(Schema):
    """What became of every row: executions + duplicates + other + problems = total."""

    total: int
    executions: int
    duplicates: int
    other: int
    problems: int


class Problem(Schema):
    """One fault in one row of the file."""

    line: int
    column: str
    value: str
    reason: str
    hint: str
    code: str = Field(description="Stable name of the kind of fault.")


class ImportResult(Schema):
    """What became of a file."""

    id: int | None = Field(description="null for a dry run.")
    format: str
    account: str
    timezone: str
    rows: RowCounts
    completed_fees: int = Field(description="Fills of earlier files that have their fees from this one.")
    superseded: int = Field(description="Fills that corrections and cancellations in this file took out.")
    notes: list[str] = Field(description="What the file does to fills that are here, in words.")
    other: dict[str, int] = Field(description="Rows that are no executions, by the broker's own word.")
    problems: list[Problem]
    revision: int = Field(description="Of the account's ledger afterwards; the present one for a dry run.")
    state: Literal["committed", "undone", "dry_run"]
    filename: str
    size_bytes: int
    created_at: datetime | None


class ImportList(Schema):
    """Imports, newest first."""

    items: list[ImportResult]
    next_cursor: str | None


class PageQuery(Schema):
    """Which part of a list."""

    cursor: str = Field("", description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1_000)


@TOPIC.post("", {201: ImportResult, 200: ImportResult}, form=ImportForm, errors=(409, 413), takes_upload=True)
def create_import(form: ImportForm) -> tuple[ImportResult, int]:
    """Import a file.

    The same file again adds nothing: every execution counts as a duplicate. A dry run answers 200 and writes
    nothing. A file that no format or more than one claims is refused with 422 and what was seen. The answer comes
    when the work is done; for a large file `POST /api/v1/jobs/imports` answers at once.
    """
    owner, found = current_owner(), services()
    if is_large(form):
        # A process of its own reads it, so that this one goes on answering others at full speed.
        outcome = read_outcome(wait_for(start_import(form)))
    else:
        request = _request(form)
        outcome = found.imports.preview(owner, request) if form.dry_run else found.imports.commit(owner, request)
    return any_result(outcome), 200 if form.dry_run else 201


@TOPIC.get("", ImportList, query=PageQuery)
def list_imports(query: PageQuery) -> ImportList:
    """List imports, newest first, those taken back included."""
    after = read_cursor(query.cursor, size=1)
    found = services().imports.history(current_owner(), limit=query.limit + 1, before=after[0] if after else None)
    page = found[: query.limit]
    has_more = len(found) > query.limit
    return ImportList(
        items=[import_result(batch) for batch in page], next_cursor=write_cursor([page[-1].id]) if has_more else None
    )


@TOPIC.get(_BY_ID, ImportResult, errors=(404,))
def read_import(import_id: int) -> ImportResult:
    """Return one import."""
    return import_result(services().imports.batch(current_owner(), import_id))


@TOPIC.delete(_BY_ID, ImportResult, errors=(404, 409))
def undo_import(import_id: int) -> ImportResult:
    """Take an import back: its executions and other rows go, nothing else does. Twice is a conflict."""
    return import_result(services().imports.undo(current_owner(), import_id))


def _request(form: ImportForm) -> ImportRequest:
    from services.imports import ImportRequest

    return ImportRequest(
        filename=form.file.filename or "upload",
        payload=form.file.stream.read(),
        account=form.account,
        format=form.format,
        timezone=form.timezone or "",
        fixes=Fixes.from_dict(json.loads(form.fixes or "{}")),
    )


def import_result(batch: ImportBatch) -> ImportResult:
    """Return a stored import as the interface shows it."""
    return ImportResult(
        id=batch.id,
        format=batch.format,
        account=batch.account_name,
        timezone=batch.timezone,
        rows=RowCounts(**batch.rows.to_dict()),
        completed_fees=batch.completed_fees,
        superseded=batch.superseded,
        notes=list(batch.notes),
        other=dict(batch.other),
        problems=_problems(batch.problems),
        revision=batch.revision,
        state="undone" if batch.is_undone else "committed",
        filename=batch.filename,
        size_bytes=batch.size_bytes,
        created_at=batch.created_at,
    )


def any_result(found: ImportBatch | ImportPreview) -> ImportResult:
    """Return an import, or the preview of one, as the interface shows it."""
    if isinstance(found, ImportBatch):
        return import_result(found)
    revisions = {item.name: item.revision for item in services().accounts.list_accounts(current_owner())}
    return _preview_result(found, revision=revisions.get(found.account, 0))


def _preview_result(preview: ImportPreview, *, revision: int) -> ImportResult:
    return ImportResult(
        id=None,
        format=preview.format,
        account=preview.account,
        timezone=preview.statement.timezone,
        rows=RowCounts(**preview.rows.to_dict()),
        completed_fees=0,
        superseded=0,
        notes=list(preview.statement.notes),
        other=dict(preview.other),
        problems=_problems([item.to_dict() for item in preview.statement.problems]),
        revision=revision,
        state="dry_run",
        filename=preview.filename,
        size_bytes=preview.size_bytes,
        created_at=None,
    )


def _problems(rows: Any) -> list[Problem]:
    names = ("column", "value", "reason", "hint", "code")
    made: list[Mapping[str, Any]] = list(rows)
    return [Problem(line=int(row["line"]), **{name: str(row.get(name, "")) for name in names}) for row in made]
