"""What an import changed: its fills by line, the rows that were here, the rest, page by page."""

from __future__ import annotations

import pytest

from data.db.import_diff import find_runs
from domain.accounts import User
from domain.errors import NotFoundError
from domain.fixes import Fixes, RowFix
from domain.import_diff import DiffPart
from services.container import Services
from services.import_diffs import PAGE_ROWS
from services.imports import ImportRequest
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

FAULT = "t9,2026-03-31 09:30:00,ACME,Buy,1O0,10.00,1.00,USD"
NAMELESS = "t8,2026-03-31 09:30:00,,Buy,100,10.00,1.00,USD"


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def request(*rows: str, name: str = "fills.csv", fixes: Fixes | None = None) -> ImportRequest:
    """Return a request to import a generic CSV."""
    return ImportRequest(filename=name, payload=trades_csv(rows), account="Main", fixes=fixes or Fixes())


def test_an_overlapping_file_tells_which_import_had_its_rows(services: Services, maya: User) -> None:
    """New fills stand with their lines; rows that were here name the import that brought them, in runs of lines."""
    first = services.imports.commit(maya.id, request(*ROUND_TRIP[:2], name="first.csv"))
    second = services.imports.commit(maya.id, request(OPEN_SHORT[0], name="second.csv"))
    third = services.imports.commit(maya.id, request(*ROUND_TRIP, *OPEN_SHORT))
    new = services.import_diffs.page(maya.id, third.id, DiffPart.NEW)
    assert [(fill.line, fill.symbol, int(fill.quantity)) for fill in new.fills] == [(4, "ACME", 60)]
    known = services.import_diffs.page(maya.id, third.id, DiffPart.KNOWN).known
    assert [(run.first, run.last, run.rows, run.batch, run.filename) for run in known] == [
        (2, 3, 2, first.id, "first.csv"),
        (5, 5, 1, second.id, "second.csv"),
    ]
    assert new.counts[DiffPart.KNOWN] == sum(run.rows for run in known)


def test_the_rest_of_a_file_is_told_as_well(services: Services, maya: User) -> None:
    """Problems, rows left out by hand and cells typed anew have parts of their own."""
    fixes = Fixes().with_cells([RowFix(line=6, column="Quantity", was="1O0", value="100")]).with_skipped([7])
    calm = [f"c{at},2026-03-30 09:3{at}:00,CALM,Buy,10{at},10.00,0,USD" for at in range(8)]
    rows = (*ROUND_TRIP, *OPEN_SHORT, FAULT, NAMELESS, FAULT.replace("t9", "t10"), *calm)
    batch = services.imports.commit(maya.id, request(*rows, fixes=fixes))
    pages = {part: services.import_diffs.page(maya.id, batch.id, part) for part in DiffPart}
    assert [row.label for row in pages[DiffPart.OTHER].others] == ["left out by hand"]
    assert [row["line"] for row in pages[DiffPart.PROBLEMS].problems] == [8]
    assert (pages[DiffPart.MENDED].mended, pages[DiffPart.MENDED].skipped) == (fixes.cells, (7,))
    assert sum(pages[DiffPart.NEW].counts.values()) - pages[DiffPart.NEW].counts[DiffPart.MENDED] == batch.rows.total


def test_a_long_import_is_paged(services: Services, maya: User) -> None:
    """A page holds its share of the lines; beyond the last page is the last."""
    rows = [f"p{at},2026-03-02 09:{at // 60:02}:{at % 60:02},ACME,Buy,1,10.00,0,USD" for at in range(PAGE_ROWS + 7)]
    batch = services.imports.commit(maya.id, request(*rows))
    last = services.import_diffs.page(maya.id, batch.id, DiffPart.NEW, 99)
    assert (last.page, last.pages, len(last.fills)) == (1, 2, 7)
    assert last.fills[0].line == PAGE_ROWS + 2


def test_an_undone_import_has_nothing_new(services: Services, maya: User) -> None:
    """After an undo the fills are gone from the list as well."""
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP))
    services.imports.undo(maya.id, batch.id)
    page = services.import_diffs.page(maya.id, batch.id, DiffPart.NEW)
    assert (page.fills, page.counts[DiffPart.NEW], page.batch.is_undone) == ((), 0, True)


def test_a_stranger_sees_no_diff(services: Services, maya: User) -> None:
    """Another user's import does not exist."""
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP))
    eve = services.users.register("eve1", "four unrelated words")
    with pytest.raises(NotFoundError):
        services.import_diffs.page(eve.id, batch.id, DiffPart.NEW)


def test_runs_end_where_something_new_stands() -> None:
    """Rows of one origin are one run until a new row or another origin comes between them."""
    lines = [(2, 1), (3, 1), (4, 9), (5, 1), (6, None), (7, None)]
    assert find_runs(lines, import_id=9) == [[2, 3, 2, 1], [5, 5, 1, 1], [6, 7, 2, None]]
