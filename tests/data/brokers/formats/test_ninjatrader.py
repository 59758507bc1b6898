"""NinjaTrader's trade performance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers import ParseOptions
from domain.errors import ImportFileError
from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ninjatrader/performance.csv")
GERMAN = cases.payload("ninjatrader/performance_de.csv")


def test_trades_become_pairs_with_the_costs_of_all_fee_columns() -> None:
    """The profit is net of costs here, which its prices prove; costs are booked on the exit."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "MES 06-26", "PAIRED", "buy", "2", "5800.25", "0", "2026-03-06 14:31:00"),
        (2, "MES 06-26", "PAIRED", "sell", "2", "5802.25", "2.4", "2026-03-06 14:45:00"),
        (3, "MNQ 06-26", "PAIRED", "sell", "1", "20500", "0", "2026-03-09 17:02:03"),
        (3, "MNQ 06-26", "PAIRED", "buy", "1", "20510", "1.2", "2026-03-09 17:05:00"),
    ]
    assert [(row.amount, row.description) for row in statement.others] == [
        (Decimal("17.60"), "long Plan"),
        (Decimal("-21.20"), "short Plan"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [5, 2]


def test_european_computer_writes_commas_and_days_first() -> None:
    """The 13th cannot be a month; the profit is gross here."""
    assert cases.fills(cases.parse(GERMAN)) == [
        (2, "MES 06-26", "PAIRED", "buy", "1", "5800.25", "0", "2026-03-13 19:31:00"),
        (2, "MES 06-26", "PAIRED", "sell", "1", "5802.25", "1", "2026-03-13 19:45:00"),
    ]


def test_doubtful_dates_ask() -> None:
    """03/04 without a twelve-hour clock is not guessed; the user's choice decides."""
    content = GERMAN.replace(b"13.03.2026", b"03/04/2026")
    with pytest.raises(ImportFileError) as caught:
        cases.parse(content)
    assert "day first" in caught.value.hint
    chosen = expected.read("x.csv", content, ParseOptions(day_first=True))
    assert cases.fills(chosen)[0][-1] == "2026-04-03 19:31:00"


def test_broken_cells_are_told_with_their_place() -> None:
    """A position that is none, a profit of another contract size, and an unknown contract without a proof."""
    for old, new, place in (
        (",Short,", ",Flat,", (3, "Market pos.", "Flat")),
        ("($21.20)", "($121.20)", (3, "Profit", "($121.20)")),
        ("1:02:03 PM", "1:72:03 PM", (3, "Entry time", "1:72:03 PM")),
        ("MNQ 06-26,SIM1,Plan,Short,1,20500.00", "QQZ 06-26,SIM1,Plan,Short,1,20510.00", (3, "Symbol", "QQZ 06-26")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_unlisted_contract_has_the_size_its_profits_prove() -> None:
    """An unknown root whose rows all say 2 a point."""
    statement = cases.parse(CONTENT.replace(b"MNQ", b"QQZ").replace(b"($21.20)", b"($20.00)"))
    assert statement.executions.instruments[1].multiplier == 2


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, "ninjatrader")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("ninjatrader")
