"""Open positions: what tells two rows of one symbol apart, and the exposure by symbol."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from components import holdings
from domain.accounts import AccountId
from domain.executions import ExecutionId
from domain.holdings import Holding
from domain.instruments import AssetClass, Instrument
from domain.ledger import Position
from tests.components.markup import find, text_of


def held(symbol: str, account: str, quantity: int) -> Holding:
    """A position at a price of 10."""
    position = Position(
        account_id=AccountId(1),
        account_name=account,
        instrument=Instrument(asset_class=AssetClass.STOCK, symbol=symbol, currency="USD"),
        trade_id=ExecutionId(quantity),
        quantity=Decimal(quantity),
        average_price=Decimal(9),
        cost=Decimal(9 * quantity),
        fees=Decimal(0),
        opened_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    return Holding(
        position=position, quote=None, value=10.0 * quantity, unrealised=None, day_change=None, r_multiple=None
    )


def test_rows_of_one_symbol_name_their_accounts() -> None:
    """Two positions in one symbol would look alike; a symbol held once needs no more than its name."""
    rows = [held("AAPL", "Swing", 50), held("AAPL", "Long-term", 25), held("IBM", "Swing", 60)]
    table = holdings.positions_table(rows, lambda row, column: f"{row}-{column}")
    assert [text_of(name) for name in find(table, "acc")] == ["Swing", "Long-term"]


def test_exposure_adds_up_the_accounts_but_keeps_shorts_apart() -> None:
    """One cell a symbol and direction, the largest first."""
    rows = [held("IBM", "Swing", 60), held("AAPL", "Swing", 50), held("AAPL", "Long-term", 25), held("IBM", "Day", -5)]
    cells = find(holdings.exposure(rows), "cell")
    assert [cell.title for cell in cells] == ["AAPL $750", "IBM $600", "IBM −$50"]
