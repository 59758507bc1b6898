"""XTB's cash operations."""

from __future__ import annotations

from data.brokers import ParseOptions
from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("xtb-cash-operations/operations.csv")
SLUG = "xtb-cash-operations"


def test_trades_are_read_from_their_comments() -> None:
    """The market tells the currency; an opening comes before the closing of its id; a repeated row counts once."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (12, "SAP.DE", "EUR", "buy", "2.5", "170.2", "0", "EUR", None, "2024-05-03T08:00:00.000000"),
        (11, "SAP.DE", "EUR", "buy", "3", "170.2", "0", "EUR", None, "2024-05-03T08:00:00.000000"),
        (8, "VOD.UK", "EUR", "buy", "100", "0.815", "0", "EUR", None, "2024-05-07T13:00:00.000000"),
        (7, "VOD.UK", "EUR", "sell", "100", "0.82", "0", "EUR", None, "2024-05-08T13:00:00.000000"),
        (6, "MSFT.US", "USD", "buy", "1", "400", "0", "USD", None, "2024-05-09T14:00:00.000000"),
        (5, "MSFT.US", "USD", "sell", "1", "400", "0", "USD", None, "2024-05-09T14:00:00.000000"),
    ]
    assert statement.executions.identity[-2:] == ["7000009/buy", "7000009/sell"]


def test_what_is_assumed_is_said() -> None:
    """The account's currency is the one chosen; converted prices are named."""
    statement = expected.read("file.csv", CONTENT, ParseOptions(currency="PLN"))
    assert statement.notes == (
        "The file names no currency; amounts are taken as PLN.",
        "Prices in PLN are what was paid, converted by the broker: VOD.UK.",
    )
    assert {row.currency for row in statement.others if row.amount is not None} == {"PLN"}


def test_other_rows_keep_their_type() -> None:
    """An interest of a day that does not exist is kept without a time, and says so."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (14, "deposit", "Deposit", "", "2000"),
        (13, "skipped", "duplicate row", "SAP.DE", None),
        (10, "dividend", "Dividend", "MSFT.US", "0.69"),
        (9, "tax", "Withholding tax", "MSFT.US", "-0.11"),
        (4, "funding", "Swap", "GOLD", "-0.57"),
        (3, "interest", "Free funds interests", "", "0.35"),
        (2, "withdrawal", "Withdrawal", "", "-100"),
    ]
    assert statement.others[5].occurred_at is None
    assert "'031.05.2024 10:00:00'" in statement.others[5].reason


def test_broken_cells_are_problems_with_their_place() -> None:
    """A trade whose comment or time cannot be read names line, column and value."""
    _, problem = us_cases.broken(CONTENT, "OPEN BUY 3/5.5 @ 170.20", "OPEN BUY three @ 170.20")
    assert (problem.line, problem.column, problem.value) == (11, "Comment", "OPEN BUY three @ 170.20")
    _, problem = us_cases.broken(CONTENT, "08.05.2024", "38.05.2024")
    assert (problem.line, problem.column, problem.value) == (7, "Time", "38.05.2024 15:00:00")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG, delimiter=";")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
