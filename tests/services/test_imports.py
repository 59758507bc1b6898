"""Preview, commit and undo of files, on SQLite and PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import User
from domain.errors import ConflictError, ImportFileError, NotFoundError, UnknownFormatError
from domain.filters import LedgerFilter
from domain.imports import RowCounts, safe_name
from services.container import Installation, Services
from services.imports import ImportRequest
from tests.conftest import NOW
from tests.servers import new_database
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

ALL = LedgerFilter()
_ACCOUNTS = itertools.count()


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def request(*rows: str, account: str = "Main") -> ImportRequest:
    """Return a request to import a generic CSV."""
    return ImportRequest(filename="fills.csv", payload=trades_csv(rows), account=account, timezone="America/New_York")


def nets(services: Services, user: User) -> dict[str, Decimal]:
    """Return the realised net P&L by symbol."""
    found: dict[str, Decimal] = {}
    for trade in services.portfolio.every_trade(user.id, ALL):
        found[trade.instrument.symbol] = found.get(trade.instrument.symbol, Decimal(0)) + trade.net
    return found


def test_preview_writes_nothing(services: Services, maya: User) -> None:
    """A preview counts what an import would do and leaves the database as it was."""
    preview = services.imports.preview(maya.id, request(*ROUND_TRIP))
    assert preview.rows == RowCounts(total=3, executions=3)
    assert preview.is_new_account
    assert services.accounts.list_accounts(maya.id) == []
    assert services.imports.history(maya.id) == []


def test_a_commit_makes_exact_trades(services: Services, maya: User) -> None:
    """Partial exits share the entry's costs pro rata and sum to the cent."""
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP, *OPEN_SHORT))
    assert batch.rows == RowCounts(total=4, executions=4)
    (closed,) = services.portfolio.every_trade(maya.id, ALL.with_(status="closed"))
    assert closed.net == Decimal("157.80")
    assert closed.gross == Decimal("160.00")
    assert closed.exit_price == Decimal("11.6")
    (position,) = services.portfolio.positions(maya.id, ALL)
    assert (position.quantity, position.average_price) == (Decimal(-50), Decimal("20.25"))


def test_the_time_zone_of_the_file_decides_the_instant(services: Services, maya: User) -> None:
    """09:31:05 in New York in winter is 14:31:05 UTC."""
    services.imports.commit(maya.id, request(*ROUND_TRIP))
    (trade,) = services.portfolio.every_trade(maya.id, ALL)
    assert trade.opened_at.isoformat() == "2026-03-02T14:31:05+00:00"


def test_the_same_file_again_adds_nothing(services: Services, maya: User) -> None:
    """All rows are duplicates the second time, and no second batch is written."""
    services.imports.commit(maya.id, request(*ROUND_TRIP))
    again = services.imports.commit(maya.id, request(*ROUND_TRIP))
    assert again.rows == RowCounts(total=3, duplicates=3)
    assert len(services.imports.history(maya.id)) == 1
    assert nets(services, maya) == {"ACME": Decimal("157.80")}


def test_an_overlapping_file_adds_what_is_new(services: Services, maya: User) -> None:
    """Rows known by their broker id are duplicates, whatever file they stand in."""
    services.imports.commit(maya.id, request(*ROUND_TRIP[:2]))
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP[1:], *OPEN_SHORT))
    assert batch.rows == RowCounts(total=3, executions=2, duplicates=1)
    assert nets(services, maya)["ACME"] == Decimal("157.80")


def test_two_identical_fills_stay_two(services: Services, maya: User) -> None:
    """Without an id, equal rows count as often as they stand in the file, and a re-import adds none."""
    rows = ["2026-03-02 09:31:05,ACME,Buy,100,10.00"] * 2 + ["2026-03-02 09:40:00,ACME,Sell,200,10.50"]
    payload = "\n".join(["Time,Symbol,Side,Quantity,Price", *rows, ""]).encode()
    first = services.imports.commit(maya.id, ImportRequest(filename="a.csv", payload=payload, account="Main"))
    assert first.rows.executions == 3
    longer = payload + b"2026-03-02 09:31:05,ACME,Buy,100,10.00\n"
    second = services.imports.commit(maya.id, ImportRequest(filename="b.csv", payload=longer, account="Main"))
    assert second.rows == RowCounts(total=4, executions=1, duplicates=3)


def test_the_same_fills_in_another_account_are_not_duplicates(services: Services, maya: User) -> None:
    """Identity ends at the account."""
    services.imports.commit(maya.id, request(*ROUND_TRIP))
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP, account="Other"))
    assert batch.rows.executions == 3


def test_undo_takes_back_one_batch_and_a_new_import_restores_it(services: Services, maya: User) -> None:
    """Undo removes the batch's executions only; importing again brings them back."""
    first = services.imports.commit(maya.id, request(*ROUND_TRIP))
    services.imports.commit(maya.id, request(*OPEN_SHORT))
    assert services.imports.undo(maya.id, first.id).is_undone
    assert nets(services, maya) == {"BOLT": Decimal(0)}
    assert services.imports.commit(maya.id, request(*ROUND_TRIP)).rows.executions == 3
    assert nets(services, maya)["ACME"] == Decimal("157.80")
    with pytest.raises(ConflictError):
        services.imports.undo(maya.id, first.id)


def test_another_user_sees_nothing(services: Services, maya: User) -> None:
    """Imports, accounts and trades of one user do not exist for another."""
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP))
    noor = services.users.register("noor", "four unrelated words")
    with pytest.raises(NotFoundError):
        services.imports.undo(noor.id, batch.id)
    with pytest.raises(NotFoundError):
        services.portfolio.trade(noor.id, 1)
    with pytest.raises(NotFoundError):
        services.portfolio.trades(noor.id, ALL.with_(accounts=(batch.account_id,)))
    assert services.portfolio.every_trade(noor.id, ALL) == []


def test_a_bad_cell_is_a_problem_with_its_place(services: Services, maya: User) -> None:
    """The other rows are imported; the sum still equals the rows of the file."""
    bad = "t9,2026-03-02 10:00:00,ACME,Buy,1.2.3,10.00,0,USD"
    batch = services.imports.commit(maya.id, request(*ROUND_TRIP, bad))
    assert batch.rows == RowCounts(total=4, executions=3, problems=1)
    assert batch.rows.balances
    problem = batch.problems[0]
    assert (problem["line"], problem["column"], problem["value"]) == (5, "Quantity", "1.2.3")
    assert problem["reason"]
    assert problem["hint"]


def test_an_unknown_file_says_what_was_seen(services: Services, maya: User) -> None:
    """The error shows how the file starts and what to do."""
    with pytest.raises(UnknownFormatError, match="colour,shape"):
        services.imports.preview(maya.id, ImportRequest(filename="x.csv", payload=b"colour,shape\nred,round\n"))
    with pytest.raises(ImportFileError, match="empty"):
        services.imports.preview(maya.id, ImportRequest(filename="x.csv", payload=b"  \n"))


def test_concurrent_imports_of_one_file_count_once(services: Services, maya: User) -> None:
    """Five clients post the same file at the same moment: one import, four times duplicates."""
    services.accounts.create(maya.id, "Main", timezone="America/New_York")
    wanted = request(*ROUND_TRIP, *OPEN_SHORT)
    with ThreadPoolExecutor(5) as pool:
        batches = list(pool.map(lambda _: services.imports.commit(maya.id, wanted), range(5)))
    assert sum(batch.rows.executions for batch in batches) == 4
    assert len(services.portfolio.every_trade(maya.id, ALL)) == 2


def test_a_saved_mapping_recognises_its_files(services: Services, maya: User) -> None:
    """A template is found by the header of the next file."""
    payload = b"wann,was,wohin,wieviel,wozu\n2026-03-02 09:31:05,ACME,B,100,10.00\n"
    mapping = {"executed_at": "wann", "symbol": "was", "side": "wohin", "quantity": "wieviel", "price": "wozu"}
    first = ImportRequest(
        filename="odd.csv",
        payload=payload,
        account="Odd",
        format="generic-csv",
        timezone="Europe/Berlin",
        mapping=mapping,
    )
    services.imports.save_template(maya.id, first, "Odd broker")
    preview = services.imports.preview(maya.id, replace(first, format="", timezone="", mapping={}))
    assert preview.template == "Odd broker"
    assert preview.rows.executions == 1
    assert preview.statement.timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "shown"), [("../../etc/passwd", "passwd"), ("C:\\a\\b.csv", "b.csv"), ("\x00\x07", "upload")]
)
def test_file_names_are_only_shown(name: str, shown: str) -> None:
    """Paths and control characters never leave a name."""
    assert safe_name(name) == shown


@st.composite
def books(draw: st.DrawFn) -> list[str]:
    """Return rows of a file with unique ids and times."""
    count = draw(st.integers(2, 14))
    rows = []
    for number in range(count):
        side = draw(st.sampled_from(["Buy", "Sell"]))
        quantity, cents = draw(st.integers(1, 9)), draw(st.integers(100, 999))
        rows.append(f"{number + 1},2026-03-02 10:{number:02d}:00,ACME,{side},{quantity},{cents / 100:.2f},0.35,USD")
    return rows


@pytest.fixture(scope="module")
def book_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One installation for all examples of a property: each example gets an account of its own."""
    folder = tmp_path_factory.mktemp("books")
    made = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    made.migrate()
    made.users.register("maya", "four unrelated words")
    yield made
    made.db.close()


@given(rows=books(), data=st.data())
def test_order_and_splitting_of_files_change_nothing(
    book_services: Services, rows: list[str], data: st.DataObject
) -> None:
    """Any permutation of rows and any split into several imports gives the same trades."""
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    whole = _trades_after(book_services, [rows])
    assert whole == _trades_after(book_services, [part for part in (shuffled[:cut], shuffled[cut:]) if part])


def _trades_after(services: Services, files: list[list[str]]) -> list[str]:
    maya = services.users.find("maya")
    assert maya is not None
    name = f"Account {next(_ACCOUNTS)}"
    for rows in files:
        services.imports.commit(maya.id, request(*rows, account=name))
    account = next(item for item in services.accounts.list_accounts(maya.id) if item.name == name)
    trades = services.portfolio.every_trade(maya.id, ALL.with_(accounts=(account.id,)))
    return sorted(
        str(
            (trade.opened_at, trade.closed_at, trade.side, trade.quantity, trade.gross, trade.fees, trade.open_quantity)
        )
        for trade in trades
    )
