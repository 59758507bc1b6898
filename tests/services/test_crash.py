"""kill -9 during an import leaves all of it or nothing, and importing again is exact."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.container import Installation, Services
from services.imports import ImportRequest
from tests.conftest import NOW, ROOT
from tests.services.samples import trades_csv

ROWS = 6_000
KILLS = 8


@pytest.mark.slow
def test_a_killed_import_is_all_or_nothing(tmp_path: Path) -> None:
    """Whenever the process dies, the ledger holds none or all of the file's executions."""
    file = tmp_path / "fills.csv"
    rows = (
        f"k{n},2026-03-02 10:{n // 60 % 60:02d}:{n % 60:02d},ACME,{'Buy' if n % 2 else 'Sell'},1,10.00,0,USD"
        for n in range(ROWS)
    )
    file.write_bytes(trades_csv(rows))
    seen: set[int] = set()
    for attempt in range(KILLS):
        folder = tmp_path / f"run{attempt}"
        folder.mkdir()
        seen.add(_import_and_kill(folder, file, delay=random.Random(attempt).uniform(0.0, 0.5)))
    assert seen <= {0, ROWS}


def _import_and_kill(folder: Path, file: Path, *, delay: float) -> int:
    services = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'f.db'}"), clock=lambda: NOW)
    services.migrate()
    user = services.users.register("maya", "four unrelated words")
    command = [sys.executable, str(ROOT / "tests" / "services" / "crash_import.py"), str(folder), str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
    services.ledger.forget()
    stored = sum(len(book.executions) for book in services.ledger.books(user.id))
    request = ImportRequest(
        filename="fills.csv", payload=file.read_bytes(), account="Main", timezone="America/New_York"
    )
    services.imports.commit(user.id, request)
    assert sum(len(book.executions) for book in services.ledger.books(user.id)) == ROWS
    services.db.close()
    return stored
