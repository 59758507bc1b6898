"""Amounts with a currency, either decimal mark, and computed prices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers.amounts import read_amount, read_mixed, unit_price
from data.brokers.cells import CellError


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("-$30.93", "-30.93", "USD"),
        ("$5.22", "5.22", "USD"),
        ("€35,761.54", "35761.54", "EUR"),
        ("€-1.50", "-1.50", "EUR"),
        ("89,162.28 SEK", "89162.28", "SEK"),
        ("USD 1,052.07", "1052.07", "USD"),
        ("2.00000000 ETH", "2.00000000", "ETH"),
        ("-0.0034105395 LTC", "-0.0034105395", "LTC"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("12", "12", ""),
        ("5E-8 BTC", "5E-8", "BTC"),
    ],
)
def test_amount_gives_number_and_currency(text: str, number: str, currency: str) -> None:
    """The currency may stand before or behind, as a sign or a code, or be missing."""
    assert read_amount(text, column="Fee") == (Decimal(number), currency)


@pytest.mark.parametrize("text", ["", "EUR", "USD 5 EUR", "5 EUR extra", "1.2.3 EUR", "nan"])
def test_what_is_no_amount_is_refused_by_column(text: str) -> None:
    """Anything else is an error that names the column and the text."""
    with pytest.raises(CellError) as caught:
        read_amount(text, column="Fee")
    assert caught.value.column == "Fee"


@pytest.mark.parametrize(
    ("text", "number"),
    [("419,22", "419.22"), ("-5,2", "-5.2"), ("-2379,35", "-2379.35"), ("1,234", "1234"), ("1.83", "1.83")],
)
def test_each_cell_tells_its_own_decimal_mark(text: str, number: str) -> None:
    """Two digits behind a comma are decimals, three are thousands."""
    assert read_mixed(text, column="Amount") == Decimal(number)


def test_unit_price_is_positive_and_fine() -> None:
    """Ten decimals, without trailing zeros."""
    assert str(unit_price(Decimal(-10), Decimal(3))) == "3.3333333333"
    assert str(unit_price(Decimal(10), Decimal(-4))) == "2.5"


def test_price_of_nothing_is_refused() -> None:
    """Without units there is no price."""
    with pytest.raises(CellError):
        unit_price(Decimal(10), Decimal(0))
