"""A process that imports one file and says when it has begun and when it is done; killed by a test."""

from __future__ import annotations

import sys
from pathlib import Path

from services.container import Installation, Services
from services.imports import ImportRequest


def main() -> None:
    """Import argv[2] into the installation at argv[1]."""
    folder, file = Path(sys.argv[1]), Path(sys.argv[2])
    services = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'f.db'}"))
    user = services.users.find("maya")
    assert user is not None
    request = ImportRequest(filename=file.name, payload=file.read_bytes(), account="Main", timezone="America/New_York")
    print("begin", flush=True)  # noqa: T201 - the test listens
    services.imports.commit(user.id, request)
    print("done", flush=True)  # noqa: T201


main()
