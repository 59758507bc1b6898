"""Instruments known by their symbol alone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from data.brokers.cells import CellError
from data.brokers.listed import OpenPositions, check_amount, listed_instrument, traded_instrument
from data.brokers.reader import Row
from domain.executions import Side
from domain.instruments import AssetClass
from domain.statements import ParsedExecution


@pytest.mark.parametrize(
    ("symbol", "asset", "multiplier"),
    [
        ("KO", AssetClass.STOCK, 1),
        ("BRK B", AssetClass.STOCK, 1),
        ("ES", AssetClass.STOCK, 1),
        ("ESM6", AssetClass.FUTURE, 50),
        ("MES 06-26", AssetClass.FUTURE, 5),
        ("QQZM6", AssetClass.FUTURE, None),
        ("KO260320P00070000", AssetClass.OPTION, 100),
        ("KO 260320P70", AssetClass.OPTION, 100),
    ],
)
def test_symbol_tells_the_kind(symbol: str, asset: AssetClass, multiplier: int | None) -> None:
    """A bare root is a share; a dated contract of an unknown root has no size."""
    instrument = traded_instrument(symbol, "USD")
    assert (instrument.symbol, instrument.asset_class) == (symbol, asset)
    assert instrument.multiplier == multiplier


def test_listed_instruments_are_no_futures() -> None:
    """Brokers without futures may list a share of such a name."""
    assert listed_instrument("ESM6", "USD").asset_class is AssetClass.STOCK


def test_amount_of_another_size_is_an_error() -> None:
    """Signs, cents and unlisted fees do not matter, a factor does; an empty cell proves nothing."""
    columns = {"amount": 0}
    for text in ("-100.95", "99.50", "(98)", "", "0"):
        check_amount(Row(1, [text], columns), "Amount", Decimal(100))
    check_amount(Row(1, ["107.95"], columns), "Amount", Decimal(100), costs=Decimal("6.95"))
    with pytest.raises(CellError) as caught:
        check_amount(Row(1, ["10000"], columns), "Amount", Decimal(100))
    assert (caught.value.column, caught.value.value) == ("Amount", "10000")


def test_side_that_ends_a_position() -> None:
    """What is open decides, counted for each symbol; without it the sign of the printed change."""
    fills = [fill("KO", Side.BUY, 5), fill("KO", Side.SELL, 2), fill("PEP", Side.SELL, 9)]
    positions = OpenPositions(fills)
    assert positions.quantity("KO") == 3
    assert positions.closing_side("KO", Decimal(3)) is Side.SELL
    assert positions.closing_side("PEP", Decimal(-9)) is Side.BUY
    assert positions.closing_side("XYZ", Decimal(-1)) is Side.SELL
    assert positions.closing_side("XYZ", Decimal(1)) is Side.BUY
    fills.append(fill("KO", Side.SELL, 3))
    assert positions.quantity("KO") == 0


def fill(symbol: str, side: Side, quantity: int) -> ParsedExecution:
    """Return one fill."""
    return ParsedExecution(
        line=1,
        instrument=listed_instrument(symbol, "USD"),
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(1),
        executed_at=datetime(2026, 3, 6, tzinfo=UTC),
    )
