"""Fidelity account history."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.instruments import AssetClass
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("fidelity-history/all_accounts.csv")
OLDER = cases.payload("fidelity-history/older.csv")


def test_every_trade_becomes_its_fill_oldest_first() -> None:
    """Commission and fees are added; the signed quantity of an expiry is the change of the position."""
    assert cases.fills(cases.parse(CONTENT)) == [
        (9, "KO", "TRADE", "sell", "10", "71", "0.02", "2025-06-06 04:00:00"),
        (8, "-KO250620P65", "TRADE", "sell", "2", "0.4", "1.34", "2025-06-06 04:00:00"),
        (5, "123456AB7", "TRADE", "buy", "5000", "101.25", "0", "2025-06-11 04:00:00"),
        (4, "KO", "TRADE", "buy", "0.723", "70.5", "0", "2025-06-12 04:00:00"),
        (2, "-KO250620P65", "EXPIRY", "buy", "2", "0", "0", "2025-06-20 04:00:00"),
    ]


def test_bonds_are_in_per_cent_and_options_have_terms() -> None:
    """What an instrument is follows from its symbol and description."""
    found = {item.symbol: item for item in cases.parse(CONTENT).executions.instruments}
    assert (found["123456AB7"].asset_class, found["123456AB7"].multiplier) == (AssetClass.BOND, Decimal("0.01"))
    option = found["-KO250620P65"]
    assert option.option is not None
    assert (option.multiplier, option.option.strike) == (Decimal(100), Decimal(65))


def test_other_actions_are_told_by_their_first_two_words() -> None:
    """Cash has its sign; a sweep into the core fund is skipped with its reason."""
    statement = cases.parse(CONTENT)
    assert cases.others(statement) == [
        (7, "skipped", "PURCHASE INTO", "SPAXX", "-100"),
        (6, "withdrawal", "CHECK PAID", "", "-75.5"),
        (3, "dividend", "DIVIDEND RECEIVED", "KO", "51"),
        (2, "option_event", "EXPIRED PUT", "-KO250620P65", None),
    ]
    assert "core" in statement.others[0].reason
    assert statement.notes == (
        "The file holds 2 accounts: Z01, Z02.",
        "Accrued interest of 1 bond trades (10.42) is not in their price.",
    )


def test_older_layout_with_its_broken_quote_is_read() -> None:
    """The disclaimer and its wrong quotes are not part of the table."""
    statement = cases.parse(OLDER)
    assert statement.rows == 2
    assert cases.fills(statement) == [(6, "K", "TRADE", "buy", "7", "58.2", "4.95", "2021-03-05 05:00:00")]
    assert cases.others(statement) == [(7, "dividend", "SHORTTERM CAP", "EXMPX", "12.5")]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "value"),
    [
        (",71,-10,", ",7l,-10,", 9, "Price", "7l"),
        (",71,-10,", ",71,10,", 9, "Quantity", "10"),
        ('06/09/2025,"IRA', '06/31/2025,"IRA', 7, "Run Date", "06/31/2025"),
    ],
)  # fmt: skip
def test_broken_cell_is_a_problem_of_its_row(old: str, new: str, line: int, column: str, value: str) -> None:
    """A sale of a positive quantity contradicts itself; a day that does not exist is told."""
    statement, problem = cases.broken(CONTENT, old, new)
    assert (problem.line, problem.column, problem.value) == (line, column, value)
    assert statement.rows == 8


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    cases.check_rearranged(b"".join(CONTENT.splitlines(keepends=True)[:9]), "fidelity-history")


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("fidelity-history")
