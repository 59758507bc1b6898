"""After a power cut every acknowledged import is there, whole; without full synchronisation it would not be."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.db.engine import Database
from tests.conftest import ROOT
from tests.faults import importer
from tests.faults.disk_record import CALLS, Step, draw_states, read_record
from tests.faults.power_writer import ROWS

IMPORTS = 16
CUTS = 1_000
CONTROL_CUTS = 150


@dataclass
class Losses:
    """What power cuts did."""

    lost: int = 0
    halves: int = 0
    damaged: int = 0
    with_news: int = 0


def record(folder: Path, mode: str) -> tuple[dict[str, bytes], list[Step]]:
    """Import under strace; return the files before and every step the disk was asked for."""
    url, acks, log = f"sqlite:///{folder / 'f.db'}", folder / "acks", folder / "log"
    importer.prepare(url, folder)
    start = {"db": (folder / "f.db").read_bytes()}
    writer = [sys.executable, "-m", "tests.faults.power_writer", url, str(folder), str(acks), str(IMPORTS), mode]
    trace = ["strace", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run(
        [*trace, *writer], cwd=ROOT, env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)}, check=True, timeout=600
    )
    names = {str(folder / "f.db"): "db", str(folder / "f.db-wal"): "db-wal", str(acks): "acks"}
    return start, read_record(log, names)


def survey(start: dict[str, bytes], steps: Sequence[Step], folder: Path, *, cuts: int) -> Losses:
    """Cut the power many times and open what is left with the app."""
    found = Losses()
    acknowledged = [number for number, step in enumerate(steps) if step.file == "acks"]
    for moment, left in draw_states(start, steps, count=cuts, chance=random.Random(3)):
        promised = sum(number < moment for number in acknowledged)
        is_sound, sizes = examine(folder, left)
        found.damaged += not is_sound
        found.halves += any(size != ROWS for size in sizes)
        found.lost += len(sizes) < promised
        found.with_news += len(sizes) > promised
    return found


def examine(folder: Path, left: dict[str, bytes]) -> tuple[bool, list[int]]:
    """Open the files a cut left; return whether they are sound, and the number of fills of each import."""
    for stale in folder.glob("g.db*"):
        stale.unlink()
    for name, content in left.items():
        if name != "acks":
            (folder / name.replace("db", "g.db", 1)).write_bytes(content)
    database = Database(f"sqlite:///{folder / 'g.db'}")
    with database.read() as session:
        sound = session.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        rows = session.exec_driver_sql(
            "SELECT (SELECT count(*) FROM executions e WHERE e.import_id = i.id) FROM imports i"
        ).scalars()
        sizes = [int(size) for size in rows]
        orphans = session.exec_driver_sql(
            "SELECT count(*) FROM executions WHERE import_id NOT IN (SELECT id FROM imports)"
        ).scalar()
    database.close()
    return sound and not orphans, sizes


@pytest.mark.slow
@pytest.mark.sqlite
def test_no_acknowledged_import_is_lost(tmp_path: Path) -> None:
    """A thousand power cuts lose nothing that was acknowledged, and leave no half import and no damage."""
    _need_strace()
    start, steps = record(tmp_path, "")
    assert sum(step.kind == "sync" for step in steps) > IMPORTS
    found = survey(start, steps, tmp_path, cuts=CUTS)
    assert (found.lost, found.halves, found.damaged) == (0, 0, 0)
    # Cuts that hit before an acknowledgement leave the import or not; both must have been seen.
    assert 0 < found.with_news < CUTS


@pytest.mark.slow
@pytest.mark.sqlite
def test_without_full_synchronisation_imports_are_lost(tmp_path: Path) -> None:
    """The control: the same test with synchronous=NORMAL finds acknowledged imports missing, so it can find them."""
    _need_strace()
    start, steps = record(tmp_path, "NORMAL")
    assert survey(start, steps, tmp_path, cuts=CONTROL_CUTS).lost > 0


def _need_strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
