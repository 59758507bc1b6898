"""eToro's account activity."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from domain.instruments import AssetClass
from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases
from tests.data.brokers.workbooks import make_workbook

CONTENT = cases.payload("etoro-activity/activity.csv")
SLUG = "etoro-activity"
FILLS = [
    (3, "PEP/USD", "USD", "buy", "3.125", "160", "0", "USD", None, "2024-01-13T15:30:40.000000"),
    (4, "BTC/USD", "USD", "buy", "0.0025", "40000", "0", "USD", None, "2024-01-14T15:30:40.000000"),
    (8, "PEP/USD", "USD", "sell", "6.25", "83.2", "0", "USD", None, "2024-01-18T15:30:40.000000"),
]


def test_price_is_amount_by_units() -> None:
    """Each row tells its own decimal mark; opening and closing share the position's id."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == FILLS
    assert statement.executions.identity == ["3000000001/buy", "3000000002/buy", "3000000001/sell"]
    assert [item.asset_class for item in statement.executions.instruments] == [AssetClass.STOCK, AssetClass.CRYPTO]


def test_other_rows_keep_their_type() -> None:
    """Parentheses are a minus; a split tells its ratio."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (2, "deposit", "Deposit", "", "1090"),
        (5, "dividend", "Dividend", "PEP/USD", "2.1"),
        (6, "funding", "Overnight fee", "", "-0.1"),
        (7, "split", "corp action: Split", "PEP/USD", None),
    ]
    assert statement.others[3].ratio == (Decimal(2), Decimal(1))


def test_workbook_is_read_like_the_text() -> None:
    """The account statement is a workbook; its sheet of activity is found by the header."""
    table = list(csv.reader(io.StringIO(CONTENT.decode())))
    statement = expected.read("statement.xlsx", make_workbook(table))
    assert statement.format == SLUG
    assert cases.rows(statement) == FILLS


def test_position_in_a_cfd_is_said() -> None:
    """What the file does not tell about a leveraged position is a note of the import."""
    statement = cases.parse(CONTENT.replace(b"3000000002,Crypto", b"3000000002,CFD"))
    assert statement.executions.instruments[1].asset_class is AssetClass.CFD
    assert "leverage" in statement.notes[0]


def test_broken_cells_are_problems_with_their_place() -> None:
    """Missing units and a month of 13 name line, column and value."""
    _, problem = us_cases.broken(CONTENT, "500.00,3.125", "500.00,-")
    assert (problem.line, problem.column, problem.value) == (3, "Units", "-")
    _, problem = us_cases.broken(CONTENT, "13/01/2024", "13/13/2024")
    assert (problem.line, problem.column, problem.value) == (3, "Date", "13/13/2024 15:30:40")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
