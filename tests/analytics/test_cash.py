"""Movements of cash: what each kind of fill moves, and balances that are the sum of what moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.cash import (
    join_flows,
    last_of_days,
    paid_in_full,
    plain_flows,
    realised_by_execution,
    running_balance,
    sum_kinds,
    trade_flows,
)
from analytics.exact import from_decimals, total
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.cash import CASH_KINDS, CashFlows, CashKind
from domain.columns import Decimals, ExecutionTable, take

MONEY = st.decimals(min_value=-(10**6), max_value=10**6, places=4, allow_nan=False)
MOVES = st.lists(st.tuples(st.integers(0, 10**15), st.sampled_from(list(CashKind)), MONEY), min_size=1, max_size=40)


def fills(*rows: tuple[int, int, str, str, str]) -> ExecutionTable:
    """Executions of one instrument: (minute, side, quantity, price, cost)."""
    count = len(rows)
    return ExecutionTable(
        id=np.arange(1, count + 1, dtype=np.int64),
        instrument=np.zeros(count, dtype=np.int32),
        side=np.array([row[1] for row in rows], dtype=np.int8),
        quantity=from_decimals([Decimal(row[2]) for row in rows]),
        price=from_decimals([Decimal(row[3]) for row in rows]),
        cost=from_decimals([Decimal(row[4]) for row in rows]),
        cost_known=np.ones(count, dtype=bool),
        executed_at=np.array([row[0] * 60_000_000 for row in rows], dtype=np.int64),
        kind=np.zeros(count, dtype=np.int8),
        order=np.arange(count, dtype=np.int64),
    )


def moved(flows: CashFlows) -> list[tuple[CashKind, Decimal]]:
    """Kind and amount of each movement."""
    return [(CASH_KINDS[int(flows.kind[row])], flows.amount.at(row)) for row in range(len(flows))]


def events(moves: list[tuple[int, CashKind, Decimal]]) -> CashFlows:
    """Movements told by files."""
    return plain_flows(
        np.array([at for at, _, _ in moves], dtype=np.int64),
        np.array([kind.code for _, kind, _ in moves], dtype=np.int64),
        from_decimals([amount for _, _, amount in moves]),
        np.arange(len(moves), dtype=np.int64),
    )


def test_a_purchase_takes_money_and_its_fee() -> None:
    """100 at 10.00 with a fee of 1.10 take 1,001.10; the sale brings 440 less 0.44."""
    table = fills((0, 1, "100", "10.00", "1.10"), (1, -1, "40", "11.00", "0.44"))
    gross = paid_in_full(table, from_decimals([Decimal(1)]))
    flows = trade_flows(table, gross=gross, fees=table.cost, on_margin=np.zeros(2, dtype=bool))
    assert moved(flows) == [(CashKind.BUY, Decimal("-1001.10")), (CashKind.SELL, Decimal("439.56"))]


def test_an_option_moves_its_contract_size() -> None:
    """One contract at 1.25 takes 125; its expiry at 0 without a fee moves nothing and is no line."""
    table = fills((0, 1, "1", "1.25", "0"), (1, -1, "1", "0", "0"))
    gross = paid_in_full(table, from_decimals([Decimal(100)]))
    flows = trade_flows(table, gross=gross, fees=table.cost, on_margin=np.zeros(2, dtype=bool))
    assert moved(flows) == [(CashKind.BUY, Decimal(-125))]


def test_on_margin_only_results_and_fees_move() -> None:
    """Opening a future costs its fee; closing half brings the profit of that half less the fee."""
    table = fills((0, 1, "2", "5000.00", "2.50"), (1, -1, "1", "5010.25", "1.25"), (2, -1, "1", "4990", "1.25"))
    size = from_decimals([Decimal(5)])
    matched = match(table, method=LotMethod.FIFO, multipliers=size)
    made = realised_by_execution(table, matched.closes, matched.money_places)
    flows = trade_flows(table, gross=made, fees=table.cost, on_margin=np.ones(3, dtype=bool))
    assert moved(flows) == [
        (CashKind.FEE, Decimal("-2.50")),
        (CashKind.REALISED, Decimal("50.00")),
        (CashKind.REALISED, Decimal("-51.25")),
    ]
    totals, fees = sum_kinds(flows)
    assert {item.kind: item.amount for item in totals} == {
        CashKind.FEE: Decimal("-2.50"), CashKind.REALISED: Decimal("1.25"),
    }  # fmt: skip
    assert fees == Decimal("2.50")


@given(MOVES, MONEY)
def test_the_balance_is_the_sum_of_what_moved(moves: Any, opening: Decimal) -> None:
    """After each line the balance is the opening one and everything up to there."""
    flows = join_flows([events(moves)])
    balance = running_balance(flows, opening)
    amounts = [flows.amount.at(row) for row in range(len(flows))]
    assert [balance.at(row) for row in range(len(flows))] == [
        opening + sum(amounts[: row + 1], Decimal(0)) for row in range(len(flows))
    ]


@given(MOVES, st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(moves: Any, chance: Any) -> None:
    """Movements handed over in any order and in any parts make the same statement at every instant."""
    whole = join_flows([events(moves)])
    order = list(range(len(moves)))
    chance.shuffle(order)
    split = chance.randint(0, len(order))
    parts = [take(events(moves), np.array(part, dtype=np.int64)) for part in (order[:split], order[split:])]
    again = join_flows(parts)
    assert moved(again) == moved(whole)
    assert again.at.tolist() == whole.at.tolist()


@given(MOVES)
def test_totals_add_up_to_the_change(moves: Any) -> None:
    """The kinds' sums less the fees inside trades are what the balance changed by."""
    flows = join_flows([events(moves)])
    totals, fees = sum_kinds(flows)
    assert sum((item.amount for item in totals), Decimal(0)) - fees == total(flows.amount)
    assert sum(item.count for item in totals) == len(flows)


def test_a_day_ends_at_the_account_s_midnight() -> None:
    """03:30 UTC is still the evening before in New York, so that day's step is the later movement."""
    hour = 3_600_000_000
    flows = join_flows([events([(20 * hour, CashKind.DEPOSIT, Decimal(1)), (27 * hour, CashKind.FEE, Decimal(-1))])])
    days, rows = last_of_days(flows, "America/New_York")
    assert (days.tolist(), rows.tolist()) == ([0], [1])
    days, rows = last_of_days(flows, "UTC")
    assert (days.tolist(), rows.tolist()) == ([0, 1], [0, 1])


def test_amounts_beyond_64_bits_stay_exact() -> None:
    """A coin with 18 decimals in millions of units is multiplied and added without a rounding."""
    table = fills((0, 1, "123456789.123456789012345678", "98765.4321", "0"))
    gross = paid_in_full(table, Decimals(np.array([1]), 0))
    assert int(gross.units[0]) * 10 ** (22 - gross.places) == -123456789123456789012345678 * 987654321
