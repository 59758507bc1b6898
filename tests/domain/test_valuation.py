"""Positions together: totals, weights and what they are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.accounts import AccountId
from domain.executions import ExecutionId
from domain.holdings import Holding
from domain.instruments import AssetClass, Instrument
from domain.ledger import Position
from domain.market import Quote
from domain.valuation import Grouping, value_together
from services.holdings import value_position

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def held(
    symbol: str,
    quantity: str,
    cost: str,
    price: float | None = None,
    *,
    before: float | None = None,
    currency: str = "USD",
    account: int = 1,
    kind: AssetClass = AssetClass.STOCK,
) -> Holding:
    """A position at a price."""
    size = Decimal(quantity)
    position = Position(
        account_id=AccountId(account),
        account_name=f"Account {account}",
        instrument=Instrument(symbol=symbol, asset_class=kind, currency=currency),
        trade_id=ExecutionId(abs(hash(symbol)) % 1000),
        quantity=size,
        average_price=Decimal(cost),
        cost=Decimal(cost) * size,
        fees=Decimal(0),
        opened_at=NOW,
    )
    quote = None
    if price is not None:
        quote = Quote(
            symbol=symbol,
            price=price,
            as_of=NOW,
            fetched_at=NOW,
            provider="x",
            currency=currency,
            previous_close=before,
        )
    return value_position(position, quote)


ROWS = (
    held("LONG", "10", "90", 100.0, before=98.0),
    held("SHORT", "-5", "110", 100.0, before=101.0, account=2),
    held("COIN", "2", "100", 250.0, kind=AssetClass.CRYPTO),
    held("DARK", "7", "3"),
    held("EURO", "4", "20", 25.0, currency="EUR"),
)


def test_totals_hold_what_has_a_price_in_their_currency() -> None:
    """Positions without a price or in another currency are counted, never added."""
    found = value_together(ROWS, "USD")
    assert found.value == pytest.approx(1000 - 500 + 500)
    assert found.gross == pytest.approx(2000)
    assert found.unrealised == pytest.approx(100 + 50 + 300)
    assert found.cost == pytest.approx(900 + 550 + 200)
    assert (found.unpriced, dict(found.left_out)) == (1, {"EUR": 1})
    assert len(found.rows) == 5


def test_the_day_is_measured_against_the_previous_close() -> None:
    """A short gains when its price falls, and a position without a previous close has no day."""
    found = value_together(ROWS, "USD")
    assert found.day_change == pytest.approx(20 + 5)
    assert found.day_fraction == pytest.approx(25 / (980 + 505))


def test_weights_are_shares_of_the_gross_exposure() -> None:
    """Weights of the counted positions sum to one, a short's included; the others have none."""
    found = value_together(ROWS, "USD")
    weights = [found.weight(item) for item in found.rows]
    assert sum(weight for weight in weights if weight is not None) == pytest.approx(1)
    assert weights.count(None) == 2


@pytest.mark.parametrize("by", [Grouping.CLASS, Grouping.SYMBOL, Grouping.ACCOUNT])
def test_an_allocation_is_the_whole(by: Grouping) -> None:
    """However positions are divided, the parts add up to the total and their weights to one."""
    found = value_together(ROWS, "USD")
    parts = found.allocation(by)
    assert sum(part.value for part in parts) == pytest.approx(found.value)
    assert sum(part.weight or 0 for part in parts) == pytest.approx(1)
    weights = [part.weight or 0 for part in parts]
    assert weights == sorted(weights, reverse=True)


def test_currencies_are_never_weighed_against_each_other() -> None:
    """Divided by currency, each part keeps its own money and there are no weights without rates."""
    parts = {part.name: part for part in value_together(ROWS, "USD").allocation(Grouping.CURRENCY)}
    assert {name: part.value for name, part in parts.items()} == {"USD": 1000.0, "EUR": 100.0}
    assert {part.weight for part in parts.values()} == {None}
    only = value_together(ROWS[:1], "USD").allocation(Grouping.CURRENCY)
    assert only[0].weight == 1


def test_nothing_priced_is_unknown_not_zero() -> None:
    """Without any price the totals are unknown."""
    found = value_together(ROWS[3:4], "USD")
    assert (found.value, found.unrealised, found.day_change, found.day_fraction) == (None, None, None, None)
    assert found.allocation(Grouping.CLASS) == ()
