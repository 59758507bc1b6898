"""The demo market: candles and prices as a pure function of symbol and instant.

Nothing is stored and nothing ticks: every process computes the same bar and the same price for the same second.

- A past day is its regular session (390 minutes, 210 on half days; coins trade 1,440) and adds up to the daily bar.
- The current UTC day is open around the clock, weekends included, so that there is always something to watch:
  its daily bar is spread over 1,440 minutes and shown as far as the day has come. When it ends, a stock's day becomes
  its regular session with the same open, high, low, close and volume; a weekend day is forgotten.
- Within a minute the price walks second by second through the minute's bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from data.market.bridge import Extent, Ints, draw_path, seeded_generator, spread_volume
from data.market.history import LISTINGS, DailyBars, daily_bars
from data.market.sessions import DAY, MINUTE, session_minutes, session_start
from domain.columns import CandleTable, take
from domain.periods import to_micros

_DAY_MINUTES = 1440
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteBars:
    """Minute bars of one day in cents; n rows."""

    start: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDay:
    """The current day so far; prices in money.

    Attributes:
        price: Price of this second, also the close of the last minute.
        second: The second it belongs to, microseconds since 1970 UTC.
        minutes: Minute bars from midnight UTC; the last one is still forming.
        open, high, low, volume: Of the day so far.
        previous_close: Close of the last daily bar before this day, None on the first day.
    """

    price: float
    second: int
    minutes: MinuteBars
    open: float
    high: float
    low: float
    volume: float
    previous_close: float | None


def has_begun(symbol: str, now: datetime) -> bool:
    """Whether a symbol is listed and has a bar before this instant."""
    return symbol in LISTINGS and len(daily_bars(symbol, _day_of(to_micros(now)) - 1)) > 0


def daily_candles(symbol: str, now: datetime) -> CandleTable:
    """Return all daily candles, labelled by midnight UTC of the session date; the last one follows the live price."""
    day = _day_of(to_micros(now))
    past = daily_bars(symbol, day - 1)
    live = live_day(symbol, now)
    return CandleTable(
        start=np.append(past.day, day) * DAY,
        open=np.append(past.open / 100, live.open),
        high=np.append(past.high / 100, live.high),
        low=np.append(past.low / 100, live.low),
        close=np.append(past.close / 100, live.price),
        volume=np.append(past.volume.astype(np.float64), live.volume),
    )


def minute_candles(symbol: str, start: int, end: int, now: datetime) -> CandleTable:
    """Return the minute candles with start <= label < end; the last one follows the live price.

    Args:
        symbol: One of the listed symbols.
        start: Microseconds since 1970 UTC, included.
        end: Microseconds since 1970 UTC, not included.
        now: The instant that separates what has happened from what has not.
    """
    today = _day_of(to_micros(now))
    past = daily_bars(symbol, min(today - 1, _day_of(end - 1)))
    first = int(np.searchsorted(past.day, _day_of(start)))
    days = [minute_bars(symbol, int(day)) for day in past.day[first:]]
    if end > today * DAY:
        days.append(live_day(symbol, now).minutes)
    return _within(_joined(days), start, end)


def live_day(symbol: str, now: datetime) -> LiveDay:
    """Return the current day as far as it has come, to the second."""
    micros = to_micros(now)
    day, second = _day_of(micros), micros % DAY // _SECOND
    row, within = divmod(second, 60)
    full = _open_day(symbol, day)
    trail = _second_path(symbol, day, row)[: within + 1]
    minutes = _so_far(full, row, trail)
    before = daily_bars(symbol, day - 1)
    return LiveDay(
        price=int(trail[-1]) / 100,
        second=micros - micros % _SECOND,
        minutes=minutes,
        open=int(minutes.open[0]) / 100,
        high=int(minutes.high.max()) / 100,
        low=int(minutes.low.min()) / 100,
        volume=float(minutes.volume.sum()),
        previous_close=int(before.close[-1]) / 100 if len(before) else None,
    )


@lru_cache(maxsize=1024)
def minute_bars(symbol: str, day: int) -> MinuteBars:
    """Return the minute bars of a past day: its regular session, adding up to its daily bar.

    Args:
        symbol: One of the listed symbols.
        day: Days since 1970 of a day that has a daily bar.
    """
    if LISTINGS[symbol].is_continuous:
        return _open_day(symbol, day)
    bars = daily_bars(symbol, day)
    return _spread(bars, seeded_generator(symbol, day, "session"), session_start(day), session_minutes(day))


@lru_cache(maxsize=64)
def _open_day(symbol: str, day: int) -> MinuteBars:
    """Minute bars of a day that is open around the clock."""
    bars = daily_bars(symbol, day)
    generator = seeded_generator(symbol, day, "open day")
    if len(bars) and bars.day[-1] != day:
        bars = _quiet_day(bars, day, generator)
    return _spread(bars, generator, day * DAY, _DAY_MINUTES)


def _quiet_day(bars: DailyBars, day: int, generator: np.random.Generator) -> DailyBars:
    """A day without a session: the price hovers around the last close and returns to it."""
    close = bars.close[-1:]
    up, down = generator.uniform(0.002, 0.006, 2)
    return DailyBars(
        day=np.array([day]),
        open=close,
        high=np.ceil(close * (1 + up)).astype(np.int64),
        low=np.floor(close * (1 - down)).astype(np.int64),
        close=close,
        volume=bars.volume[-1:] // 20,
    )


def _spread(bars: DailyBars, generator: np.random.Generator, start: int, steps: int) -> MinuteBars:
    """Spread the last of some daily bars over minutes."""
    bar = Extent(open=int(bars.open[-1]), high=int(bars.high[-1]), low=int(bars.low[-1]), close=int(bars.close[-1]))
    path = draw_path(bar, steps, generator)
    opens, closes = path.nodes[:-1], path.nodes[1:]
    wicks = np.abs(generator.standard_normal((2, steps))) * max(0.35 * (bar.high - bar.low) / steps**0.5, 1.5)
    tops, bottoms = np.maximum(opens, closes), np.minimum(opens, closes)
    margin = 1 if bar.high - bar.low >= 2 else 0
    high = np.maximum(tops, np.minimum(tops + np.rint(wicks[0]).astype(np.int64), bar.high - margin))
    low = np.minimum(bottoms, np.maximum(bottoms - np.rint(wicks[1]).astype(np.int64), bar.low + margin))
    high[path.top], low[path.bottom] = bar.high, bar.low
    return MinuteBars(
        start=start + np.arange(steps, dtype=np.int64) * MINUTE,
        open=opens,
        high=high,
        low=low,
        close=closes,
        volume=spread_volume(int(bars.volume[-1]), steps, generator),
    )


@lru_cache(maxsize=256)
def _second_path(symbol: str, day: int, row: int) -> Ints:
    """The 60 prices of one minute of an open day, in cents, one a second."""
    bars = _open_day(symbol, day)
    bar = Extent(open=int(bars.open[row]), high=int(bars.high[row]), low=int(bars.low[row]), close=int(bars.close[row]))
    path = draw_path(bar, 59, seeded_generator(symbol, day, row, "seconds"), least_swing=1.0)
    nodes = path.nodes
    if bar.high not in (bar.open, bar.close):
        nodes[path.top] = bar.high
    if bar.low not in (bar.open, bar.close):
        nodes[path.bottom] = bar.low
    return nodes


def _so_far(full: MinuteBars, row: int, trail: Ints) -> MinuteBars:
    """Cut a day at a second: the minutes that have passed, and the one that is forming."""
    high, low, close, volume = (getattr(full, name)[: row + 1].copy() for name in ("high", "low", "close", "volume"))
    high[row], low[row], close[row] = trail.max(), trail.min(), trail[-1]
    volume[row] = volume[row] * len(trail) // 60
    return MinuteBars(
        start=full.start[: row + 1], open=full.open[: row + 1], high=high, low=low, close=close, volume=volume
    )


def _joined(days: list[MinuteBars]) -> CandleTable:
    def column(name: str) -> Ints:
        return np.concatenate([getattr(day, name) for day in days]) if days else np.empty(0, dtype=np.int64)

    prices = {name: column(name) / 100 for name in ("open", "high", "low", "close")}
    return CandleTable(start=column("start"), volume=column("volume").astype(np.float64), **prices)


def _within(candles: CandleTable, start: int, end: int) -> CandleTable:
    first, last = np.searchsorted(candles.start, [start, end])
    found: CandleTable = take(candles, slice(int(first), int(last)))
    return found


def _day_of(micros: int) -> int:
    return int(micros // DAY)
