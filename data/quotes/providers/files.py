"""Your own candle files: what lies in the folder of FILLWISE_CANDLE_DIR, see `data.quotes.drop_folder`.

A file is read when its size or time of change is new. The last close is the last price, if it is no older than two
weeks; the symbols that can be searched are those with a file.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider
from data.quotes.drop_folder import list_files, read_candle_file
from domain.columns import CandleTable, take
from domain.errors import SettingsError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import from_micros, to_micros

_OLDEST = timedelta(days=14)
_KEPT = 8


class FileProvider(NotStreaming):
    """Serves the candle files of one folder."""

    def __init__(self, folder: Path, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._folder = folder
        self._clock = options.clock
        self._read: dict[Path, tuple[tuple[int, int], CandleTable]] = {}
        self._lock = threading.Lock()

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last close of each symbol with a file."""
        files = list_files(self._folder)
        found = {symbol: self._quote(symbol, files) for symbol in symbols}
        return {symbol: quote for symbol, quote in found.items() if quote is not None}

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return the bars of a file."""
        path = list_files(self._folder).get((symbol, interval))
        if path is None:
            raise UnknownSymbolError(f"There is no file of {interval.value} candles of {symbol!r}.")
        bars = self._table(path)
        rows = (bars.start >= to_micros(start)) & (bars.start < to_micros(end))
        found: CandleTable = take(bars, rows)
        return found

    def profile(self, symbol: str) -> Profile:
        """Return the symbol, of which a file tells nothing else."""
        if not any(name == symbol for name, _ in list_files(self._folder)):
            raise UnknownSymbolError(f"There is no file of {symbol!r}.")
        return Profile(symbol=symbol, exchange="Your files", currency="", provider=PROVIDER.slug)

    def search(self, text: str) -> list[Profile]:
        """Return the symbols with a file that contain the text."""
        wanted = text.strip().upper()
        names = sorted({name for name, _ in list_files(self._folder) if wanted in name})
        return [Profile(symbol=name, exchange="Your files", currency="", provider=PROVIDER.slug) for name in names]

    def _quote(self, symbol: str, files: dict[tuple[str, BarInterval], Path]) -> Quote | None:
        widths = [width for width in BarInterval if (symbol, width) in files]
        if not widths:
            return None
        bars = self._table(files[symbol, widths[0]])
        now = self._clock()
        if not len(bars) or from_micros(int(bars.start[-1])) < now - _OLDEST:
            return None
        ends = from_micros(int(bars.start[-1])) + widths[0].width
        has_day_before = widths[0] is BarInterval.D1 and len(bars) > 1
        return Quote(
            symbol=symbol,
            price=float(bars.close[-1]),
            as_of=min(ends, now),
            fetched_at=now,
            provider=PROVIDER.slug,
            previous_close=float(bars.close[-2]) if has_day_before else None,
        )

    def _table(self, path: Path) -> CandleTable:
        state = path.stat()
        stamp = state.st_mtime_ns, state.st_size
        with self._lock:
            kept = self._read.get(path)
            if kept is None or kept[0] != stamp:
                bars = read_candle_file(path)
                kept = stamp, take(bars, np.argsort(bars.start, kind="stable"))
                self._read[path] = kept
                while len(self._read) > _KEPT:
                    del self._read[next(iter(self._read))]
            return kept[1]


def _build(options: ProviderOptions) -> QuoteProvider:
    if options.candle_dir is None:
        raise SettingsError(
            "The quote provider files needs a folder.", hint="Set FILLWISE_CANDLE_DIR or leave files out."
        )
    if not options.candle_dir.is_dir():
        raise SettingsError(f"FILLWISE_CANDLE_DIR: {options.candle_dir} is not a folder.")
    return FileProvider(options.candle_dir, options)


PROVIDER = ProviderSpec(
    slug="files",
    title="Your files",
    build=_build,
    asset_classes=("stock", "fund", "index", "forex", "crypto", "future"),
    intervals=tuple(BarInterval),
    is_split_adjusted=False,
    key_setting="FILLWISE_CANDLE_DIR",
    note="CSV or Parquet files that you drop into a folder, such as AAPL_1d.csv.",
)
