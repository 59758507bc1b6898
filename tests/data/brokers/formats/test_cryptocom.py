"""Crypto.com's App transactions."""

from __future__ import annotations

from domain.executions import ExecutionKind
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("cryptocom-app/app.csv")
SLUG = "cryptocom-app"


def test_purchases_and_sales_have_the_price_that_was_paid() -> None:
    """Money for a coin is one fill; a coin for a coin is a sale and a purchase at the value printed."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (6, "ADA", "EUR", "buy", "100", "0.455", "0", "EUR", None, "2024-04-02T10:00:00.000000"),
        (5, "SOL", "EUR", "buy", "2", "150", "0", "EUR", None, "2024-04-03T10:00:00.000000"),
        (4, "SOL", "EUR", "sell", "1.25", "150", "0", "EUR", None, "2024-04-04T10:00:00.000000"),
        (4, "ADA", "EUR", "buy", "400", "0.46875", "0", "EUR", None, "2024-04-04T10:00:00.000000"),
        (3, "SOL", "EUR", "sell", "0.5", "150", "0", "EUR", None, "2024-04-05T10:00:00.000000"),
    ]
    kinds = statement.executions.kind.tolist()
    assert kinds == [ExecutionKind.TRADE] * 2 + [ExecutionKind.PAIRED] * 2 + [ExecutionKind.TRADE]


def test_other_rows_keep_the_apps_word() -> None:
    """An exchange of coins counts as one row; the rest are movements of a balance."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (9, "deposit", "viban_deposit", "", "500"),
        (8, "transfer", "lockup_lock", "CRO", "-100"),
        (7, "reward", "referral_card_cashback", "CRO", "5.5"),
        (4, "conversion", "crypto_exchange", "SOL", "-1.25"),
        (2, "withdrawal", "crypto_withdrawal", "ADA", "-50"),
    ]
    assert statement.rows == 8


def test_broken_cells_are_problems_with_their_place() -> None:
    """A number that is none takes both fills of the row back; a quantity of zero is refused."""
    statement, problem = us_cases.broken(CONTENT, "ADA,400.0", "ADA,4oo")
    assert (problem.line, problem.column, problem.value) == (4, "To Amount", "4oo")
    assert len(statement.executions) == 3
    _, problem = us_cases.broken(CONTENT, "SOL,2.0", "SOL,0")
    assert (problem.line, problem.column) == (5, "Amount")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
