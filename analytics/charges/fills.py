"""Fills as fee rules see them: exact quantities and values, days, months, intraday parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.charges.exact import multiply, running_total, trim
from analytics.ledger.ordering import book_order
from analytics.sessions import trading_days
from domain.columns import Decimals, ExecutionTable
from domain.executions import ExecutionKind
from domain.fee_plans import FeePlan, Scope, scopes_of
from domain.instruments import ONE, Instrument
from domain.money import decimal_places, to_units

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Codes, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Fills:
    """Executions made ready for rules; n rows in the order of the executions.

    Attributes:
        scopes: What each instrument is, by code.
        may_pay: Rows to estimate; the others only count towards days and months.
        quantity, quantity_places: Exact units.
        point, point_places: Money per unit of quantity, price x multiplier, exact.
        day: Trading day, days since 1970.
        places: Decimal places of every amount: those of the plan's finest rule.
        other_currency: Rows without fees in a currency that the plan does not speak of.
    """

    executions: ExecutionTable
    scopes: tuple[frozenset[Scope], ...]
    may_pay: Bools
    quantity: Ints
    quantity_places: int
    point: Ints
    point_places: int
    day: Codes
    places: int
    other_currency: int
    known: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.may_pay)

    @property
    def instrument(self) -> Codes:
        """Instrument code of each row."""
        return self.executions.instrument

    @property
    def side(self) -> Bytes:
        """+1 buy, -1 sell."""
        return self.executions.side

    def order(self) -> Ints:
        """Return the rows by (instrument, time, order, id)."""
        if "order" not in self.known:
            rows = book_order(self.executions)
            self.known["order"] = np.arange(len(self)) if rows is None else rows
        order: Ints = self.known["order"]
        return order

    def rank(self) -> Ints:
        """Return each row's place in `order`."""
        if "rank" not in self.known:
            rank = np.empty(len(self), dtype=np.int64)
            rank[self.order()] = np.arange(len(self))
            self.known["rank"] = rank
        found: Ints = self.known["rank"]
        return found

    def by_time(self) -> Ints:
        """Return each row's place in time, ties in the order of the source."""
        if "time" not in self.known:
            keys = (self.executions.id, self.executions.order, self.executions.executed_at)
            place = np.empty(len(self), dtype=np.int64)
            place[np.lexsort(keys)] = np.arange(len(self))
            self.known["time"] = place
        found: Ints = self.known["time"]
        return found

    def intraday(self) -> Ints:
        """Return the part of each quantity that is squared off on its own trading day."""
        if "intraday" not in self.known:
            self.known["intraday"] = _intraday(self)
        found: Ints = self.known["intraday"]
        return found


def prepare_fills(
    executions: ExecutionTable,
    instruments: Sequence[Instrument],
    plan: FeePlan,
    timezone: str,
    segments: Mapping[str, str],
) -> Fills:
    """Scale executions to integers and choose those that may pay; arguments as in `estimate_charges`."""
    quantity, quantity_places = trim(executions.quantity)
    price, price_places = trim(executions.price)
    sizes = _sizes(instruments)
    point = multiply(price, sizes.units[executions.instrument]) if len(sizes) else price
    free = _without_fees(executions)
    mine = np.array([plan.currency in ("", item.currency) for item in instruments], dtype=np.bool_)
    speaks = mine[executions.instrument] if len(mine) else free
    return Fills(
        executions=executions,
        scopes=tuple(scopes_of(item, segments) for item in instruments),
        may_pay=free & speaks,
        quantity=quantity,
        quantity_places=quantity_places,
        point=point,
        point_places=price_places + sizes.places,
        day=trading_days(executions.executed_at, timezone),
        places=max(rule.places for rule in plan.rules),
        other_currency=int(np.count_nonzero(free & ~speaks)),
    )


def _sizes(instruments: Sequence[Instrument]) -> Decimals:
    values = [item.multiplier or ONE for item in instruments]
    places = max(map(decimal_places, values), default=0)
    return Decimals(np.array([to_units(value, places) for value in values], dtype=np.int64), places)


def _without_fees(executions: ExecutionTable) -> Bools:
    """Return the trades without a fee; a round trip's fee may stand on one of its halves for both."""
    is_paired = executions.kind == ExecutionKind.PAIRED
    has_none = (executions.cost.units == 0) & executions.cost_known
    stated = np.unique(executions.instrument[is_paired & ~has_none])
    if len(stated):
        has_none &= ~(is_paired & np.isin(executions.instrument, stated))
    free: Bools = has_none & (is_paired | (executions.kind == ExecutionKind.TRADE))
    return free


def _intraday(fills: Fills) -> Ints:
    """Match each day's buys with its sells, the earliest first."""
    part = np.zeros_like(fills.quantity)
    is_share = np.array([Scope.EQUITY_INTRADAY in scopes for scopes in fills.scopes], dtype=np.bool_)
    order = fills.order()
    rows = order[is_share[fills.instrument[order]]] if len(fills) else order
    if not len(rows):
        return part
    first = day_starts(fills, rows)
    quantity, is_buy = fills.quantity[rows], fills.side[rows] > 0
    bought, sold = np.where(is_buy, quantity, 0), np.where(is_buy, 0, quantity)
    both = np.minimum(np.add.reduceat(bought, first), np.add.reduceat(sold, first))
    sizes = np.diff(first, append=len(rows))
    before = np.where(is_buy, total_before(bought, first, sizes), total_before(sold, first, sizes))
    part[rows] = np.clip(np.repeat(both, sizes) - before, 0, quantity)
    return part


def day_starts(fills: Fills, rows: Ints) -> Ints:
    """Return where each (instrument, day) starts in rows that are ordered by them."""
    instrument, day = fills.instrument[rows], fills.day[rows]
    changes = (instrument[1:] != instrument[:-1]) | (day[1:] != day[:-1])
    return np.flatnonzero(np.append(True, changes))


def total_before(units: Ints, first: Ints, sizes: Ints) -> Ints:
    """Return the sum of the rows before each one in its group."""
    total = running_total(units)
    before: Ints = total - units
    return before - np.repeat(before[first], sizes)
