"""Corrections and cancellations by later files: revised ids, trades named by their ids, and what undo brings back."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from domain.accounts import User
from domain.errors import ConflictError
from domain.fills import ChangeKind
from domain.imports import ImportBatch
from domain.money import decimal_text
from services.container import Services
from services.imports import ImportRequest

WITH_EXECUTIONS = (
    "ClientAccountID,AssetClass,Symbol,DateTime,Quantity,TradePrice,IBCommission,Buy/Sell,LevelOfDetail,IBExecID,"
    "TradeID,OrigTradeID,Notes/Codes,CurrencyPrimary"
)
WITH_TRADES = (
    "ClientAccountID,AssetClass,Symbol,DateTime,Quantity,TradePrice,IBCommission,Buy/Sell,LevelOfDetail,TradeID,"
    "OrigTradeID,Notes/Codes,CurrencyPrimary"
)
ID = "0000e0d5.65a5b1c2.01"
_NAMES = itertools.count()


def fill(ending: str, price: str, *, quantity: str = "100", side: str = "BUY", codes: str = "") -> str:
    """Return a row with an execution id."""
    trade = ending.replace(".", "")
    return f"U1,STK,ACME,20260302;093100,{quantity},{price},-1,{side},EXECUTION,{ID}.{ending},9{trade},,{codes},USD"


def trade(
    key: str, price: str, *, original: str = "", quantity: str = "100", side: str = "BUY", codes: str = ""
) -> str:
    """Return a row with a trade id and none of an execution."""
    return f"U1,STK,ACME,20260302;093100,{quantity},{price},-1,{side},EXECUTION,{key},{original},{codes},USD"


FIRST, SECOND, THIRD = fill("01", "10.00"), fill("02", "10.10"), fill("03", "10.20")
BUST = fill("02", "10.00", quantity="-100", side="BUY (Ca.)", codes="Ca")


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def request(*rows: str, header: str = WITH_EXECUTIONS) -> ImportRequest:
    """Return a Flex query of these rows, of a name of its own."""
    payload = "\n".join([header, *rows, ""]).encode()
    return ImportRequest(filename=f"flex-{next(_NAMES)}.csv", payload=payload, account="Main", format="ibkr-flex-csv")


def send(services: Services, owner: User, *rows: str, header: str = WITH_EXECUTIONS) -> ImportBatch:
    """Import rows; the preview must have said the same."""
    wanted = request(*rows, header=header)
    preview = services.imports.preview(owner.id, wanted)
    batch = services.imports.commit(owner.id, wanted)
    assert preview.rows == batch.rows
    assert preview.rows.balances
    assert set(batch.notes) <= set(preview.statement.notes), "the preview says what the import does"
    live(services, owner)
    return batch


def live(services: Services, owner: User) -> list[tuple[str, int, Decimal, Decimal]]:
    """Return symbol, side, quantity and price of every fill in the book, which is the same built anew."""
    (account,) = services.accounts.list_accounts(owner.id)
    found = []
    for _ in range(2):
        book = services.ledger.book(owner.id, account.id)
        table = book.executions
        rows = range(len(table.id))
        found.append(
            sorted(
                (book.instruments[int(table.instrument[row])].symbol, int(table.side[row]), table.quantity.at(row),
                 table.price.at(row))
                for row in rows
            )
        )  # fmt: skip
        services.ledger.forget()
    assert found[0] == found[1]
    return found[0]


def prices(services: Services, owner: User) -> list[str]:
    """Return the prices of the fills in the book."""
    return [decimal_text(price) for _, _, _, price in live(services, owner)]


def test_a_revision_takes_the_place_of_its_original(services: Services, maya: User) -> None:
    """The second revision of an id replaces the first, is counted, and the history shows before and after."""
    send(services, maya, FIRST)
    batch = send(services, maya, SECOND)
    assert prices(services, maya) == ["10.1"]
    assert (batch.rows.executions, batch.rows.duplicates, batch.superseded) == (1, 0, 1)
    assert batch.notes == ("1 fill is replaced by its correction.",)
    (change,) = services.fills.history(maya.id)
    assert change.kind is ChangeKind.CORRECTED
    assert "at 10 on 2026-03-02 09:31:00 → 100 at 10.1" in change.summary
    with pytest.raises(ConflictError):
        services.fills.undo(maya.id, change.id)


@pytest.mark.parametrize("order", list(itertools.permutations((FIRST, SECOND, THIRD))))
def test_the_latest_revision_stands_in_any_order(services: Services, maya: User, order: tuple[str, ...]) -> None:
    """Original, correction and second correction give the same book whichever file comes first."""
    batches = [send(services, maya, row) for row in order]
    assert prices(services, maya) == ["10.2"]
    top = order.index(THIRD)
    assert [batch.rows.executions for batch in batches[top + 1 :]] == [0] * (2 - top)
    assert [batch.rows.duplicates for batch in batches[top + 1 :]] == [1] * (2 - top)
    again = send(services, maya, *order)
    assert (again.rows.executions, again.rows.duplicates) == (0, 3)
    assert prices(services, maya) == ["10.2"]


@pytest.mark.parametrize("rows", [(FIRST, SECOND), (SECOND, FIRST)])
def test_a_file_may_hold_both(services: Services, maya: User, rows: tuple[str, ...]) -> None:
    """Within one file the original counts as a duplicate and only the correction is new."""
    batch = send(services, maya, *rows)
    assert (batch.rows.executions, batch.rows.duplicates) == (1, 1)
    assert prices(services, maya) == ["10.1"]
    assert services.fills.lost_with_import(maya.id, batch.id) == ""
    services.imports.undo(maya.id, batch.id)
    assert live(services, maya) == []


def test_undo_brings_the_former_fill_back(services: Services, maya: User) -> None:
    """Each import that is taken back gives its predecessor the place again, and importing it anew takes it."""
    send(services, maya, FIRST)
    second = send(services, maya, SECOND)
    third = send(services, maya, THIRD)
    services.imports.undo(maya.id, third.id)
    assert prices(services, maya) == ["10.1"]
    services.imports.undo(maya.id, second.id)
    assert prices(services, maya) == ["10"]
    send(services, maya, THIRD)
    assert prices(services, maya) == ["10.2"]


def test_undo_in_the_other_order(services: Services, maya: User) -> None:
    """A fill that two corrections took out stays out while one of them is here."""
    send(services, maya, FIRST)
    second = send(services, maya, SECOND)
    third = send(services, maya, THIRD)
    services.imports.undo(maya.id, second.id)
    assert prices(services, maya) == ["10.2"]
    services.imports.undo(maya.id, third.id)
    assert prices(services, maya) == ["10"]


def test_undo_of_a_correction_that_came_first(services: Services, maya: User) -> None:
    """The original that arrived later is a fill again once its correction is gone."""
    second = send(services, maya, SECOND)
    late = send(services, maya, FIRST)
    assert late.notes == ("1 row is older than its correction or cancellation that is here, and adds nothing.",)
    services.imports.undo(maya.id, second.id)
    assert prices(services, maya) == ["10"]
    services.imports.undo(maya.id, late.id)
    assert live(services, maya) == []


@pytest.mark.parametrize("files", [((FIRST,), (BUST,)), ((BUST,), (FIRST,)), ((FIRST, BUST),), ((BUST, FIRST),)])
def test_a_bust_takes_the_original_out(services: Services, maya: User, files: tuple[tuple[str, ...], ...]) -> None:
    """A cancelled trade is no fill, and its cancellation no fill the other way, in any order."""
    batches = [send(services, maya, *rows) for rows in files]
    assert live(services, maya) == []
    cancelling = next(batch for batch, rows in zip(batches, files, strict=True) if BUST in rows)
    assert cancelling.other == {"Cancelled trade": 1}
    services.imports.undo(maya.id, cancelling.id)
    assert prices(services, maya) == ([] if len(files) == 1 else ["10"])


def test_a_bust_after_the_close_leaves_the_close(services: Services, maya: User) -> None:
    """The opening fill of a closed trade goes, and what was the close is a short position now."""
    send(services, maya, FIRST, fill("01", "11", quantity="-40", side="SELL").replace("65a5b1c2", "65a5b1ff"))
    batch = send(services, maya, BUST)
    assert batch.notes == ("1 fill is taken out: it was cancelled.",)
    assert live(services, maya) == [("ACME", -1, Decimal(40), Decimal(11))]


def test_trades_are_corrected_by_the_id_they_name(services: Services, maya: User) -> None:
    """Without execution ids the codes Co and Ca and OrigTradeID say what is corrected and what is cancelled."""
    send(services, maya, trade("1", "10"), trade("2", "20"), header=WITH_TRADES)
    send(
        services, maya, trade("3", "10.5", original="1", codes="Co;O"),
        trade("4", "20", original="2", quantity="-100", side="BUY (Ca.)", codes="Ca"), header=WITH_TRADES,
    )  # fmt: skip
    assert prices(services, maya) == ["10.5"]
    send(services, maya, trade("1", "10"), trade("2", "20"), trade("5", "30"), header=WITH_TRADES)
    assert prices(services, maya) == ["10.5", "30"]


@pytest.mark.parametrize("is_corrected_first", [False, True])
def test_a_correction_may_have_the_id_of_its_trade(services: Services, maya: User, *, is_corrected_first: bool) -> None:
    """A row with the code Co and the trade's own id replaces it, and is known when it comes again."""
    rows = [trade("1", "10"), trade("1", "10.5", codes="Co")]
    for row in reversed(rows) if is_corrected_first else rows:
        send(services, maya, row, header=WITH_TRADES)
    assert prices(services, maya) == ["10.5"]
    assert send(services, maya, *rows, header=WITH_TRADES).rows.duplicates == 2
    assert prices(services, maya) == ["10.5"]


def test_a_cancellation_that_names_nothing_nets_out_and_says_so(services: Services, maya: User) -> None:
    """Where no id tells the cancelled trade, the row stays the opposite fill, and the notes say that."""
    cancel = trade("7", "10", quantity="-100", side="BUY (Ca.)", codes="Ca")
    send(services, maya, trade("1", "10"), header=WITH_TRADES)
    preview = services.imports.preview(maya.id, request(cancel, header=WITH_TRADES))
    assert any("1 cancelled trade" in note and "opposite fill" in note for note in preview.statement.notes)
    send(services, maya, cancel, header=WITH_TRADES)
    assert sum(side * quantity for _, side, quantity, _ in live(services, maya)) == 0


def test_the_correction_of_a_deleted_fill_stays_out(services: Services, maya: User) -> None:
    """What a person deleted does not come back as its own correction."""
    send(services, maya, FIRST, fill("01", "11", quantity="-40", side="SELL").replace("65a5b1c2", "65a5b1ff"))
    (account,) = services.accounts.list_accounts(maya.id)
    book = services.ledger.book(maya.id, account.id)
    bought = int(book.executions.id[book.executions.side == 1][0])
    services.fills.delete(maya.id, [bought])
    second = send(services, maya, SECOND)
    assert prices(services, maya) == ["11"]
    services.imports.undo(maya.id, second.id)
    assert prices(services, maya) == ["11"]


def test_an_id_that_says_something_else_now_is_told(services: Services, maya: User) -> None:
    """A stored id stays a duplicate; what differs is told of the first three lines, in preview and commit."""
    keys = range(1, 6)
    send(services, maya, *(trade(str(key), "10") for key in keys), header=WITH_TRADES)
    batch = send(
        services, maya, trade("1", "10.00"), *(trade(str(key), "10.10") for key in keys[1:]), header=WITH_TRADES
    )
    assert (batch.rows.executions, batch.rows.duplicates) == (0, 5)
    assert batch.notes == tuple(
        f"Line {line}: id trade/{line - 1} is here with price 10, the file says 10.1; edit the fill or remove it first."
        for line in (3, 4, 5)
    )
    assert prices(services, maya) == ["10"] * 5


def test_the_same_contents_need_no_word(services: Services, maya: User) -> None:
    """A file that overlaps with an earlier one and says the same of every fill has no notes."""
    send(services, maya, trade("1", "10"), trade("2", "11"), header=WITH_TRADES)
    assert send(services, maya, trade("2", "11.0"), trade("3", "12"), header=WITH_TRADES).notes == ()


def test_another_account_keeps_its_original(services: Services, maya: User) -> None:
    """A correction reaches the account it is imported into and no other."""
    other = services.users.register("noor", "four other words here")
    send(services, other, FIRST)
    send(services, maya, SECOND)
    assert prices(services, other) == ["10"]
