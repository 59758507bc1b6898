"""Fills and trades corrected by hand, on SQLite and PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.db import ledger_changes
from domain.accounts import Account, LotMethod, User
from domain.contract_sizes import ContractSize
from domain.errors import ConflictError, FillwiseError, InvalidInputError, NotFoundError
from domain.fills import ChangeKind, FillChange, FillDraft
from domain.filters import LedgerFilter
from domain.instruments import AssetClass
from domain.ledger import Trade
from services.container import Installation, Services
from services.fill_pages import FillQuery
from services.imports import ImportRequest
from services.ledger import LedgerService
from services.snapshots import SnapshotShelf
from tests.conftest import NOW
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

ALL = LedgerFilter()
_NAMES = itertools.count()


class Desk:
    """A person with one account and the fills of `ROUND_TRIP`."""

    def __init__(self, services: Services, user: User, account: Account) -> None:
        self.services, self.user, self.account = services, user, account
        self.filter = LedgerFilter(accounts=(account.id,))

    def import_rows(self, *rows: str) -> Any:
        """Import a file with these rows."""
        name = f"{next(_NAMES)}.csv"
        zone = "America/New_York"
        payload = trades_csv(rows)
        request = ImportRequest(filename=name, payload=payload, account=self.account.name, timezone=zone)
        return self.services.imports.commit(self.user.id, request)

    def add(self, **values: str) -> FillChange:
        """Add a fill by hand."""
        same = {"symbol": "ACME", "side": "buy", "quantity": "10", "price": "10", "executed_at": "2026-03-04 10:00:00"}
        return self.services.fills.add(self.user.id, self.account.id, FillDraft(**{**same, **values}))

    def trades(self) -> list[Trade]:
        """Return every trade, the same from the followed book and from one built anew."""
        followed = self.services.portfolio.every_trade(self.user.id, self.filter)
        self.services.ledger.forget()
        rebuilt = self.services.portfolio.every_trade(self.user.id, self.filter)
        assert sorted(followed, key=_by_id) == sorted(rebuilt, key=_by_id)
        return sorted(rebuilt, key=_by_id)

    def ids(self) -> list[int]:
        """Return the ids of all fills in time."""
        page = self.services.fills.page(self.user.id, FillQuery(chosen=self.filter, sort=(("time", False),)))
        return [row.execution.id for row in page.rows]

    def undo(self, change: FillChange) -> FillChange:
        """Take a change back."""
        return self.services.fills.undo(self.user.id, change.id)


def _by_id(trade: Trade) -> int:
    return trade.id


def make_desk(services: Services) -> Desk:
    """Register somebody with an account of their own."""
    user = services.users.register(f"maya{next(_NAMES)}", "four unrelated words")
    account = services.accounts.create(user.id, "Main", timezone="America/New_York")
    return Desk(services, user, account)


@pytest.fixture
def desk(services: Services) -> Desk:
    """A person with one closed trade: 100 bought at 10, sold 40 at 11 and 60 at 12."""
    made = make_desk(services)
    made.import_rows(*ROUND_TRIP)
    return made


def test_an_added_fill_is_part_of_the_ledger(desk: Desk) -> None:
    """A fill typed by hand opens a position at once, and undo takes it away again."""
    change = desk.add(fees="0.5")
    assert change.summary == "Added buy 10 ACME at 10 on 2026-03-04 10:00:00."
    assert [trade.open_quantity for trade in desk.trades()] == [Decimal(0), Decimal(10)]
    desk.undo(change)
    assert len(desk.trades()) == 1


REFUSED: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"quantity": "0"}, "quantity", "'0' is not above 0"),
    ({"quantity": "ten"}, "quantity", "'ten' is not a number"),
    ({"price": "-1"}, "price", "'-1' is below 0"),
    ({"side": "hold"}, "side", "'hold' is neither"),
    ({"executed_at": "03/04/2026"}, "executed_at", "'03/04/2026' is not a time"),
    ({"executed_at": "2026-03-08 02:30:00"}, "executed_at", "does not exist"),
    ({"symbol": ""}, "symbol", "missing"),
    ({"symbol": "NEWCO"}, "asset_class", "NEWCO is not in your book yet"),
    ({"symbol": "NEWCO 1C", "asset_class": "option"}, "multiplier", "contract size of NEWCO 1C is not known"),
    ({"symbol": "ZZZZ9", "asset_class": "future"}, "multiplier", "contract size"),
    ({"multiplier": "5"}, "multiplier", "contract size of 1 in your book"),
    ({"fee_currency": "€"}, "fee_currency", "'€' is not a currency code"),
)


def test_what_cannot_be_a_fill_is_refused_by_its_field(desk: Desk) -> None:
    """The refusal names the field, shows the value, and says what to do; nothing is stored."""
    for changes, field, says in REFUSED:
        with pytest.raises(InvalidInputError, match=says) as refused:
            desk.add(**changes)
        assert (refused.value.field, bool(refused.value.hint)) == (field, True), changes
    assert len(desk.ids()) == 3


def test_a_known_contract_size_is_not_asked_for(desk: Desk) -> None:
    """What the owner entered under the root goes before the exchange's size, by the day of the fill; both are told."""
    sizes = ((None, "7"), (date(2026, 6, 1), "9"))
    for since, size in sizes:
        entry = ContractSize(symbol="QQX", asset_class=AssetClass.FUTURE, multiplier=Decimal(size), valid_from=since)
        desk.services.instruments.save_size(desk.user.id, entry)

    def told(symbol: str, time: str = "") -> Decimal | None:
        return desk.services.fills.known_size(desk.user.id, symbol, AssetClass.FUTURE, time)

    assert [told("QQXM6", "2026-03-04 10:00"), told("QQXM6")] == [Decimal(7), Decimal(9)]
    assert [told("ESM6"), told("ZZZZ9")] == [Decimal(50), None]
    desk.add(symbol="QQXM6", asset_class="future")
    desk.add(symbol="ESM6", asset_class="future")
    found = {
        row.instrument.symbol: row.instrument.multiplier
        for row in desk.services.instruments.list_instruments(desk.user.id)
    }
    assert (found["QQXM6"], found["ESM6"]) == (Decimal(7), Decimal(50))


def test_another_s_contract_sizes_are_not_known(desk: Desk) -> None:
    """A size entered by somebody else does not stand in a form."""
    other = desk.services.users.register("noah", "four unrelated words")
    entry = ContractSize(symbol="QQX", asset_class=AssetClass.FUTURE, multiplier=Decimal(7))
    desk.services.instruments.save_size(other.id, entry)
    assert desk.services.fills.known_size(desk.user.id, "QQXM6", AssetClass.FUTURE, "") is None


def test_a_new_option_with_its_size_is_added(desk: Desk) -> None:
    """What the book does not know is asked for once: kind and contract size."""
    desk.add(symbol="ACME 1C", asset_class="option", multiplier="100", price="0.5")
    desk.add(symbol="acme 1c", side="sell", price="0.75", executed_at="2026-03-04 11:00")
    assert [trade.gross for trade in desk.trades() if trade.instrument.symbol == "ACME 1C"] == [Decimal(250)]


def test_an_edit_is_laid_over_and_restored(desk: Desk) -> None:
    """An edited price changes the trade, the page marks it, restore brings the file's value back."""
    first = desk.ids()[0]
    before = desk.trades()
    change = desk.services.fills.edit(desk.user.id, first, {"price": "10.5"})
    assert change.summary == "Edited buy 100 ACME at 10 on 2026-03-02 09:31:05: price 10 → 10.5."
    assert [trade.gross for trade in desk.trades()] == [Decimal(110)]
    row = desk.services.fills.fill(desk.user.id, first)
    assert (row.edited, row.by_hand, row.filename[-4:], row.execution.line) == (True, False, ".csv", 2)
    desk.services.fills.restore(desk.user.id, [first])
    assert desk.trades() == before
    assert not desk.services.fills.fill(desk.user.id, first).edited


def test_an_edit_back_to_the_files_value_is_no_edit(desk: Desk) -> None:
    """Typing the file's own value again leaves nothing laid over the row."""
    first = desk.ids()[0]
    desk.services.fills.edit(desk.user.id, first, {"price": "11"})
    desk.services.fills.edit(desk.user.id, first, {"price": "10.00"})
    assert not desk.services.fills.fill(desk.user.id, first).edited
    with pytest.raises(InvalidInputError, match="Nothing would change"):
        desk.services.fills.edit(desk.user.id, first, {"price": "10"})


def test_a_fee_keeps_the_rate_of_its_file(services: Services) -> None:
    """An edited fee in another currency is converted at the rate the file had for it."""
    desk = make_desk(services)
    desk.add(fee_currency="EUR", fees="1", asset_class="stock")
    (fill,) = desk.ids()
    desk.services.fills.edit(desk.user.id, fill, {"fees": "2"})
    (trade,) = desk.trades()
    assert not trade.fees_known
    desk.services.fills.edit(desk.user.id, fill, {"fee_currency": "USD"})
    assert desk.trades()[0].fees_known


def test_edited_and_deleted_rows_survive_another_import(desk: Desk) -> None:
    """The same file again, and a longer one, neither resurrect what was deleted nor double what was edited."""
    first, second, _ = desk.ids()
    desk.services.fills.edit(desk.user.id, first, {"quantity": "90"})
    desk.services.fills.delete(desk.user.id, [second])
    before = desk.trades()
    assert desk.import_rows(*ROUND_TRIP).rows.duplicates == 3
    assert desk.import_rows(*ROUND_TRIP, *OPEN_SHORT).rows.executions == 1
    assert [trade for trade in desk.trades() if trade.instrument.symbol == "ACME"] == before
    assert second not in desk.ids()


def test_a_fill_by_hand_and_its_twin_of_a_file_are_two(services: Services) -> None:
    """A twin typed by hand has no broker's id: the file's fill is added, and deleting either one lasts."""
    desk = make_desk(services)
    desk.add(quantity="100", executed_at="2026-03-02 09:31:05", fees="1.1", asset_class="stock")
    (twin,) = desk.ids()
    assert desk.import_rows(*ROUND_TRIP).rows.executions == 3
    assert len(desk.ids()) == 4
    desk.services.fills.delete(desk.user.id, [twin])
    desk.import_rows(*ROUND_TRIP, *OPEN_SHORT)
    assert len(desk.ids()) == 4
    assert twin not in desk.ids()


def test_a_split_and_a_merge_conserve_everything(desk: Desk) -> None:
    """Two parts have the quantity, notional and fees of the whole; merging them gives one fill of the same values."""
    before = desk.trades()
    split = desk.services.fills.split(desk.user.id, desk.ids()[0], "33.3")
    parts = [row.execution for row in desk.services.fills.page(desk.user.id, FillQuery(chosen=ALL)).rows][-2:]
    assert sum(part.quantity for part in parts) == 100
    assert sum(part.fees for part in parts) == Decimal("1.10")
    after = desk.trades()
    assert [(item.gross, item.net, item.quantity) for item in after] == [
        (item.gross, item.net, item.quantity) for item in before
    ]
    merged = desk.services.fills.merge(desk.user.id, [part.id for part in parts])
    assert merged.summary == "Merged 2 fills into buy 100 ACME at 10 on 2026-03-02 09:31:05."
    with pytest.raises(ConflictError, match="Merged 2 fills"):
        desk.undo(split)
    desk.undo(merged)
    desk.undo(split)
    assert desk.trades() == before


def test_a_merge_without_an_exact_price_is_refused(services: Services) -> None:
    """10 at 1 and 20 at 2 average to a price without end, and the refusal says so."""
    desk = make_desk(services)
    desk.add(quantity="10", price="1", asset_class="stock")
    desk.add(quantity="20", price="2")
    with pytest.raises(InvalidInputError, match=r"1\.666666666667…, has no end"):
        desk.services.fills.merge(desk.user.id, desk.ids())
    desk.add(side="sell", quantity="1", price="2")
    with pytest.raises(InvalidInputError, match="differ in side"):
        desk.services.fills.merge(desk.user.id, desk.ids())


def test_notes_stay_with_a_trade_whose_opening_fill_is_split(desk: Desk) -> None:
    """A trade is known by its opening fill; the part in its place takes notes and tags over."""
    services, owner = desk.services, desk.user.id
    (trade,) = desk.trades()
    services.journal.save(owner, desk.account.id, trade.id, note="Patient.", tags=["A+"])
    services.fills.split(owner, trade.id, "40")
    (found,) = desk.trades()
    entry = services.journal.entry(owner, desk.account.id, found.id)
    assert (found.id != trade.id, entry.note, entry.tags) == (True, "Patient.", ("A+",))


def test_fills_set_apart_are_matched_among_themselves(services: Services) -> None:
    """A long-term holding and a day trade in one instrument become two trades, and one position."""
    desk = make_desk(services)
    desk.add(quantity="100", price="10", asset_class="stock", executed_at="2026-01-05 10:00")
    desk.add(quantity="50", price="20", executed_at="2026-03-04 10:00")
    desk.add(side="sell", quantity="50", price="21", executed_at="2026-03-04 11:00")
    holding, bought, sold = desk.ids()
    assert [trade.gross for trade in desk.trades()] == [Decimal(550)]
    apart = services.fills.set_apart(desk.user.id, [bought, sold])
    assert [(int(trade.id), trade.gross, trade.is_open) for trade in desk.trades()] == [
        (holding, Decimal(0), True),
        (bought, Decimal(50), False),
    ]
    detail = services.portfolio.trade(desk.user.id, bought)
    assert [line.id for line in detail.executions] == [bought, sold]
    assert [row.lane for row in services.fills.page(desk.user.id, FillQuery(chosen=ALL, view="apart")).rows] == [1, 1]
    services.fills.join(desk.user.id, [(desk.account.id, holding), (desk.account.id, bought)])
    assert [trade.gross for trade in desk.trades()] == [Decimal(550)]
    with pytest.raises(ConflictError, match="Merged 2 trades"):
        desk.undo(apart)


def test_positions_add_the_lanes_of_an_instrument_up(services: Services) -> None:
    """What was set apart is still held: one position with the sums of both lanes."""
    desk = make_desk(services)
    desk.add(quantity="100", price="10", asset_class="stock", executed_at="2026-01-05 10:00")
    desk.add(quantity="50", price="20", executed_at="2026-03-04 10:00")
    (before,) = services.portfolio.positions(desk.user.id, ALL)
    services.fills.set_apart(desk.user.id, desk.ids()[1:])
    desk.trades()
    (after,) = services.portfolio.positions(desk.user.id, ALL)
    assert (after.quantity, after.cost) == (before.quantity, before.cost) == (Decimal(150), Decimal(2000))
    assert round(after.average_price, 6) == round(before.average_price, 6)
    with pytest.raises(InvalidInputError, match="all fills of the instrument"):
        services.fills.set_apart(desk.user.id, desk.ids()[1:])


def test_consecutive_trades_are_told_as_one(services: Services) -> None:
    """Merged trades are one row with the sums of all, the first opening and the last close; separate takes it back."""
    desk = make_desk(services)
    desk.add(quantity="10", price="10", asset_class="stock", executed_at="2026-03-04 10:00", fees="1")
    desk.add(side="sell", quantity="15", price="12", executed_at="2026-03-04 11:00", fees="1.5")  # flips
    desk.add(quantity="5", price="11", executed_at="2026-03-04 12:00", fees="0.5")
    desk.add(quantity="7", price="9", executed_at="2026-03-04 13:00")
    long, short, open_ = desk.trades()
    joined = services.fills.join(desk.user.id, [(desk.account.id, long.id), (desk.account.id, short.id)])
    one, rest = desk.trades()
    assert (one.id, one.side, one.opened_at, one.closed_at) == (long.id, long.side, long.opened_at, short.closed_at)
    assert (one.gross, one.fees) == (long.gross + short.gross, long.fees + short.fees) == (Decimal(25), Decimal(3))
    assert (one.executions, rest) == (3, open_)
    lines = services.portfolio.trade(desk.user.id, long.id).executions
    assert lines[-1].realised == one.net
    services.fills.separate(desk.user.id, long.id)
    with pytest.raises(InvalidInputError, match="other direction"):
        services.fills.join(desk.user.id, [(desk.account.id, item.id) for item in (short, open_)])
    assert desk.trades() == [long, short, open_]
    assert [item.kind for item in services.fills.history(desk.user.id)][:2] == [ChangeKind.SEPARATE, ChangeKind.JOIN]
    with pytest.raises(ConflictError, match="Separated"):
        desk.undo(joined)


def test_trades_with_others_between_them_are_not_merged(services: Services) -> None:
    """Only neighbours can be told as one: the refusal says that others lie between."""
    desk = make_desk(services)
    for hour in (10, 11, 12):
        desk.add(executed_at=f"2026-03-04 {hour}:00", asset_class="stock")
        desk.add(executed_at=f"2026-03-04 {hour}:30", side="sell")
    first, second, third = (trade.id for trade in desk.trades())
    with pytest.raises(InvalidInputError, match="Other trades of the instrument lie between"):
        services.fills.join(desk.user.id, [(desk.account.id, first), (desk.account.id, third)])
    services.fills.join(desk.user.id, [(desk.account.id, key) for key in (first, second, third)])
    assert len(desk.trades()) == 1


def test_undoing_an_import_takes_its_edits_along(desk: Desk) -> None:
    """What was edited, deleted and split of a file goes with its import; the history says so; other fills stay."""
    desk.add(quantity="5")
    first, second, third, by_hand = desk.ids()
    desk.services.fills.edit(desk.user.id, first, {"price": "9"})
    desk.services.fills.delete(desk.user.id, [second, by_hand])
    desk.services.fills.split(desk.user.id, third, "10")
    batch = desk.services.imports.history(desk.user.id)[0]
    assert desk.services.fills.lost_with_import(desk.user.id, batch.id) == "1 edit, 2 deletions"
    desk.services.imports.undo(desk.user.id, batch.id)
    assert desk.ids() == []
    said = desk.services.fills.history(desk.user.id)[0]
    assert said.kind is ChangeKind.IMPORT_UNDONE
    assert "1 edit, 2 deletions, 1 split or merge" in said.summary
    desk.import_rows(*ROUND_TRIP)
    assert [trade.gross for trade in desk.trades()] == [Decimal(160)]


def test_what_merged_fills_of_two_files_came_from_returns(services: Services) -> None:
    """Undoing one of two imports whose fills were merged brings the other file's fill back as it was."""
    desk = make_desk(services)
    desk.import_rows("a1,2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD")
    other = desk.import_rows("b1,2026-03-02 09:32:05,ACME,Buy,100,12.00,1.10,USD")
    services.fills.merge(desk.user.id, desk.ids())
    assert [trade.entry_price for trade in desk.trades()] == [Decimal(11)]
    services.imports.undo(desk.user.id, other.id)
    assert [(trade.entry_price, trade.quantity) for trade in desk.trades()] == [(Decimal(10), Decimal(100))]


def test_another_persons_fills_are_not_there(services: Services, desk: Desk) -> None:
    """Every way to somebody else's fill, account or change says that there is none."""
    other = make_desk(services)
    fill, change = desk.ids()[0], desk.add()
    stranger = other.user.id
    ways: list[Callable[[], Any]] = [
        lambda: services.fills.edit(stranger, fill, {"price": "1"}),
        lambda: services.fills.delete(stranger, [fill]),
        lambda: services.fills.restore(stranger, [fill]),
        lambda: services.fills.split(stranger, fill, "1"),
        lambda: services.fills.merge(stranger, [fill, fill]),
        lambda: services.fills.set_apart(stranger, [fill]),
        lambda: services.fills.fill(stranger, fill),
        lambda: services.fills.join(stranger, [(desk.account.id, fill), (desk.account.id, fill)]),
        lambda: services.fills.separate(stranger, fill),
        lambda: services.fills.undo(stranger, change.id),
        lambda: services.fills.add(stranger, desk.account.id, FillDraft()),
        lambda: services.fills.read_paste(stranger, desk.account.id, "x"),
    ]
    for way in ways:
        with pytest.raises(NotFoundError):
            way()
    assert services.fills.page(stranger, FillQuery(chosen=ALL)).total == 0
    assert services.fills.history(stranger) == []


def test_fills_are_paged_sorted_and_filtered(desk: Desk) -> None:
    """Pages follow each other in the wanted order; period, symbol, search and view narrow them."""
    desk.import_rows(*OPEN_SHORT)
    desk.add(symbol="CORE", asset_class="stock", price="99")
    fills, owner = desk.services.fills, desk.user.id

    def found(query: FillQuery, **part: int) -> list[str]:
        page = fills.page(owner, query, **part)
        return [f"{row.execution.instrument.symbol} {row.execution.price.normalize():f}" for row in page.rows]

    by_price = FillQuery(chosen=ALL, sort=(("price", True),))
    assert found(by_price) == ["CORE 99", "BOLT 20.25", "ACME 12", "ACME 11", "ACME 10"]
    assert found(by_price, start=1, end=3) == ["BOLT 20.25", "ACME 12"]
    assert found(FillQuery(chosen=ALL.with_(search="bo"))) == ["BOLT 20.25"]
    assert found(FillQuery(chosen=ALL.with_(period="2026-03-04..2026-03-04"))) == ["CORE 99"]
    assert found(FillQuery(chosen=ALL.with_(day="2026-03-02"), sort=(("time", False),))) == ["ACME 10", "ACME 11"]
    assert found(FillQuery(chosen=ALL, view="hand")) == ["CORE 99"]
    assert found(FillQuery(chosen=ALL, view="edited")) == []
    for name in ("time", "account", "symbol", "side", "quantity", "fees", "kind"):
        assert len(found(FillQuery(chosen=ALL, sort=((name, True),)))) == 5
    lines = "".join(fills.csv(owner, by_price)).splitlines()
    assert [line.split(",")[8] for line in lines] == ["price", "99", "20.25", "12", "11", "10"]
    with pytest.raises(InvalidInputError, match="View 'odd'"):
        FillQuery(chosen=ALL, view="odd")


TABLE = """Time\tSymbol\tSide\tQuantity\tPrice\tFees
2026-09-01 14:30:05\tBOLT\tBuy\t5\t20\t1
2026-09-01 15:30:05\tBOLT\tSell\tx\t21\t1
2026-09-01 15:40:05\tBOLT\tSell\t5\t21\t1
"""


def test_a_pasted_table_becomes_fills(services: Services) -> None:
    """Tab, semicolon or comma, with or without a header: each line becomes a fill or a problem, then one change."""
    desk = make_desk(services)
    for delimiter, header in itertools.product("\t;,", (True, False)):
        text = TABLE.replace("\t", delimiter)
        text = text if header else text.partition("\n")[2].replace("x", "4")
        reading = services.fills.read_paste(desk.user.id, desk.account.id, text)
        assert len(reading.fills) == (2 if header else 3)
        assert [problem.line for problem in reading.problems] == ([3] if header else [])
        change = services.fills.add_many(desk.user.id, desk.account.id, text)
        assert change.summary == f"Pasted {len(reading.fills)} fills into Main."
        assert len(desk.ids()) == len(reading.fills)
        desk.undo(change)
        assert desk.ids() == []


def test_a_paste_without_columns_is_refused(services: Services) -> None:
    """Nothing, or words without numbers, says what a table needs."""
    desk = make_desk(services)
    for text in ("", "hello\nworld"):
        with pytest.raises(InvalidInputError) as refused:
            services.fills.read_paste(desk.user.id, desk.account.id, text)
        assert refused.value.field == "text"
        assert refused.value.hint


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["add", "edit", "delete", "split", "merge", "apart", "join", "separate", "restore", "undo"]),
        st.integers(0, 1_000_000),
        st.integers(0, 1_000_000),
    ),
    min_size=1,
    max_size=9,
)


def act(desk: Desk, name: str, first: int, second: int) -> None:
    """Do something to fills or trades picked by two numbers."""
    fills, owner, ids = desk.services.fills, desk.user.id, desk.ids()
    one, other = (ids[number % len(ids)] if ids else 0 for number in (first, second))
    some = [(desk.account.id, item.id) for item in desk.services.portfolio.every_trade(owner, desk.filter)]
    if name == "add":
        side, time = ("buy", "sell")[second % 2], f"2026-03-0{2 + first % 3} 1{second % 6}:00"
        desk.add(side=side, quantity=str(1 + first % 90), price=str(second % 50), executed_at=time, fees="0.3")
    elif name == "edit":
        fills.edit(owner, one, {"quantity": str(1 + second % 120), "side": ("buy", "sell")[first % 2]})
    elif name == "split":
        fills.split(owner, one, str(Decimal(1 + second % 60) / 4))
    elif name == "join":
        fills.join(owner, [some[first % len(some)], some[second % len(some)]])
    elif name == "separate":
        fills.separate(owner, some[first % len(some)][1])
    elif name == "undo":
        changes = fills.history(owner, account_ids=desk.filter.accounts)
        fills.undo(owner, changes[first % len(changes)].id)
    else:
        {"merge": fills.merge, "apart": fills.set_apart, "delete": fills.delete, "restore": fills.restore}[name](
            owner, sorted({one, other})
        )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, User]]:
    """Services and a user for all examples of a property; each adds an account of its own."""
    folder = tmp_path_factory.mktemp("fills")
    url = f"sqlite:///{folder / 'a.db'}"
    made = Services(Installation(data_dir=folder, database_url=url), clock=lambda: NOW)
    made.migrate()
    yield made, made.users.register("maya", "four unrelated words")
    made.db.close()


@settings(max_examples=20)
@given(actions=ACTIONS, method=st.sampled_from(list(LotMethod)))
def test_undoing_everything_gives_the_original_trades(
    small: tuple[Services, User], actions: list[tuple[str, int, int]], method: LotMethod
) -> None:
    """Whatever is done by hand, in any order: the followed book equals one built anew, and undo brings all back."""
    services, user = small
    name = f"A{next(_NAMES)}"
    account = services.accounts.create(user.id, name, timezone="America/New_York", lot_method=method.value)
    desk = Desk(services, user, account)
    desk.import_rows(*ROUND_TRIP)
    before = desk.trades()
    for name, first, second in actions:
        try:
            act(desk, name, first, second)
        except (FillwiseError, ZeroDivisionError):
            continue  # refused: nothing happened
        desk.trades()
    for change in services.fills.history(desk.user.id, account_ids=desk.filter.accounts):
        if change.undone_at is None:
            desk.undo(change)
            desk.trades()
    assert desk.trades() == before
    with services.db.read() as session:
        assert not ledger_changes.list_changes(session, user.id, account_ids=desk.filter.accounts, standing=True)


def test_another_process_follows_changes_by_hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that did not make the changes reads the touched fills only, and ends at the same book."""
    services, owner = desk.services, desk.user.id
    other = LedgerService(services.db, services.installation.data_dir / "other")
    other.books(owner)
    first, second, third = desk.ids()
    services.fills.edit(owner, first, {"price": "10.5"})
    services.fills.split(owner, second, "10")
    undone = services.fills.delete(owner, [third])
    desk.undo(undone)
    monkeypatch.setattr(SnapshotShelf, "read_rows", lambda *_: pytest.fail("the whole account was read"))
    follower, leader = other.book(owner, desk.account.id), services.ledger.book(owner, desk.account.id)
    assert follower.revision == leader.revision
    assert follower.matched.trades.gross.tolist() == leader.matched.trades.gross.tolist()
    monkeypatch.undo()
    services.fills.edit(owner, first, {"price": "9"})
    services.accounts.update(owner, desk.account.id, lot_method="lifo")
    assert other.book(owner, desk.account.id).account.lot_method is LotMethod.LIFO
