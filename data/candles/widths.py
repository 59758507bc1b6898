"""Chunks and the pyramid: which period a file holds, and how bars add up to wider ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable
from domain.market import BarInterval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_MICROSECOND = timedelta(microseconds=1)
_MONDAY = 4 * 86_400_000_000  # 5 January 1970, the first Monday, in microseconds
_PYRAMID = (BarInterval.M1, BarInterval.M5, BarInterval.M15, BarInterval.M30, BarInterval.H1, BarInterval.H4)
_MONTHS, _YEARS = "M", "Y"


def width_of(interval: BarInterval) -> int:
    """Return the width of a bar in microseconds."""
    return interval.width // _MICROSECOND


def wider_levels(interval: BarInterval) -> tuple[BarInterval, ...]:
    """Return the intervals that are kept up beside bars of this one: every wider one of a day's parts.

    Days are not among them: which minutes make a trading day, its exchange's calendar says when they are read.
    """
    return _PYRAMID[_PYRAMID.index(interval) + 1 :] if interval in _PYRAMID else ()


def chunk_unit(interval: BarInterval) -> str:
    """Return the calendar unit of a chunk as numpy writes it: a month, a year, or "" for all there is."""
    if interval in (BarInterval.D1, BarInterval.W1):
        return ""
    return _YEARS if interval in (BarInterval.H1, BarInterval.H4) else _MONTHS


def chunk_keys(starts: Ints, interval: BarInterval) -> list[tuple[str, slice]]:
    """Return the chunks that ascending bars fall into, and the rows of each."""
    if not len(starts):
        return []
    unit = chunk_unit(interval)
    if not unit:
        return [("all", slice(0, len(starts)))]
    periods = starts.astype("datetime64[us]").astype(f"datetime64[{unit}]")
    first = np.flatnonzero(np.concatenate([[True], periods[1:] != periods[:-1]]))
    last = [*first[1:].tolist(), len(starts)]
    return [(str(periods[row]), slice(int(row), end)) for row, end in zip(first.tolist(), last, strict=True)]


def chunk_period(key: str) -> tuple[int, int]:
    """Return the first instant of a chunk and the first one behind it, microseconds since 1970 UTC.

    Raises:
        ValueError: If it is no key of a chunk.
    """
    if key == "all":
        return -(2**62), 2**62
    if len(key) not in (4, 7) or not key.replace("-", "").isdigit():
        raise ValueError(key)
    year, month = int(key[:4]), int(key[5:]) if len(key) == 7 else 1
    begin = datetime(year, month, 1, tzinfo=UTC)
    is_month = len(key) == 7
    end = datetime(year + (not is_month or month == 12), month % 12 + 1 if is_month else 1, 1, tzinfo=UTC)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return (begin - epoch) // _MICROSECOND, (end - epoch) // _MICROSECOND


def label_bars(starts: Ints, interval: BarInterval) -> Ints:
    """Return the label of the wider bar that each bar falls into; weeks begin on Monday 00:00 UTC."""
    offset = _MONDAY if interval is BarInterval.W1 else 0
    labels: Ints = starts - np.mod(starts - offset, width_of(interval))
    return labels


def widen(candles: CandleTable, interval: BarInterval) -> CandleTable:
    """Merge ascending bars into wider ones: first open, highest high, lowest low, last close, volume together."""
    if not len(candles):
        return candles
    labels = label_bars(candles.start, interval)
    first = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]]))
    last = np.append(first[1:], len(labels)) - 1
    return CandleTable(
        start=labels[first],
        open=candles.open[first],
        high=np.maximum.reduceat(candles.high, first),
        low=np.minimum.reduceat(candles.low, first),
        close=candles.close[last],
        volume=np.add.reduceat(candles.volume, first),
    )
