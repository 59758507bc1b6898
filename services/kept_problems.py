"""Every problem of a large file, kept beside its upload: the draft of a job holds the first of them only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.accounts import UserId
from domain.errors import RowProblem
from domain.fixes import count_alike
from services.uploads import UploadService

if TYPE_CHECKING:
    from domain.drafts import ImportDraft

PART = "problems"
FIELDS = ("line", "column", "value", "reason", "hint", "code")


def keep_problems(uploads: UploadService, owner: UserId, key: str, problems: Sequence[RowProblem]) -> None:
    """Write the problems of a file beside its upload, in place of those of an earlier reading."""
    import orjson  # noqa: PLC0415 - for files with very many problems only

    rows = [[getattr(item, name) for name in FIELDS] for item in problems]
    uploads.write_part(owner, key, PART, orjson.dumps(rows))


def every_problem(uploads: UploadService, owner: UserId, key: str, draft: ImportDraft) -> tuple[RowProblem, ...]:
    """Return all problems of a draft, also those beyond what a job kept in it."""
    if draft.preview is None:
        return ()
    known = draft.preview.statement.problems
    if len(known) >= draft.preview.rows.problems:
        return known
    import orjson  # noqa: PLC0415 - for files with very many problems only

    payload = uploads.read_part(owner, key, PART)
    if payload is None:
        return known
    return tuple(RowProblem(**dict(zip(FIELDS, row, strict=True))) for row in orjson.loads(payload))


def alike_of(problems: Sequence[RowProblem], first: int) -> tuple[tuple[int, int], ...]:
    """Return of the first problems how many of all have the same value, and the same reason, in their column."""
    return tuple(count_alike(problems)[:first])
