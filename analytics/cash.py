"""The movements of an account's cash, from its executions and what its files tell beside them.

What moves cash:

- *Paid in full* (shares, funds, bonds, options, options on futures): side x quantity x price x multiplier
  leaves or enters the account when the fill is made, less its fees.
- *On margin* (futures, CFDs, indices, currency pairs of margin platforms): opening a position moves no
  cash; its realised P&L does, at each exit, and the fees do, at each fill.
- *Coin pairs* move both sides: the coin that is bought and the currency that pays for it.
- Fees in a third currency leave the account in that currency.

Everything is exact: integers of a common scale, Python's own where 64 bits do not do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.exact import add, at_places, concatenate, cumulate, multiply, negate, shrink, total
from analytics.sessions import trading_days
from domain.cash import CASH_KINDS, CashFlows, CashKind, CashTotal
from domain.columns import CloseTable, Decimals, ExecutionTable, take

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.columns import Bools, Bytes, Codes, Ints

TRADE_KINDS = (CashKind.BUY, CashKind.SELL, CashKind.REALISED)


def paid_in_full(table: ExecutionTable, multipliers: Decimals) -> Decimals:
    """Return what each execution moves when it is paid in full, fees aside: a purchase takes money away.

    Args:
        table: n executions; `instrument` codes into `multipliers`.
        multipliers: Contract size by instrument code.

    Returns:
        n exact amounts in each instrument's currency.
    """
    notional = multiply(table.quantity, table.price)
    sizes = Decimals(multipliers.units[table.instrument], multipliers.places)
    value = multiply(notional, sizes)
    return Decimals(value.units * -table.side.astype(np.int64), value.places)


def realised_by_execution(table: ExecutionTable, closes: CloseTable, money_places: Ints) -> Decimals:
    """Return the gross P&L that each execution realises, 0 for one that closes nothing.

    Args:
        table: n executions with unique ids.
        closes: Closed lots of a book that holds these executions.
        money_places: Places of the closes' money, by instrument code.
    """
    places = int(money_places.max(initial=0))
    order = np.argsort(table.id, kind="stable")
    ids = table.id[order]
    slots = np.searchsorted(ids, closes.close_id)
    inside = np.isin(closes.close_id, ids)
    mine, rows = take(closes, inside), order[slots[inside]]
    factors = np.array([10 ** (places - int(item)) for item in money_places], dtype=object)
    is_even = bool((money_places == places).all())
    gross = mine.gross if is_even else mine.gross.astype(object) * factors[mine.instrument]
    made = np.zeros(len(table), dtype=gross.dtype)
    np.add.at(made, rows, gross)
    return shrink(Decimals(made, places))


def trade_flows(table: ExecutionTable, *, gross: Decimals, fees: Decimals, on_margin: Bools) -> CashFlows:
    """Return one movement for each execution that moves cash at all.

    Args:
        table: n executions in one currency.
        gross: What each moves, fees aside.
        fees: The fee of each in the same currency, cost > 0.
        on_margin: Which executions move nothing but what they realise.
    """
    amount = add(gross, negate(fees))
    cost = at_places(fees, amount.places)
    kind = np.where(table.side > 0, CashKind.BUY.code, CashKind.SELL.code)
    only_fee = on_margin & (gross.units == 0)
    kind = np.where(on_margin, np.where(only_fee, CashKind.FEE.code, CashKind.REALISED.code), kind)
    flows = CashFlows(
        at=table.executed_at,
        kind=kind.astype(np.int8),
        amount=amount,
        # A movement that is a fee is told by its kind; only fees inside a trade's amount stand beside it.
        fee=np.where(only_fee, cost * 0, cost),
        is_trade=np.ones(len(table), dtype=np.int8),
        ref=table.id,
        instrument=table.instrument,
    )
    is_moving = (amount.units != 0) | (cost != 0)
    moves: CashFlows = flows if is_moving.all() else take(flows, is_moving)
    return moves


def plain_flows(
    at: Ints, kind: Ints, amount: Decimals, ref: Ints, *, instrument: Codes | None = None, is_trade: bool = False
) -> CashFlows:
    """Return movements that carry no fee inside: events, the coin side of a pair, fees in a third currency."""
    count = len(at)
    return CashFlows(
        at=at,
        kind=kind.astype(np.int8),
        amount=amount,
        fee=np.zeros(count, dtype=np.int64),
        is_trade=np.full(count, int(is_trade), dtype=np.int8),
        ref=ref,
        instrument=np.full(count, -1, dtype=np.int32) if instrument is None else instrument,
    )


def join_flows(parts: Sequence[CashFlows]) -> CashFlows:
    """Return movements of one currency in time order; at one instant events come first, then ids decide."""
    amount = concatenate([part.amount for part in parts])
    fee = concatenate([Decimals(part.fee, part.amount.places) for part in parts])
    places = max(amount.places, fee.places)
    names = ("at", "kind", "is_trade", "ref", "instrument")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    flows = CashFlows(
        amount=Decimals(at_places(amount, places), places),
        fee=at_places(fee, places),
        **columns,
    )
    keys = (flows.at, flows.is_trade, flows.ref, flows.kind)
    if is_ordered(keys):
        return flows
    ordered: CashFlows = take(flows, np.lexsort(keys[::-1]))
    return ordered


def is_ordered(keys: Sequence[Ints | Bytes]) -> bool:
    """Return whether rows ascend by the first key, where that is equal by the second, and so on."""
    rows = np.arange(1, len(keys[0]))
    for key in keys:
        here, before = key[rows], key[rows - 1]
        if (here < before).any():
            return False
        rows = rows[here == before]
    return True


def running_balance(flows: CashFlows, opening: Decimal) -> Decimals:
    """Return the balance after each movement, n rows: the opening balance plus the movements so far."""
    return cumulate(flows.amount, opening)


def sum_kinds(flows: CashFlows) -> tuple[tuple[CashTotal, ...], Decimal]:
    """Return the sum of each kind that occurs, in the order of `CashKind`, and the fees inside trades.

    Trades are summed before their fees, so that totals and fees together are the change of the balance.
    """
    gross = add(flows.amount, Decimals(flows.fee, flows.amount.places))
    found = []
    for code in np.unique(flows.kind).tolist():
        mine = flows.kind == code
        amount = total(Decimals(gross.units[mine], gross.places))
        found.append(CashTotal(kind=CASH_KINDS[code], amount=amount, count=int(np.count_nonzero(mine))))
    return tuple(found), total(Decimals(flows.fee, flows.amount.places))


def last_of_days(flows: CashFlows, timezone: str) -> tuple[Codes, Ints]:
    """Return each local day with a movement and the row of its last one: the steps of a balance chart."""
    days = trading_days(flows.at, timezone)
    last = np.flatnonzero(np.append(days[1:] != days[:-1], True)) if len(days) else np.zeros(0, dtype=np.int64)
    return days[last], last
