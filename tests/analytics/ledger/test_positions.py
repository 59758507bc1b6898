"""Open positions and the executions behind a trade."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.matching import match
from analytics.ledger.positions import open_position_at, open_positions, trade_executions
from domain.accounts import LotMethod
from domain.columns import Matched
from domain.ledger import TradeExecution
from tests.analytics.ledger.books import Fill, fill, same_multiplier, table

FILLS = [fill(1, 10, 100, 1), fill(1, 10, 110, 1), fill(-1, 5, 120, "0.5"), fill(-1, 25, 130, "2.5"), fill(1, 4, 125)]


def run(fills: list[Fill], method: LotMethod = LotMethod.FIFO) -> Matched:
    """Match fills of one instrument."""
    return match(table(fills), method=method, multipliers=same_multiplier(1, 2))


def list_executions(fills: list[Fill], row: int, method: LotMethod = LotMethod.FIFO) -> list[TradeExecution]:
    """List the executions of one trade."""
    matched = run(fills, method)
    return trade_executions(matched, table(fills), row, method=method, multipliers=same_multiplier(1, 2))


def test_an_open_short_has_a_negative_quantity_and_cost() -> None:
    """After the flip six contracts are short at 130, times the multiplier."""
    matched = run(FILLS)
    positions = open_positions(matched)
    assert len(positions) == 1
    position = open_position_at(matched, positions, 0, multiplier=Decimal(2))
    assert position.quantity == -6
    assert position.average_price == 130
    assert position.cost == Decimal(-1560)
    assert position.fees == Decimal("0.6")


def test_a_flat_book_has_no_positions() -> None:
    """Nothing is open after the last exit."""
    assert len(open_positions(run([fill(1, 1, 5), fill(-1, 1, 6)]))) == 0


def test_a_trade_lists_its_executions_with_position_and_profit_after_each() -> None:
    """The closing part of a flip belongs to the old trade."""
    rows = list_executions(FILLS, 0)
    assert [int(row.id) for row in rows] == [1, 2, 3, 4]
    assert [row.quantity for row in rows] == [10, 10, 5, 15]
    assert [row.position for row in rows] == [10, 20, 15, 0]
    assert [row.price for row in rows] == [100, 110, 120, 130]
    assert [row.fees for row in rows] == [1, 1, Decimal("0.5"), Decimal("1.5")]
    # (120 - 100) x 5 x 2 less half of 1 and 0.5; then 5 more from 100 and 10 from 110, sold at 130
    assert [row.realised for row in rows] == [None, None, Decimal(199), Decimal(199 + 300 - 2 + 400 - 1)]


def test_the_rest_of_a_flip_opens_the_next_trade() -> None:
    """Its quantity and fees are what the closing part left."""
    rows = list_executions(FILLS, 1)
    assert [(row.quantity, row.position, row.fees) for row in rows] == [
        (Decimal(10), Decimal(-10), Decimal(1)),
        (Decimal(4), Decimal(-6), Decimal(0)),
    ]
    assert [row.realised for row in rows] == [None, Decimal("39.6")]


@pytest.mark.parametrize("method", list(LotMethod))
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([1, -1]), st.integers(1, 9), st.integers(0, 50), st.integers(0, 5)), max_size=15
    )
)
def test_the_list_ends_where_the_trade_ends(method: LotMethod, rows: list[tuple[int, int, int, int]]) -> None:
    """The last row's profit is the trade's net, its position what is left, its fees all fees."""
    fills = [fill(*row) for row in rows]
    matched = run(fills, method)
    trades = matched.trades
    for row in range(len(trades)):
        found = trade_executions(matched, table(fills), row, method=method, multipliers=same_multiplier(1, 2))
        assert len(found) == trades.executions[row]
        held = int(trades.entry_quantity[row] - trades.exit_quantity[row]) * int(trades.side[row])
        assert found[-1].position == held
        places = -int(matched.money_places[0])
        net = Decimal(int(trades.gross[row] - trades.fees[row])).scaleb(places)
        assert (found[-1].realised or 0) == net
        fees = Decimal(int(trades.fees[row] + trades.open_fees[row])).scaleb(places)
        assert sum(execution.fees for execution in found) == fees
