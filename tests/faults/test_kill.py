"""kill -9 between BEGIN and the reply leaves all of an import or nothing, and importing again is exact."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

KILLS = 100


def run_program(name: str, *arguments: str) -> list[dict[str, Any]]:
    """Run a program of this package, which forks, and return the JSON objects it prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.faults.{name}", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=840,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_a_hundred_deaths_leave_all_or_nothing(database_url: str, tmp_path: Path) -> None:
    """Wherever the process dies, the account holds none or all of the file, and a second import makes it exact."""
    deaths = run_program("kills", database_url, str(tmp_path), str(KILLS))
    assert len(deaths) == KILLS
    for death in deaths:
        rows = death["rows"]
        assert death["before"] in (0, rows), death
        assert death["batches"] == (1 if death["before"] else 0), death
        assert death["before"] == rows or not death["replied"], death
        assert (death["added"], death["duplicates"]) == ((0, rows) if death["before"] else (rows, 0)), death
        assert death["after"] == rows, death
    # A run that never lands after the commit, or always in the same places, would prove little.
    assert {death["before"] > 0 for death in deaths} == {True, False}
    assert len({death["landed"] for death in deaths}) > 50
