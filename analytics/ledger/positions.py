"""Positions and the executions behind one trade, for a page's worth of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.carried import Carried
from analytics.ledger.corporate_actions import Split
from analytics.ledger.fills import NOTHING, Fills, prepare_book
from analytics.ledger.shares import share_amount
from analytics.ledger.trades import Walk, walk_positions
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable, Matched, take
from domain.executions import ExecutionId, ExecutionKind, Side
from domain.ledger import TradeExecution
from domain.periods import from_micros

if TYPE_CHECKING:
    from domain.columns import Codes, Ints

PRECISION = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPositions:
    """What is still held, one row an open trade, ordered by instrument.

    Attributes:
        trade: Row in the `TradeTable`.
        quantity: Signed units of 10**-quantity_places[instrument].
        open_cost: Entry price x open quantity without multiplier, unsigned, units of
            10**-(quantity_places + price_places).
        open_fees: Fees of the open part, units of 10**-money_places.
        opened_at: Microseconds since 1970 UTC.
    """

    trade: Ints
    instrument: Codes
    quantity: Ints
    open_cost: Ints
    open_fees: Ints
    opened_at: Ints

    def __len__(self) -> int:
        return len(self.trade)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPosition:
    """One open position, exact: signed quantity, signed cost with multiplier, fees, average price."""

    quantity: Decimal
    cost: Decimal
    fees: Decimal
    average_price: Decimal


def open_positions(matched: Matched) -> OpenPositions:
    """Return the open position of every instrument that has one."""
    trades = matched.trades
    rows = np.flatnonzero(trades.is_open)
    return OpenPositions(
        trade=rows,
        instrument=trades.instrument[rows],
        quantity=(trades.entry_quantity[rows] - trades.exit_quantity[rows]) * trades.side[rows],
        open_cost=trades.open_cost[rows],
        open_fees=trades.open_fees[rows],
        opened_at=trades.opened_at[rows],
    )


def open_position_at(matched: Matched, positions: OpenPositions, row: int, *, multiplier: Decimal) -> OpenPosition:
    """Return one row of `open_positions` as exact decimals."""
    code = int(positions.instrument[row])
    quantity_places, price_places = int(matched.quantity_places[code]), int(matched.price_places[code])
    with localcontext() as context:
        context.prec = PRECISION
        quantity = to_decimal(positions.quantity[row], quantity_places)
        value = to_decimal(positions.open_cost[row], quantity_places + price_places)
        sign = 1 if quantity >= 0 else -1
        return OpenPosition(
            quantity=quantity,
            cost=value * sign * multiplier,
            fees=to_decimal(positions.open_fees[row], int(matched.money_places[code])),
            average_price=divide(value, abs(quantity)),
        )


def to_decimal(units: int | np.integer, places: int) -> Decimal:
    """Return units / 10**places, exact (places may be negative)."""
    return Decimal(int(units)).scaleb(-places)


def divide(value: Decimal, quantity: Decimal) -> Decimal:
    """Return value / quantity to 28 digits, 0 for no quantity."""
    if not quantity:
        return Decimal(0)
    with localcontext() as context:
        context.prec = 28
        return value / quantity


def trade_executions(
    matched: Matched,
    executions: ExecutionTable,
    row: int,
    *,
    method: LotMethod,
    multipliers: Decimals,
    splits: Sequence[Split] = (),
    carried: Carried = NOTHING,
) -> list[TradeExecution]:
    """List the executions of one trade, with the part of each that belongs to it.

    Args:
        matched: Result of `match` for these executions.
        executions: The account's executions, or those of the trade's instrument alone.
        row: Row of the trade in `matched.trades`.
        method: As given to `match`.
        multipliers: As given to `match`.
        splits: As given to `match`.
        carried: As given to `match`.

    Returns:
        Executions in book order. `fees` is the part's share; `position` is the signed quantity
        after it; `realised` the net P&L of the trade after it, None before its first exit. After
        a split, earlier quantities and prices are restated.
    """
    code = int(matched.trades.instrument[row])
    rows = take(executions, executions.instrument == code)
    book = prepare_book(rows, method=method, multipliers=multipliers, splits=splits, carried=carried)
    statement = _Statement(
        fills=book.fills,
        walk=walk_positions(book.fills),
        kinds=dict(zip(rows.id.tolist(), rows.kind.tolist(), strict=True)),
        realised=_realised_by_exit(matched, row),
        quantity_places=int(book.quantity_places[0]),
        value_places=int(book.scales.value[0]),
        money_places=int(book.scales.money[0]),
    )
    opened_by = book.fills.id[statement.walk.start]
    trade = int(np.flatnonzero(opened_by == matched.trades.id[row])[0])
    # Trades merged into this one are not in the table under their own ids.
    others = np.flatnonzero(np.isin(opened_by, matched.trades.id[matched.trades.instrument == code]))
    later = others[others > trade]
    return statement.of(trade, int(later[0]) if len(later) else len(opened_by))


def _realised_by_exit(matched: Matched, row: int) -> dict[int, int]:
    """Net money units of each closing execution of a trade."""
    closes = matched.closes
    found: dict[int, int] = {}
    for close in np.flatnonzero(closes.trade == row).tolist():
        key = int(closes.close_id[close])
        found[key] = found.get(key, 0) + int(closes.gross[close]) - int(closes.fees[close])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """One instrument's fills with all that turns a row into a `TradeExecution`."""

    fills: Fills
    walk: Walk
    kinds: dict[int, int]
    realised: dict[int, int]
    quantity_places: int
    value_places: int
    money_places: int

    def of(self, trade: int, until: int) -> list[TradeExecution]:
        """Rows of trade and of those merged into it, up to `until`, in order."""
        total, has_exit = 0, False
        result: list[TradeExecution] = []
        for part in range(trade, until):
            start, end, is_flipped = self._span(part)
            for row in range(start, end + 1 if is_flipped else end):
                gain = self.realised.get(int(self.fills.id[row])) if row > start else None
                total, has_exit = total + (gain or 0), has_exit or gain is not None
                result.append(self._row(row, start, end, total if has_exit else None))
        return result

    def _span(self, trade: int) -> tuple[int, int, bool]:
        """First row of a trade, the row behind its last whole one, and whether part of that one is its end."""
        start = int(self.walk.start[trade])
        end = int(self.walk.start[trade + 1]) if trade + 1 < len(self.walk.start) else len(self.fills)
        return start, end, end in self.walk.flips

    def _row(self, row: int, start: int, end: int, realised: int | None) -> TradeExecution:
        """One execution; a flip opens at `start` with its rest and closes at `end` with its first part."""
        fills = self.fills
        whole, after = int(fills.quantity[row]), int(self.walk.position[row])
        flips = row in self.walk.flips
        closed = whole - abs(after) if flips else 0
        part = whole if not flips else abs(after) if row == start else closed
        upto = closed if flips and row == end else whole
        value = int(fills.price[row]) * whole + (0 if fills.price_rest is None else int(fills.price_rest[row]))
        columns = (fills.cost[row : row + 1], fills.quantity[row : row + 1])
        fees = share_amount(*columns, np.array([part], dtype=object), np.array([upto], dtype=object))[0]
        return TradeExecution(
            id=ExecutionId(int(fills.id[row])),
            executed_at=from_micros(int(fills.executed_at[row])),
            side=Side(int(fills.side[row])),
            kind=ExecutionKind(self.kinds[int(fills.id[row])]),
            quantity=to_decimal(part, self.quantity_places),
            price=divide(to_decimal(value, self.value_places), to_decimal(whole, self.quantity_places)).normalize(),
            fees=to_decimal(int(fees), self.money_places),
            position=to_decimal(0 if flips and row == end else after, self.quantity_places),
            realised=None if realised is None else to_decimal(realised, self.money_places),
        )
