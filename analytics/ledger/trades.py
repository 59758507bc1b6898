"""Trades: the flat-to-flat stretches of each instrument's running position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.fills import Fills
from analytics.ledger.pieces import Closes, spread_factor
from analytics.ledger.shares import share_amount, share_rest
from domain.columns import CloseTable, TradeTable

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The running position of every group and where trades start; n rows, t trades.

    Attributes:
        position: Signed units after each row.
        is_closing: Rows against the position before them.
        flips: Rows that cross zero: they end one trade and start the next.
        start: Row that opens each trade.
        trade: Trade of each row; of the part that opens, where a row flips.
    """

    position: Ints
    is_closing: Bools
    flips: Ints
    start: Ints
    trade: Ints

    @property
    def closing_trade(self) -> Ints:
        """Trade of each row; of the part that closes, where a row flips."""
        if not len(self.flips):
            return self.trade
        trade = self.trade.copy()
        trade[self.flips] -= 1
        return trade


def walk_positions(fills: Fills) -> Walk:
    """Follow each group's position from flat to flat."""
    signed = fills.side * fills.quantity
    total = np.cumsum(signed)
    before = total[fills.first] - signed[fills.first]
    position = total - np.repeat(before, fills.sizes)
    previous = position - signed
    is_closing = ((signed > 0) & (previous < 0)) | ((signed < 0) & (previous > 0))
    crosses = is_closing & (((position > 0) & (signed > 0)) | ((position < 0) & (signed < 0)))
    starts = (previous == 0) | crosses
    return Walk(
        position=position,
        is_closing=is_closing,
        flips=np.flatnonzero(crosses),
        start=np.flatnonzero(starts),
        trade=np.cumsum(starts) - 1,
    )


def build_tables(fills: Fills, closes: Closes) -> tuple[TradeTable, CloseTable]:
    """Sum rows and closes up into trades.

    Returns:
        Trades ordered by (instrument, opening), and closes whose `trade` is a row of them.
    """
    walk = walk_positions(fills)
    close_trade = walk.closing_trade[closes.close_row]
    close_table = CloseTable(
        trade=close_trade,
        instrument=fills.instrument[closes.close_row],
        open_id=fills.id[closes.open_row],
        close_id=fills.id[closes.close_row],
        quantity=closes.quantity,
        gross=closes.gross,
        fees=closes.fees,
        closed_at=fills.executed_at[closes.close_row],
    )
    return _Builder(fills, walk).build(closes, close_trade), close_table


class _Builder:
    """Builds one `TradeTable` from rows, positions and closes."""

    __slots__ = ("ends_by_flip", "fills", "is_open", "last", "walk")

    def __init__(self, fills: Fills, walk: Walk) -> None:
        self.fills = fills
        self.walk = walk
        self.last = np.append(walk.start[1:], len(fills)) - 1
        is_flip = np.zeros(len(fills) + 1, dtype=np.bool_)
        is_flip[walk.flips] = True
        self.ends_by_flip: Bools = is_flip[self.last + 1]
        self.is_open: Bools = (walk.position[self.last] != 0) & ~self.ends_by_flip

    def build(self, closes: Closes, close_trade: Ints) -> TradeTable:
        """Assemble the columns."""
        fills, start = self.fills, self.walk.start
        opened_at = fills.executed_at[start]
        entry_quantity, entry_value, exit_value = self._sides()
        remaining = np.where(self.is_open, np.abs(self.walk.position[self.last]), 0)
        gross, fees, closed_at = self._realised(closes, close_trade, opened_at)
        open_cost = entry_value - exit_value + self._entry_gain(gross)
        return TradeTable(
            id=fills.id[start],
            instrument=fills.instrument[start],
            side=fills.side[start],
            is_open=self.is_open,
            opened_at=opened_at,
            closed_at=closed_at,
            quantity=np.maximum.reduceat(np.abs(self.walk.position), start),
            entry_quantity=entry_quantity,
            exit_quantity=entry_quantity - remaining,
            entry_value=entry_value,
            exit_value=exit_value,
            gross=gross,
            fees=fees,
            open_cost=np.where(self.is_open, open_cost, 0),
            open_fees=np.where(self.is_open, self._costs() - fees, 0),
            executions=(self.last - start + 1 + self.ends_by_flip).astype(np.int32),
            fees_known=self._fees_known(),
        )

    def _sum(self, column: Ints) -> Ints:
        total: Ints = np.add.reduceat(column, self.walk.start)
        return total

    def _sides(self) -> tuple[Ints, Ints, Ints]:
        """Entry quantity, entry value and exit value of each trade; a flip gives to two."""
        fills, flips = self.fills, self.walk.flips
        value = fills.price * fills.quantity
        if fills.price_rest is not None:
            value = value + fills.price_rest
        opening = np.where(self.walk.is_closing, 0, fills.quantity)
        opening[flips] = np.abs(self.walk.position[flips])
        entry = np.where(self.walk.is_closing, 0, value)
        closed = fills.quantity[flips] - opening[flips]
        flip_exit = fills.price[flips] * closed
        if fills.price_rest is not None:
            flip_exit = flip_exit + share_rest(fills.price_rest[flips], fills.quantity[flips], closed)
        entry[flips] = value[flips] - flip_exit
        leave = value - entry
        leave[flips] = 0
        exit_value = self._sum(leave)
        exit_value[self.ends_by_flip] += flip_exit
        return self._sum(opening), self._sum(entry), exit_value

    def _realised(self, closes: Closes, close_trade: Ints, opened_at: Ints) -> tuple[Ints, Ints, Ints]:
        """Gross, fees and the last exit of each trade, from its closes."""
        gross = np.zeros(len(opened_at), dtype=closes.gross.dtype)
        fees = np.zeros(len(opened_at), dtype=closes.fees.dtype)
        closed_at = opened_at.copy()
        if len(close_trade):
            first = np.flatnonzero(np.append(True, close_trade[1:] != close_trade[:-1]))
            trades = close_trade[first]
            gross[trades] = np.add.reduceat(closes.gross, first)
            fees[trades] = np.add.reduceat(closes.fees, first)
            last = np.append(first[1:], len(close_trade)) - 1
            closed_at[trades] = self.fills.executed_at[closes.close_row[last]]
        return gross, fees, closed_at

    def _entry_gain(self, gross: Ints) -> Ints:
        """Signed exit value less the entry value it closed, back from money to notional units."""
        factor = spread_factor(self.fills)
        by_trade = factor if np.ndim(factor) == 0 else factor[self.walk.start]
        return gross // by_trade * self.fills.side[self.walk.start]

    def _costs(self) -> Ints:
        """Costs of all rows of each trade that is still open (the others are not used)."""
        flips, cost = self.walk.flips, self.fills.cost
        if len(flips):
            cost, quantity = cost.copy(), self.fills.quantity[flips]
            closed = quantity - np.abs(self.walk.position[flips])
            cost[flips] -= share_amount(cost[flips], quantity, closed, closed)
        return self._sum(cost)

    def _fees_known(self) -> Bools:
        known = self.fills.known
        if known is None:
            return np.ones(len(self.walk.start), dtype=np.bool_)
        result: Bools = np.logical_and.reduceat(known, self.walk.start)
        result[self.ends_by_flip] &= known[self.walk.flips]
        return result
