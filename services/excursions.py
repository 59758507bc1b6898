"""Excursions of trades from the candles of the providers, each trade measured once per ledger revision.

What was measured stays in memory by account and revision, and on disk by trade; a later question reads only what is
missing. Many trades are measured by a job, in a process of its own.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics.candles import empty_candles
from analytics.excursions import Excursions, Stretches, efficiencies, measure_excursions, trade_stretches
from analytics.ledger.fills import prepare_book
from analytics.metric_columns import HeldPrices
from domain.columns import CandleTable, TradeTable
from domain.errors import QuoteError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import Clock, from_micros, to_micros
from domain.watching import current_watcher
from services.book import Book
from services.candle_sources import known_splits
from services.candles import CandleReader, reader_with_splits
from services.holdings import QUOTED
from services.kept_excursions import MEASURED, UNKNOWN, KeptColumns, digests, find_rows, written

if TYPE_CHECKING:
    from data.excursion_shelf import ExcursionShelf
    from domain.columns import Floats, Ints
    from services.trade_sets import TradeSet

DAY = 86_400_000_000
HOUR = DAY // 24
MICROSECOND = timedelta(microseconds=1)
WIDTHS = (BarInterval.M1, BarInterval.M5, BarInterval.M15, BarInterval.H1, BarInterval.D1)
LONGEST = np.array([2 * HOUR, 8 * HOUR, 2 * DAY, 9 * DAY])
"""Up to which holding time each width is taken: some dozens of candles a trade, as on its chart."""
GAPS = (3 * DAY, 10 * DAY, 30 * DAY, 90 * DAY, 3650 * DAY)
"""Trades of a symbol closer than this share one request."""
MOST_BARS = 5_000_000
AT_ONCE = 500
"""Closed trades that are measured while a page waits."""
MOST_REQUESTS = 300
MOST_SECONDS = 3.0
JOB_REQUESTS, JOB_SECONDS = 5_000, 600.0
MOST_KEPT = 2_000_000  # trades whose figures stay in memory, 50 bytes each


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeExcursion:
    """Excursions of one trade; every figure is None without candles, and then `reason` says why.

    Attributes:
        mae, mfe: Worst and best unrealised P&L before fees, money.
        mae_price, mfe_price: The same for one unit at the largest size.
        mae_fraction, mfe_fraction: Of the money put in.
        mae_r, mfe_r: Of the initial risk, None without a planned stop.
        give_back: Best unrealised P&L less the gross P&L, None while open.
        entry_efficiency, exit_efficiency, total_efficiency: Shares of the range held; exits None while open.
        coverage: Share of the time held that candles span.
        is_whole: Whether they span all of it; else the figures are estimates.
        bars: Candles between the fills, each `interval` wide.
    """

    mae: float | None = None
    mfe: float | None = None
    mae_price: float | None = None
    mfe_price: float | None = None
    mae_fraction: float | None = None
    mfe_fraction: float | None = None
    mae_r: float | None = None
    mfe_r: float | None = None
    give_back: float | None = None
    entry_efficiency: float | None = None
    exit_efficiency: float | None = None
    total_efficiency: float | None = None
    coverage: float = 0.0
    is_whole: bool = False
    bars: int = 0
    interval: str = ""
    simulated: bool = False
    reason: str = ""


class _Allowance:
    """What one question may still cost."""

    __slots__ = ("_requests", "_until")

    def __init__(self, *, requests: int, until: float) -> None:
        self._requests = requests
        self._until = until

    def __bool__(self) -> bool:
        return self._requests > 0 and time.monotonic() < self._until

    def take(self) -> bool:
        """Take a request if there is one left."""
        is_left = bool(self)
        self._requests -= 1
        return is_left


class ExcursionService:
    """Reads candles and measures; writes nothing. Safe to share between threads."""

    def __init__(self, candles: CandleReader, clock: Clock, shelf: ExcursionShelf | None = None) -> None:
        self._reader = candles
        self._clock = clock
        self._shelf = shelf
        self._stamps: dict[tuple[int, int, int], int] = {}
        self._kept: OrderedDict[tuple[int, int, int], KeptColumns] = OrderedDict()
        self._lock = threading.Lock()
        self._written = 0

    @property
    def progress(self) -> int:
        """How often something was measured: what was computed before is out of date when it has grown."""
        return self._written

    def count_missing(self, found: TradeSet) -> int:
        """Return how many closed trades of a set nobody has measured yet."""
        frame, rows = found.frame, found.chosen_rows[np.flatnonzero(~found.chosen.is_open)]
        account, place = frame.account[rows], frame.row[rows]
        missing = 0
        for key, book in found.books.items():
            missing += int(np.count_nonzero(self._columns(book).state[place[account == key]] == UNKNOWN))
        return missing

    def measure(self, book: Book) -> int:
        """Measure the closed trades of a book and keep them on disk; returns how many have been measured by then.

        Stops after 5,000 requests or ten minutes; for a job, which may be asked again.
        """
        trades, left = book.matched.trades, _Allowance(requests=JOB_REQUESTS, until=time.monotonic() + JOB_SECONDS)
        closed = np.flatnonzero(~trades.is_open)
        kept = self._columns(book)
        for code in np.unique(trades.instrument[closed]).tolist():
            kept = self._measured(book, closed[trades.instrument[closed] == code], left)
            current_watcher().reach(int(np.count_nonzero(kept.state[closed])))
        if self._shelf is not None:
            known = closed[kept.state[closed] == MEASURED]
            self._shelf.write(int(book.account.id), written(digests(book)[known], kept, known))
        return int(np.count_nonzero(kept.state[closed]))

    def of_set(self, found: TradeSet) -> HeldPrices:
        """Return the excursions of the closed trades of a set, in its unit.

        Up to 500 unmeasured ones are measured now, as far as one question may cost (300 requests, three seconds);
        more are left to the job (`services.excursion_jobs`) and stay unknown until it has measured them.
        """
        frame, rows = found.frame, found.chosen_rows[np.flatnonzero(~found.chosen.is_open)]
        account, place = frame.account[rows], frame.row[rows]
        columns = KeptColumns.empty(len(rows))
        requests = MOST_REQUESTS if self.count_missing(found) <= AT_ONCE else 0
        left = _Allowance(requests=requests, until=time.monotonic() + MOST_SECONDS)
        for key, book in found.books.items():
            mine = np.flatnonzero(account == key)
            kept = self._measured(book, place[mine], left)
            for item in fields(columns):
                getattr(columns, item.name)[mine] = getattr(kept, item.name)[place[mine]]
        unit = _unit_rates(found, frame.risk[rows])
        ahead, behind, total = efficiencies(
            columns.high,
            columns.low,
            entry=frame.entry_price[rows],
            leave=frame.exit_price[rows],
            side=frame.side[rows],
        )
        return HeldPrices(
            mae=columns.mae * unit,
            mfe=columns.mfe * unit,
            entry_efficiency=ahead,
            exit_efficiency=behind,
            total_efficiency=total,
            is_whole=columns.is_whole,
        )

    def of_trade(self, book: Book, row: int, *, risk: float | None = None) -> TradeExcursion:
        """Return the excursions of one trade of a book; an open one up to now."""
        trades, code = book.matched.trades, int(book.matched.trades.instrument[row])
        kind = book.instruments[code].asset_class
        if kind not in QUOTED:
            return TradeExcursion(reason=f"There are no candles for {kind.value.replace('_', ' ')}s.")
        rows = np.array([row])
        kept = self._measured(book, rows, _Allowance(requests=1, until=math.inf))
        interval = WIDTHS[int(_widths(trades, rows, to_micros(self._clock()))[0])]
        base = TradeExcursion(
            coverage=float(kept.coverage[row]),
            is_whole=bool(kept.is_whole[row]),
            bars=int(kept.bars[row]),
            interval=interval.value,
            simulated=self._reader.is_simulated(book.instruments[code].symbol),
        )
        if kept.is_mismatch[row]:
            return replace(base, reason="The fills lie more than 20 % outside the candles: these are other prices.")
        if np.isnan(kept.mae[row]):
            return replace(base, reason=f"No provider has {interval.value} candles of this time.")
        return _detail(base, book, row, kept, risk)

    def _measured(self, book: Book, rows: Ints, left: _Allowance) -> KeptColumns:
        """Return the columns of a book with these rows measured, as far as is allowed."""
        kept, trades = self._columns(book), book.matched.trades
        missing = rows[(kept.state[rows] == UNKNOWN) | trades.is_open[rows]]
        codes = trades.instrument[missing]
        for code in np.unique(codes).tolist():
            mine = missing[codes == code]
            if book.instruments[code].asset_class not in QUOTED:
                kept.state[mine] = MEASURED
                continue
            for part in self._requests(book, code, mine) if left else ():
                if not left.take():
                    return kept
                candles = self._candles(book, code, part)
                if candles is not None:
                    kept.write(*part.measure(candles), to_micros(self._clock()))
                    self._written += 1
        return kept

    def _columns(self, book: Book) -> KeptColumns:
        key = _key(book)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = KeptColumns.empty(len(book.matched.trades))
                while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MOST_KEPT:
                    self._stamps.pop(self._kept.popitem(last=False)[0], None)
            self._kept.move_to_end(key)
            kept = self._kept[key]
        self._take_kept(book, kept)
        return kept

    def _take_kept(self, book: Book, kept: KeptColumns) -> None:
        """Take over what another process has measured since this one looked."""
        account, key = int(book.account.id), _key(book)
        stamp = 0 if self._shelf is None else self._shelf.stamp(account)
        if self._shelf is None or stamp == self._stamps.get(key, 0):
            return
        self._stamps[key] = stamp
        rows = self._shelf.read(account)
        holds, places = find_rows(rows, digests(book), to_micros(self._clock()))
        fresh = np.flatnonzero(holds & (kept.state == UNKNOWN) & ~book.matched.trades.is_open)
        if len(fresh):
            kept.write(fresh, rows[places[fresh]], rows["measured_at"][places[fresh]])
            self._written += 1

    def _requests(self, book: Book, code: int, rows: Ints) -> Iterator[_Request]:
        """Yield what to ask for: trades of a width that are close together, latest first."""
        now = to_micros(self._clock())
        trades = book.matched.trades
        held, first = _stretches(book, code)
        widths = _widths(trades, rows, now)
        for width in np.unique(widths).tolist():
            mine = rows[widths == width]
            mine = mine[np.argsort(trades.opened_at[mine], kind="stable")]
            ends = np.maximum.accumulate(np.where(trades.is_open[mine], now, trades.closed_at[mine]))
            cuts = np.flatnonzero(trades.opened_at[mine][1:] - ends[:-1] > GAPS[width]) + 1
            for group in reversed(np.split(mine, cuts)):
                end = int(np.where(trades.is_open[group], now, trades.closed_at[group]).max())
                yield _Request(
                    rows=np.sort(group),
                    held=_of_trades(held, np.sort(group) - first),
                    interval=WIDTHS[width],
                    start=int(trades.opened_at[group].min()),
                    end=end,
                    multiplier=_multiplier(book, code),
                    now=now,
                )

    def _candles(self, book: Book, code: int, part: _Request) -> CandleTable | None:
        """Return candles, none where nobody has any, None where somebody may have them another time."""
        width = part.interval.width
        start, end = from_micros(part.start) - width - timedelta(days=1), from_micros(part.end) + width
        symbol = book.instruments[code].symbol
        reader = reader_with_splits(self._reader, symbol, known_splits(book, symbol))
        try:
            return reader.candles(symbol, part.interval, start=start, end=end, limit=MOST_BARS)
        except UnknownSymbolError:
            return empty_candles()
        except QuoteError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """Trades of one instrument and width, close together; `rows` ascend."""

    rows: Ints
    held: Stretches
    interval: BarInterval
    start: int
    end: int
    multiplier: float
    now: int

    def measure(self, candles: CandleTable) -> tuple[Ints, Excursions]:
        """Return the rows and their excursions."""
        width = self.interval.width // MICROSECOND
        found = measure_excursions(self.held, candles, width=width, multiplier=self.multiplier, now=self.now)
        return self.rows, found


def _key(book: Book) -> tuple[int, int, int]:
    return int(book.account.id), book.revision, id(book.matched)


def _stretches(book: Book, code: int) -> tuple[Stretches, int]:
    """Return the stretches of an instrument's trades and the row of the first of them."""
    first, last = np.searchsorted(book.matched.trades.instrument, [code, code + 1]).tolist()
    prepared = prepare_book(
        book.group(code),
        method=book.account.lot_method,
        multipliers=book.multipliers,
        splits=book.splits,
        carried=book.carried,
    )
    return trade_stretches(prepared, book.matched.trades.id[first:last]), first


def _of_trades(held: Stretches, trades: Ints) -> Stretches:
    """Return the stretches of some trades, numbered anew in ascending order."""
    number = np.full(held.trades, -1, dtype=np.int64)
    number[trades] = np.arange(len(trades))
    rows = np.flatnonzero(number[held.trade] >= 0)
    columns = {
        item.name: getattr(held, item.name)[rows] for item in fields(held) if item.name not in ("trade", "trades")
    }
    return Stretches(trade=number[held.trade[rows]], trades=len(trades), **columns)


def _widths(trades: TradeTable, rows: Ints, now: int) -> Ints:
    """Return the place in `WIDTHS` of the candles that fit each trade."""
    held = np.where(trades.is_open[rows], now, trades.closed_at[rows]) - trades.opened_at[rows]
    places: Ints = np.searchsorted(LONGEST, held, side="left")
    return places


def _multiplier(book: Book, code: int) -> float:
    return float(int(book.multipliers.units[code])) / 10.0**book.multipliers.places


def _unit_rates(found: TradeSet, risk: Floats) -> Floats | float:
    """Return what money is multiplied with to be in the unit of a set."""
    if found.unit == "R":
        return 1 / risk
    return 1 / found.starting_balance if found.unit == "%" and found.starting_balance else 1.0


def _detail(base: TradeExcursion, book: Book, row: int, kept: KeptColumns, risk: float | None) -> TradeExcursion:
    """Return the figures of a trade whose excursions are known."""
    trades, matched = book.matched.trades, book.matched
    code = int(trades.instrument[row])
    value_step = 10.0 ** int(matched.quantity_places[code] + matched.price_places[code])
    quantity_step, multiplier = 10.0 ** int(matched.quantity_places[code]), _multiplier(book, code)
    mae, mfe, is_open = float(kept.mae[row]), float(kept.mfe[row]), bool(trades.is_open[row])
    size = int(trades.quantity[row]) / quantity_step * multiplier
    invested = int(trades.entry_value[row]) / value_step * multiplier
    entry = np.array([invested / (int(trades.entry_quantity[row]) / quantity_step) / multiplier])
    left = int(trades.exit_value[row]) / value_step, int(trades.exit_quantity[row]) / quantity_step
    leave = np.array([np.nan if is_open else left[0] / left[1]])
    prices = slice(row, row + 1)
    ahead, behind, total = efficiencies(
        kept.high[prices], kept.low[prices], entry=entry, leave=leave, side=trades.side[prices]
    )
    gross = int(trades.gross[row]) / 10.0 ** int(matched.money_places[code])
    return replace(
        base,
        mae=mae,
        mfe=mfe,
        mae_price=mae / size,
        mfe_price=mfe / size,
        mae_fraction=mae / invested if invested else None,
        mfe_fraction=mfe / invested if invested else None,
        mae_r=mae / risk if risk else None,
        mfe_r=mfe / risk if risk else None,
        give_back=None if is_open else mfe - gross,
        entry_efficiency=_known(ahead),
        exit_efficiency=_known(behind),
        total_efficiency=_known(total),
    )


def _known(values: Floats) -> float | None:
    return None if np.isnan(values[0]) else float(values[0])
