"""Real servers from Debian's packages, started for the tests that need them."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

POSTGRES = "FILLWISE_TEST_POSTGRES"
"""Names a PostgreSQL server; with it every app of the tests keeps its data there, without it in SQLite."""
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def free_port() -> int:
    """Return a TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_programs() -> Path | None:
    """Return the folder of initdb and postgres, None when PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start a PostgreSQL of our own below a folder and yield the URL of an empty database server.

    PostgreSQL refuses to run as root; then it runs as the user its package made.
    """
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    data, port = folder / "data", free_port()
    as_user = _as_postgres(folder)
    cluster = ["-D", str(data), "-U", "fillwise", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*as_user, programs / "initdb", *cluster], check=True, capture_output=True)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"],
                   check=True, capture_output=True)  # fmt: skip
    try:
        yield f"postgresql://fillwise@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True)  # noqa: PLW1510


def new_postgres_database(server: str) -> str:
    """Create an empty database on the server and return its URL."""
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rsplit('/', 1)[0]}/{name}"


def new_database(folder: Path) -> str:
    """Return the URL of an empty database: on the server that the run names, else a SQLite file in the folder."""
    server = os.environ.get(POSTGRES)  # noqa: TID251 - a choice of the test run, not a setting of the product
    return new_postgres_database(server) if server else f"sqlite:///{folder / 'fillwise.db'}"


def _as_postgres(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [shutil.which("runuser") or "runuser", "-u", "postgres", "--"]


def wait_for(port: int, seconds: float = 15.0) -> None:
    """Wait until something listens on a loopback port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.05)
    message = f"nothing listens on port {port}"
    raise TimeoutError(message)
