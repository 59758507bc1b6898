"""The clock of the server's own zone plays no part in any figure."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from domain.filters import LedgerFilter
from services.container import Installation, Services
from tests.conftest import NOW
from tests.services.test_imports import request

pytestmark = pytest.mark.sqlite

ZONES = ("UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata", "Europe/London")
# Around midnight, the missing and the doubled hour of New York, the end of February and of the year.
ROWS = (
    "t1,2024-02-28 23:59:59,ACME,Buy,10,10.00,0.10,USD",
    "t2,2024-02-29 00:00:01,ACME,Sell,10,11.00,0.10,USD",
    "t3,2024-12-31 23:30:00,ACME,Buy,10,10.00,0.10,USD",
    "t4,2025-01-01 00:30:00,ACME,Sell,10,12.00,0.10,USD",
    "t5,2025-03-09 01:59:00,ACME,Buy,10,10.00,0.10,USD",
    "t6,2025-03-09 03:01:00,ACME,Sell,10,13.00,0.10,USD",
    "t7,2025-11-02 00:30:00,ACME,Buy,10,10.00,0.10,USD",
    "t8,2025-11-02 03:30:00,ACME,Sell,10,14.00,0.10,USD",
)


def test_days_are_equal_in_every_zone_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instants, trading days and daily results are the same wherever the server's clock is set."""
    found = []
    for number, zone in enumerate(ZONES):
        with monkeypatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            found.append(days_of(tmp_path / str(number)))
    time.tzset()
    assert len(found[0]) == 4
    assert all(days == found[0] for days in found)


def days_of(folder: Path) -> list[tuple[object, ...]]:
    """Import the rows into a new installation and return when each trade was, and what its day made."""
    folder.mkdir()
    services = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'f.db'}"), clock=lambda: NOW)
    services.migrate()
    user = services.users.register("maya", "four unrelated words")
    services.imports.commit(user.id, request(*ROWS))
    frame = services.portfolio.sets.load(user.id, LedgerFilter()).frame
    rows = zip(frame.opened_at, frame.closed_at, frame.entry_day, frame.exit_day, frame.net, strict=True)
    days = sorted(tuple(value.item() for value in row) for row in rows)
    services.db.close()
    return list(days)
