"""Exact arithmetic on columns: whatever the size, nothing is lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.exact import (
    add,
    at_places,
    concatenate,
    cumulate,
    from_decimals,
    multiply,
    round_half_even,
    shrink,
    total,
)
from domain.columns import Decimals

DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=18, allow_nan=False, allow_infinity=False)
COLUMNS = st.lists(DECIMALS, min_size=1, max_size=30)


def fractions(column: Decimals) -> list[Fraction]:
    """The values of a column."""
    return [Fraction(column.at(row)) for row in range(len(column))]


@given(COLUMNS, COLUMNS)
@example([Decimal("0E-18")], [Decimal("9.223372036854775808")])
def test_sums_and_products_are_exact(one: list[Decimal], two: list[Decimal]) -> None:
    """Products and sums of 18-digit amounts are those of fractions, whether or not they fit 64 bits."""
    count = min(len(one), len(two))
    left, right = from_decimals(one[:count]), from_decimals(two[:count])
    pairs = list(zip(map(Fraction, one[:count]), map(Fraction, two[:count]), strict=True))
    assert fractions(multiply(left, right)) == [a * b for a, b in pairs]
    assert fractions(add(left, right)) == [a + b for a, b in pairs]
    assert fractions(concatenate([left, right])) == [a for a, _ in pairs] + [b for _, b in pairs]


@given(COLUMNS, DECIMALS)
def test_running_totals_are_exact(values: list[Decimal], start: Decimal) -> None:
    """The k-th running total is the start and the first k amounts."""
    found = fractions(cumulate(from_decimals(values), start))
    assert found == [Fraction(start) + sum(map(Fraction, values[: row + 1])) for row in range(len(values))]
    assert Fraction(total(from_decimals(values))) == sum(map(Fraction, values))


@given(st.lists(st.integers(-(2**62), 2**62), max_size=20), st.integers(0, 8))
def test_shrinking_keeps_the_values(units: list[int], zeros: int) -> None:
    """Trailing zeros go, values stay."""
    column = Decimals(np.array([unit * 10**zeros for unit in units], dtype=object), zeros)
    slim = shrink(column)
    assert fractions(slim) == fractions(column)
    assert slim.places <= column.places


@given(COLUMNS, st.integers(0, 6))
def test_rounding_is_half_even(values: list[Decimal], places: int) -> None:
    """Columns round as the decimals of the standard library do."""
    rounded = round_half_even(from_decimals(values), places)
    exact = from_decimals(values)
    if places < exact.places:
        for row, value in enumerate(values):
            assert rounded.at(row) == round(Fraction(value) * 10**places) / Decimal(10) ** places


def test_digits_are_never_dropped_silently() -> None:
    """Fewer places than the values need are refused."""
    with pytest.raises(ValueError, match="do not fit"):
        at_places(from_decimals([Decimal("1.25")]), 1)
    assert at_places(from_decimals([Decimal("1.50")]), 1).tolist() == [15]
