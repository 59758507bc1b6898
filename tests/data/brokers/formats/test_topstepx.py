"""ProjectX platforms such as TopstepX."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

TRADES = cases.payload("topstepx/trades.csv")
ORDERS = cases.payload("topstepx/orders.csv")
COMPLETED = cases.payload("topstepx/completed.csv")


def test_trades_become_pairs_by_their_ids() -> None:
    """Fees and commissions are costs; each time names its own offset."""
    statement = cases.parse(TRADES)
    assert cases.fills(statement) == [
        (2, "MESM6", "PAIRED", "buy", "2", "5800.25", "0", "2026-03-06 14:31:00"),
        (2, "MESM6", "PAIRED", "sell", "2", "5802.25", "2.4", "2026-03-06 14:45:00"),
        (3, "MNQM6", "PAIRED", "sell", "1", "20500", "0", "2026-03-09 18:02:03"),
        (3, "MNQM6", "PAIRED", "buy", "1", "20510", "1.2", "2026-03-09 18:05:00"),
    ]
    assert statement.executions.identity == ["T-1/entry", "T-1/exit", "T-2/entry", "T-2/exit"]


def test_orders_become_fills() -> None:
    """A bid buys, an ask sells; a cancelled order is kept with its status."""
    statement = cases.parse(ORDERS)
    assert cases.fills(statement) == [
        (2, "MESM6", "TRADE", "buy", "1", "5800.25", "0", "2026-03-06 14:31:01"),
        (4, "MESM6", "TRADE", "sell", "1", "5799", "0", "2026-03-06 14:45:00"),
    ]
    assert cases.others(statement) == [(3, "order", "Cancelled", "MESM6", None)]
    assert (statement.executions.identity, statement.account_hint) == (["31", "33"], "TS9")


def test_completed_orders_have_signed_quantities() -> None:
    """The browser's way to write times, and a symbol with its exchange."""
    statement = cases.parse(COMPLETED)
    assert cases.fills(statement) == [
        (2, "CM.MNQM6", "TRADE", "buy", "2", "20500.25", "0", "2026-03-06 14:31:00"),
        (4, "CM.MNQM6", "TRADE", "sell", "2", "20510.25", "0", "2026-03-06 14:35:00"),
    ]
    assert statement.executions.instruments[0].multiplier == 2
    assert cases.others(statement) == [(3, "order", "not filled", "CM.MNQM6", None)]


def test_broken_cells_are_told_with_their_place() -> None:
    """A side and a time that are none, and a profit of another contract."""
    for content, old, new, place in (
        (TRADES, ",Short,", ",Flat,", (3, "Type", "Flat")),
        (TRADES, ",20.00,2", ",200.00,2", (2, "PnL", "200.00")),
        (COMPLETED, "GMT+0200,APEX", "some day,APEX", (3, "last_time", "16:33:00 some day")),
    ):
        _, problem = cases.broken(content, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_cancelled_order_with_a_fill_of_unknown_size_is_a_problem() -> None:
    """The file has the whole size of an order only."""
    content = ORDERS.replace(b"MESM6,Filled,Stop", b"MESM6,Cancelled,Stop")
    (problem,) = cases.parse(content).problems
    assert (problem.line, problem.column, problem.value) == (4, "Status", "Cancelled")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    for content in (TRADES, ORDERS, COMPLETED):
        cases.check_rearranged(content, "topstepx")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("topstepx")
