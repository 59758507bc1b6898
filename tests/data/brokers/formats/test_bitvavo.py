"""Bitvavo's transaction history."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("bitvavo-history/history.csv")
SLUG = "bitvavo-history"


def test_fills_are_read_in_the_zone_of_their_row() -> None:
    """Summer time in Amsterdam is two hours ahead; the transaction id is the identity."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (4, "SOL", "EUR", "buy", "5", "130.2", "1.6", "EUR", "1", "2024-07-02T11:00:00.500000"),
        (3, "SOL", "EUR", "sell", "2", "140.5", "0.7", "EUR", "1", "2024-07-02T12:00:00.120000"),
    ]
    assert [identity[-1] for identity in statement.executions.identity] == ["4", "5"]


def test_movements_keep_their_sign_and_what_was_not_completed_its_status() -> None:
    """A cancelled purchase is an order, not a fill."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (7, "deposit", "deposit", "", "1000"),
        (6, "reward", "staking", "ADA", "0.25"),
        (5, "order", "Cancelled", "SOL", None),
        (2, "withdrawal", "withdrawal", "SOL", "-1.5"),
    ]
    assert statement.others[3].description == "fee 0.01 SOL"


def test_broken_cells_are_problems_with_their_place() -> None:
    """A zone nobody knows and a sign against the type name line, column and value."""
    _, problem = us_cases.broken(CONTENT, "Europe/Amsterdam,2024-07-02,13", "Europe/Nowhere,2024-07-02,13")
    assert (problem.line, problem.column, problem.value) == (4, "Timezone", "Europe/Nowhere")
    _, problem = us_cases.broken(CONTENT, "sell,SOL,-2", "sell,SOL,2")
    assert (problem.line, problem.column, problem.value) == (3, "Amount", "2")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
