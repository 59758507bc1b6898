"""Planned prices: read exactly, and refused on the wrong side of the entry."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.accounts import AccountId
from domain.errors import InvalidInputError
from domain.executions import ExecutionId, Side
from domain.instruments import AssetClass, Instrument
from domain.journal import TradeJournal
from domain.ledger import Trade
from services.plans import STOP, TARGET, check_side, planned_r, read_price

pytestmark = pytest.mark.sqlite


def make_trade(side: Side) -> Trade:
    """A trade entered at 10.123456789."""
    return Trade(
        id=ExecutionId(1),
        account_id=AccountId(1),
        account_name="Main",
        instrument=Instrument(symbol="AAA", asset_class=AssetClass.STOCK, currency="USD"),
        side=side,
        is_open=True,
        opened_at=datetime(2026, 11, 20, tzinfo=UTC),
        closed_at=None,
        quantity=Decimal(1),
        open_quantity=Decimal(1),
        entry_price=Decimal("10.123456789"),
        exit_price=None,
        gross=Decimal(0),
        fees=Decimal(0),
        executions=1,
    )


@pytest.mark.parametrize(
    ("text", "price"),
    [("175.60", "175.60"), (" 1,234.5 ", "1234.5"), ("0.00000001", "0.00000001"), ("−37.63", "-37.63"), ("", None)],
)
def test_prices_are_read_digit_by_digit(text: str, price: str | None) -> None:
    """What was typed is kept exactly, also a negative price of a spread or of oil."""
    assert read_price(text, STOP) == (None if price is None else Decimal(price))


@pytest.mark.parametrize("text", ["ten", "1..2", "NaN", "Infinity", "1_000", "１２"])
def test_other_texts_are_refused_with_their_field(text: str) -> None:
    """A text that is no price says so and names its field."""
    with pytest.raises(InvalidInputError) as caught:
        read_price(text, TARGET)
    assert caught.value.field == TARGET


@pytest.mark.parametrize(
    ("side", "field", "good", "bad", "word"),
    [
        (Side.BUY, STOP, "10.12", "10.13", "below"),
        (Side.BUY, TARGET, "10.13", "10.12", "above"),
        (Side.SELL, STOP, "10.13", "10.12", "above"),
        (Side.SELL, TARGET, "10.12", "10.13", "below"),
    ],
)
def test_plans_lie_on_their_side_of_the_entry(side: Side, field: str, good: str, bad: str, word: str) -> None:
    """A stop must lose and a target must win; the entry itself is neither."""
    trade = make_trade(side)
    check_side(trade, Decimal(good), field)
    for price in (Decimal(bad), trade.entry_price):
        with pytest.raises(InvalidInputError, match=f"{word} its entry of 10.123457") as caught:
            check_side(trade, price, field)
        assert caught.value.field == field


def test_planned_r_needs_both_prices() -> None:
    """The target in R is its distance over the stop's; without one of them there is none."""
    trade = make_trade(Side.BUY)
    stop, target = trade.entry_price - 2, trade.entry_price + 6
    plan = TradeJournal(trade_id=trade.id, planned_stop=stop, planned_target=target)
    assert planned_r(trade, plan) == 3
    assert planned_r(trade, TradeJournal(trade_id=trade.id, planned_stop=stop)) is None
