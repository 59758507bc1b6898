"""Imports on a disk that is full or read-only, then on a good one: `python -m tests.faults.disk_faults FOLDER COUNT`.

A limit on the size of files stands for the full disk: SQLite's writes fail in the middle, wherever the limit falls. For
a read-only folder the process gives up the power to pass over the permissions of files, if it has it.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from domain.errors import FillwiseError
from services.container import Services
from tests.faults import importer

ROWS = 400
_DAC_OVERRIDE = 1
_CAPABILITY_VERSION = 0x20080522


def main() -> None:
    """Print one JSON object a fault: what the user was told, and what was stored before and after it was gone."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    url, chance = f"sqlite:///{folder / 'f.db'}", random.Random(11)
    importer.prepare(url, folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    services = importer.open_services(url, folder)
    importer.import_fills(services, importer.fills_csv(ROWS), "First")
    for number in range(count):
        print(json.dumps(_fill_up(services, folder, f"Full {number}", chance)), flush=True)  # noqa: T201 - the test reads it
    print(json.dumps(_read_only(url, folder)), flush=True)  # noqa: T201
    services.db.close()


def _fill_up(services: Services, folder: Path, account: str, chance: random.Random) -> dict[str, Any]:
    """Import where the write-ahead log may grow only so far; then, in the same process, where it may."""
    log = folder / "f.db-wal"
    grown = log.stat().st_size if log.exists() else 0
    with _limited(grown + chance.randint(0, 200_000)):
        told = _try_import(services, account)
        readable = importer.stored_fills(services, "First")
    stored = importer.stored_fills(services, account)
    sound = _is_sound(services)
    again = importer.import_fills(services, importer.fills_csv(ROWS), account).rows.executions if told else 0
    after = importer.stored_fills(services, account)
    # Start with a short log again, as after a quiet night.
    with services.db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return told | {"stored": stored, "readable": readable, "sound": sound, "again": again, "after": after}


@contextmanager
def _limited(size: int) -> Iterator[None]:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _try_import(services: Services, account: str) -> dict[str, Any]:
    try:
        importer.import_fills(services, importer.fills_csv(ROWS), account)
    except FillwiseError as error:
        return {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    except Exception as error:  # noqa: BLE001 - an error nobody explained is the finding
        return {"error": f"unexplained {error!r}", "message": "", "hint": ""}
    return {}


def _is_sound(services: Services) -> bool:
    with services.db.read() as session:
        return str(session.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"


def _read_only(url: str, folder: Path) -> dict[str, Any]:
    """Import in a child for which the data folder is read-only, then in this process."""

    def work(pipe: Any) -> None:
        _obey_permissions()
        services = importer.open_services(url, folder)
        found = _try_import(services, "Read-only") | {"readable": importer.stored_fills(services, "First")}
        pipe.write(json.dumps(found).encode())

    paths = [folder, *folder.glob("f.db*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    status, said = importer.run_forked(work)
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert status == 0, said
    services = importer.open_services(url, folder)
    again = importer.import_fills(services, importer.fills_csv(ROWS), "Read-only").rows.executions
    found: dict[str, Any] = json.loads(said)
    found |= {"stored": 0, "again": again, "after": importer.stored_fills(services, "Read-only")}
    found["sound"] = _is_sound(services)
    services.db.close()
    return found


def _obey_permissions() -> None:
    """Give up CAP_DAC_OVERRIDE, by which root writes to what is read-only."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, sets) == 0
    for place in range(2):
        sets[place] &= ~(1 << _DAC_OVERRIDE)
    assert libc.capset(header, sets) == 0


if __name__ == "__main__":
    main()
