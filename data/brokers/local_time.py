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


def to_utc(local: Ints, zone: ZoneInfo) -> tuple[Ints, Bools]:
    """Return (UTC instants, whether the local time does not exist) of naive times; n rows, microseconds.

    In the overlap of a clock change the first pass is taken, as `StatementBuilder.instant` does; a time
    inside the gap is marked and its instant is meaningless.
    """
    missing = np.zeros(len(local), dtype=np.bool_)
    if not len(local):
        return local, missing
    starts, offsets = transitions(zone, int(local.min()) // SECOND, int(local.max()) // SECOND)
    if len(offsets) == 1:
        return local - offsets[0] * SECOND, missing
    before, after = offsets[:-1], offsets[1:]
    # A new offset holds once the wall clock has passed both its own start and the old one's end.
    bounds = (starts[1:] + np.maximum(before, after)) * SECOND
    utc = local - (offsets * SECOND)[np.searchsorted(bounds, local, side="right")]
    for start, old, new in zip(starts[1:], before, after, strict=True):
        if new > old:
            missing |= (local >= (start + old) * SECOND) & (local < (start + new) * SECOND)
    return utc, missing


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
