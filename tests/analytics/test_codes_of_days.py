"""Codes by calendar day: the quick ways give what the plain ones do."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.codes import dense_codes, spread_days
from analytics.dimensions.times import by_day, by_month, by_weekday
from analytics.sessions import local_micros, local_minutes

FIRST = 19_000


def _days(kind: str) -> np.ndarray:
    random = np.random.default_rng(5)
    days = random.integers(FIRST, FIRST + 400, 5_000).astype(np.int32)
    return np.sort(days) if kind == "in order" else days


@pytest.mark.parametrize("kind", ["in order", "mixed"])
def test_a_table_by_day_is_spread_over_rows(kind: str) -> None:
    """Rows of a day that stand together get the same entries as rows in any order."""
    days, table = _days(kind), np.arange(400, dtype=np.int16)
    assert (spread_days(table, days, FIRST) == table[days - FIRST]).all()


@pytest.mark.parametrize("kind", ["in order", "mixed"])
def test_calendar_buckets_do_not_depend_on_the_order_of_rows(kind: str) -> None:
    """Days, weekdays and months are those of the calendar."""
    days = _days(kind)
    dates = days.astype("datetime64[D]")
    found = by_day(days)
    assert [found.keys[code] for code in found.codes[:50].tolist()] == [str(each) for each in dates[:50]]
    months = by_month(days)
    assert [months.keys[code] for code in months.codes.tolist()] == dates.astype("datetime64[M]").astype(str).tolist()
    assert (by_weekday(days).codes == (days + 3) % 7).all()


def test_no_rows_make_no_buckets() -> None:
    """Without a day there is no bucket, and no code."""
    found = by_month(np.zeros(0, dtype=np.int32))
    assert len(found.codes) == 0
    assert found.keys == ()


def test_days_far_apart_need_no_table() -> None:
    """A day of the year 9999 beside one of today does not ask for a table of all between."""
    days = np.array([20_000, 2_932_896, 20_000], dtype=np.int32)
    assert by_day(days).keys == ("2024-10-04", "9999-12-31")
    assert by_day(days).codes.tolist() == [0, 1, 0]


@pytest.mark.parametrize("high", [50, 5_000_000])
def test_dense_codes_number_the_values_that_occur(high: int) -> None:
    """Values and places are those of `numpy.unique`, for narrow and for wide ranges."""
    values = np.random.default_rng(3).integers(-7, high, 1_000)
    distinct, places = dense_codes(values)
    assert (distinct == np.unique(values)).all()
    assert (distinct[places] == values).all()


def test_minutes_of_the_day_hold_before_1970() -> None:
    """The minute of a local day lies between 0 and 1439, before the first instant as well."""
    instants = np.random.default_rng(4).integers(-(10**15), 10**15, 1_000)
    local = local_micros(instants, "America/New_York")
    assert (local_minutes(instants, "America/New_York") == local % 86_400_000_000 // 60_000_000).all()
