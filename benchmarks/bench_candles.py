"""Kept candles: few points of a million bars, one bar more, indicators, and files against a database table.

`python -m benchmarks.bench_candles` prints the tables of ADR 0028.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from analytics.level_of_detail import reduce_candles
from benchmarks.figures import Figure
from benchmarks.timing import interleave, ratio, show
from data.candles.chunk_cache import ChunkCache
from data.candles.merging import plain_bars
from data.candles.series import Series
from domain.candles import SeriesKey
from domain.chart_indicators import parse_indicators
from domain.columns import CandleTable, take
from domain.market import BarInterval
from services.candle_sources import window_of
from services.studies import study_of

POINTS = 2_000
APPENDS = 300
EVER = (-(2**62), 2**62)
CHOSEN = "sma50,ema50,bb20-2,rsi14,macd"


def bars(n: int, seed: int = 7) -> CandleTable:
    """Minutes of a walk in whole cents, around the clock."""
    rng = np.random.default_rng(seed)
    close = 40_000 + np.cumsum(rng.integers(-6, 7, n))
    opened = np.concatenate([[40_000], close[:-1]])
    low = np.minimum(opened, close) - rng.integers(0, 8, n)
    shift = max(0, 100 - int(low.min()))
    return CandleTable(
        start=1_735_689_600_000_000 + np.arange(n, dtype=np.int64) * 60_000_000,
        open=(opened + shift) / 100,
        high=(np.maximum(opened, close) + rng.integers(0, 8, n) + shift) / 100,
        low=(low + shift) / 100,
        close=(close + shift) / 100,
        volume=rng.integers(1, 5_000, n).astype(np.float64),
    )


def pyramid(candles: CandleTable) -> list[tuple[np.ndarray, ...]]:
    """The yardstick: float32 levels of a factor of eight, made once."""
    columns = tuple(getattr(candles, name).astype("f4") for name in ("open", "high", "low", "close"))
    levels = [columns]
    while len(levels[-1][0]) > 4_000:
        opened, high, low, close = levels[-1]
        rows = len(opened) // 8 * 8
        levels.append(
            (
                opened[:rows:8],
                high[:rows].reshape(-1, 8).max(1),
                low[:rows].reshape(-1, 8).min(1),
                close[7:rows:8],
            )
        )
    return levels


def pyramid_lod(levels: list[tuple[np.ndarray, ...]], start: np.ndarray, points: int) -> tuple[np.ndarray, ...]:
    """The yardstick: the whole range of a pyramid in some points, without volume."""
    n, level = len(levels[0][0]), 0
    while n // 8 ** (level + 1) >= points and level + 1 < len(levels):
        level += 1
    factor = 8**level
    opened, high, low, close = levels[level]
    rows = n // factor
    each = -(-rows // points)
    first = np.arange(0, rows, each)
    return (
        start[first * factor],
        opened[first],
        np.maximum.reduceat(high[:rows], first),
        np.minimum.reduceat(low[:rows], first),
        close[np.minimum(first + each, rows) - 1],
    )


def kept(folder: Path, candles: CandleTable) -> Series:
    """The bars in the store."""
    series = Series(folder / "series", BarInterval.M1, ChunkCache(2_000_000))
    series.append(plain_bars(candles, 0))
    return series


def lod_figures(series: Series, candles: CandleTable, rounds: int) -> list[Figure]:
    """All bars in two thousand points."""
    key, n = SeriesKey(provider="bench", symbol="B", interval=BarInterval.M1), len(candles)
    levels = pyramid(candles)
    begin, end = int(candles.start[0]), int(candles.start[-1]) + 60_000_000

    def own() -> CandleTable:
        return reduce_candles(window_of(series, key, BarInterval.M1, (begin, end), POINTS), POINTS)

    found = own()
    assert found.high.max() == candles.high.max()
    assert found.low.min() == candles.low.min()
    assert found.volume.sum() == candles.volume.sum()
    assert len(found) <= POINTS
    times = interleave(
        {
            "numpy pyramid, no volume (reference)": partial(
                _often, partial(pyramid_lod, levels, candles.start, POINTS)
            ),
            "kept pyramid, with volume": partial(_often, own),
            "reduceat over all bars": partial(_often, partial(_reduceat, candles), 5),
        },
        rounds,
    )
    show(
        f"{n:,} bars to {POINTS:,} points (CPU; the first two 50 times)", times, "numpy pyramid, no volume (reference)"
    )
    value = ratio(times, "kept pyramid, with volume", "numpy pyramid, no volume (reference)")
    return [Figure(id="M1", text=f"Level of detail to {POINTS:,} OHLCV / numpy pyramid", value=value, target=1.5, n=n)]


def _often(work: Callable[[], object], times: int = 50) -> None:
    for _ in range(times):
        work()


def _reduceat(candles: CandleTable) -> None:
    first = np.arange(0, len(candles), -(-len(candles) // POINTS))
    np.maximum.reduceat(candles.high, first)
    np.minimum.reduceat(candles.low, first)
    np.add.reduceat(candles.volume, first)


def append_figures(series: Series, candles: CandleTable, folder: Path) -> list[Figure]:
    """One bar more: the journal on the disk and every level of the pyramid."""
    for level in (BarInterval.M5, BarInterval.M15, BarInterval.M30, BarInterval.H1, BarInterval.H4):
        series.level(level)
    last = int(candles.start[-1])
    handle = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT)
    own, bare, busy = [], [], 0.0
    for row in range(APPENDS):
        one = take(candles, slice(row, row + 1))
        moved = CandleTable(
            start=np.array([last + (row + 1) * 60_000_000], dtype=np.int64),
            **{name: getattr(one, name) for name in ("open", "high", "low", "close", "volume")},
        )
        began, at_work = time.perf_counter(), time.process_time()
        series.append(plain_bars(moved, 0))
        own.append(time.perf_counter() - began)
        busy += time.process_time() - at_work
        began = time.perf_counter()
        os.write(handle, b"\0" * 64)
        os.fdatasync(handle)
        bare.append(time.perf_counter() - began)
    os.close(handle)
    assert len(series.read(last + 1, EVER[1])) == APPENDS
    own_ms, bare_ms, busy_ms = statistics.median(own) * 1e3, statistics.median(bare) * 1e3, busy / APPENDS * 1e3
    print(f"\nAppend of one bar to {len(candles):,}: {own_ms:.2f} ms; 64 bytes and fdatasync alone: {bare_ms:.2f} ms")
    n = len(candles)
    return [
        Figure(id="M2", text="Append of one bar, all levels, CPU milliseconds", value=busy_ms, target=2, n=n),
        Figure(id="M2", text="Append of one bar / 64 bytes and fdatasync", value=own_ms / bare_ms, target=5, n=n),
    ]


def indicator_figures(candles: CandleTable, rounds: int) -> list[Figure]:
    """Five indicators over all bars against bare TA-Lib."""
    import talib  # noqa: PLC0415 - of this part alone

    chosen = parse_indicators(CHOSEN)
    close = candles.close

    def bare() -> None:
        talib.SMA(close, 50)
        talib.EMA(close, 50)
        talib.BBANDS(close, 20, 2.0, 2.0)
        talib.RSI(close, 14)
        talib.MACD(close)

    def own() -> None:
        for item in chosen:
            study_of(item, candles)

    times = interleave({"TA-Lib": bare, "studies": own}, rounds)
    show(f"five indicators over {len(close):,} bars (CPU)", times, "TA-Lib")
    value = ratio(times, "studies", "TA-Lib")
    return [Figure(id="M3", text="Five indicators / bare TA-Lib", value=value, target=1.3, n=len(close))]


def read_figures(folder: Path, candles: CandleTable, rounds: int) -> list[Figure]:
    """A cold read of everything, and of a day, against a table of SQLite."""
    path = folder / "bars.db"
    with sqlite3.connect(path) as table:
        table.execute("CREATE TABLE bars (at INTEGER PRIMARY KEY, o, h, l, c, v) WITHOUT ROWID")
        columns = (candles.start, candles.open, candles.high, candles.low, candles.close, candles.volume)
        table.executemany(
            "INSERT INTO bars VALUES (?,?,?,?,?,?)", zip(*(item.tolist() for item in columns), strict=True)
        )
    table.commit()
    first, day = int(candles.start[len(candles) // 2]), 1_440 * 60_000_000

    def from_table(begin: int, end: int) -> int:
        rows = table.execute("SELECT * FROM bars WHERE at >= ? AND at < ?", (begin, end)).fetchall()
        return len(np.array(rows).T)

    def from_files(begin: int, end: int) -> int:
        return len(Series(folder / "series", BarInterval.M1, ChunkCache(2_000_000)).read(begin, end))

    times = interleave(
        {
            "files, everything, cold": partial(from_files, *EVER),
            "SQLite, everything": partial(from_table, *EVER),
            "files, one day, cold": partial(from_files, first, first + day),
            "SQLite, one day": partial(from_table, first, first + day),
        },
        rounds,
    )
    table.close()
    show(f"reading of {len(candles):,} bars (CPU)", times, "files, everything, cold")
    size = sum(item.stat().st_size for item in (folder / "series").glob("*.fw?"))
    print(
        f"  bytes a bar: files with pyramid {size / len(candles):.1f}, SQLite {path.stat().st_size / len(candles):.1f}"
    )
    value = ratio(times, "SQLite, everything", "files, everything, cold")
    n = len(candles)
    return [
        Figure(id="M4", text="Reading all bars: SQLite table / files", value=value, target=3, at_least=True, n=n),
        Figure(id="M4", text="Bytes a bar on the disk, pyramid included", value=size / n, target=10, n=n),
    ]


def figures(rows: int = 1_000_000, rounds: int = 5) -> list[Figure]:
    candles = bars(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series = kept(folder, candles)
        return [
            *lod_figures(series, candles, rounds),
            *indicator_figures(candles, rounds),
            *read_figures(folder, candles, min(rounds, 3)),
            *append_figures(series, candles, folder),
        ]


if __name__ == "__main__":
    figures()
