"""What each import changed, page by page."""

from __future__ import annotations

from typing import Any

from data.db import import_diff as table
from data.db import imports as import_table
from data.db.engine import Database, Session
from domain.accounts import UserId
from domain.import_diff import DiffPage, DiffPart
from domain.imports import ImportBatch

PAGE_ROWS = 50


class ImportDiffService:
    """Use cases around what an import changed."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page(self, owner: UserId, import_id: int, part: DiffPart, page: int = 0) -> DiffPage:
        """Return one page of a part of what an import changed; a page beyond the last is the last.

        Raises:
            NotFoundError: If the owner has no such import.
        """
        with self._db.read() as session:
            batch = import_table.get_import(session, owner, import_id)
            counts = _counts(batch)
            total = counts[part]
            if part is DiffPart.OTHER:
                total = table.count_kept(session, batch.account_id, batch.id)
            elif part is DiffPart.KNOWN:
                total = 0  # Told as runs of lines, all on one page.
            pages = max(1, -(-total // PAGE_ROWS))
            place = min(max(page, 0), pages - 1)
            return DiffPage(
                batch=batch,
                part=part,
                counts=counts,
                page=place,
                pages=pages,
                **_rows(session, batch, part, place * PAGE_ROWS),
            )


def _counts(batch: ImportBatch) -> dict[DiffPart, int]:
    return {
        DiffPart.NEW: 0 if batch.is_undone else batch.rows.executions,
        DiffPart.KNOWN: batch.rows.duplicates,
        DiffPart.OTHER: batch.rows.other,
        DiffPart.PROBLEMS: len(batch.problems),
        DiffPart.MENDED: len(batch.fixes.cells) + len(batch.fixes.skipped),
    }


def _rows(session: Session, batch: ImportBatch, part: DiffPart, start: int) -> dict[str, Any]:
    end = start + PAGE_ROWS
    if part is DiffPart.NEW:
        return {"fills": tuple(table.list_added(session, batch.account_id, batch.id, limit=PAGE_ROWS, offset=start))}
    if part is DiffPart.KNOWN:
        return {"known": tuple(table.list_known(session, batch.id))}
    if part is DiffPart.OTHER:
        return {"others": tuple(table.list_kept(session, batch.account_id, batch.id, limit=PAGE_ROWS, offset=start))}
    if part is DiffPart.PROBLEMS:
        return {"problems": batch.problems[start:end]}
    cells = batch.fixes.cells
    return {
        "mended": cells[start:end],
        "skipped": batch.fixes.skipped[max(0, start - len(cells)) : max(0, end - len(cells))],
    }
