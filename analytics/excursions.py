"""How far trades went for and against you while open (MFE, MAE), from candles and fills.

Between two fills the position is constant, so the unrealised P&L is highest and lowest where the
price is. Candles that hold a fill are left out, for part of them was before or after it; the fills
themselves are samples. Fees are not in it. Prices are in today's units: fills before a split are
restated, as candles are, so a split changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.extremes import range_extremes
from analytics.ledger.fills import Book as PreparedBook
from analytics.ledger.trades import walk_positions
from domain.columns import CandleTable

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Floats, Ints

MOST_MISMATCH = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """The stretches of one instrument between fills in which something was held; n rows, by trade and time.

    Attributes:
        trade: Number of the trade, 0 .. trades - 1, ascending.
        trades: How many trades.
        opened, closed: Instants of the fills on both sides, microseconds UTC; `closed` is -1 while open.
        opened_price, closed_price: Their prices in today's units; NaN while open.
        position: Signed quantity held, in today's units.
        equity: P&L of the trade at the fill that begins the stretch, without multiplier.
    """

    trade: Ints
    trades: int
    opened: Ints
    closed: Ints
    opened_price: Floats
    closed_price: Floats
    position: Floats
    equity: Floats

    def __len__(self) -> int:
        return len(self.trade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursions:
    """What prices did while each trade was open; one entry a trade.

    Attributes:
        mae, mfe: Lowest and highest unrealised P&L, mae <= 0 <= mfe, before fees; NaN without candles.
        high, low: Of the price while something was held.
        coverage: Share of the time held that the candles span, 0 to 1.
        is_whole: Whether they span all of it, every fill inside a candle.
        is_mismatch: Whether a fill lies more than 20 % outside its candle: other prices than the trade's.
        bars: Candles between the fills.
    """

    mae: Floats
    mfe: Floats
    high: Floats
    low: Floats
    coverage: Floats
    is_whole: Bools
    is_mismatch: Bools
    bars: Ints

    def __len__(self) -> int:
        return len(self.mae)


def trade_stretches(book: PreparedBook, ids: Ints) -> Stretches:
    """Split the trades of one instrument into stretches of constant position.

    Args:
        book: The instrument's executions as `prepare_book` returns them, splits restated.
        ids: Ids of its trades by opening; executions that open another one belong to the trade before (merged).

    Returns:
        Stretches of the trades in the order of `ids`.
    """
    fills, walk = book.fills, walk_positions(book.fills)
    quantity = fills.quantity.astype(np.float64)
    rest = 0.0 if fills.price_rest is None else fills.price_rest.astype(np.float64) / quantity
    quantity_step, value_step = 10.0 ** int(book.quantity_places[0]), 10.0 ** int(book.scales.value[0])
    price = (fills.price.astype(np.float64) + rest) / (value_step / quantity_step)
    position = walk.position.astype(np.float64) / quantity_step
    steps = np.concatenate([[0.0], position[:-1] * np.diff(price)])
    gained = np.cumsum(steps)
    heads = np.isin(fills.id[walk.start], ids)
    trade = (np.cumsum(heads) - 1)[walk.trade]
    rows = np.flatnonzero(position != 0)
    trade = trade[rows]
    after = np.minimum(rows + 1, len(fills) - 1)
    is_open = rows + 1 >= len(fills)
    return Stretches(
        trade=trade,
        trades=int(heads.sum()),
        opened=fills.executed_at[rows],
        closed=np.where(is_open, -1, fills.executed_at[after]),
        opened_price=price[rows],
        closed_price=np.where(is_open, np.nan, price[after]),
        position=position[rows],
        equity=gained[rows] - gained[walk.start[heads]][trade],
    )


def measure_excursions(held: Stretches, candles: CandleTable, *, width: int, multiplier: float, now: int) -> Excursions:
    """Find the excursions of every trade of one instrument.

    Args:
        held: Its stretches.
        candles: Candles around them, in today's units; they may have gaps.
        width: Length of a candle, microseconds.
        multiplier: Money for a price of 1 and a quantity of 1.
        now: Where a stretch still open ends, microseconds UTC.

    **Source:** J. Sweeney, Maximum Adverse Excursion, 1997; range and efficiency as TradeStation defines them.
    """
    closed = np.where(held.closed < 0, now, held.closed)
    first = np.searchsorted(candles.start, held.opened, side="right")
    last = np.maximum(np.searchsorted(candles.start, closed - width, side="right"), first)
    high, low = range_extremes(candles.high, candles.low, first, last)
    end_price = np.where(np.isnan(held.closed_price), held.opened_price, held.closed_price)
    high, low = (
        np.maximum(high, np.maximum(held.opened_price, end_price)),
        np.minimum(low, np.minimum(held.opened_price, end_price)),
    )
    upper, lower = held.position * (high - held.opened_price), held.position * (low - held.opened_price)
    best, worst = held.equity + np.maximum(upper, lower), held.equity + np.minimum(upper, lower)
    at = _Sums(held)
    is_inside, is_mismatch = _compare(held, candles, width)
    coverage = _coverage(held, closed, candles, width, at)
    mismatch = at.any(is_mismatch)
    unknown = mismatch | (coverage <= 0)
    return Excursions(
        mae=np.where(unknown, np.nan, np.minimum(at.lowest(worst), 0) * multiplier),
        mfe=np.where(unknown, np.nan, np.maximum(at.highest(best), 0) * multiplier),
        high=np.where(unknown, np.nan, at.highest(high)),
        low=np.where(unknown, np.nan, at.lowest(low)),
        coverage=np.where(mismatch, 0.0, coverage),
        is_whole=~unknown & (coverage >= 1) & ~at.any(~is_inside),
        is_mismatch=mismatch,
        bars=at.total(last - first).astype(np.int64),
    )


class _Sums:
    """Figures of trades from their stretches, which stand side by side."""

    __slots__ = ("_first",)

    def __init__(self, held: Stretches) -> None:
        self._first = np.searchsorted(held.trade, np.arange(held.trades))

    def lowest(self, values: Floats) -> Floats:
        return np.minimum.reduceat(values, self._first) if len(self._first) else values[:0]

    def highest(self, values: Floats) -> Floats:
        return np.maximum.reduceat(values, self._first) if len(self._first) else values[:0]

    def total(self, values: Floats | Ints) -> Floats:
        whole: Floats = np.add.reduceat(values.astype(np.float64), self._first) if len(self._first) else np.zeros(0)
        return whole

    def any(self, flags: Bools) -> Bools:
        return self.total(flags.astype(np.int64)) > 0


def _compare(held: Stretches, candles: CandleTable, width: int) -> tuple[Bools, Bools]:
    """Return whether the fills at both ends of each stretch lie in candles, and whether one is far off their prices."""
    inside, off = np.ones(len(held), dtype=np.bool_), np.zeros(len(held), dtype=np.bool_)
    if not len(candles):
        return ~inside, off
    for instant, price in ((held.opened, held.opened_price), (held.closed, held.closed_price)):
        row = np.searchsorted(candles.start, instant, side="right") - 1
        place = np.maximum(row, 0)
        has = (row >= 0) & (instant <= candles.start[place] + width)
        is_fill = ~np.isnan(price)
        inside &= has | ~is_fill
        too_high = price > candles.high[place] * (1 + MOST_MISMATCH)
        too_low = price < candles.low[place] * (1 - MOST_MISMATCH)
        off |= has & is_fill & (too_high | too_low)
    return inside, off


def _coverage(held: Stretches, closed: Ints, candles: CandleTable, width: int, at: _Sums) -> Floats:
    """Return the share of the time held between the first and the last candle."""
    if not len(candles):
        return np.zeros(held.trades)
    start, end = int(candles.start[0]), int(candles.start[-1]) + width
    spanned = at.total(np.maximum(np.minimum(closed, end) - np.maximum(held.opened, start), 0))
    whole = at.total(closed - held.opened)
    # A trade of one instant is covered when its candle is there.
    inside = at.any((held.opened >= start) & (held.opened < end)).astype(np.float64)
    share: Floats = np.where(whole > 0, spanned / np.where(whole > 0, whole, 1), inside)
    return share


def efficiencies(
    high: Floats, low: Floats, *, entry: Floats, leave: Floats, side: Bytes
) -> tuple[Floats, Floats, Floats]:
    """Return entry, exit and total efficiency: shares of the range held, NaN where there is no range.

    Args:
        high: Highest price while a trade was open.
        low: Lowest price.
        entry: Average entry prices in today's units.
        leave: Average exit prices in today's units.
        side: +1 long, -1 short.

    **Source:** TradeStation, performance report: entry, exit and total efficiency.
    """
    span = np.where(high > low, high - low, np.nan)
    ahead = np.where(side > 0, high - entry, entry - low) / span
    behind = np.where(side > 0, leave - low, high - leave) / span
    return ahead, behind, (leave - entry) * side / span
