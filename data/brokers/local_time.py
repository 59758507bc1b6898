"""Local wall-clock times of a whole column to UTC, through the zone's own transitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


SECOND = 1_000_000
STEP = 12 * 3600
"""No zone changes its clock twice within half a day."""


def to_utc(local: Ints, zone: ZoneInfo) -> tuple[Ints, Bools, int]:
    """Return (UTC instants, whether the local time does not exist, how many exist twice) of naive times.

    n rows in file order, microseconds. In the overlap of a clock change the order of the rows decides, as
    `LocalClock` does; a time inside the gap is marked and its instant is meaningless.
    """
    missing = np.zeros(len(local), dtype=np.bool_)
    if not len(local):
        return local, missing, 0
    starts, offsets = transitions(zone, int(local.min()) // SECOND, int(local.max()) // SECOND)
    if len(offsets) == 1:
        return local - offsets[0] * SECOND, missing, 0
    before, after = offsets[:-1], offsets[1:]
    # A new offset holds once the wall clock has passed both its own start and the old one's end.
    bounds = (starts[1:] + np.maximum(before, after)) * SECOND
    utc = local - (offsets * SECOND)[np.searchsorted(bounds, local, side="right")]
    later = np.zeros(len(local), dtype=np.int64)
    for start, old, new in zip(starts[1:], before, after, strict=True):
        between = (local >= (start + min(old, new)) * SECOND) & (local < (start + max(old, new)) * SECOND)
        if new > old:
            missing |= between
        else:
            later[between] = (old - new) * SECOND
    _unfold(utc, later, is_backwards=bool(np.count_nonzero(np.diff(local) < 0) * 2 > len(local)))
    return utc, missing, int(np.count_nonzero(later))


def _unfold(utc: Ints, later: Ints, *, is_backwards: bool) -> None:
    """Move times that exist twice to their second pass where the row before is beyond the first.

    Args:
        utc: Instants of the first pass; changed in place.
        later: How much later the second pass is, 0 where there is one only.
        is_backwards: Whether the file prints the newest row first.
    """
    step = 1 if is_backwards else -1
    rows = np.flatnonzero(later)
    for row in (rows[::-1] if is_backwards else rows).tolist():
        if 0 <= row + step < len(utc) and utc[row] < utc[row + step] <= utc[row] + later[row]:
            utc[row] += later[row]


def transitions(zone: ZoneInfo, first: int, last: int) -> tuple[Ints, Ints]:
    """Return (starts, offsets) of the zone's clock between two times, both int64 seconds.

    `offsets[i]` holds from the UTC second `starts[i]` on; `starts[0]` is the beginning of the range.
    The range is widened by a day at both ends, so local and UTC seconds may be given alike.
    """
    begin, end = first - 86_400, last + 86_400
    starts, offsets = [begin], [_offset(zone, begin)]
    for second in range(begin + STEP, end + STEP, STEP):
        offset = _offset(zone, second)
        if offset != offsets[-1]:
            starts.append(_bisect(zone, second - STEP, second))
            offsets.append(offset)
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _bisect(zone: ZoneInfo, low: int, high: int) -> int:
    target = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, middle) == target else (middle, high)
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
