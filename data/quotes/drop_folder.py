"""Candle files that a user drops into a folder: CSV or Parquet, one symbol and one width a file.

`AAPL_1d.csv`, `BTC-USD_1m.parquet`, or `AAPL/1d.csv`. Columns by name, in any order and case: a start (`start`, `time`,
`timestamp`, `date` or `datetime`: ISO 8601, or seconds, milliseconds or microseconds since 1970), `open`, `high`,
`low`, `close`, and `volume` where there is one. Times without a zone are UTC.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from data.quotes.gate import RefusedAnswerError
from domain.columns import CandleTable
from domain.market import BarInterval

SUFFIXES = (".csv", ".parquet")
_STARTS = ("start", "time", "timestamp", "date", "datetime")
_PRICES = ("open", "high", "low", "close")
_SETTLED_NS = 2_000_000_000
"""The coarsest step of a folder's time: within one of these a second change would not be seen."""
Listing = Mapping[str, Mapping[BarInterval, Path]]
"""Candle files by symbol and width."""


class DropFolder:
    """The candle files of a folder, looked through again once a folder has changed; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._times: dict[Path, int] = {}
        self._files: Listing = {}

    def files(self) -> Listing:
        """Return the files of now; others than those of candles are passed over."""
        with self._lock:
            if not self._times or any(_time_of(folder) != known for folder, known in self._times.items()):
                times, self._files = _list_files(self._folder)
                is_settled = time.time_ns() - max(times.values()) > _SETTLED_NS
                self._times = times if is_settled else {}
            return self._files


def _list_files(folder: Path) -> tuple[dict[Path, int], Listing]:
    """Return when each folder changed, read before it is looked through, and the files."""
    times = {folder: _time_of(folder)}
    paths = _children(folder)
    for inner in [path for path in paths if path.is_dir()]:
        times[inner] = _time_of(inner)
        paths += _children(inner)
    found: dict[str, dict[BarInterval, Path]] = {}
    for path in sorted(paths):
        name = path.stem if path.parent == folder else f"{path.parent.name}_{path.stem}"
        symbol, _, width = name.rpartition("_")
        if path.suffix.lower() in SUFFIXES and symbol and width.lower() in set(BarInterval) and path.is_file():
            found.setdefault(symbol.upper(), {})[BarInterval(width.lower())] = path
    return times, found


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it has just gone
        return []


def _time_of(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


def read_candle_file(path: Path) -> CandleTable:
    """Return the bars of a file in the order of the file.

    Args:
        path: A `.csv` or `.parquet` file.

    Raises:
        RefusedAnswerError: If it cannot be read as candles; says which file and why. The other files are well.
    """
    import pyarrow as pa  # noqa: PLC0415 - 0.1 s
    from pyarrow import csv, parquet  # noqa: PLC0415 - same

    try:
        is_csv = path.suffix.lower() == ".csv"
        return _candles_of(csv.read_csv(path) if is_csv else parquet.read_table(path))
    except (ValueError, OSError, pa.ArrowException) as error:
        message = f"The candle file {path.name} cannot be read: {error}"
        raise RefusedAnswerError(message[:300], hint="See the how-to of market data for its columns.") from error


def _candles_of(table: Any) -> CandleTable:
    names = {name.strip().lower(): name for name in table.column_names}
    starts = next((names[name] for name in _STARTS if name in names), None)
    missing = [name for name in _PRICES if name not in names]
    if starts is None or missing:
        raise ValueError(f"it has no column {missing[0] if missing else 'start'!r}")
    prices = {name: _floats(table[names[name]]) for name in _PRICES}
    volume = _floats(table[names["volume"]]) if "volume" in names else np.zeros(table.num_rows)
    return CandleTable(start=_micros(table[starts]), **prices, volume=volume)


def _floats(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - loaded by the caller

    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _micros(column: Any) -> Any:
    """Return instants as microseconds: of dates, timestamps with or without a zone, texts or numbers."""
    import pyarrow as pa  # noqa: PLC0415 - loaded by the caller

    kind = column.type
    if column.null_count:
        raise ValueError("a row has no start")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _scale(np.asarray(column.to_numpy(), dtype=np.float64))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.cast(pa.timestamp("us", tz="UTC"))
    instants = column.cast(pa.timestamp("us", tz=getattr(column.type, "tz", None)))
    return np.asarray(instants.cast(pa.int64()).to_numpy(), dtype=np.int64)


def _scale(numbers: Any) -> Any:
    """Tell seconds, milli-, micro- and nanoseconds since 1970 apart by their size."""
    largest = float(np.max(np.abs(numbers))) if len(numbers) else 0.0
    for limit, factor in ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0)):
        if largest < limit:
            return np.rint(numbers * factor).astype(np.int64)
    return np.rint(numbers / 1e3).astype(np.int64)
