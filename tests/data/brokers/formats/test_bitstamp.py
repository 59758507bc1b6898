"""Bitstamp's transactions."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

OLDER = cases.payload("bitstamp-transactions/older.csv")
NEWER = cases.payload("bitstamp-transactions/newer.csv")
SLUG = "bitstamp-transactions"


def test_cells_with_their_coin_are_read() -> None:
    """The older layout writes number and coin in one cell and names months as people do."""
    statement = cases.parse(OLDER)
    assert cases.rows(statement) == [
        (3, "ETH", "EUR", "buy", "0.5", "3200", "8", "EUR", "1", "2021-09-03T21:15:00.000000"),
        (4, "ETH", "EUR", "sell", "0.2", "2502.5", "2.5025", "EUR", "1", "2022-03-04T00:31:00.000000"),
    ]
    assert us_cases.others(statement) == [
        (2, "deposit", "Deposit", "", "1500"),
        (5, "withdrawal", "Withdrawal", "", "-480"),
        (6, "adjustment", "Card Rebate", "", "1"),
    ]
    assert statement.others[1].description == "fee 3.00 EUR"


def test_newer_layout_has_columns_for_coins_and_an_id() -> None:
    """The same transactions with separate currency columns; the id is the identity."""
    statement = cases.parse(NEWER)
    assert cases.rows(statement) == [
        (2, "BTC", "EUR", "buy", "0.025", "55000", "4.125", "EUR", "1", "2024-05-01T10:00:00.000000"),
    ]
    assert statement.executions.identity == ["9001"]
    assert us_cases.others(statement) == [(3, "reward", "Staking reward", "ETH", "0.001")]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A sub type that is no side names line, column and value."""
    _, problem = us_cases.broken(OLDER, "EUR,Sell", "EUR,Swap")
    assert (problem.line, problem.column, problem.value) == (4, "Sub Type", "Swap")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(OLDER, SLUG)
    cases.check_rearranged(NEWER, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
