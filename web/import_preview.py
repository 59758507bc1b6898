"""What the preview of a file is put together from, a part of the Import page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components import import_fixes as mending
from components import imports
from web.context import services
from web.import_choices import Ids
from web.import_fixes import part_id, restore_id
from web.import_history import undo_id

if TYPE_CHECKING:
    from domain.drafts import DraftChoices, ImportDraft


def parts(draft: ImportDraft, choices: DraftChoices, timezone: str) -> tuple[Any, Any, Any, Any]:
    """Return the notice, the first rows, the problems with what was mended, and the outlook of a readable file."""
    found = draft.preview
    assert found is not None
    undo = undo_id(int(draft.earlier.id), "notice") if draft.earlier else None
    notice = imports.seen_before(draft, timezone=timezone, now=services().clock(), undo_id=undo)
    problems = mending.problem_card(
        found.statement.problems,
        total=found.rows.problems,
        ready=found.rows.total - found.rows.problems,
        id_of=part_id,
        download_id={"type": Ids.PROBLEMS_CSV, "key": "go"},
        alike=draft.alike,
    )
    mended = mending.mended_card(choices.fixes, restore_id=restore_id)
    rows = [imports.first_rows(found), imports.notes_card(found)]
    return [notice, *imports.warnings(found)], rows, [problems, mended], imports.outlook(draft, found)
