"""Which rows of a file are new: the faults that lose or double fills in importers, one by one.

Edited and deleted rows and fills typed by hand have tests of their own beside the corrections.
"""

from __future__ import annotations

import itertools

import pytest
from alembic import command

from data.db import migrations
from domain.accounts import User
from domain.imports import RowCounts
from services.container import Services
from services.imports import ImportRequest

HEADER = "Time,Symbol,Side,Quantity,Price,Commission,Currency"
ROWS = (
    "2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD",
    "2026-03-02 10:02:11,ACME,Sell,40,11.00,0.44,USD",
    "2026-03-03 15:59:59,ACME,Sell,60,12.00,0.66,USD",
    "2026-03-04 09:45:00,BOLT,Buy,50,20.25,1.00,USD",
    "2026-03-05 11:00:00,BOLT,Sell,50,21.00,1.00,USD",
)
FILL = "2026-03-06 10:00:00,DYNE,Buy,10,5.00,0.10,USD"
WITH_IDS = ("Trade ID," + HEADER, *(f"t{number},{row}" for number, row in enumerate(ROWS)))
_NAMES = itertools.count()


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def send(services: Services, owner: User, lines: tuple[str, ...], account: str = "Main") -> RowCounts:
    """Import lines as a file of a name of its own; return what became of the rows."""
    payload = "\n".join([*lines, ""]).encode()
    name = f"fills-{next(_NAMES)}.csv"
    request = ImportRequest(
        filename=name, payload=payload, account=account, format="generic-csv", timezone="America/New_York"
    )
    preview = services.imports.preview(owner.id, request).rows
    rows = services.imports.commit(owner.id, request).rows
    assert preview == rows, "the preview says what the import does"
    return rows


def file(*rows: str) -> tuple[str, ...]:
    """Return the lines of a file without ids."""
    return (HEADER, *rows)


def new(rows: RowCounts) -> tuple[int, int]:
    """Return how many rows were new, and how many were here."""
    return rows.executions, rows.duplicates


def test_three_identical_fills_are_three_fills(services: Services, maya: User) -> None:
    """Equal rows are not taken for mistakes, and are three of three when the file comes again in another."""
    assert new(send(services, maya, file(FILL, FILL, FILL))) == (3, 0)
    assert new(send(services, maya, file(FILL, FILL, FILL, *ROWS))) == (5, 3)
    assert new(send(services, maya, file(FILL, FILL, FILL, FILL))) == (1, 3)


def test_fewer_identical_fills_than_stored_add_none(services: Services, maya: User) -> None:
    """A shorter period that shows two of the three takes nothing away and adds nothing."""
    send(services, maya, file(FILL, FILL, FILL))
    assert new(send(services, maya, file(FILL, FILL))) == (0, 2)


@pytest.mark.parametrize("header", [False, True], ids=["without-ids", "with-ids"])
def test_an_overlapping_period_adds_what_is_new(services: Services, maya: User, header: bool) -> None:
    """March 2 to 4, then March 3 to 5."""
    lines = WITH_IDS if header else file(*ROWS)
    assert new(send(services, maya, (lines[0], *lines[1:4]))) == (3, 0)
    assert new(send(services, maya, (lines[0], *lines[2:]))) == (2, 2)


def test_a_sub_range_adds_nothing(services: Services, maya: User) -> None:
    """One day of a month that is here."""
    send(services, maya, file(*ROWS))
    assert new(send(services, maya, file(ROWS[2]))) == (0, 1)


def test_a_file_in_another_order_adds_nothing(services: Services, maya: User) -> None:
    """Newest first instead of oldest first, and shuffled."""
    send(services, maya, file(*ROWS))
    assert new(send(services, maya, file(*ROWS[::-1]))) == (0, 5)
    assert new(send(services, maya, file(*ROWS[2:], *ROWS[:2]))) == (0, 5)


def test_a_file_in_pieces_is_the_file(services: Services, maya: User) -> None:
    """Two halves, then the whole."""
    send(services, maya, file(*ROWS[:2]))
    send(services, maya, file(*ROWS[2:]))
    assert new(send(services, maya, file(*ROWS))) == (0, 5)


def test_columns_in_another_order_and_new_ones_add_nothing(services: Services, maya: User) -> None:
    """A newer export of the same broker moves and adds columns; its fills are the same."""
    send(services, maya, file(*ROWS))
    moved = tuple(",".join([*reversed(line.split(",")), "x"]) for line in file(*ROWS))
    assert new(send(services, maya, (moved[0].removesuffix("x") + "Note", *moved[1:]))) == (0, 5)


def test_the_same_fills_in_another_account_are_new(services: Services, maya: User) -> None:
    """What one account holds says nothing about another."""
    send(services, maya, file(*ROWS))
    assert new(send(services, maya, file(*ROWS), account="Other")) == (5, 0)


def test_the_same_fills_of_another_user_are_new(services: Services, maya: User) -> None:
    """Nobody's import depends on what somebody else has."""
    other = services.users.register("noor", "four other words")
    send(services, maya, file(*ROWS))
    assert new(send(services, other, file(*ROWS))) == (5, 0)
    assert new(send(services, maya, file(*ROWS))) == (0, 5)


def test_broker_ids_hold_when_everything_else_is_rewritten(services: Services, maya: User) -> None:
    """A spreadsheet cuts zeros off and seconds too: the ids remain, and so do the fills."""
    send(services, maya, WITH_IDS)
    rewritten = (
        WITH_IDS[0],
        "t0,2026-03-02 9:31,ACME,Buy,100,10,1.1,USD",
        "t4,2026-03-05 11:00,BOLT,Sell,50,21,1,USD",
    )
    assert new(send(services, maya, rewritten)) == (0, 2)


RESAVED = (
    "3/2/2026 09:31:05,ACME,Buy,100,10,1.1,USD",
    "3/2/2026 10:02:11,ACME,Sell,40,11,0.44,USD",
    "3/13/2026 15:59:59,ACME,Sell,60,12,0.66,USD",
)
ORIGINAL = (ROWS[0], ROWS[1], ROWS[2].replace("03-03", "03-13"))


def test_a_file_saved_anew_by_a_spreadsheet_adds_what_is_new(services: Services, maya: User) -> None:
    """Zeros gone and dates turned round: the values are the same, so the fills are; one more fill is new."""
    send(services, maya, file(*ORIGINAL))
    assert new(send(services, maya, file(*RESAVED))) == (0, 3)
    assert new(send(services, maya, file(*RESAVED, "3/14/2026 10:00:00,ACME,Buy,5,9,0,USD"))) == (1, 3)


def test_equal_fills_saved_anew_are_counted(services: Services, maya: User) -> None:
    """Two are here; three in the other spelling are one more."""
    send(services, maya, file(FILL, FILL, ROWS[2].replace("03-03", "03-13")))
    other = "3/6/2026 10:00:00,DYNE,Buy,10,5,0.1,USD"
    assert new(send(services, maya, file(other, other, other, RESAVED[2]))) == (1, 3)


def test_a_recognised_file_says_so(services: Services, maya: User) -> None:
    """Taking rows for known by their values alone is told, never silent."""
    send(services, maya, file(*ORIGINAL))
    payload = "\n".join(file(*RESAVED)).encode()
    request = ImportRequest(filename="x.csv", payload=payload, account="Main", timezone="America/New_York")
    notes = services.imports.preview(maya.id, request).statement.notes
    assert any("written otherwise than before" in note for note in notes)


def test_seconds_that_a_spreadsheet_cut_off_cannot_be_known(services: Services, maya: User) -> None:
    """The limit of it: without ids and without seconds it is another time, and so another fill."""
    send(services, maya, file(*ORIGINAL))
    assert new(send(services, maya, file("3/13/2026 15:59,ACME,Sell,60,12,0.66,USD"))) == (1, 0)


def test_fills_that_differ_in_one_value_are_other_fills(services: Services, maya: User) -> None:
    """A cent, a second, a side or a share less: nothing is recognised that is not the same."""
    send(services, maya, file(ROWS[0]))
    for other in (
        "2026-03-02 09:31:05,ACME,Buy,100,10.01,1.10,USD",
        "2026-03-02 09:31:06,ACME,Buy,100,10.00,1.10,USD",
        "2026-03-02 09:31:05,ACME,Sell,100,10.00,1.10,USD",
        "2026-03-02 09:31:05,ACME,Buy,99,10.00,1.10,USD",
        "2026-03-02 09:31:05,ACMF,Buy,100,10.00,1.10,USD",
    ):
        assert new(send(services, maya, file(other))) == (1, 0), other


def test_an_import_taken_back_can_come_again(services: Services, maya: User) -> None:
    """Undoing forgets the fills, and their identity with them."""
    send(services, maya, file(*ROWS))
    (batch,) = services.imports.history(maya.id)
    services.imports.undo(maya.id, batch.id)
    assert new(send(services, maya, file(*ROWS))) == (5, 0)


def test_a_migration_changes_no_identity(services: Services, maya: User) -> None:
    """Down to the first schema and up again, as updates go: the same files add nothing."""
    send(services, maya, file(FILL, FILL, *ROWS))
    send(services, maya, WITH_IDS, account="With ids")
    config = migrations._config()
    with services.db.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    migrations.upgrade(services.db)
    assert new(send(services, maya, file(*ROWS, FILL, FILL))) == (0, 7)
    assert new(send(services, maya, WITH_IDS, account="With ids")) == (0, 5)
