"""Numbers and times in cells: one grammar, nothing guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brokers.cells import CellError, read_decimal
from domain.import_codes import RowCode


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"), ("-1.50", "-1.50"), ("+2", "2"), (".5", "0.5"), ("5.", "5"), ("1e-7", "1e-7"), ("1E3", "1000"),
        ("1,234.56", "1234.56"), ("12,34,567.8", "1234567.8"), ("1 234", "1234"), ("1'234'567.8", "1234567.8"),
        ("$5", "5"), ("-$5", "-5"), ("$-5", "-5"), ("5 €", "5"), ("US$1,000.00", "1000.00"), ("@250.00", "250.00"),
        ("(5)", "-5"), ("($5.00)", "-5.00"), ("$(5)", "-5"),
        ("€(5)", "-5"), ("5-", "-5"), ("\u22125", "-5"), ("- 5", "-5"),
    ],
)  # fmt: skip
def test_numbers_as_brokers_write_them(text: str, number: str) -> None:
    """Groups, currency marks, parentheses and minus signs, each in its place."""
    assert read_decimal(text, column="x") == Decimal(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,5", "1.5"), ("1.234,56", "1234.56"), ("1.234", "1234"),
     ("-1.234.567", "-1234567"), ("7", "7"), ("1 234,5", "1234.5")],
)  # fmt: skip
def test_numbers_with_a_decimal_comma(text: str, number: str) -> None:
    """The point groups thousands there."""
    assert read_decimal(text, column="x", decimal_comma=True) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "", "NaN", "Infinity", "0x1F", "1_000", "\u0661\u0662", "\uff11", "5%", "1.2.3", "1,2,3",
        "12,34", "--5", "-5-", "+-5",
        "(5", "5)", "(-5)-", "1(2)", "1$2", "1 2", "1'2", "1,234'567", "1.234,56", "e5", "1e", "5 apples",
        "\u00bd", "1/2", "\u221e",
    ],
)  # fmt: skip
def test_everything_else_is_no_number(text: str) -> None:
    """Nothing is left out of a cell to make a number of it."""
    with pytest.raises(CellError) as caught:
        read_decimal(text, column="Qty")
    assert (caught.value.column, caught.value.code) == ("Qty", RowCode.NOT_A_NUMBER)


@pytest.mark.parametrize("text", ["1,234.56", "1.5", "1.23", "12.34,5", "1.2345,6", ".5"])
def test_a_point_is_no_decimal_mark_beside_a_comma(text: str) -> None:
    """1,234.56 in a file of decimal commas is a contradiction, not 1.23456."""
    with pytest.raises(CellError):
        read_decimal(text, column="x", decimal_comma=True)


@pytest.mark.parametrize("text", ["1e31", "9" * 32, "0." + "0" * 31 + "1", "1." + "1" * 80, "1e999", "1E-999"])
def test_numbers_beyond_every_price_are_damage(text: str) -> None:
    """So many digits or zeros nobody trades."""
    with pytest.raises(CellError) as caught:
        read_decimal(text, column="x")
    assert caught.value.code == RowCode.NUMBER_RANGE


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_both_ways_of_writing_come_back(number: Decimal) -> None:
    """With points in groups or commas, exactly."""
    english = f"{number:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_decimal(english, column="x") == number
    assert read_decimal(german, column="x", decimal_comma=True) == number


@pytest.mark.parametrize(
    "text", ["1" + "\t" * 3_000 + "x", "$" + " " * 3_000 + "x", "-" + " " * 3_000 + "5x", "1 " * 3_000 + "x"]
)
def test_a_long_run_of_blanks_is_refused_at_once(text: str) -> None:
    """Blanks could be shared out among the places for them in more ways than there is time to try."""
    with pytest.raises(CellError):
        read_decimal(text, column="x")
