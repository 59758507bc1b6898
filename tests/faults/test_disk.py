"""A full or read-only disk refuses an import as a whole, says so, and lets people read on; later all is well again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.disk_faults import ROWS
from tests.faults.test_kill import run_program

FAULTS = 100


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_failing_disk_loses_and_halves_nothing(tmp_path: Path) -> None:
    """At a hundred points where the disk fills up, and on a read-only one, the import is rolled back and repeatable."""
    faults = run_program("disk_faults", str(tmp_path), str(FAULTS))
    assert len(faults) == FAULTS + 1
    refused = [fault for fault in faults if "error" in fault]
    for fault in refused:
        assert fault["error"] == "StorageError", fault
        assert "Nothing was saved" in fault["hint"], fault
        assert (fault["stored"], fault["again"]) == (0, ROWS), fault
    for fault in faults:
        assert (fault["readable"], fault["after"], fault["sound"]) == (ROWS, ROWS, True), fault
    assert len(refused) > FAULTS // 3
    assert "read-only" in faults[-1]["message"]
