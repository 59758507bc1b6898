"""Saxo's transactions."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("saxo-transactions/transactions.csv")
SLUG = "saxo-transactions"


def test_commission_is_what_the_amount_differs() -> None:
    """Events and months of two languages; an amount in the account's currency is turned by the row's rate."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (7, "VWRL:xams", "EUR", "buy", "10", "118.25", "2", "EUR", None, "2025-02-02T23:00:00.000000"),
        (4, "PEP:xnas", "USD", "buy", "2", "150", "0", "USD", None, "2025-02-16T23:00:00.000000"),
        (
            3,
            "PEP:xnas",
            "USD",
            "buy",
            "10",
            "150",
            "1.08",
            "USD",
            None,
            "2025-02-17T23:00:00.000000",
        ),
        (2, "VWRL:xams", "EUR", "sell", "4", "120.5", "2", "EUR", None, "2025-03-02T23:00:00.000000"),
    ]
    assert statement.executions.instruments[0].isin == "IE00B3RBWM25"


def test_amount_that_fits_nothing_is_said() -> None:
    """A cost that no commission explains is not invented."""
    assert cases.parse(CONTENT).notes == (
        "Line 4: the amount does not fit quantity and price; its cost is taken as zero.",
    )


def test_cash_keeps_its_event() -> None:
    """Either decimal mark is read."""
    assert us_cases.others(cases.parse(CONTENT)) == [
        (8, "deposit", "Deposit", "", "3000"),
        (6, "fee", "Custody Fee", "", "-1.25"),
        (5, "dividend", "Dividend", "VWRL:xams", "2.15"),
    ]


def test_broken_cells_are_problems_with_their_place() -> None:
    """A verb that is none, an event of a trade that is none and an unknown month name line, column and value."""
    _, problem = us_cases.broken(CONTENT, "Buy 2 @", "Swap 2 @")
    assert (problem.line, problem.column, problem.value) == (4, "Event", "Swap 2 @ 150.00 USD")
    _, problem = us_cases.broken(CONTENT, "Buy 2 @ 150.00 USD", "Buy at market")
    assert (problem.line, problem.column, problem.value) == (4, "Event", "Buy at market")
    _, problem = us_cases.broken(CONTENT, "10-Feb-2025,10", "10-Foo-2025,10")
    assert (problem.line, problem.column, problem.value) == (5, "Trade Date", "10-Foo-2025")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
