"""Trades told as one: the rows of the table are put together, what was matched is not touched."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.joins import join_trades
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable, Matched

ONES = Decimals(np.array([1, 1], dtype=np.int64), 0)


def table(rows: list[tuple[int, int, int]]) -> ExecutionTable:
    """Return executions from (instrument, signed quantity, price), a second apart, costing 1 each."""
    n = len(rows)
    signed = np.array([row[1] for row in rows], dtype=np.int64)
    return ExecutionTable(
        id=np.arange(1, n + 1, dtype=np.int64),
        instrument=np.array([row[0] for row in rows], dtype=np.int32),
        side=np.sign(signed).astype(np.int8),
        quantity=Decimals(np.abs(signed), 0),
        price=Decimals(np.array([row[2] for row in rows], dtype=np.int64), 0),
        cost=Decimals(np.ones(n, dtype=np.int64), 0),
        cost_known=np.ones(n, dtype=bool),
        executed_at=np.arange(n, dtype=np.int64) * 1_000_000,
        kind=np.zeros(n, dtype=np.int8),
        order=np.arange(n, dtype=np.int64),
    )


def matched(*rows: tuple[int, int, int], method: LotMethod = LotMethod.FIFO) -> Matched:
    """Match these rows."""
    return match(table(list(rows)), method=method, multipliers=ONES)


def test_a_merged_trade_is_the_sum_of_its_parts() -> None:
    """Id, side and opening are those of the first part, the close is that of the last, the rest adds up."""
    found = matched((0, 10, 5), (0, -10, 6), (0, 4, 7), (0, -4, 9), (1, 1, 1))
    one = join_trades(found, [3]).trades
    assert one.id.tolist() == [1, 5]
    money, units = 10 ** int(found.money_places[0]), 10 ** int(found.quantity_places[0])
    assert (one.gross[0], one.fees[0], one.executions[0], one.closed_at[0]) == (18 * money, 4 * money, 4, 3_000_000)
    assert (one.entry_quantity[0], one.exit_quantity[0], one.quantity[0]) == (14 * units, 14 * units, 10 * units)


def test_a_fill_that_ends_one_part_and_opens_the_next_counts_once() -> None:
    """A flip belongs to both parts; merged, it is one execution."""
    found = matched((0, 10, 5), (0, -15, 6), (0, 5, 4))
    assert join_trades(found, [2]).trades.executions.tolist() == [3]


@pytest.mark.parametrize("joined", [[], [1], [99], [5]])
def test_marks_without_effect_change_nothing(joined: list[int]) -> None:
    """The first trade of an instrument, an unknown one, and one open in the other direction stay as they are."""
    found = matched((0, 10, 5), (0, -10, 6), (0, -4, 7), (1, 1, 1), (1, -2, 1))
    assert join_trades(found, joined) is found


def test_an_open_part_of_the_same_direction_joins() -> None:
    """The merged trade is open then, with what is still held and the last exit so far."""
    found = matched((0, 10, 5), (0, -10, 6), (0, 4, 7))
    one = join_trades(found, [3]).trades
    value = 10 ** int(found.quantity_places[0] + found.price_places[0])
    assert (one.is_open[0], one.open_cost[0], one.closed_at[0]) == (True, 28 * value, 1_000_000)


ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-6, 6).filter(bool), st.integers(0, 9)), min_size=1, max_size=24
)


@given(rows=ROWS, marks=st.sets(st.integers(1, 24)), method=st.sampled_from(list(LotMethod)))
def test_no_sum_and_no_close_is_lost(rows: list[tuple[int, int, int]], marks: set[int], method: LotMethod) -> None:
    """Whatever is merged: sums per instrument stay, closes stay, and each close points to a trade that holds it."""
    before = matched(*rows, method=method)
    after = join_trades(before, marks)
    for name in ("gross", "fees", "entry_value", "exit_value", "open_cost", "open_fees", "entry_quantity"):
        for code in (0, 1):
            old = getattr(before.trades, name)[before.trades.instrument == code].sum()
            assert getattr(after.trades, name)[after.trades.instrument == code].sum() == old, name
    closes = {
        item.name: getattr(after.closes, item.name) for item in fields(type(after.closes)) if item.name != "trade"
    }
    assert all((column == getattr(before.closes, name)).all() for name, column in closes.items())
    gross = np.zeros(len(after.trades), dtype=np.int64)
    np.add.at(gross, after.closes.trade, after.closes.gross)
    assert gross.tolist() == after.trades.gross.tolist()
    assert join_trades(replace(after), []).trades.id.tolist() == after.trades.id.tolist()
