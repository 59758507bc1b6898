"""Hours that the clock skips or repeats, row by row and column by column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.local_clock import LocalClock
from data.brokers.local_time import to_utc
from domain.errors import ImportFileError
from domain.import_codes import FileCode, RowCode
from domain.periods import from_micros

NEW_YORK = "America/New_York"
EPOCH = datetime(1970, 1, 1)
# New York's clocks go back at two in the night of 2 November 2025, which is 6:00 UTC.
NIGHT = datetime(2025, 11, 2)


def read_one_by_one(moments: list[datetime]) -> tuple[list[datetime], int]:
    """Return the instants of times in file order, and how many may mean either hour."""
    clock = LocalClock(NEW_YORK)
    return [clock.instant(moment, "x", "Time") for moment in moments], clock.repeated


def hours(*texts: str) -> list[datetime]:
    """Return times of that night."""
    return [NIGHT + timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in texts]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (("01:30",), ("05:30",)),
        (("00:30", "01:10", "01:50", "01:20", "01:40", "02:10"), ("04:30", "05:10", "05:50", "06:20", "06:40",
        "07:10")),
        (("01:50", "01:50", "01:10"), ("05:50", "05:50", "06:10")),
        (("03:00", "02:10", "01:40", "01:10", "01:50", "01:20", "00:30"),
         ("08:00", "07:10", "06:40", "06:10", "05:50", "05:20", "04:30")),
    ],
)  # fmt: skip
def test_the_order_of_the_rows_tells_the_two_hours_apart(local: tuple[str, ...], utc: tuple[str, ...]) -> None:
    """Upwards and downwards; without any help the earlier hour is taken."""
    instants, repeated = read_one_by_one(hours(*local))
    assert [f"{item:%H:%M}" for item in instants] == list(utc)
    assert repeated == sum(text.startswith("01") for text in local)


@given(
    st.lists(st.integers(min_value=0, max_value=36_000), min_size=1, max_size=30).map(sorted),
    st.booleans(),
    st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_fills_in_order_keep_their_order(seconds: list[int], backwards: bool, zone: str) -> None:
    """Instants written as wall-clock times come back in order, whichever way the file runs, in both paths alike."""
    first = {NEW_YORK: datetime(2025, 11, 2, 1), "Europe/Berlin": datetime(2025, 10, 25, 21)}.get(
        zone, datetime(2025, 4, 5, 10)
    )
    instants = [(first + timedelta(seconds=second)).replace(tzinfo=UTC) for second in seconds]
    local = [item.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for item in instants]
    written = local[::-1] if backwards and local != sorted(local) else local
    column = np.array([(item - EPOCH) // timedelta(microseconds=1) for item in written])
    found, missing, _ = to_utc(column, ZoneInfo(zone))
    assert not missing.any()
    clock = LocalClock(zone)
    assert all(
        clock.instant(item, "x", "Time").astimezone(ZoneInfo(zone)).replace(tzinfo=None) == item for item in local
    )
    back = [from_micros(value).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for value in found.tolist()]
    assert back == written


@given(st.lists(st.integers(min_value=0, max_value=360), min_size=1, max_size=20).map(sorted))
def test_rows_and_columns_agree(minutes: list[int]) -> None:
    """A file that runs upwards gives the same instants by rows and by columns."""
    start = datetime(2025, 11, 2, 3, tzinfo=UTC)
    local = [(start + timedelta(minutes=m)).astimezone(ZoneInfo(NEW_YORK)).replace(tzinfo=None) for m in minutes]
    found, _, repeated = to_utc(
        np.array([(item - EPOCH) // timedelta(microseconds=1) for item in local]), ZoneInfo(NEW_YORK)
    )
    instants, count = read_one_by_one(local)
    assert [from_micros(value) for value in found.tolist()] == instants
    assert repeated == count


def test_a_skipped_hour_names_its_cell() -> None:
    """Half past two does not exist that night."""
    with pytest.raises(CellError) as caught:
        LocalClock(NEW_YORK).instant(datetime(2026, 3, 8, 2, 30), "2026-03-08 02:30", "Exec Time")
    assert (caught.value.column, caught.value.code) == ("Exec Time", RowCode.TIME_GAP)


def test_the_statement_tells_of_repeated_hours() -> None:
    """One note for the file, not one for each row."""
    builder = StatementBuilder("test", NEW_YORK)
    for moment in hours("01:10", "01:50", "01:20"):
        builder.instant(moment, raw="x")
    (note,) = builder.build(rows=0).notes
    assert note.startswith("3 times may mean either of two hours")


def test_an_unknown_zone_is_refused() -> None:
    """By its own code."""
    with pytest.raises(ImportFileError) as caught:
        LocalClock("Mars/Olympus")
    assert caught.value.code == FileCode.UNKNOWN_ZONE
