"""Firstrade's account history."""

from __future__ import annotations

from decimal import Decimal

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("firstrade-history/history.csv")
SLUG = "firstrade-history"
PUT = "PUT PEP 03/20/26 150 PEPSICO INC"
NOTE = "UNITED STATES TREASURY NOTE DUE 06/30/2028 03.500"


def test_rows_become_fills() -> None:
    """The time stands in the description; options and bonds have no symbol; the sign of a sale does not matter."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "buy", "10", "70.25", "0", "2026-03-02 15:15:30"),
        (3, PUT, "TRADE", "sell", "2", "0.45", "0.04", "2026-03-03 05:00:00"),
        (4, NOTE, "TRADE", "buy", "5000", "99.5", "0", "2026-03-03 05:00:00"),
        (5, "KO", "TRADE", "sell", "10", "71.5", "0.02", "2026-03-04 05:00:00"),
        (7, PUT, "ASSIGNMENT", "buy", "2", "0", "0", "2026-03-20 04:00:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 100, Decimal("0.01")]


def test_costs_outside_the_fee_columns_are_noted() -> None:
    """The amount of the put lacks 1.96 that no column names; accrued interest is no price."""
    assert cases.parse(CONTENT).notes == (
        "The amounts hold 1.96 of costs that no fee column lists; they are not imported.",
        "Accrued interest of 1 bond trades (-12.25) is not in their price.",
    )


def test_other_rows_are_kept() -> None:
    """Dividend, assignment and deposit keep the broker's action."""
    assert cases.others(cases.parse(CONTENT)) == [
        (6, "dividend", "Dividend", "", "4.85"),
        (7, "option_event", "Other", PUT, "0"),
        (8, "deposit", "Other", "", "250"),
    ]


def test_broken_cells_are_told_with_their_place() -> None:
    """A price that is none, a time that does not exist, no symbol at all, and a wrong amount."""
    for old, new, place in (
        ("10,70.25", "10,seventy", (2, "Price", "seventy")),
        ("2026-03-02 10:15:30", "2026-03-02 10:75:30", (2, "Description", "2026-03-02 10:75:30")),
        ("KO,-10", ",-10", (5, "Symbol", "")),
        ("714.98", "7.14", (5, "Amount", "7.14")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
