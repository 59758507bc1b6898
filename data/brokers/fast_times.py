"""The fast path's times: a column as local microseconds, each day and each clock text read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from data.brokers import cells, moments
from data.brokers.arrow_table import ISO, ISO_ZONED, Kind
from data.brokers.cells import CellError
from data.brokers.fast_spec import FastSpec
from data.brokers.local_time import to_utc
from data.brokers.typed_table import TypedTable
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints

NAIVE = np.iinfo(np.int64).min
"""Offset of a time that names no zone."""
_MICRO = timedelta(microseconds=1)
_EARLIEST = to_micros(datetime(1970, 1, 1, tzinfo=UTC))
_LATEST = to_micros(datetime(2101, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times as written: local microseconds, offset from UTC or NAIVE, whether read."""

    local: Ints
    offset: Ints
    read: Bools
    day_first: bool


def read_times(table: TypedTable, kinds: Mapping[int, Kind], spec: FastSpec) -> Times:
    """Return the table's times: typed by Arrow where they are ISO, else by their distinct texts.

    Raises:
        ImportFileError: If the order of day and month cannot be told.
    """
    column = spec.moment[0]
    kind = kinds[column]
    if kind in (ISO, ISO_ZONED):
        local, read = table.micros(column)
        read &= (local >= _EARLIEST) & (local < _LATEST)
        # One number seen as a column: it takes no memory.
        offset = np.broadcast_to(np.int64(0 if kind == ISO_ZONED else NAIVE), len(local))
        return Times(local, offset, read, day_first=False)
    texts, codes = table.codes(column)
    cleaned = [cells.clean(text) for text in texts]
    day_first = spec.decide_day_first(cleaned)
    days = _spread(_read_times(cleaned, MomentReader(day_first=day_first).moment), codes, day_first=day_first)
    if len(spec.moment) == 1:
        return days
    texts, codes = table.codes(spec.moment[1])
    clocks = _spread(_read_times([cells.clean(text) for text in texts], read_clock_micros), codes, day_first=day_first)
    return Times(days.local + clocks.local, clocks.offset, days.read & clocks.read, day_first)


def _spread(times: tuple[Ints, Ints, Bools], codes: Codes, *, day_first: bool) -> Times:
    local, offset, read = times
    return Times(local[codes], offset[codes], read[codes], day_first)


def _read_times(texts: list[str], read: Callable[[str], tuple[int, int]]) -> tuple[Ints, Ints, Bools]:
    """Return (local, offset, whether read) of distinct texts."""
    local = np.zeros(len(texts), dtype=np.int64)
    offset = np.full(len(texts), NAIVE, dtype=np.int64)
    is_read = np.zeros(len(texts), dtype=np.bool_)
    for position, text in enumerate(texts):
        try:
            local[position], offset[position] = read(text)
        except CellError:
            continue
        is_read[position] = True
    return local, offset, is_read


def read_clock_micros(text: str) -> tuple[int, int]:
    """Return (microseconds since midnight, offset or NAIVE) of a clock text; "" is midnight."""
    if not text:
        return 0, NAIVE
    clock, zone = moments.read_clock(text, column="")
    return clock // _MICRO, NAIVE if zone is None else zone.utcoffset(None) // _MICRO


class MomentReader:
    """Reads whole times, each day and each time of day once. One a column; not thread-safe."""

    def __init__(self, *, day_first: bool) -> None:
        self._day_first = day_first
        self._days: dict[str, int] = {}
        self._clocks: dict[str, tuple[int, int]] = {}

    def moment(self, text: str) -> tuple[int, int]:
        """Return (local microseconds, offset or NAIVE) of a time."""
        day, clock = moments.split_moment(text)
        try:
            start = self._days[day]
        except KeyError:
            return self._first(text, day, clock)
        offset, zone = self._clocks.get(clock) or self._clock(clock)
        return start + offset, zone

    def _first(self, text: str, day: str, clock: str) -> tuple[int, int]:
        moment = moments.read_moment(text, column="", day_first=self._day_first)
        if moment.tzinfo is UTC and not clock:
            return to_micros(moment), 0
        midnight = moments.read_day(day, column="", day_first=self._day_first)
        self._days[day] = to_micros(datetime(midnight.year, midnight.month, midnight.day, tzinfo=UTC))
        return self.moment(text)

    def _clock(self, text: str) -> tuple[int, int]:
        return self._clocks.setdefault(text, read_clock_micros(text))


def to_instants(times: Times, timezone: str) -> tuple[Ints, Bools, int]:
    """Return (UTC microseconds, whether the local time exists, how many exist twice)."""
    naive = times.offset == NAIVE
    if not naive.any():
        return times.local - times.offset, np.ones(len(naive), dtype=np.bool_), 0
    chosen = naive & times.read
    local = times.local if chosen.all() else times.local[chosen]
    utc, missing, repeated = to_utc(local, ZoneInfo(timezone))
    if chosen.all():
        return utc, ~missing, repeated
    whole = times.local - np.where(naive, 0, times.offset)
    whole[chosen] = utc
    exists = np.ones(len(naive), dtype=np.bool_)
    exists[chosen] = ~missing
    return whole, exists, repeated
