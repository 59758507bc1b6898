"""Bars put together: duplicates and rows out of order merged, and good ones kept where worse ones come."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from data.candles.journal import KeptBars
from domain.columns import CandleTable, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

JUMP = 10.0
"""A close this many times off the one that is kept is another unit or another instrument, not a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCount:
    """What became of bars that came.

    Attributes:
        added: Bars that were not there.
        changed: Bars that took the place of others.
        same: Bars that were there already.
        refused: Bars that are worse than those that are there.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def __add__(self, other: MergeCount) -> MergeCount:
        return MergeCount(**{item.name: getattr(self, item.name) + getattr(other, item.name) for item in fields(self)})


def order_bars(bars: KeptBars) -> KeptBars:
    """Return bars in the order of time, of two with one label the later row."""
    starts = bars.candles.start
    if len(starts) < 2 or bool(np.all(starts[1:] > starts[:-1])):
        return bars
    order = np.argsort(starts, kind="stable")
    ordered = starts[order]
    return _rows(bars, order[np.append(ordered[1:] != ordered[:-1], True)])


def merge_bars(kept: KeptBars, new: KeptBars) -> tuple[KeptBars, MergeCount]:
    """Merge new bars into kept ones of the same chunk.

    A new bar takes the place of one with its label, unless it is worse: it has no volume where there was some, or its
    close is ten times off.

    Args:
        kept: Ascending and unique.
        new: In any order; of two with one label the later row counts.
    """
    new = order_bars(new)
    if not len(kept) or not len(new) or int(new.candles.start[0]) > int(kept.candles.start[-1]):
        return _joined([kept, new]), MergeCount(added=len(new))
    places = np.searchsorted(kept.candles.start, new.candles.start)
    is_known = places < len(kept)
    is_known[is_known] = kept.candles.start[places[is_known]] == new.candles.start[is_known]
    rows = np.flatnonzero(is_known)
    before, after = _rows(kept, places[rows]), _rows(new, rows)
    is_same, is_worse = _same(before, after), _worse(before.candles, after.candles)
    wins = ~is_same & ~is_worse
    stays = np.ones(len(kept), dtype=bool)
    stays[places[rows[wins]]] = False
    comes = ~is_known
    comes[rows[wins]] = True
    merged = order_bars(_joined([_rows(kept, np.flatnonzero(stays)), _rows(new, np.flatnonzero(comes))]))
    count = MergeCount(
        added=int((~is_known).sum()),
        changed=int(wins.sum()),
        same=int(is_same.sum()),
        refused=int((is_worse & ~is_same).sum()),
    )
    return merged, count


def _same(before: KeptBars, after: KeptBars) -> NDArray[np.bool_]:
    names = ("open", "high", "low", "close", "volume")
    equal = [getattr(before.candles, name) == getattr(after.candles, name) for name in names]
    found: NDArray[np.bool_] = np.all(equal, axis=0)
    return found


def _worse(before: CandleTable, after: CandleTable) -> NDArray[np.bool_]:
    lost_volume = (after.volume <= 0) & (before.volume > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = after.close / before.close
    found: NDArray[np.bool_] = lost_volume | ~((ratio > 1 / JUMP) & (ratio < JUMP))
    return found


def _rows(bars: KeptBars, rows: NDArray[np.int64] | slice) -> KeptBars:
    return KeptBars(candles=take(bars.candles, rows), basis=bars.basis[rows])


def cut_bars(bars: KeptBars, first: int, last: int) -> KeptBars:
    """Return the bars with first <= start < last, microseconds since 1970 UTC."""
    begin, end = np.searchsorted(bars.candles.start, [first, last]).tolist()
    return _rows(bars, slice(begin, end))


def _joined(parts: list[KeptBars]) -> KeptBars:
    columns = {
        item.name: np.concatenate([getattr(part.candles, item.name) for part in parts]) for item in fields(CandleTable)
    }
    return KeptBars(candles=CandleTable(**columns), basis=np.concatenate([part.basis for part in parts]))


def join_bars(parts: list[KeptBars]) -> KeptBars:
    """Return bars that follow one another in time as one table."""
    return _joined([*parts, no_bars()]) if not parts else _joined(parts)


def no_bars() -> KeptBars:
    """Return a table without rows."""
    none = np.empty(0, dtype=np.float64)
    empty = CandleTable(start=np.empty(0, dtype=np.int64), open=none, high=none, low=none, close=none, volume=none)
    return KeptBars(candles=empty, basis=np.empty(0, dtype=np.int64))


def plain_bars(candles: CandleTable, basis: int) -> KeptBars:
    """Return bars of one basis."""
    return KeptBars(candles=candles, basis=np.full(len(candles), basis, dtype=np.int64))
