"""Cells typed anew and rows left out: what they do to a file, to its accounting and to who a row is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.accounts import User
from domain.filters import LedgerFilter
from domain.fixes import LEFT_OUT, Fixes, RowFix
from domain.imports import RowCounts
from services.container import Services
from services.imports import ImportRequest

HEADER = "Time,Symbol,Side,Quantity,Price,Commission,Currency"
ENTRY = "2026-03-02 09:31:05,ACME,Buy,100,10.00,1.00,USD"
EXIT = "2026-03-02 10:02:11,ACME,Sell,1O0,11.00,1.00,USD"
PRICELESS = "2026-03-02 11:02:11,BOLT,Buy,50,,1.00,USD"
CALM = tuple(f"2026-03-06 09:31:0{at},CALM,Buy,{at}5,10.00,0,USD" for at in range(1, 9))
"""Rows without a fault at the end of every file: a table is recognised by what most of its rows read like."""
EXIT_LINE, PRICELESS_LINE = 3, 4


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def request(*rows: str, fixes: Fixes | None = None, name: str = "fills.csv") -> ImportRequest:
    """Return a request to import a file whose rows have no ids."""
    payload = "\n".join([HEADER, *rows, *CALM, ""]).encode()
    return ImportRequest(filename=name, payload=payload, account="Main", fixes=fixes or Fixes())


def typed(value: str, *, line: int = EXIT_LINE) -> Fixes:
    """Return the fix of the quantity of a row."""
    return Fixes().with_cells([RowFix(line=line, column="Quantity", was="1O0", value=value)])


def trades(services: Services, user: User) -> list[tuple[str, Decimal]]:
    """Return symbol and net of every trade."""
    found = services.portfolio.every_trade(user.id, LedgerFilter())
    return [(item.instrument.symbol, item.net) for item in found if item.instrument.symbol != "CALM"]


def test_a_typed_value_is_read_in_place_of_the_cell(services: Services, maya: User) -> None:
    """The row becomes a fill with what was typed; the batch keeps what was changed, and the rows add up."""
    batch = services.imports.commit(maya.id, request(ENTRY, EXIT, fixes=typed("100")))
    assert batch.rows == RowCounts(total=10, executions=10)
    assert services.imports.batch(maya.id, batch.id).fixes == typed("100")
    assert trades(services, maya) == [("ACME", Decimal(98))]


def test_a_row_left_out_is_an_other_row(services: Services, maya: User) -> None:
    """A skipped row is counted by name and is no problem any more; a row that reads well cannot be left out."""
    fixes = typed("100").with_skipped([PRICELESS_LINE, 2])
    batch = services.imports.commit(maya.id, request(ENTRY, EXIT, PRICELESS, fixes=fixes))
    assert batch.rows == RowCounts(total=11, executions=10, other=1)
    assert batch.rows.balances
    assert batch.other == {LEFT_OUT: 1}


def test_a_value_that_is_wrong_again_stays_a_problem(services: Services, maya: User) -> None:
    """What was typed is judged like the file: the problem names the new value."""
    preview = services.imports.preview(maya.id, request(ENTRY, EXIT, fixes=typed("many")))
    assert preview.rows == RowCounts(total=10, executions=9, problems=1)
    assert [item.value for item in preview.statement.problems] == ["many"]


def test_a_mended_row_is_known_by_the_text_of_the_file(services: Services, maya: User) -> None:
    """Another value for the same row, in another file at another line, adds nothing: the row is the same."""
    services.imports.commit(maya.id, request(ENTRY, EXIT, fixes=typed("100")))
    again = request(EXIT, name="later.csv", fixes=typed("99", line=2))
    assert services.imports.commit(maya.id, again).rows == RowCounts(total=9, duplicates=9)
    assert trades(services, maya) == [("ACME", Decimal(98))]


def test_the_unmended_file_adds_nothing_later(services: Services, maya: User) -> None:
    """The file as it is, after it was imported with fixes: known rows are duplicates, the others problems again."""
    services.imports.commit(maya.id, request(ENTRY, EXIT, PRICELESS, fixes=typed("100").with_skipped([PRICELESS_LINE])))
    batch = services.imports.commit(maya.id, request(ENTRY, EXIT, PRICELESS))
    assert batch.rows == RowCounts(total=11, duplicates=9, problems=2)
    assert len(trades(services, maya)) == 1


def test_fixes_after_an_import_add_what_was_missing(services: Services, maya: User) -> None:
    """A file imported with its problem and then mended adds the one row, although its content is known."""
    services.imports.commit(maya.id, request(ENTRY, EXIT))
    batch = services.imports.commit(maya.id, request(ENTRY, EXIT, fixes=typed("100")))
    assert batch.rows == RowCounts(total=10, executions=1, duplicates=9)
    assert trades(services, maya) == [("ACME", Decimal(98))]


def test_an_undone_batch_takes_its_mended_rows_along(services: Services, maya: User) -> None:
    """After an undo the same fixes make the same fills anew: nothing was left behind."""
    mended = request(ENTRY, EXIT, PRICELESS, fixes=typed("100").with_skipped([PRICELESS_LINE]))
    services.imports.undo(maya.id, services.imports.commit(maya.id, mended).id)
    assert trades(services, maya) == []
    assert services.imports.commit(maya.id, mended).rows == RowCounts(total=11, executions=10, other=1)


def test_two_rows_alike_stay_two(services: Services, maya: User) -> None:
    """Rows with the same text at fault are two fills, whatever is typed in each."""
    fixes = typed("60").with_cells([RowFix(line=4, column="Quantity", was="1O0", value="40")])
    batch = services.imports.commit(maya.id, request(ENTRY, EXIT, EXIT, fixes=fixes))
    assert batch.rows == RowCounts(total=11, executions=11)
    assert trades(services, maya) == [("ACME", Decimal(97))]


def test_a_large_file_with_fixes_is_read_like_a_small_one(services: Services, maya: User) -> None:
    """Beyond the size at which columns are read at once, a mended row still becomes a fill."""
    many = [f"2026-03-03 09:{at // 60 % 60:02}:{at % 60:02},ACME,Buy,{at + 1},10.00,0,USD" for at in range(6_000)]
    fixes = typed("100", line=2)
    preview = services.imports.preview(maya.id, request(EXIT, *many, fixes=fixes))
    assert preview.rows == RowCounts(total=6_009, executions=6_009)
    skipped = services.imports.preview(maya.id, request(EXIT, *many, fixes=Fixes(skipped=(2,))))
    assert skipped.rows == RowCounts(total=6_009, executions=6_008, other=1)
