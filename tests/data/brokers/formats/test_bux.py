"""BUX's transactions."""

from __future__ import annotations

from decimal import Decimal

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("bux-transactions/transactions.csv")
SLUG = "bux-transactions"


def test_fee_of_the_next_row_is_the_cost_of_the_trade() -> None:
    """A fee a moment later is counted once; the pair tells which way round the rate is."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (3, "NL0011821202", "EUR", "buy", "20", "12.525", "1.5", "EUR", None, "2024-01-08T10:00:00.100000"),
        (6, "US67066G1040", "USD", "buy", "0.9", "120", "0", "EUR", "1.08", "2024-07-01T14:00:00.000000"),
        (9, "US67066G1040", "USD", "sell", "4.5", "12", "0", "EUR", "1.08", "2024-07-03T14:00:00.000000"),
    ]
    assert statement.executions.identity[1] == "11111111-2222-3333-4444-555555555555 - 1"


def test_split_has_the_ratio_of_its_two_rows() -> None:
    """Old shares out and new shares in move no money; the fee of a trade is not charged twice."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (2, "deposit", "Sepa Deposit", "", "1000"),
        (4, "skipped", "Trading Fee", "NL0011821202", "-1.5"),
        (5, "fee", "Subscription Fee", "", "-2.99"),
        (7, "corporate_action", "General Corporate Action", "US67066G1040", None),
        (8, "split", "General Corporate Action", "US67066G1040", None),
        (10, "reward", "Promotional", "", "5"),
    ]
    assert [row.ratio for row in statement.others if row.ratio] == [(Decimal(9), Decimal("0.9"))]


def test_fee_long_after_is_a_fee_of_its_own() -> None:
    """Only a fee within seconds belongs to the trade before it."""
    later = CONTENT.replace(b"2024-01-08 11:00:00.102000", b"2024-01-08 11:01:00.102000")
    statement = cases.parse(later)
    assert cases.rows(statement)[0][6] == "0"
    assert us_cases.others(statement)[1] == (4, "fee", "Trading Fee", "NL0011821202", "-1.5")


def test_row_with_an_empty_cell_too_many_is_read() -> None:
    """Some deposits stand one cell too far right."""
    statement = cases.parse(CONTENT.replace(b"Sepa Deposit,,1000", b"Sepa Deposit,,,1000"))
    first = statement.others[0]
    assert (first.amount, first.currency) == (Decimal(1000), "EUR")


def test_broken_cells_are_problems_with_their_place() -> None:
    """A quantity that contradicts the amount and a number that is none name line, column and value."""
    _, problem = us_cases.broken(CONTENT, "ING,20,", "ING,2.0,")
    assert (problem.line, problem.column, problem.value) == (3, "Asset Quantity", "2.0")
    _, problem = us_cases.broken(CONTENT, ",-2.99,", ",2.9.9,")
    assert (problem.line, problem.column, problem.value) == (5, "Transaction Amount", "2.9.9")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
