"""Groww's stock orders."""

from __future__ import annotations

import csv
import io

from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases
from tests.data.brokers.workbooks import make_workbook

CONTENT = cases.payload("groww-orders/orders.csv")
SLUG = "groww-orders"
FILLS = [
    (6, "WIPRO", "INR", "buy", "100", "500", "0", "INR", None, "2025-02-03T04:45:00.000000"),
    (5, "WIPRO", "INR", "sell", "40", "510.5125", "0", "INR", None, "2025-02-05T09:40:00.000000"),
]


def test_executed_orders_have_the_price_of_value_by_quantity() -> None:
    """The preamble is no row; an order that was not executed keeps its status."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == FILLS
    assert statement.executions.identity[0] == "NSE/1100000000009/03-02-2025 10:15 AM"
    assert statement.executions.instruments[0].isin == "INE075A01022"
    assert us_cases.others(statement) == [(7, "order", "Rejected", "INFY", None)]


def test_workbook_is_read_like_the_text() -> None:
    """The download is a workbook of the same rows."""
    table = list(csv.reader(io.StringIO(CONTENT.decode())))
    statement = expected.read("orders.xlsx", make_workbook(table))
    assert statement.format == SLUG
    assert cases.rows(statement) == FILLS


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A date that does not exist names line, column and value."""
    _, problem = us_cases.broken(CONTENT, "05-02-2025", "05-22-2025")
    assert (problem.line, problem.column, problem.value) == (5, "Execution date and time", "05-22-2025 03:10 PM")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG, header_line=4)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
