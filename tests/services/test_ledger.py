"""Books: built, extended and restored to the same figures."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from data.brokers.batch import make_batch
from data.db import executions as execution_table
from data.db.accounts import bump_revision
from data.db.imports import insert_events
from domain.accounts import LotMethod, User
from domain.executions import ExecutionKind, Side
from domain.filters import LedgerFilter
from domain.instruments import AssetClass, Instrument
from domain.periods import from_micros
from domain.statements import OtherKind, OtherRow, ParsedExecution
from services import snapshots
from services.book import Book
from services.container import Services

ALL = LedgerFilter()
START = 1_772_461_865_000_000


@pytest.fixture
def maya(services: Services) -> User:
    """A user with an account."""
    user = services.users.register("maya", "four unrelated words")
    services.accounts.create(user.id, "Main", timezone="America/New_York")
    return user


def fill(number: int, symbol: str, side: Side, quantity: str, price: str, **more: Any) -> ParsedExecution:
    """Return one execution, a minute after the one before."""
    instrument = Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD")
    return ParsedExecution(
        line=number,
        instrument=more.pop("instrument", instrument),
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        executed_at=from_micros(START + number * 60_000_000),
        fees=Decimal("0.35"),
        identity=f"x{number}",
        **more,
    )


def add(services: Services, user: User, *fills: ParsedExecution) -> None:
    """Store executions in the user's first account."""
    account = services.accounts.list_accounts(user.id)[0]
    services.ledger.add_executions(user.id, account.id, make_batch(fills, [item.identity for item in fills]))


def same_book(left: Book, right: Book) -> None:
    """Assert that two books hold the same trades and closes, instrument codes aside."""
    for table in ("trades", "closes"):
        first, second = getattr(left.matched, table), getattr(right.matched, table)
        key = "id" if table == "trades" else "close_id"
        one, two = np.lexsort((first.gross, getattr(first, key))), np.lexsort((second.gross, getattr(second, key)))
        for item in fields(type(first)):
            if item.name not in ("instrument", "trade"):
                assert getattr(first, item.name)[one].tolist() == getattr(second, item.name)[two].tolist(), item.name


def test_an_extended_book_equals_one_built_anew(services: Services, maya: User) -> None:
    """Adding fills one by one, old instruments and new, gives what a rebuild gives."""
    rng = np.random.default_rng(7)
    for number in range(60):
        side = Side.BUY if rng.random() < 0.5 else Side.SELL
        symbol = ("ACME", "BOLT", "CORE")[int(rng.integers(3))]
        add(services, maya, fill(number, symbol, side, str(int(rng.integers(1, 9))), f"{10 + rng.random():.2f}"))
        if number == 5:
            services.ledger.books(maya.id)
    extended = services.ledger.books(maya.id)[0]
    services.ledger.forget()
    rebuilt = services.ledger.books(maya.id)[0]
    assert extended.overlay
    assert not rebuilt.overlay
    same_book(extended, rebuilt)


def test_a_snapshot_restores_the_book(services: Services, maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large account is opened from its columnar snapshot, newer fills included."""
    monkeypatch.setattr(snapshots, "SNAPSHOT_ROWS", 10)
    add(services, maya, *(fill(n, "ACME", Side.BUY if n % 2 else Side.SELL, "3", f"10.{n:02d}") for n in range(20)))
    services.ledger.forget()
    services.ledger.books(maya.id)
    add(services, maya, fill(30, "BOLT", Side.BUY, "1", "5"))
    first = services.ledger.books(maya.id)[0]
    services.ledger.forget()
    reads: list[int] = []
    original = execution_table.read_table

    def counting(session: Any, account_id: Any, *, after: int = 0) -> Any:
        reads.append(after)
        return original(session, account_id, after=after)

    monkeypatch.setattr(execution_table, "read_table", counting)
    same_book(first, services.ledger.books(maya.id)[0])
    assert reads == [20]


def test_lot_methods_agree_once_flat(services: Services, maya: User) -> None:
    """FIFO, LIFO and average cost attribute differently but total the same when flat."""
    plan = [("BUY", "100", "10"), ("BUY", "100", "14"), ("SELL", "150", "15"), ("SELL", "50", "12")]
    add(services, maya, *(fill(n, "ACME", Side[side], q, p) for n, (side, q, p) in enumerate(plan)))
    account = services.accounts.list_accounts(maya.id)[0]
    totals = set()
    for method in LotMethod:
        services.accounts.update(maya.id, account.id, lot_method=method.value)
        (trade,) = services.portfolio.every_trade(maya.id, ALL)
        totals.add((trade.gross, trade.fees))
    assert totals == {(Decimal(450), Decimal("1.40"))}


def test_a_flip_splits_the_fee_by_quantity(services: Services, maya: User) -> None:
    """Selling 150 with 100 held closes one trade and opens a short of 50."""
    add(services, maya, fill(0, "ACME", Side.BUY, "100", "10"), fill(1, "ACME", Side.SELL, "150", "11"))
    short, long = sorted(services.portfolio.every_trade(maya.id, ALL), key=lambda trade: trade.side)
    assert (long.gross, long.is_open) == (Decimal(100), False)
    assert round(long.fees, 4) == Decimal("0.5833")
    assert (short.open_quantity, short.entry_price, short.is_open) == (Decimal(50), Decimal(11), True)


def test_an_option_that_expires_is_closed_at_zero(services: Services, maya: User) -> None:
    """A short option sold at 0.10 that expires earns its premium less costs."""
    option = Instrument(symbol="ACME 1C", asset_class=AssetClass.OPTION, currency="USD", multiplier=Decimal(100))
    sold = fill(0, "", Side.SELL, "1", "0.10", instrument=option)
    expired = fill(1, "", Side.BUY, "1", "0", instrument=option, kind=ExecutionKind.EXPIRY)
    add(services, maya, sold, expired)
    (trade,) = services.portfolio.every_trade(maya.id, ALL)
    assert (trade.gross, trade.net, trade.is_open) == (Decimal(10), Decimal("9.30"), False)


def test_fees_in_another_currency_use_the_files_rate(services: Services, maya: User) -> None:
    """A fee with a rate is converted; one without is told and left out."""
    known = fill(0, "ACME", Side.BUY, "1", "10", fee_currency="GBP", fee_rate=Decimal("1.25"))
    unknown = fill(1, "ACME", Side.SELL, "1", "12", fee_currency="EUR")
    add(services, maya, known, unknown)
    (trade,) = services.portfolio.every_trade(maya.id, ALL)
    assert trade.fees == Decimal("0.4375")
    assert not trade.fees_known


def test_a_split_keeps_value(services: Services, maya: User) -> None:
    """A dated 2:1 split restates the fills before it: 100 at 10 become 200 at 5, at the same cost."""
    add(services, maya, fill(0, "ACME", Side.BUY, "100", "10"), fill(9, "ACME", Side.SELL, "50", "6"))
    account = services.accounts.list_accounts(maya.id)[0]
    split = OtherRow(
        line=1,
        kind=OtherKind.SPLIT,
        label="Stock Split",
        symbol="ACME",
        occurred_at=from_micros(START + 300_000_000),
        ratio=(Decimal(2), Decimal(1)),
        identity="split:1",
    )
    with services.db.begin() as session:
        insert_events(session, account.id, [split], import_id=None)
        bump_revision(session, account.id, append_only=False)
    (position,) = services.portfolio.positions(maya.id, ALL)
    assert (position.quantity, position.average_price, position.cost) == (Decimal(150), Decimal(5), Decimal(750))
    (trade,) = services.portfolio.every_trade(maya.id, ALL)
    assert trade.gross == Decimal(50)
