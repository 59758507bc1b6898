"""One series of kept bars: its chunks, its journal and its pyramid, safe to share between threads and processes.

Writers take turns by a lock on a file; readers take none. A reader looks at the journal first and at the chunks after
it: what moves from one to the other meanwhile is seen twice rather than never.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from data.candles.chunk_files import (
    SUFFIX,
    ChunkFile,
    DamagedChunkError,
    check_chunk,
    read_chunk_head,
    read_level,
    write_chunk,
)
from data.candles.growing import GrowingTable
from data.candles.journal import KeptBars, append_records, pack_bars, replace_file, unpack_bars
from data.candles.merging import MergeCount, cut_bars, join_bars, merge_bars, no_bars, order_bars
from data.candles.widths import chunk_keys, chunk_period
from data.candles.wire import join_candles
from domain.columns import CandleTable
from domain.market import BarInterval

if TYPE_CHECKING:
    from data.candles.chunk_cache import ChunkCache

JOURNAL = "journal.fwj"
SOME_BARS = 64
"""Up to which number new bars go to the journal; more of them go to their chunks at once."""
DAMAGED = ".damaged"
_SETTLED = 100_000_000  # nanoseconds
_ATTEMPTS = 8
Found = TypeVar("Found")


class Series:
    """The kept bars of one instrument, interval and provider.

    Args:
        folder: Where its files lie; made with the first bar.
        cache: Decoded chunks, shared by all series.
    """

    def __init__(self, folder: Path, interval: BarInterval, cache: ChunkCache, *, simulated: bool = False) -> None:
        self.folder = folder
        self.interval = interval
        self._simulated = simulated
        self._cache = cache
        self._lock = threading.RLock()
        self._chunks: dict[str, ChunkFile] = {}
        self._names = (0, 0, 0)
        self._tail_parts: list[KeptBars] = []
        self._tail_stamp = (0, 0, 0)
        self._tail_bytes = 0
        self._levels: dict[BarInterval, GrowingTable] = {}

    # What there is -----------------------------------------------------------------------------------------------

    def chunks(self) -> list[ChunkFile]:
        """Return the chunks, oldest first, without the bars of the journal."""
        with self._lock:
            self._refresh()
            return [self._chunks[key] for key in sorted(self._chunks)]

    def tail(self) -> KeptBars:
        """Return the bars of the journal that are in no chunk yet, ascending; all behind the last chunk's bars."""
        with self._lock:
            self._refresh()
            return self._tail

    @property
    def _tail(self) -> KeptBars:
        """The bars of the journal; pieces are put together when somebody looks, not with each bar."""
        if len(self._tail_parts) > 1:
            self._tail_parts = [join_bars(self._tail_parts)]
        return self._tail_parts[0] if self._tail_parts else no_bars()

    @property
    def span(self) -> tuple[int, int] | None:
        """Starts of the first and the last bar, None without bars."""
        with self._lock:
            self._refresh()
            if not self._chunks and not self._tail_parts:
                return None
            firsts = [chunk.first for chunk in self._chunks.values()]
            lasts = [chunk.last for chunk in self._chunks.values()]
            if self._tail_parts:
                firsts.append(int(self._tail_parts[0].candles.start[0]))
                lasts.append(int(self._tail_parts[-1].candles.start[-1]))
            return min(firsts), max(lasts)

    def read(self, first: int, last: int) -> KeptBars:
        """Return the bars with first <= start < last; a chunk that fails its check is set aside and missing."""
        with self._lock:
            self._refresh()
            wanted = [item for item in self.chunks() if item.last >= first and item.first < last]
            tail = self._tail
        parts = [found for item in wanted if (found := self._load(item)) is not None]
        # A bar of the journal that meanwhile went into its chunk is left out here.
        known = int(parts[-1].candles.start[-1]) if parts else -(2**62)
        parts.append(cut_bars(tail, max(known + 1, first), last))
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2 and not len(parts[1]):
            return cut_bars(parts[0], first, last)
        return cut_bars(join_bars(parts), first, last)

    def level(self, interval: BarInterval) -> CandleTable:
        """Return all bars of a wider level of the pyramid, as views; the last one may still grow.

        Raises:
            KeyError: If the pyramid has no such level.
        """
        with self._lock:
            self._refresh()
            found = self._levels.get(interval)
            if found is None:
                found = self._levels[interval] = self._build_level(interval)
            return found.candles

    def _build_level(self, interval: BarInterval) -> GrowingTable:
        tables, known = [], -(2**62)
        for item in self.chunks():
            found, used = self._reading(item, lambda chunk: read_level(chunk, interval))
            if found is not None:
                tables.append(found)
                known = max(known, used.last)
        table = GrowingTable(interval, join_candles(tables))
        # What went from the journal into a chunk meanwhile is in its level already.
        rows = cut_bars(self._tail, known + 1, 2**62).candles
        for row in range(len(rows)):
            table.add(int(rows.start[row]), _prices(rows, row))
        return table

    def _load(self, item: ChunkFile) -> KeptBars | None:
        return self._reading(item, self._cache.read)[0]

    def _reading(self, item: ChunkFile, read: Callable[[ChunkFile], Found]) -> tuple[Found | None, ChunkFile]:
        """Return what is read of a chunk, or of the file that took its place meanwhile; None of a damaged one."""
        for _ in range(_ATTEMPTS):
            try:
                return read(item), item
            except (DamagedChunkError, FileNotFoundError):
                if not check_chunk(item.path):
                    break
                with suppress(DamagedChunkError, FileNotFoundError):
                    item = read_chunk_head(item.path)
        with self._lock:
            self._set_aside(item)
        return None, item

    def _set_aside(self, item: ChunkFile) -> None:
        """Take a damaged chunk out of the way, for whoever wants to look at it; its bars count as missing."""
        if item.path.exists() and not check_chunk(item.path):
            item.path.replace(item.path.with_name(item.path.name + DAMAGED))
        self._chunks.pop(item.key, None)
        self._levels.clear()

    # What comes ---------------------------------------------------------------------------------------------------

    def append(self, bars: KeptBars) -> MergeCount:
        """Keep bars; when this returns the disk has them.

        A few that are newer than all others go to the journal, the rest into their chunks: duplicates are merged,
        worse bars refused.
        """
        bars = order_bars(bars)
        if not len(bars):
            return MergeCount()
        with self._writing():
            self._refresh()
            span = self.span
            is_newer = span is None or int(bars.candles.start[0]) > span[1]
            if is_newer and len(bars) <= SOME_BARS and span is not None:
                self._append_records(bars)
                return MergeCount(added=len(bars))
            return self._merge(bars)

    def _append_records(self, bars: KeptBars) -> None:
        payload = pack_bars(bars)
        path = self.folder / JOURNAL
        append_records(path, payload, at=self._tail_bytes)
        self._tail_bytes += len(payload)
        self._tail_parts.append(bars)
        self._tail_stamp = _stamp(path)
        rows = bars.candles
        for row in range(len(rows)):
            start, prices = int(rows.start[row]), _prices(rows, row)
            for table in self._levels.values():
                table.add(start, prices)

    def compact(self) -> None:
        """Put the bars of the journal into their chunks."""
        with self._writing():
            self._refresh()
            if len(self._tail):
                self._merge(no_bars())

    def _merge(self, bars: KeptBars) -> MergeCount:
        """Merge bars and, where they touch its chunks or it is long, the journal into the chunks."""
        total = MergeCount()
        tail_keys = chunk_keys(self._tail.candles.start, self.interval)
        waiting = dict(tail_keys)
        coming = dict(chunk_keys(bars.candles.start, self.interval))
        for key in sorted({*waiting, *coming}):
            kept = self._of_chunk(key)
            if key in waiting:
                kept, _ = merge_bars(kept, cut_bars(self._tail, *chunk_period(key)))
            merged, count = merge_bars(kept, cut_bars(bars, *chunk_period(key)))
            total += count
            if key in waiting or count.added or count.changed:
                write_chunk(self.folder / f"{key}{SUFFIX}", self.interval, merged, simulated=self._simulated)
        if len(self._tail):
            replace_file(self.folder / JOURNAL, b"")
        self._levels.clear()
        self._names = (0, 0, 0)
        return total

    def _of_chunk(self, key: str) -> KeptBars:
        item = self._chunks.get(key)
        found = self._load(item) if item else None
        return found if found is not None else no_bars()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the only writer of the series, of all threads and processes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock, (self.folder / ".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    # What others did ----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Take over what other processes have written."""
        journal = self.folder / JOURNAL
        stamp = _stamp(journal)
        names = _stamp(self.folder)
        if stamp == self._tail_stamp and names == self._names:
            return
        content = journal.read_bytes() if stamp[0] else b""
        if names != self._names:
            self._read_names()
            # The clock of a file system ticks in milliseconds: what changed just now may change again unseen.
            self._names = names if time.time_ns() - names[0] > _SETTLED else (0, 0, 0)
            self._levels.clear()
        bars, self._tail_bytes = unpack_bars(content)
        ends = [chunk.last for chunk in self._chunks.values()]
        tail = cut_bars(order_bars(bars), max(ends) + 1 if ends else -(2**62), 2**62)
        known = len(self._tail)
        if len(tail) < known:
            self._levels.clear()
        else:
            self._extend_levels(tail, known)
        self._tail_parts, self._tail_stamp = [tail] if len(tail) else [], stamp

    def _extend_levels(self, tail: KeptBars, known: int) -> None:
        rows = tail.candles
        for row in range(known, len(rows)):
            for table in self._levels.values():
                table.add(int(rows.start[row]), _prices(rows, row))

    def _read_names(self) -> None:
        found: dict[str, ChunkFile] = {}
        for path in self.folder.glob(f"*{SUFFIX}"):
            key = path.name.removesuffix(SUFFIX)
            known = self._chunks.get(key)
            try:
                now = path.stat()
                if known is not None and known.stamp == (now.st_mtime_ns, now.st_size, now.st_ino):
                    found[key] = known
                    continue
                found[key] = read_chunk_head(path)
            except DamagedChunkError:
                path.replace(path.with_name(path.name + DAMAGED))
            except FileNotFoundError:
                continue
        self._chunks = found

    def check(self) -> list[str]:
        """Look at every byte of every chunk, set damaged ones aside and return their keys."""
        damaged = [item.key for item in self.chunks() if not check_chunk(item.path)]
        with self._lock:
            for item in self.chunks():
                if item.key in damaged:
                    self._set_aside(item)
        return damaged


def _prices(rows: CandleTable, row: int) -> tuple[float, float, float, float, float]:
    return (
        float(rows.open[row]),
        float(rows.high[row]),
        float(rows.low[row]),
        float(rows.close[row]),
        float(rows.volume[row]),
    )


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino
