"""Real servers from Debian's packages, started for the tests that need them."""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

POSTGRES = "FILLWISE_TEST_POSTGRES"
"""Names a PostgreSQL server; with it every app of the tests keeps its data there, without it in SQLite."""
SHARED_MEMORY = Path("/dev/shm")
"""Where a server of the tests keeps its files when there is room."""
ROOM_BYTES = 3_000_000_000
SPARE_DATABASES = 30
"""Databases of tests that may stay before the oldest that nobody uses are dropped."""
POSTGRES_SETTINGS = (
    "listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
    "max_wal_senders=0", "max_wal_size=4GB", "checkpoint_timeout=1h", "autovacuum=off",
)  # fmt: skip
"""What it loses at a power cut, and how much it tidies up, does not matter for as long as a test run takes."""
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
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
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
    options = " ".join([f"-p {port} -k {folder}", *(f"-c {setting}" for setting in POSTGRES_SETTINGS)])
    subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"],
                   check=True, capture_output=True)  # fmt: skip
    try:
        yield f"postgresql://fillwise@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True)  # noqa: PLW1510


def server_folder() -> Path | None:
    """Return where a server's files are quick to copy: in memory where there is room, None for the usual place."""
    with contextlib.suppress(OSError):
        if os.access(SHARED_MEMORY, os.W_OK) and shutil.disk_usage(SHARED_MEMORY).free > ROOM_BYTES:
            return SHARED_MEMORY
    return None


def new_postgres_database(server: str, *, is_empty: bool = False) -> str:
    """Create a database on the server, with the newest schema unless it is to be empty, and return its URL."""
    template = "template1" if is_empty else _postgres_template(server)
    name = _create(server, template)
    return f"{server.rsplit('/', 1)[0]}/{name}"


def _create(server: str, template: str) -> str:
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        waiting = _databases(server)
        waiting.append(name)
        if len(waiting) > SPARE_DATABASES:
            with contextlib.suppress(psycopg.errors.ObjectInUse):  # a test that goes on for long
                connection.execute(f"DROP DATABASE {waiting[0]}")
            waiting.popleft()
    return name


@cache
def _databases(server: str) -> deque[str]:
    """The databases of tests on a server, oldest first."""
    return deque()


@cache
def _postgres_template(server: str) -> str:
    """Return a database with the newest schema: to copy it is quicker than to migrate an empty one."""
    name = f"template_{secrets.token_hex(8)}"
    import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    _migrate(f"{server.rsplit('/', 1)[0]}/{name}")
    return name


@cache
def _sqlite_template() -> Path:
    """Return a SQLite file with the newest schema."""
    folder = Path(tempfile.mkdtemp(prefix="fillwise-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(f"sqlite:///{folder / 'fillwise.db'}")
    return folder / "fillwise.db"


def _migrate(url: str) -> None:
    from data.db.engine import Database  # noqa: PLC0415 - the programs of other tests need no database
    from data.db.migrations import upgrade  # noqa: PLC0415 - same

    database = Database(url)
    upgrade(database)
    database.close()


def new_sqlite_database(folder: Path) -> str:
    """Put a SQLite file with the newest schema into a folder and return its URL."""
    path = folder / "fillwise.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_sqlite_template(), path)
    return f"sqlite:///{path}"


def new_database(folder: Path) -> str:
    """Return the URL of a new database with the schema: on the server that the run names, else a SQLite file."""
    server = os.environ.get(POSTGRES)  # noqa: TID251 - a choice of the test run, not a setting of the product
    return new_postgres_database(server) if server else new_sqlite_database(folder)


def _as_postgres(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [shutil.which("runuser") or "runuser", "-u", "postgres", "--"]


def wait_for(port: int, seconds: float = 90.0) -> None:
    """Wait until something listens on a loopback port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.05)
    message = f"nothing listens on port {port}"
    raise TimeoutError(message)
