"""Decoded chunks in memory, the least used ones forgotten first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from data.candles.chunk_files import ChunkFile, read_level
from data.candles.journal import KeptBars

MOST_BARS = 1_500_000
"""Bars kept decoded: 72 MB."""


class ChunkCache:
    """Safe to share between threads."""

    def __init__(self, most_bars: int = MOST_BARS) -> None:
        self._most_bars = most_bars
        self._lock = threading.Lock()
        self._kept: OrderedDict[Path, tuple[tuple[int, int, int], KeptBars]] = OrderedDict()
        self._bars = 0

    def read(self, chunk: ChunkFile) -> KeptBars:
        """Return the bars of a chunk; nobody writes into them.

        Raises:
            DamagedChunkError: If they do not pass their check, or another file took its place.
            OSError: If the file cannot be read.
        """
        with self._lock:
            found = self._kept.get(chunk.path)
            if found is not None and found[0] == chunk.stamp:
                self._kept.move_to_end(chunk.path)
                return found[1]
        bars = KeptBars(candles=read_level(chunk), basis=chunk.basis_column)
        with self._lock:
            before = self._kept.pop(chunk.path, None)
            self._bars += len(bars) - (len(before[1]) if before else 0)
            self._kept[chunk.path] = (chunk.stamp, bars)
            while self._bars > self._most_bars and len(self._kept) > 1:
                _, (_, old) = self._kept.popitem(last=False)
                self._bars -= len(old)
        return bars
