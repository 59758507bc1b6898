"""Instants as the clock of a zone shows them: Plotly's date axis knows no zones, so x is shifted beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
DAY_MS = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def wall_ms(x: Floats, zone: str) -> Floats:
    """Return epoch milliseconds UTC shifted to the wall clock of an IANA zone (NaN stays NaN)."""
    x = np.asarray(x, dtype=np.float64)
    if zone == "UTC" or not len(x):
        return x
    hours = np.floor(np.where(np.isfinite(x), x, 0.0) / HOUR_MS).astype(np.int64)
    distinct, position = np.unique(hours, return_inverse=True)
    info = ZoneInfo(zone)
    offsets = np.array([_offset_ms(int(hour), info) for hour in distinct])
    shifted: Floats = x + offsets[position]
    return shifted


def bar_ms(start_micros: NDArray[np.int64], zone: str, *, intraday: bool) -> Floats:
    """Return where bars stand on the axis: wall-clock starts, and plain dates for bars of a day or more.

    A daily bar labelled midnight UTC is that date everywhere; one labelled with its session's opening is the date
    of that opening in `zone`.
    """
    x = start_micros / 1000.0
    if intraday:
        return wall_ms(x, zone)
    dates = np.floor(np.where(x % DAY_MS == 0, x, wall_ms(x, zone)) / DAY_MS) * DAY_MS
    return dates.astype(np.float64)


def moment(x: float) -> datetime:
    """Return the datetime of wall-clock milliseconds, for texts."""
    return _EPOCH + timedelta(milliseconds=float(x))


def day_text(x: float) -> str:
    """Return a date as "9 Oct 2026"."""
    day = moment(x)
    return f"{day.day} {day:%b %Y}"


def _offset_ms(hour: int, zone: ZoneInfo) -> float:
    offset = (_EPOCH + timedelta(hours=hour)).astimezone(zone).utcoffset()
    return offset.total_seconds() * 1000 if offset else 0.0
