"""OKX's older trades export."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("okx-trades/older.csv")
SLUG = "okx-trades"


def test_signs_tell_side_and_rebate() -> None:
    """A negative amount is a sale, a negative fee a cost, a positive one a rebate; marks before cells are nothing."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (4, "eth_usdt", "USDT", "buy", "1", "1400", "-0.1", "ETH", "1400", "2021-02-01T10:30:00.000000"),
        (3, "eth_usdt", "USDT", "buy", "2", "1500.5", "0.003", "ETH", "1500.5", "2021-02-02T10:30:00.000000"),
        (2, "eth_usdt", "USDT", "sell", "1.5", "1600.25", "2.4", "USDT", "1", "2021-02-03T10:30:00.000000"),
    ]
    assert statement.executions.identity == ["9100001", "9100002", "9100003"]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A fee that is no amount names line, column and value."""
    _, problem = us_cases.broken(CONTENT, "-2.4 USDT", "-2.4 USDT ETH")
    assert (problem.line, problem.column, problem.value) == (2, "Fee", "-2.4 USDT ETH")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
