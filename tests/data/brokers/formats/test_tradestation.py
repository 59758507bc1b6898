"""TradeStation's trades and filled orders."""

from __future__ import annotations

from data.brokers import format_by_slug
from data.brokers.source import SourceFile
from tests.data.brokers.formats import us_cases as cases

TRADES = cases.payload("tradestation/trades.csv")
ORDERS = cases.payload("tradestation/orders.csv")


def test_costs_are_what_the_net_lacks_of_the_gross() -> None:
    """Shares, an option with a blank in its symbol and a future, each with its size."""
    statement = cases.parse(TRADES)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "buy", "50", "70.1", "1", "2026-03-06 14:31:05"),
        (3, "KO", "TRADE", "sell", "50", "70.6", "1.05", "2026-03-06 14:45:00"),
        (4, "PEP 260320P150", "TRADE", "sell", "1", "1.25", "0.6", "2026-03-09 14:00:00"),
        (5, "MESH26", "TRADE", "buy", "1", "5800.25", "1.25", "2026-03-09 14:05:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 100, 5]
    assert statement.account_hint == "TS77"


def test_orders_become_fills_oldest_first() -> None:
    """The filled part of an order counts; what was not filled is kept."""
    statement = cases.parse(ORDERS)
    assert cases.fills(statement) == [
        (4, "KO", "TRADE", "buy", "30", "70.15", "0.6", "2026-03-09 13:36:32"),
        (2, "KO", "TRADE", "sell", "30", "70.45", "0.65", "2026-03-09 14:24:39"),
    ]
    assert statement.executions.identity == ["9001", "9003"]
    assert cases.others(statement) == [(3, "order", "not filled", "KO", None)]


def test_tradezero_is_left_to_its_own_format() -> None:
    """Its files hold the same columns and more."""
    content = cases.payload("tradezero/trades.csv")
    assert format_by_slug("tradestation").sniff(SourceFile("x.csv", content)) == 0


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none and proceeds of another contract size."""
    for old, new, place in (
        ("KO,Buy", "KO,Hold", (2, "Side", "Hold")),
        ("09:45", "25:45", (3, "Exec Time", "25:45")),
        ("-29001.25", "-290012.50", (5, "Gross Proceeds", "-290012.50")),
    ):
        _, problem = cases.broken(TRADES, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(TRADES, "tradestation")
    cases.check_rearranged(ORDERS, "tradestation")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradestation")
