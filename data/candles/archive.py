"""The candle store: every series of kept bars below one folder, found by provider, symbol and interval."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote, unquote

from data.candles.chunk_cache import ChunkCache
from data.candles.series import Series
from domain.candles import SeriesKey
from domain.market import BarInterval

MOST_SERIES = 64
_HARMLESS = "-^=_"


class CandleArchive:
    """Opens series; safe to share between threads, and between processes on one folder.

    Args:
        root: The folder; made with the first bar.
        simulated: Providers whose prices are not the market's.
        cache: Decoded chunks; replaced in tests.
    """

    def __init__(self, root: Path, *, simulated: Collection[str] = (), cache: ChunkCache | None = None) -> None:
        self._root = root
        self._simulated = frozenset(simulated)
        self._cache = cache or ChunkCache()
        self._lock = threading.Lock()
        self._open: OrderedDict[SeriesKey, Series] = OrderedDict()

    def series(self, key: SeriesKey) -> Series:
        """Return a series, with or without bars."""
        with self._lock:
            if key not in self._open:
                folder = self._root / _file_name(key.provider) / _file_name(key.symbol) / key.interval.value
                self._open[key] = Series(folder, key.interval, self._cache, simulated=self.is_simulated(key))
                if len(self._open) > MOST_SERIES:
                    self._open.popitem(last=False)
            self._open.move_to_end(key)
            return self._open[key]

    def list_keys(self, symbol: str = "") -> list[SeriesKey]:
        """Return the series that have a folder, of one symbol or of all, by provider, symbol and interval."""
        pattern = f"*/{_file_name(symbol) if symbol else '*'}/*"
        known = {interval.value: interval for interval in BarInterval}
        return [
            SeriesKey(
                provider=unquote(path.parent.parent.name),
                symbol=unquote(path.parent.name),
                interval=known[path.name],
            )
            for path in sorted(self._root.glob(pattern))
            if path.name in known
        ]

    def is_simulated(self, key: SeriesKey) -> bool:
        """Whether the prices of a series are not the market's."""
        return key.provider in self._simulated

    def size_bytes(self, key: SeriesKey) -> int:
        """Return what a series takes on the disk."""
        return sum(path.stat().st_size for path in self.series(key).folder.glob("*.fw?"))


def _file_name(text: str) -> str:
    """Return a name as that of a folder: nothing in it leads out of its parent."""
    name = quote(text, safe=_HARMLESS)
    return name.replace(".", "%2E") if name.startswith(".") else name
