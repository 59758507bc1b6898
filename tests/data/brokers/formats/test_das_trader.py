"""DAS Trader's trades window."""

from __future__ import annotations

from datetime import date

import pytest

from data.brokers.formats.das_trader import read_file_day
from domain.errors import ImportFileError
from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases

WINDOW = cases.payload("das-trader/window.csv")
MARGIN = cases.payload("das-trader/margin.csv")


def test_day_of_the_file_name_dates_the_fills() -> None:
    """Two fills that look the same stay two; times are New York's."""
    statement = expected.read("trades 2026-03-06.csv", WINDOW)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "sell", "100", "70.25", "0", "2026-03-06 14:30:15"),
        (3, "KO", "TRADE", "sell", "100", "70.25", "0", "2026-03-06 14:30:15"),
        (4, "KO", "TRADE", "buy", "200", "70.1", "0", "2026-03-06 14:31:45"),
    ]
    assert len(set(statement.executions.identity)) == 3
    other_day = expected.read("trades 2026-03-09.csv", WINDOW)
    assert not set(statement.executions.identity) & set(other_day.executions.identity)


def test_file_that_runs_newest_first_is_turned() -> None:
    """The layout with margin types, whose header ends in a comma."""
    statement = expected.read("KO-2026-03-09.csv", MARGIN)
    assert [(row[0], row[3]) for row in cases.fills(statement)] == [(3, "buy"), (2, "sell")]


@pytest.mark.parametrize(
    ("name", "day"),
    [("a 2026-05-02.csv", date(2026, 5, 2)), ("20260502.csv", date(2026, 5, 2)), ("5-2-2026.csv", date(2026, 5, 2))],
)
def test_file_names_tell_the_day(name: str, day: date) -> None:
    """Year first, compact, or the American order."""
    assert read_file_day(name) == day


@pytest.mark.parametrize("name", ["trades.csv", "2026-05-02 to 2026-05-03.csv", "2026-02-30.csv", "12026-05-021.csv"])
def test_name_without_one_day_asks(name: str) -> None:
    """Nothing is guessed: the message says what to do."""
    with pytest.raises(ImportFileError) as caught:
        expected.read(name, WINDOW)
    assert "file name" in caught.value.hint


def test_broken_cells_are_told_with_their_place() -> None:
    """A time and a quantity that are none."""
    content = WINDOW.replace(b"09:31:45", b"09:71:45").replace(b"70.25,100", b"70.25,many", 1)
    problems = expected.read("2026-03-06.csv", content).problems
    assert [(item.line, item.column, item.value) for item in problems] == [
        (2, "Qty", "many"),
        (4, "Time", "09:71:45"),
    ]


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("das-trader")
