"""Which kept series candles are made of: by provider, by width, and by the splits that are known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.candle_splits import split_factors
from analytics.candles import empty_candles
from analytics.level_of_detail import SPARE, fold_bars, join_edges, rows_between
from data.candles.widths import wider_levels, width_of
from domain.candles import ActionWord, KnownSplit, SeriesKey, StatedAction
from domain.columns import CandleTable, take
from domain.market import BarInterval
from domain.periods import from_micros

if TYPE_CHECKING:
    from data.candles.series import Series
    from domain.columns import Ints
    from services.book import Book

DAY = 86_400_000_000
EVER = 2**62
"""Behind every instant."""
DAILY = (BarInterval.D1, BarInterval.W1)
_FOR_DAYS = (BarInterval.M15, BarInterval.M5, BarInterval.M1, BarInterval.M30, BarInterval.H1, BarInterval.H4)
"""From which widths days are made, first choice first: sessions open and close at quarters of an hour."""


def stated_splits(stated: Sequence[StatedAction], order: Sequence[str]) -> list[KnownSplit]:
    """Return the splits that the first provider of an order states of a symbol; another's where it states nothing."""
    who = {item.provider for item in stated}
    first = next((slug for slug in order if slug in who), min(who, default=""))
    return [
        KnownSplit(effective_at=item.effective_at, new=item.new, old=item.old, source=item.provider)
        for item in stated
        if item.provider == first and item.word is ActionWord.SPLIT and item.new and item.old
    ]


def known_splits(book: Book, symbol: str) -> list[KnownSplit]:
    """Return the splits that a book knows of what has a symbol."""
    codes = {code for code, item in enumerate(book.instruments) if item.symbol == symbol}
    return [
        KnownSplit(effective_at=from_micros(split.effective_at), new=split.new, old=split.old)
        for split in book.splits
        if split.instrument in codes
    ]


def normal_symbol(symbol: str) -> str:
    """Write a symbol as providers do: upper case, pairs with a dash (BTC/USD is BTC-USD)."""
    return symbol.strip().upper().replace("/", "-")


def find_base(keys: Sequence[SeriesKey], interval: BarInterval) -> SeriesKey | None:
    """Return the series of one provider that has a width or from which it is made, widest first."""
    if not keys:
        return None
    mine = [key for key in keys if key.provider == keys[0].provider]
    exact = next((key for key in mine if key.interval is interval), None)
    if exact is not None:
        return exact
    if interval is BarInterval.W1:
        days = next((key for key in mine if key.interval is BarInterval.D1), None)
        if days is not None:
            return days
    if interval in DAILY:
        by_width = {key.interval: key for key in mine}
        return next((by_width[width] for width in _FOR_DAYS if width in by_width), None)
    fitting = [key for key in mine if key.interval not in DAILY and not interval.width % key.interval.width]
    return max(fitting, key=lambda key: key.interval.width, default=None)


def needs_restating(series: Series, splits: Sequence[KnownSplit]) -> bool:
    """Whether a split came after some of the bars that is not taken out of them yet."""
    if not splits:
        return False
    runs = [(chunk.first, basis) for chunk in series.chunks() for _, basis in chunk.basis]
    tail = series.tail()
    starts = np.array([*(run[0] for run in runs), *tail.candles.start.tolist()], dtype=np.int64)
    basis = np.array([*(run[1] for run in runs), *tail.basis.tolist()], dtype=np.int64)
    return bool(np.any(split_factors(starts, basis, splits) != 1))


def fill_days(first: CandleTable, second: CandleTable) -> CandleTable:
    """Return the bars of the first provider, and those of the second on days (UTC) of which the first has none."""
    if not len(first) or not len(second):
        return first if len(first) else second
    days: Ints = first.start // DAY
    extra: CandleTable = take(second, ~np.isin(second.start // DAY, days))
    if not len(extra):
        return first
    both = join_edges(first, empty_candles(), extra)
    ordered: CandleTable = take(both, np.argsort(both.start, kind="stable"))
    return ordered


def window_of(
    series: Series, key: SeriesKey, interval: BarInterval, window: tuple[int, int], points: int
) -> CandleTable:
    """Return the widest bars of the pyramid that still show a window in so many points.

    Bars that the window cuts off at its ends are made of narrower ones, so that nothing outside it is shown.
    """
    span = series.span or (0, 0)
    # Beyond the first and the last bar nothing is cut off.
    first = window[0] if window[0] > span[0] else -EVER
    last = window[1] if window[1] <= span[1] else EVER
    for level in reversed(wider_levels(key.interval)):
        if level.width < interval.width:
            break
        bars = series.level(level)
        if len(bars) >= SPARE * points and _count(bars, first, last) >= SPARE * points:
            return _with_edges(series, bars, width_of(level), (first, last))
    if interval is key.interval:
        return series.read(first, last).candles
    return rows_between(series.level(interval), *window)


def _count(bars: CandleTable, first: int, last: int) -> int:
    begin, end = bars.start.searchsorted([first, last]).tolist()
    return int(end - begin)


def _with_edges(series: Series, bars: CandleTable, width: int, window: tuple[int, int]) -> CandleTable:
    """Return the bars of a level inside a window, between what the window leaves of those that it cuts."""
    first, last = window
    begin = first if first == -EVER else -(-first // width) * width
    end = last if last == EVER else last // width * width
    if (begin, end) == (-EVER, EVER):
        return bars
    head = fold_bars(series.read(first, begin).candles) if begin != first else empty_candles()
    tail = fold_bars(series.read(end, last).candles) if end != last else empty_candles()
    return join_edges(head, rows_between(bars, begin, end), tail)
