"""The account statement and the printed balances, on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers.batch import make_batch
from domain.accounts import User
from domain.cash import CashKind, CashQuery, CashStatement, Opening
from domain.errors import NotFoundError
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.money import decimal_text
from domain.periods import from_micros
from domain.statements import ParsedExecution
from services.cash_csv import HEADER, cash_csv
from services.container import Services
from services.imports import ImportRequest
from tests.services.statements import BROKEN, COINS, DOLLARS

MINUTE = 60_000_000
START = 1_772_460_000_000_000  # 2026-03-02 14:00 UTC


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def load(services: Services, user: User, text: str, name: str = "statement.csv", account: str = "Main") -> int:
    """Import a file and return the id of its import."""
    return services.imports.commit(user.id, ImportRequest(filename=name, payload=text.encode(), account=account)).id


def shown(services: Services, user: User, **query: object) -> CashStatement:
    """The statement of a query; there is one."""
    found = services.cash.statement(user.id, CashQuery(**query))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_coin_ledger_is_the_broker_s_to_the_last_coin(services: Services, maya: User) -> None:
    """Rows that repeat a fill move nothing twice: both coins end where the broker printed them, from zero."""
    load(services, maya, COINS)
    assert [(item.currency, item.movements) for item in services.cash.choices(maya.id)] == [("EUR", 4), ("BTC", 2)]
    for currency, closing in (("EUR", "306.95"), ("BTC", "0.01")):
        found = shown(services, maya, currency=currency)
        assert decimal_text(found.closing) == closing
        assert (found.check.agreeing, found.check.first) == (found.check.checked, None)
        assert found.check.opening_source is Opening.ZERO
    lines = [(row.kind, decimal_text(row.amount), decimal_text(row.balance)) for row in
             shown(services, maya, currency="EUR").rows]  # fmt: skip
    assert lines == [
        (CashKind.WITHDRAWAL, "-500", "306.95"), (CashKind.SELL, "208.95", "806.95"), (CashKind.BUY, "-402", "598"),
        (CashKind.DEPOSIT, "1000", "1000"),
    ]  # fmt: skip


def test_a_file_from_the_middle_is_anchored(services: Services, maya: User) -> None:
    """The first printed balance gives the opening of 50,000; every later one agrees."""
    load(services, maya, DOLLARS)
    found = shown(services, maya)
    assert (found.check.opening_source, decimal_text(found.check.opening)) == (Opening.ANCHOR, "50000")
    assert (found.check.checked, found.check.agreeing, found.check.first) == (3, 3, None)
    assert decimal_text(found.closing) == "50502.97"
    assert decimal_text(found.trading_fees) == "2.03"
    assert [(name, decimal_text(amount), count) for name, amount, count in found.dividends] == [("", "25", 1)]


def test_the_first_diverging_day_is_named(services: Services, maya: User) -> None:
    """A lost row shows on the next printed balance: day, both balances, line, file, and what moved that day."""
    load(services, maya, BROKEN, name="march.csv")
    found = shown(services, maya)
    first = found.check.first
    assert first is not None
    assert (found.check.agreeing, found.check.checked) == (1, 2)
    assert (decimal_text(first.broker), decimal_text(first.ours), decimal_text(first.gap)) == (
        "49502.97", "49477.97", "25",
    )  # fmt: skip
    assert (first.line, first.filename, first.at.date().isoformat()) == (4, "march.csv", "2026-03-04")
    assert [row.kind for row in services.cash.of_day(maya.id, found.choice, first.at)] == [CashKind.SELL]


def test_the_missing_row_mends_the_balance(services: Services, maya: User) -> None:
    """Importing the whole file after the broken one closes the gap; nothing counts twice."""
    load(services, maya, BROKEN)
    load(services, maya, DOLLARS, name="whole.csv")
    found = shown(services, maya)
    assert found.check.first is None
    assert (found.check.checked, found.movements) == (3, 4)


def test_undo_takes_the_printed_balances_along(services: Services, maya: User) -> None:
    """After undo there is neither cash nor a balance to compare."""
    batch = load(services, maya, DOLLARS)
    services.imports.undo(maya.id, batch)
    assert services.cash.choices(maya.id) == []
    assert services.cash.balances(maya.id) == []
    assert services.cash.statement(maya.id, CashQuery()) is None


def test_a_starting_balance_counts(services: Services, maya: User) -> None:
    """The account's starting balance opens the statement and is held against the first printed one."""
    load(services, maya, DOLLARS)
    account = services.accounts.list_accounts(maya.id)[0]
    services.accounts.update(maya.id, account.id, starting_balance="49000")
    found = shown(services, maya)
    assert found.check.opening_source is Opening.ACCOUNT
    assert found.check.first is not None
    assert decimal_text(found.check.first.gap) == "1000"
    assert decimal_text(found.closing) == "49502.97"


def test_a_period_brings_its_balance_forward(services: Services, maya: User) -> None:
    """Days before the period are in the opening; kinds narrow the lines, never the balances or totals."""
    load(services, maya, DOLLARS)
    found = shown(services, maya, period="2026-03-04..2026-03-05", kinds=(CashKind.DEPOSIT,))
    assert decimal_text(found.brought_forward) == "49023.98"
    assert decimal_text(found.closing) == "50502.97"
    assert [(row.kind, decimal_text(row.balance)) for row in found.rows] == [(CashKind.DEPOSIT, "50502.97")]
    assert {item.kind for item in found.totals} == {CashKind.SELL, CashKind.DEPOSIT}
    assert [step.day.isoformat() for step in found.steps] == ["2026-03-04", "2026-03-05"]


def fill(number: int, item: Instrument, side: int, quantity: str, price: str, **more: object) -> ParsedExecution:
    """A fill entered by a program."""
    return ParsedExecution(
        line=0, instrument=item, side=Side(side), quantity=Decimal(quantity), price=Decimal(price),
        executed_at=from_micros(START + number * MINUTE), identity=f"f{number}", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_each_kind_of_instrument_moves_cash_its_own_way(services: Services, maya: User) -> None:
    """Shares in full, futures by result, coin pairs on both sides, fees of a third coin in that coin."""
    future = Instrument(symbol="ESM6", asset_class=AssetClass.FUTURE, currency="USD", multiplier=Decimal(50))
    pair = Instrument(symbol="ETHUSDT", asset_class=AssetClass.CRYPTO, currency="USDT")
    rows = [
        fill(0, Instrument(symbol="ACME", asset_class=AssetClass.STOCK, currency="USD"), 1, "10", "100",
             fees=Decimal(1)),
        fill(1, future, 1, "1", "5000", fees=Decimal(2)),
        fill(2, future, -1, "1", "5010", fees=Decimal(2)),
        fill(3, pair, 1, "2", "1500", fees=Decimal("0.01"), fee_currency="BNB"),
    ]  # fmt: skip
    account = services.accounts.create(maya.id, "Mixed", currency="USD", timezone="UTC")
    services.ledger.add_executions(maya.id, account.id, make_batch(rows, [row.identity for row in rows]))
    closing = {
        item.currency: decimal_text(shown(services, maya, currency=item.currency).closing)
        for item in services.cash.choices(maya.id)
    }
    assert closing == {"USD": "-505", "USDT": "-3000", "ETH": "2", "BNB": "-0.01"}
    kinds = [row.kind for row in shown(services, maya, currency="USD").rows]
    assert kinds == [CashKind.REALISED, CashKind.FEE, CashKind.BUY]


def test_fees_in_a_third_coin_follow_new_fills(services: Services, maya: User) -> None:
    """Fees are read on from where the last look ended: each once, those of later fills too."""
    pair = Instrument(symbol="ETHUSDT", asset_class=AssetClass.CRYPTO, currency="USDT")
    account = services.accounts.create(maya.id, "Coins", currency="USDT", timezone="UTC")
    for number, owed in enumerate(("-0.01", "-0.02", "-0.02", "-0.03")):
        coin = "USDT" if number == 2 else "BNB"
        row = fill(number, pair, 1, "2", "1500", fees=Decimal("0.01"), fee_currency=coin)
        services.ledger.add_executions(maya.id, account.id, make_batch([row], [row.identity]))
        assert decimal_text(shown(services, maya, currency="BNB").closing) == owed


def test_the_csv_is_what_the_page_shows(services: Services, maya: User) -> None:
    """The same lines in the same order, with plain numbers; a formula in a text is disarmed."""
    load(services, maya, DOLLARS.replace("ORDINARY DIVIDEND~ACME", "@SUM(A1)"))
    query = CashQuery(kinds=(CashKind.DIVIDEND, CashKind.BUY))
    text = "".join(cash_csv(services.cash, maya.id, query)).lstrip("\ufeff").splitlines()
    assert text[0].split(",") == list(HEADER)
    rows = shown(services, maya, kinds=query.kinds).rows
    assert [line.split(",")[2] for line in text[1:]] == [row.kind.value for row in rows] == ["dividend", "buy"]
    assert "'@SUM(A1)" in text[1]
    assert text[2].split(",")[8:11] == ["-1001.02", "1.02", "48998.98"]


def test_pages_of_lines_join_without_gaps(services: Services, maya: User) -> None:
    """Going on after the last line of a page gives every line once, oldest first."""
    load(services, maya, COINS)
    query, seen, after = CashQuery(currency="EUR"), [], None
    while True:
        page = services.cash.lines_after(maya.id, query, after, 1)
        assert page is not None
        seen += [row.kind for row in page.rows]
        after = page.next_after
        if after is None:
            break
    assert seen == [CashKind.DEPOSIT, CashKind.BUY, CashKind.SELL, CashKind.WITHDRAWAL]


def test_another_s_account_does_not_exist(services: Services, maya: User) -> None:
    """Neither its statement nor its balances can be had."""
    load(services, maya, DOLLARS)
    account = services.accounts.list_accounts(maya.id)[0].id
    eve = services.users.register("eve", "four unrelated words")
    assert services.cash.choices(eve.id) == []
    with pytest.raises(NotFoundError):
        services.cash.statement(eve.id, CashQuery(account=int(account)))
    with pytest.raises(NotFoundError):
        services.cash.balances(eve.id, (account,))
    with pytest.raises(NotFoundError, match="no cash in CHF"):
        services.cash.statement(maya.id, CashQuery(currency="CHF"))
