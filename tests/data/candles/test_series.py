"""A series of kept bars: what is kept stays, through crashes, repeats and other processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.candles.archive import CandleArchive
from data.candles.chunk_cache import ChunkCache
from data.candles.journal import RECORD, pack_bars, unpack_bars
from data.candles.merging import MergeCount, merge_bars, plain_bars
from data.candles.series import JOURNAL, Series
from data.candles.widths import chunk_keys, chunk_period, widen, wider_levels
from domain.candles import SeriesKey
from domain.columns import CandleTable, take
from domain.market import BarInterval
from tests.conftest import ROOT
from tests.data.candles.bars import MINUTE, MONDAY, assert_same, minutes

M1 = BarInterval.M1
EVER = (-(2**62), 2**62)
LAST_OF_NOVEMBER = 1_796_083_200_000_000 - 100 * MINUTE
"""A hundred minutes before 2026-12-01 00:00 UTC."""


@pytest.fixture
def series(tmp_path: Path) -> Series:
    """An empty series of minutes."""
    return Series(tmp_path / "series", M1, ChunkCache())


def again(series: Series) -> Series:
    """The same files as another process sees them."""
    return Series(series.folder, series.interval, ChunkCache())


def rows(candles: CandleTable, begin: int, end: int) -> CandleTable:
    """Some rows."""
    found: CandleTable = take(candles, slice(begin, end))
    return found


def test_bars_come_back_as_they_came(series: Series) -> None:
    """Bars over two months, in one batch and then one by one, are read back bit for bit, by another process too."""
    bars = minutes(220, start=LAST_OF_NOVEMBER)
    assert series.append(plain_bars(rows(bars, 0, 180), 7)) == MergeCount(added=180)
    for row in range(180, 220):
        series.append(plain_bars(rows(bars, row, row + 1), 8))
    for reader in (series, again(series)):
        assert_same(reader.read(*EVER).candles, bars)
        assert reader.read(*EVER).basis.tolist() == [7] * 180 + [8] * 40
    assert [chunk.key for chunk in series.chunks()] == ["2026-11", "2026-12"]
    assert len(series.tail()) == 40
    assert_same(series.read(int(bars.start[95]), int(bars.start[190])).candles, rows(bars, 95, 190))


@settings(max_examples=15)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_every_level_is_kept_up(tmp_path_factory: pytest.TempPathFactory, batches: list[int]) -> None:
    """After any batches the wider bars of the pyramid are those of all bars together."""
    made = Series(tmp_path_factory.mktemp("pyramid") / "s", M1, ChunkCache())
    bars = minutes(sum(batches), start=LAST_OF_NOVEMBER)
    done = 0
    for size in batches:
        made.append(plain_bars(rows(bars, done, done + size), 0))
        done += size
        for level in wider_levels(M1):
            assert_same(made.level(level), widen(rows(bars, 0, done), level))
    fresh = again(made)
    for level in wider_levels(M1):
        assert_same(fresh.level(level), widen(bars, level))


def test_the_journal_empties_into_chunks(series: Series) -> None:
    """Compacting moves bars into their chunks; nothing is lost or doubled, and the levels stay the same."""
    bars = minutes(160, start=LAST_OF_NOVEMBER)
    series.append(plain_bars(rows(bars, 0, 90), 0))
    reader = again(series)
    assert len(reader.read(*EVER)) == 90
    for row in range(90, 160):
        series.append(plain_bars(rows(bars, row, row + 1), 0))
    series.compact()
    assert len(series.tail()) == 0
    assert (series.folder / JOURNAL).stat().st_size == 0
    for each in (series, reader):
        assert_same(each.read(*EVER).candles, bars)
        assert_same(each.level(BarInterval.H1), widen(bars, BarInterval.H1))


def test_duplicates_and_late_bars_are_merged(series: Series) -> None:
    """Bars that come again count as the same, those out of order find their place, corrections take theirs."""
    bars = minutes(100)
    series.append(plain_bars(rows(bars, 0, 40), 0))
    series.append(plain_bars(rows(bars, 60, 100), 0))
    mixed = take(bars, np.array([70, 50, 10, 41, 50]))
    assert series.append(plain_bars(mixed, 0)) == MergeCount(added=2, same=2)
    better = take(bars, np.array([5]))
    better.volume[:] = better.volume + 1
    assert series.append(plain_bars(better, 0)) == MergeCount(changed=1)
    found = series.read(*EVER).candles
    expected = [row for row in range(100) if row < 40 or row >= 60 or row in (41, 50)]
    assert found.start.tolist() == bars.start[expected].tolist()
    assert found.volume[5] == bars.volume[5] + 1


def test_good_bars_are_not_overwritten_by_worse(series: Series) -> None:
    """A bar that lost its volume, or a hundred times the price, does not take the place of a good one."""
    bars = minutes(80)
    series.append(plain_bars(bars, 0))
    hollow, wrong = take(bars, np.array([3])), take(bars, np.array([4]))
    hollow.volume[:] = 0
    wrong.close[:] = wrong.close * 100
    wrong.high[:] = wrong.high * 100
    assert series.append(plain_bars(hollow, 0)) == MergeCount(refused=1)
    assert series.append(plain_bars(wrong, 0)) == MergeCount(refused=1)
    assert_same(series.read(*EVER).candles, bars)


@pytest.mark.parametrize("cut", [1, RECORD.size // 2, RECORD.size - 1])
def test_a_torn_record_counts_as_not_written(series: Series, cut: int) -> None:
    """What a crash left half written is left out, and the next bar is written over it."""
    bars = minutes(70)
    series.append(plain_bars(rows(bars, 0, 66), 0))
    series.append(plain_bars(rows(bars, 66, 67), 0))
    with (series.folder / JOURNAL).open("ab") as file:
        file.write(pack_bars(plain_bars(rows(bars, 67, 68), 0))[:cut])
    fresh = again(series)
    assert_same(fresh.read(*EVER).candles, rows(bars, 0, 67))
    fresh.append(plain_bars(rows(bars, 67, 69), 0))
    assert_same(again(series).read(*EVER).candles, rows(bars, 0, 69))
    assert_same(series.read(*EVER).candles, rows(bars, 0, 69))


def test_a_record_with_a_flipped_bit_is_not_believed() -> None:
    """One changed bit anywhere in a record makes it, and what follows, unread."""
    bars = plain_bars(minutes(3), 0)
    payload = pack_bars(bars)
    for place in range(RECORD.size, 2 * RECORD.size):
        broken = bytearray(payload)
        broken[place] ^= 4
        found, good = unpack_bars(bytes(broken))
        assert (len(found), good) == (1, RECORD.size)


def test_a_damaged_chunk_is_set_aside(series: Series) -> None:
    """A file with one changed byte is not read: its bars are missing and can be fetched again; the others stay."""
    bars = minutes(200, start=LAST_OF_NOVEMBER)
    series.append(plain_bars(bars, 0))
    path = series.folder / "2026-11.fwc"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    fresh = again(series)
    assert fresh.check() == ["2026-11"]
    assert_same(fresh.read(*EVER).candles, rows(bars, 100, 200))
    assert (series.folder / "2026-11.fwc.damaged").exists()
    fresh.append(plain_bars(rows(bars, 0, 100), 0))
    assert_same(fresh.read(*EVER).candles, bars)


def test_a_damaged_head_is_set_aside_when_it_is_read(series: Series) -> None:
    """A chunk cut short is found when the series is opened."""
    series.append(plain_bars(minutes(200, start=LAST_OF_NOVEMBER), 0))
    path = series.folder / "2026-12.fwc"
    path.write_bytes(path.read_bytes()[:-20])
    assert [chunk.key for chunk in again(series).chunks()] == ["2026-11"]


WRITER = """
import sys
from pathlib import Path
from data.candles.chunk_cache import ChunkCache
from data.candles.merging import plain_bars
from data.candles.series import Series
from domain.columns import take
from domain.market import BarInterval
from tests.data.candles.bars import minutes
series = Series(Path(sys.argv[1]), BarInterval.M1, ChunkCache())
bars = minutes(40_000)
for row in range(100_000):
    batch = 1 if row % 7 else 90
    first = len(series.read(-(2**62), 2**62)) if row == 0 else last
    last = first + batch
    series.append(plain_bars(take(bars, slice(first, last)), 0))
    print(last, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """A writer killed at any moment loses nothing it reported, and a reader beside it never sees a hole."""
    folder, bars = tmp_path / "killed", minutes(40_000)
    reader = Series(folder, M1, ChunkCache())
    for kill_after in (3, 11):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        reported = 0
        for _ in range(kill_after):
            reported = int(process.stdout.readline())
            seen = reader.read(*EVER).candles
            assert_same(seen, rows(bars, 0, len(seen)))
            assert len(seen) >= reported
        process.kill()
        rest = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        reported = max([reported, *map(int, rest[:-1])])
        assert len(Series(folder, M1, ChunkCache()).read(*EVER)) >= reported
        assert_same(again(reader).read(*EVER).candles, rows(bars, 0, len(again(reader).read(*EVER))))


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Two that write the same series at once leave every bar of both, once."""
    bars = minutes(300)
    halves = [take(bars, slice(half, None, 2)) for half in (0, 1)]

    def write(part: CandleTable) -> None:
        mine = Series(tmp_path / "both", M1, ChunkCache())
        for row in range(0, len(part), 15):
            mine.append(plain_bars(rows(part, row, row + 15), 0))

    threads = [threading.Thread(target=write, args=(part,)) for part in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_same(Series(tmp_path / "both", M1, ChunkCache()).read(*EVER).candles, bars)


def test_merging_keeps_the_later_of_two_rows() -> None:
    """Of two new bars with one label the later row counts."""
    bars = minutes(3)
    twice = take(bars, np.array([0, 1, 1]))
    twice.volume[2] = 99.0
    merged, count = merge_bars(plain_bars(rows(bars, 0, 1), 0), plain_bars(twice, 0))
    assert merged.candles.volume.tolist() == [bars.volume[0], 99.0]
    assert count == MergeCount(added=1, same=1)


def test_chunks_are_calendar_periods() -> None:
    """Minutes lie in months, hours in years, days in one chunk; a key says its period."""
    starts = np.array([MONDAY, MONDAY + 40 * 86_400_000_000], dtype=np.int64)
    assert [key for key, _ in chunk_keys(starts, M1)] == ["2026-11", "2027-01"]
    assert [key for key, _ in chunk_keys(starts, BarInterval.H1)] == ["2026", "2027"]
    assert [key for key, _ in chunk_keys(starts, BarInterval.D1)] == ["all"]
    begin, end = chunk_period("2026-12")
    assert (end - begin) == 31 * 86_400_000_000
    assert chunk_period("2026")[0] < begin < end == chunk_period("2026")[1]
    for wrong in ("", "2026-13", "20-01", "abcd", "2026/01"):
        with pytest.raises(ValueError):
            chunk_period(wrong)


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    """Symbols with signs of paths are kept below the folder and listed under their own name."""
    archive = CandleArchive(tmp_path / "candles", simulated=("demo",))
    for symbol in ("../../etc", "BTC-USD", "..", "A/B", "^NSEI", "M&M.NS"):
        key = SeriesKey(provider="demo", symbol=symbol, interval=M1)
        archive.series(key).append(plain_bars(minutes(2), 0))
        assert archive.list_keys(symbol) == [key]
        assert (tmp_path / "candles") in archive.series(key).folder.resolve().parents
    assert len(archive.list_keys()) == 6
    assert archive.is_simulated(archive.list_keys()[0])


def test_a_chunk_replaced_while_it_is_read_counts_once(series: Series) -> None:
    """Between a look at the names and the reading, another process empties the journal: no bar is lost or doubled."""
    bars = minutes(160, start=LAST_OF_NOVEMBER)
    series.append(plain_bars(rows(bars, 0, 120), 0))
    for row in range(120, 160):
        series.append(plain_bars(rows(bars, row, row + 1), 0))
    reader = again(series)
    assert len(reader.tail()) == 40
    series.compact()
    reader._refresh = lambda: None  # type: ignore[method-assign]
    assert_same(reader.level(BarInterval.M5), widen(bars, BarInterval.M5))
    assert_same(reader.read(*EVER).candles, bars)
