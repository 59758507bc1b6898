"""Tradovate's orders, performance report and position history."""

from __future__ import annotations

from decimal import Decimal

from data.brokers import format_by_slug
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind
from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

ORDERS = cases.payload("tradovate/orders.csv")
PERFORMANCE = cases.payload("tradovate/performance.csv")
PAIRS = cases.payload("tradovate/pairs.csv")


def test_orders_become_fills_by_their_ids() -> None:
    """Filled orders are executions, a cancelled one is kept; 32nds are read exactly."""
    statement = cases.parse(ORDERS)
    assert cases.rows(statement) == [
        (2, "MNQU6", "USD", "buy", "2", "21000.25", "0", "USD", None, "2026-07-06T14:00:00.000000"),
        (3, "MNQU6", "USD", "sell", "2", "21010", "0", "USD", None, "2026-07-06T14:05:30.000000"),
        (5, "ZNU6", "USD", "buy", "1", "110.515625", "0", "USD", None, "2026-07-06T15:00:00.000000"),
    ]
    assert statement.executions.identity == ["9001", "9002", "9004"]
    assert [item.multiplier for item in statement.executions.instruments] == [2, 1000]
    assert [(row.line, row.kind, row.label) for row in statement.others] == [
        (4, OtherKind.ORDER, "not filled (Canceled)")
    ]
    assert statement.account_hint == "DEMO77"


def test_performance_rows_become_two_paired_executions() -> None:
    """The opening half comes first: a short sells before it buys; the row itself is a round trip."""
    statement = cases.parse(PERFORMANCE)
    assert [row[3:6] for row in cases.rows(statement)] == [
        ("buy", "3", "6200.25"),
        ("sell", "3", "6202.25"),
        ("sell", "1", "6203.75"),
        ("buy", "1", "6210"),
    ]
    assert set(statement.executions.kind.tolist()) == {int(ExecutionKind.PAIRED)}
    assert [(row.label, row.amount, row.description) for row in statement.others] == [
        ("round trip", Decimal("30.00"), "long"),
        ("round trip", Decimal("-31.25"), "short"),
    ]
    assert statement.executions.identity[:2] == ["501/502/buy", "501/502/sell"]


def test_fill_ids_order_a_pair_within_one_second() -> None:
    """Bought and sold in the same second, the lower fill id came first."""
    statement = cases.parse(PAIRS)
    assert [(row.line, row.description) for row in statement.others] == [(3, "short"), (2, "short")]
    assert [row[3] for row in cases.rows(statement)] == ["sell", "buy", "sell", "buy"]


def test_money_that_contradicts_the_contract_is_a_problem() -> None:
    """A profit that would need another contract size is not imported."""
    problems = cases.parse(PERFORMANCE.replace(b"$30.00", b"$300.00")).problems
    assert [(item.line, item.column, item.value) for item in problems] == [(2, "Contract", "MESU6")]


def test_unknown_root_takes_the_size_its_own_row_proves() -> None:
    """A contract outside the table has the size of profit over points, and without points none."""
    statement = cases.parse(PAIRS.replace(b"MESU6", b"QQZU6"))
    assert [item.multiplier for item in statement.executions.instruments] == [5]
    assert [(item.line, item.value) for item in statement.problems] == [(2, "QQZU6")]


def test_same_columns_with_an_exchange_are_another_platform() -> None:
    """Symbols such as NASDAQ:KO do not come from Tradovate."""
    content = PERFORMANCE.replace(b"MESU6", b"NASDAQ:KO")
    assert format_by_slug("tradovate").sniff(SourceFile("x.csv", content)) == 0


def test_broken_cells_are_problems_with_their_place() -> None:
    """A bad side and a bad time name line, column and value."""
    content = ORDERS.replace(b"9001, Buy", b"9001, Hold").replace(b"07/06/2026 10:05:30", b"07/06/2026 10:65:30")
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (2, "B/S", "Hold"),
        (3, "Fill Time", "07/06/2026 10:65:30"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    for content in (ORDERS, PERFORMANCE, PAIRS):
        cases.check_rearranged(content, "tradovate")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradovate")
