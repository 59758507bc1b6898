"""Imports files and says so after each: `python -m tests.faults.power_writer URL FOLDER ACKS COUNT MODE`.

Run under strace, which records what reaches the disk and when it is synchronised.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from tests.faults import importer

ROWS = 120


def main() -> None:
    """Import COUNT files of their own accounts; MODE is SQLite's synchronous, "" for the app's."""
    url, folder, acks, count, mode = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
    services = importer.open_services(url, folder)
    if mode:

        @event.listens_for(services.db.engine, "connect")
        def _weaken(connection: Any, _: Any) -> None:
            connection.execute(f"PRAGMA synchronous={mode}")

    told = os.open(acks, os.O_WRONLY | os.O_CREAT, 0o600)
    payload = importer.fills_csv(ROWS)
    for number in range(count):
        importer.import_fills(services, payload, f"Account {number}")
        os.write(told, f"{number}\n".encode())
    services.db.close()


if __name__ == "__main__":
    main()
