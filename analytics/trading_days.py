"""Bars put into the trading days of an exchange, and what is missing of them.

A session may begin the evening before its date (CME) and end early (half days); which minutes belong to which day,
the exchange's sessions say, never the calendar of a zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable, take
from domain.market_hours import Session
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.columns import Ints

DAY = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTable:
    """Sessions as columns, ascending: microseconds since 1970 UTC, `day` midnight UTC of the session's date."""

    opens: Ints
    closes: Ints
    day: Ints


def session_table(sessions: Sequence[Session]) -> SessionTable:
    """Return sessions as columns."""
    return SessionTable(
        opens=np.array([to_micros(item.opens_at) for item in sessions], dtype=np.int64),
        closes=np.array([to_micros(item.closes_at) for item in sessions], dtype=np.int64),
        day=np.array([(item.day.toordinal() - _EPOCH) * DAY for item in sessions], dtype=np.int64),
    )


def clock_days(first: int, last: int) -> SessionTable:
    """Return the days of UTC that touch [first, last) as sessions: of what trades around the clock."""
    days = np.arange(first // DAY, -(-last // DAY), dtype=np.int64) * DAY
    return SessionTable(opens=days, closes=days + DAY, day=days)


def daily_candles(candles: CandleTable, sessions: SessionTable) -> CandleTable:
    """Merge intraday bars into one bar a session.

    Args:
        candles: Ascending bars that do not reach over the opening or close of a session.
        sessions: Ascending sessions around them.

    Returns:
        Bars labelled by midnight UTC of the session's date. Bars outside every session (before the opening, after the
        close) are in none of them.

    **Source:** the definition of a bar over a session.
    """
    row = np.searchsorted(sessions.opens, candles.start, side="right") - 1
    inside = row >= 0
    inside[inside] = candles.start[inside] < sessions.closes[row[inside]]
    kept: CandleTable = take(candles, inside)
    row = row[inside]
    if not len(kept):
        return kept
    first = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
    last = np.append(first[1:], len(row)) - 1
    return CandleTable(
        start=sessions.day[row[first]],
        open=kept.open[first],
        high=np.maximum.reduceat(kept.high, first),
        low=np.minimum.reduceat(kept.low, first),
        close=kept.close[last],
        volume=np.add.reduceat(kept.volume, first),
    )


def expected_starts(sessions: SessionTable, width: int, first: int, last: int) -> Ints:
    """Return the labels of the bars that trading without a pause would have, first <= label < last.

    Args:
        sessions: Ascending sessions.
        width: Of a bar in microseconds; a day's width labels each session by its date.
        first: Microseconds since 1970 UTC, included.
        last: Microseconds since 1970 UTC, not included.
    """
    if width >= DAY:
        days = sessions.day
        found: Ints = days[(days >= first) & (days < last)]
        return found
    begins = np.maximum(sessions.opens, first)
    begins = sessions.opens + -(-(begins - sessions.opens) // width) * width
    counts = np.maximum(-(-(np.minimum(sessions.closes, last) - begins) // width), 0)
    total = int(counts.sum())
    within = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    labels: Ints = np.repeat(begins, counts) + within * width
    return labels


def missing_stretches(expected: Ints, starts: Ints, width: int) -> list[tuple[int, int, int]]:
    """Return what is missing as (first label, first instant behind, bars), oldest first.

    Stretches within a session that touch are one; a closed market parts them only where a bar lies between.

    Args:
        expected: Labels that there should be, ascending.
        starts: Labels that there are, ascending; those of wide bars may lie anywhere within the expected bar.
        width: Of a bar in microseconds.
    """
    # A provider may count its bars from the full hour and not from the opening: any bar within the time counts.
    is_missing = np.searchsorted(starts, expected) == np.searchsorted(starts, expected + width)
    edges = np.diff(np.concatenate([[False], is_missing, [False]]).astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [
        (int(expected[begin]), int(expected[end - 1]) + width, int(end - begin))
        for begin, end in zip(begins, ends, strict=True)
    ]
