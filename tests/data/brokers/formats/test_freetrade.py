"""Freetrade's activity feed."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("freetrade-activity/activity.csv")
SLUG = "freetrade-activity"


def test_costs_are_in_pounds_and_the_row_tells_the_rate() -> None:
    """Shares in dollars by what was paid for them without fees, on purchase and sale; pence become pounds."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (6, "PEP", "USD", "buy", "5", "200", "4.8", "GBP", "1.25", "2024-05-01T15:00:00.000000"),
        (5, "TSCO", "GBP", "buy", "200", "3", "3", "GBP", None, "2024-05-02T09:00:00.000000"),
        (3, "PEP", "USD", "sell", "5", "200", "4.8", "GBP", "1.25", "2024-06-04T15:00:00.000000"),
    ]
    assert statement.executions.identity == ["ORD0000001", "ORD0000002", "ORD0000003"]
    assert statement.executions.instruments[0].name == "Pepsi"


def test_other_rows_keep_their_type() -> None:
    """A withdrawal is negative, a document moves nothing, a dividend names the tax withheld."""
    statement = cases.parse(CONTENT)
    assert us_cases.others(statement) == [
        (8, "deposit", "TOP_UP", "", "2000"),
        (7, "skipped", "MONTHLY_STATEMENT", "", None),
        (4, "dividend", "DIVIDEND", "PEP", "4.25"),
        (2, "withdrawal", "WITHDRAWAL", "", "-500"),
    ]
    assert statement.others[2].description == "Pepsi, withheld tax 0.94 USD"


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A side that is none names line, column and value."""
    _, problem = us_cases.broken(CONTENT, ",SELL,", ",SWAP,")
    assert (problem.line, problem.column, problem.value) == (3, "Buy / Sell", "SWAP")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
