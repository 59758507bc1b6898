"""Times on an axis of rows, where every bar has the same room whatever the time between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from components.figures.wall_time import DAY_MS, bar_ms, moment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_MINUTES = (1, 5, 15, 30, 60, 120, 240, 720)
_DAYS = (1, 2, 7)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 300)
_MONDAY = 3  # 1970-01-01 was a Thursday


def row_ticks(
    starts: NDArray[np.int64], places: Floats, *, zone: str, intraday: bool, most: int
) -> tuple[list[float], list[str]]:
    """Return where times are written on the axis, and what: "14:30", "Tue 3", "Nov", "2026".

    Args:
        starts: Starts of the candles, ascending microseconds since 1970 UTC.
        places: Where they stand on the axis.
        zone: Zone of the clock.
        intraday: Whether bars are shorter than a day.
        most: Most times.
    """
    if len(starts) < 2:
        return [], []
    wall = bar_ms(starts, zone, intraday=intraday)
    changes = next(
        (found for key in _keys(wall) if len(found := np.flatnonzero(np.diff(key)) + 1) <= most),
        np.zeros(0, dtype=np.int64),
    )
    room = (float(places[-1]) - float(places[0])) / max(most, 1) * 0.7
    kept: list[int] = []
    for row in changes.tolist():
        if not kept or places[row] - places[kept[-1]] >= room:
            kept.append(row)
    before = [0, *kept[:-1]]
    return [float(places[row]) for row in kept], [
        _text(float(wall[row]), float(wall[last]), intraday=intraday) for row, last in zip(kept, before, strict=True)
    ]


def _keys(wall: Floats) -> list[Ints]:
    """Return for each unit of time, finest first, the number of the unit that each instant lies in."""
    minutes, days = np.floor(wall / 60_000).astype(np.int64), np.floor(wall / DAY_MS).astype(np.int64)
    months = wall.astype("M8[ms]").astype("M8[M]").astype(np.int64)
    return [
        *(minutes // size for size in _MINUTES),
        *((days + _MONDAY) // size for size in _DAYS),
        *(months // size for size in _MONTHS),
    ]


def _text(at: float, before: float, *, intraday: bool) -> str:
    """Write a time as far as it differs from the one before."""
    now, last = moment(at), moment(before)
    if now.year != last.year:
        return str(now.year)
    if now.month != last.month:
        return f"{now:%b}"
    if now.day != last.day:
        return f"{now:%a} {now.day}" if intraday else str(now.day)
    return f"{now:%H:%M}"
