"""Which bars of which provider a request for candles needs: widths, spans, rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.quotes import ProviderSpec
from domain.columns import CandleTable, take
from domain.errors import NotOfferedError
from domain.market import BarInterval
from domain.periods import to_micros

_OPEN_SHARE = 390 / 1440 * 5 / 7  # of the time that a stock exchange is open


def base_interval(spec: ProviderSpec, interval: BarInterval) -> BarInterval:
    """Return the widest interval of the provider from which the wanted one can be made.

    Weeks come from days; intraday widths from intraday widths that divide them.
    """
    if interval in spec.intervals:
        return interval
    fitting = [
        base
        for base in spec.intervals
        if base.is_intraday == interval.is_intraday and interval.width % base.width == timedelta(0)
    ]
    if not fitting:
        raise NotOfferedError(f"{spec.title} has no {interval.value} candles.")
    return max(fitting, key=lambda base: base.width)


def bounded_start(spec: ProviderSpec, base: BarInterval, start: datetime, now: datetime) -> datetime:
    """Return the start, or the first instant the provider still serves."""
    days = dict(spec.history_days).get(base)
    return max(start, now - timedelta(days=days)) if days else start


def reach_of(interval: BarInterval, limit: int) -> timedelta:
    """Return how far back `limit` bars reach at most: closed hours, weekends and holidays make it longer."""
    if interval.is_intraday:
        return interval.width * limit / _OPEN_SHARE + timedelta(days=5)
    share = 1 if interval is BarInterval.W1 else 0.66
    return interval.width * limit / share + timedelta(days=12)


def day_start(instant: datetime) -> datetime:
    """Return midnight UTC of an instant's day."""
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def rows_between(bars: CandleTable, first: datetime, last: datetime) -> tuple[int, int]:
    """Return the rows whose label is in a half-open span."""
    begins, ends = bars.start.searchsorted([to_micros(first), to_micros(last)])
    return int(begins), int(ends)


def take_rows(bars: CandleTable, rows: slice) -> CandleTable:
    """Return some of the bars."""
    taken: CandleTable = take(bars, rows)
    return taken
