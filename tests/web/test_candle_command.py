"""`python app.py candles …`: history fetched, listed, written to files and taken in from them."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InvalidInputError, SettingsError
from services.container import Installation, Services
from tests.conftest import NOW
from tests.servers import new_database
from web import candle_command


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An installation on the demo market."""
    folder = tmp_path_factory.mktemp("candles")
    made = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    made.migrate()
    yield made
    made.quotes.close()
    made.db.close()


def run(services: Services, *arguments: str | Path) -> int:
    """One command and its exit code."""
    parser = argparse.ArgumentParser()
    candle_command.add_arguments(parser)
    return candle_command.run(services, parser.parse_args([str(item) for item in arguments]))


def test_history_is_fetched_listed_and_written(
    services: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fetched bars are listed, and a CSV and a Parquet file of them can be taken in again, bar for bar."""
    assert run(services, "fetch", "IBM", "--from", "2026-11-02", "--to", "2026-11-06") == 0
    assert "IBM: 1,950 bars added (1m, demo)." in capsys.readouterr().out
    assert run(services, "list") == 0
    assert "IBM           1m  demo              1,950 bars  2026-11-02 to 2026-11-06" in capsys.readouterr().out
    for kind in ("csv", "parquet"):
        written = ("--from", "2026-11-02", "--to", "2026-11-06", "--format", kind, "--out", tmp_path)
        assert run(services, "export", "IBM", *written) == 0
        assert run(services, "import", tmp_path / f"IBM_1m.{kind}", "--symbol", f"MY{kind}") == 0
        assert "1,950 bars added (1m, files)" in capsys.readouterr().out
    with (tmp_path / "IBM_1m.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1_950
    assert rows[0]["start"] == "2026-11-02T14:30:00+00:00"


def test_one_failure_does_not_hinder_the_others(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    """A symbol nobody knows is told by name, the next one is fetched, and the exit code says that something failed."""
    assert run(services, "fetch", "NOSUCH", "MSFT", "--from", "2026-11-05", "--to", "2026-11-05") == 1
    told = capsys.readouterr()
    assert told.err.startswith("NOSUCH: ")
    assert "MSFT: 390 bars added" in told.out
    assert run(services, "export", "NOSUCH", "--out", "-") == 1
    assert run(services, "import", "none.csv") == 1
    assert "does not say how wide" in capsys.readouterr().err


def test_what_cannot_be_done_is_told(services: Services) -> None:
    """Days that are none, a period that ends before it starts, and a repair of nothing are refused with a hint."""
    with pytest.raises(SettingsError, match="--from 'yesterday' is not a day"):
        run(services, "fetch", "IBM", "--from", "yesterday")
    with pytest.raises(SettingsError, match="is before"):
        run(services, "export", "IBM", "--from", "2026-11-05", "--to", "2026-11-01")
    with pytest.raises(InvalidInputError, match="Nothing of this is kept"):
        run(services, "repair", "IBM")
    with pytest.raises(SystemExit):
        run(services, "fetch")
