"""Your own candle files: what lies in the folder of FILLWISE_CANDLE_DIR, see `data.quotes.drop_folder`.

A file is read when its size or time of change is new, and the folder listed when it has changed. The last close is the
last price, if it is no older than two weeks; the symbols that can be searched are those with a file.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider
from data.quotes.drop_folder import DropFolder, read_candle_file
from data.quotes.gate import RefusedAnswerError
from domain.columns import CandleTable, take
from domain.errors import SettingsError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import from_micros, to_micros

_OLDEST = timedelta(days=14)
_KEPT = 8
"""Tables that are remembered; of every file its last bar is."""
Stamp = tuple[int, int]
"""Time of change and size of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """The last bar of a file: its start in microseconds since 1970, its close, and the close before, None if alone."""

    start: int
    close: float
    before: float | None


class FileProvider(NotStreaming):
    """Serves the candle files of one folder."""

    def __init__(self, folder: Path, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._folder = DropFolder(folder)
        self._clock = options.clock
        self._tables: dict[Path, tuple[Stamp, CandleTable]] = {}
        self._ends: dict[Path, tuple[Stamp, _End | None]] = {}
        self._lock = threading.Lock()

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last close of each symbol with a file; a file that cannot be read is no price.

        Raises:
            RefusedAnswerError: If none of the files that there are can be read.
        """
        files = self._folder.files()
        found: dict[str, Quote] = {}
        fault: RefusedAnswerError | None = None
        for symbol in [name for name in symbols if name in files]:
            try:
                quote = self._quote(symbol, files[symbol])
            except RefusedAnswerError as error:
                fault = error
            else:
                found |= {} if quote is None else {symbol: quote}
        if fault is not None and not found:
            raise fault
        return found

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return the bars of a file."""
        path = self._folder.files().get(symbol, {}).get(interval)
        if path is None:
            raise UnknownSymbolError(f"There is no file of {interval.value} candles of {symbol!r}.")
        bars = self._table(path, _stamp_of(path))
        rows = (bars.start >= to_micros(start)) & (bars.start < to_micros(end))
        found: CandleTable = take(bars, rows)
        return found

    def profile(self, symbol: str) -> Profile:
        """Return the symbol, of which a file tells nothing else."""
        if symbol not in self._folder.files():
            raise UnknownSymbolError(f"There is no file of {symbol!r}.")
        return Profile(symbol=symbol, exchange="Your files", currency="", provider=PROVIDER.slug)

    def search(self, text: str) -> list[Profile]:
        """Return the symbols with a file that contain the text."""
        wanted = text.strip().upper()
        names = sorted(name for name in self._folder.files() if wanted in name)
        return [Profile(symbol=name, exchange="Your files", currency="", provider=PROVIDER.slug) for name in names]

    def _quote(self, symbol: str, files: Mapping[BarInterval, Path]) -> Quote | None:
        width = next(width for width in BarInterval if width in files)
        last, now = self._end(files[width]), self._clock()
        if last is None or from_micros(last.start) < now - _OLDEST:
            return None
        return Quote(
            symbol=symbol,
            price=last.close,
            as_of=min(from_micros(last.start) + width.width, now),
            fetched_at=now,
            provider=PROVIDER.slug,
            previous_close=last.before if width is BarInterval.D1 else None,
        )

    def _end(self, path: Path) -> _End | None:
        """Return the last bar of a file, which is remembered when its table no longer is."""
        stamp = _stamp_of(path)
        known = self._ends.get(path)
        if known is None or known[0] != stamp:
            bars = self._table(path, stamp)
            known = self._ends[path] = stamp, _end_of(bars)
        return known[1]

    def _table(self, path: Path, stamp: Stamp) -> CandleTable:
        with self._lock:
            kept = self._tables.get(path)
            if kept is None or kept[0] != stamp:
                bars = read_candle_file(path)
                kept = stamp, take(bars, np.argsort(bars.start, kind="stable"))
                self._tables[path] = kept
                while len(self._tables) > _KEPT:
                    del self._tables[next(iter(self._tables))]
            return kept[1]


def _stamp_of(path: Path) -> Stamp:
    try:
        state = path.stat()
    except OSError as error:
        raise RefusedAnswerError(f"The candle file {path.name} has just gone.", hint="Try again.") from error
    return state.st_mtime_ns, state.st_size


def _end_of(bars: CandleTable) -> _End | None:
    if not len(bars):
        return None
    before = float(bars.close[-2]) if len(bars) > 1 else None
    return _End(start=int(bars.start[-1]), close=float(bars.close[-1]), before=before)


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
