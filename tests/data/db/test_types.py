"""Exact decimals and instants survive the database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.db.storage import from_column, sqlite_column, text_column
from data.db.types import from_storage, to_storage
from domain.columns import Decimals
from domain.money import decimal_text, from_units, to_units
from domain.periods import from_micros, to_micros

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**15), max_value=10**15)


@given(value=decimals)
def test_every_decimal_comes_back_as_it_went(value: Decimal) -> None:
    """Up to 15 digits before and 18 after the point nothing is rounded."""
    assert from_storage(to_storage(value)) == value


@pytest.mark.parametrize("text", ["1234567890123456.78", "123456789012.12345678", "0.000000000000000001", "-0", "1E+3"])
def test_values_that_floats_break_are_exact(text: str) -> None:
    """The values that SQLAlchemy's Numeric loses on SQLite are kept."""
    assert from_storage(to_storage(Decimal(text))) == Decimal(text)


def test_common_values_are_stored_as_integers() -> None:
    """Cents and satoshis are integers of 10**-8; finer values are text."""
    assert to_storage(Decimal("176.42")) == 17_642_000_000
    assert to_storage(Decimal("1e-9")) == "0.000000001"


@given(units=st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=20), places=st.integers(0, 18))
def test_columns_equal_their_values(units: list[int], places: int) -> None:
    """A stored column reads back as the same decimals, whatever its scale."""
    column = Decimals(np.array(units, dtype=np.int64), places)
    expected = [column.at(row) for row in range(len(column))]
    for stored in (sqlite_column(column), [Decimal(text) for text in text_column(column)]):
        back = from_column(stored)
        assert [back.at(row) for row in range(len(back))] == expected


@given(value=decimals)
def test_units_and_text_are_exact(value: Decimal) -> None:
    """Scaling never passes through the context's precision."""
    assert from_units(to_units(value, 18), 18) == value
    assert Decimal(decimal_text(value)) == value


def test_a_value_that_needs_more_places_is_refused() -> None:
    """Scaling drops no digit in silence."""
    with pytest.raises(ValueError, match="does not fit"):
        to_units(Decimal("0.125"), 2)


@given(instant=st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)))
def test_instants_are_exact_to_the_microsecond(instant: datetime) -> None:
    """An instant comes back as itself."""
    assert from_micros(to_micros(instant)) == instant
