"""Parqet's activities."""

from __future__ import annotations

from domain.instruments import AssetClass
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("parqet-activities/activities.csv")
SLUG = "parqet-activities"


def test_tax_and_fee_are_the_cost_of_a_trade() -> None:
    """A tax that came back lowers the cost below zero; numbers have a decimal comma."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (5, "BTC", "EUR", "buy", "0.012345", "60000.5", "0", "EUR", None, "2024-05-05T08:00:00.000000"),
        (4, "DE0007164600", "EUR", "buy", "10", "120.25", "1", "EUR", None, "2024-06-05T08:00:00.000000"),
        (2, "DE0007164600", "EUR", "sell", "3", "110", "-1.5", "EUR", None, "2024-08-05T08:00:00.000000"),
    ]
    coin, share = statement.executions.instruments
    assert (coin.asset_class, coin.isin) == (AssetClass.CRYPTO, "")
    assert (share.asset_class, share.isin, share.name) == (AssetClass.STOCK, "DE0007164600", "SAP")


def test_dividend_is_what_was_paid_out() -> None:
    """The amount is before tax in the file and after tax in the statement."""
    assert us_cases.others(cases.parse(CONTENT)) == [
        (6, "deposit", "Deposit", "", "1000"),
        (3, "dividend", "Dividend", "DE0007164600", "4.1"),
    ]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A number that is none names line, column and value."""
    _, problem = us_cases.broken(CONTENT, "120,25", "120,2x25")
    assert (problem.line, problem.column, problem.value) == (4, "price", "120,2x25")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG, delimiter=";")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
