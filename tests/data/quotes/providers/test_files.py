"""Candle files of one's own: CSV and Parquet, and every way in which a file can be wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.quotes import ProviderOptions, QuoteProvider, known_providers
from data.quotes.cache import QuoteCache
from data.quotes.drop_folder import _list_files
from domain.errors import QuoteUnavailableError, SettingsError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import from_micros
from services.quotes import QuoteService
from tests.data.quotes.recorded import NOW
from tests.data.quotes.scripted import SteppedClock, make_scripted

HEAD = "date,open,high,low,close,volume\n"
ROWS = "2026-11-16,10,12,9,11,100\n2026-11-17,11,13,10,12,200\n"
SPAN = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


def build(folder: Path) -> QuoteProvider:
    """Make the provider of a folder."""
    return known_providers()["files"].build(ProviderOptions(clock=lambda: NOW, candle_dir=folder))


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    """The same bars, from a flat name and from a folder of the symbol."""
    import pyarrow as pa  # noqa: PLC0415 - only where files are written
    from pyarrow import parquet  # noqa: PLC0415 - same

    (tmp_path / "EXM_1d.csv").write_text(HEAD + ROWS)
    (tmp_path / "EXP").mkdir()
    days = [datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 17, tzinfo=UTC)]
    columns = {"Time": days, "Open": [10.0, 11], "High": [12.0, 13], "Low": [9.0, 10], "Close": [11.0, 12]}
    parquet.write_table(pa.table({**columns, "Volume": [100, 200]}), tmp_path / "EXP" / "1d.parquet")
    provider = build(tmp_path)
    for symbol in ("EXM", "EXP"):
        bars = provider.candles(symbol, BarInterval.D1, *SPAN)
        assert [from_micros(start) for start in bars.start.tolist()] == days
        assert (bars.close.tolist(), bars.volume.tolist()) == ([11, 12], [100, 200])
        quote = provider.quotes([symbol])[symbol]
        assert (quote.price, quote.previous_close, quote.as_of) == (12, 11, days[1] + timedelta(days=1))
    assert [item.symbol for item in provider.search("ex")] == ["EXM", "EXP"]
    assert provider.profile("EXM").symbol == "EXM"


@pytest.mark.parametrize("factor", [1, 1_000, 1_000_000, 1_000_000_000])
def test_numbers_of_any_unit_are_instants(tmp_path: Path, factor: int) -> None:
    """Seconds, milli-, micro- and nanoseconds since 1970 are told apart by their size."""
    start = int(datetime(2026, 11, 17, 14, 30, tzinfo=UTC).timestamp()) * factor
    (tmp_path / "BTC-USD_1m.csv").write_text(f"time,open,high,low,close\n{start},10,12,9,11\n")
    bars = build(tmp_path).candles("BTC-USD", BarInterval.M1, *SPAN)
    assert from_micros(int(bars.start[0])) == datetime(2026, 11, 17, 14, 30, tzinfo=UTC)
    assert bars.volume.tolist() == [0]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """New bars are there with the next look."""
    path = tmp_path / "EXM_1d.csv"
    path.write_text(HEAD + ROWS)
    provider = build(tmp_path)
    assert provider.quotes(["EXM"])["EXM"].price == 12
    path.write_text(HEAD + ROWS + "2026-11-18,12,14,11,13,100\n")
    os.utime(path, ns=(1, 1))
    assert provider.quotes(["EXM"])["EXM"].price == 13


def test_a_folder_is_listed_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of questions cost one look into the folder; a file that comes or goes, at any depth, is seen at once."""
    inner = tmp_path / "EXP"
    inner.mkdir()
    (tmp_path / "EXM_1d.csv").write_text(HEAD + ROWS)
    looks: list[Path] = []

    def count(folder: Path) -> Any:
        looks.append(folder)
        return _list_files(folder)

    def settle() -> None:
        for folder in (inner, tmp_path):
            os.utime(folder, ns=(1, len(looks) + 1))

    monkeypatch.setattr("data.quotes.drop_folder._list_files", count)
    settle()
    provider = build(tmp_path)
    for _ in range(3):
        assert [item.symbol for item in provider.search("")] == ["EXM"]
        assert len(provider.candles("EXM", BarInterval.D1, *SPAN)) == 2
    assert len(looks) == 1
    (inner / "1d.csv").write_text(HEAD + ROWS)
    settle()
    assert [item.symbol for item in provider.search("")] == ["EXM", "EXP"]
    (tmp_path / "EXM_1d.csv").unlink()
    assert [item.symbol for item in provider.search("")] == ["EXP"]


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """One file that cannot be read costs neither the prices of the others nor the provider's good name."""
    (tmp_path / "EXM_1d.csv").write_text(HEAD + ROWS)
    (tmp_path / "BAD_1d.csv").write_text("<html>")
    clock = SteppedClock(NOW)
    cache = QuoteCache(tmp_path / "cache", clock, patience_seconds=60, deadline_seconds=60)
    service = QuoteService([build(tmp_path)], tmp_path, clock, cache=cache)
    assert list(service.quotes(["BAD", "EXM"])) == ["EXM"]
    assert service.quotes(["BAD"]) == {}
    for _ in range(2):  # the second one is told what the first one heard
        with pytest.raises(QuoteUnavailableError, match=r"BAD_1d\.csv"):
            service.candles("BAD", BarInterval.D1)
    assert [status.is_ok for status in service.provider_status()] == [True]
    assert service.candles("EXM", BarInterval.D1).close.tolist() == [11, 12]
    cache.close()


def test_an_old_file_is_history_and_no_price(tmp_path: Path) -> None:
    """A last close of last year is not the last price."""
    (tmp_path / "EXM_1d.csv").write_text(HEAD + "2025-11-17,11,13,10,12,200\n")
    provider = build(tmp_path)
    assert provider.quotes(["EXM"]) == {}
    assert len(provider.candles("EXM", BarInterval.D1, datetime(2025, 1, 1, tzinfo=UTC), NOW)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "EXM_1d.csv"),
        ("<html><body>Welcome</body></html>", "column"),
        ("day,first,last\n1,2,3\n", "column"),
        ("date,open,high,low\n2026-11-17,1,1,1\n", "'close'"),
        (HEAD + "2026-11-17,11,13,10\n", "EXM_1d.csv"),
        (HEAD + "2026-11-17,eleven,13,10,12,200\n", "EXM_1d.csv"),
        (HEAD + "yesterday,11,13,10,12,200\n", "EXM_1d.csv"),
        (HEAD + ",11,13,10,12,200\n2026-11-17,11,13,10,12,200\n", "EXM_1d.csv"),
    ],
)
def test_a_file_that_is_none_is_an_error_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    """What cannot be read says which file and why, and nothing of it is used."""
    (tmp_path / "EXM_1d.csv").write_text(text)
    with pytest.raises(QuoteUnavailableError) as caught:
        build(tmp_path).candles("EXM", BarInterval.D1, *SPAN)
    assert said in caught.value.message


def test_a_truncated_parquet_file_is_an_error(tmp_path: Path) -> None:
    """Half a file is none."""
    (tmp_path / "EXM_1d.parquet").write_bytes(b"PAR1" + bytes(100))
    with pytest.raises(QuoteUnavailableError):
        build(tmp_path).candles("EXM", BarInterval.D1, *SPAN)


def test_bars_that_cannot_be_true_do_not_pass_the_gate(tmp_path: Path) -> None:
    """Bars of a file go through the same gate as those of a provider."""
    rows = ROWS + "2026-11-17,11,13,10,12.5,200\n2026-11-18,0,1,0,0,1\n"
    (tmp_path / "EXM_1d.csv").write_text(HEAD + rows)
    clock = SteppedClock(NOW)
    cache = QuoteCache(tmp_path / "cache", clock)
    service = QuoteService([build(tmp_path)], tmp_path, clock, cache=cache)
    fetched = service.fetch_candles("EXM", BarInterval.D1, *SPAN)
    assert fetched.bars.close.tolist() == [11, 12.5]
    assert len(fetched.faults) == 2
    assert not fetched.is_split_adjusted
    cache.close()


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    """A name without a width, another kind of file: not ours."""
    for name in ("notes.txt", "EXM.csv", "EXM_7x.csv"):
        (tmp_path / name).write_text("x")
    provider = build(tmp_path)
    assert provider.search("") == []
    with pytest.raises(UnknownSymbolError):
        provider.candles("EXM", BarInterval.D1, *SPAN)


def test_a_folder_is_needed(tmp_path: Path) -> None:
    """Without a folder, or with one that is not there, the error names the setting."""
    for folder in (None, tmp_path / "missing"):
        with pytest.raises(SettingsError) as caught:
            known_providers()["files"].build(ProviderOptions(candle_dir=folder))
        assert "FILLWISE_CANDLE_DIR" in caught.value.message + caught.value.hint


def test_a_long_history_is_read(tmp_path: Path) -> None:
    """A large file is columns, never rows of objects."""
    import pyarrow as pa  # noqa: PLC0415 - only where files are written
    from pyarrow import parquet  # noqa: PLC0415 - same

    starts = 1_700_000_000 + 60 * np.arange(200_000)
    prices: dict[str, Any] = dict.fromkeys(("open", "high", "low", "close"), np.full(200_000, 10.0))
    parquet.write_table(pa.table({"time": starts, **prices}), tmp_path / "EXM_1m.parquet")
    span = datetime(2023, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    assert len(build(tmp_path).candles("EXM", BarInterval.M1, *span)) == 200_000


def test_a_folder_without_a_file_of_what_others_know_is_well(tmp_path: Path) -> None:
    """Asked for a symbol that another provider gave, it has no price and does not rest: its own files go on."""
    (tmp_path / "EXM_1d.csv").write_text(HEAD + ROWS)
    clock = SteppedClock(NOW)
    cache = QuoteCache(tmp_path / "cache", clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 1.0)
    vendor, files = make_scripted(clock), build(tmp_path)
    vendor.prices = {"OTHER": 10.0}
    assert list(cache.renew(vendor, ["OTHER"])) == ["OTHER"]
    clock.advance(61)
    assert cache.renew(files, ["OTHER"]) == {}
    assert cache.status(files.spec).is_ok
    assert cache.renew(files, ["EXM"])["EXM"].price == 12
    cache.close()
