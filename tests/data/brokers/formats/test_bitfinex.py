"""Bitfinex's trades."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("bitfinex-trades/trades.csv")
SLUG = "bitfinex-trades"


def test_signs_tell_side_and_cost_and_days_come_first() -> None:
    """A fee in the coin bought is worth the fill's price; 04-03-21 is the fourth of March."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (4, "LINK:USD", "USD", "buy", "10", "25.5", "0.51", "USD", "1", "2021-02-28T09:30:00.000000"),
        (3, "ETH/USD", "USD", "buy", "2", "1700", "0.004", "ETH", "1700", "2021-03-04T09:30:00.000000"),
        (2, "ETH/USD", "USD", "sell", "1.5", "1850.5", "5.5515", "USD", "1", "2021-03-05T18:00:00.000000"),
    ]
    assert statement.executions.identity == ["5001", "5002", "5003"]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A day that does not exist names line, column and value."""
    _, problem = us_cases.broken(CONTENT, "04-03-21", "31-02-21")
    assert (problem.line, problem.column, problem.value) == (3, "DATE", "31-02-21 09:30:00")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
