"""The database: how it is opened, and the only way to begin a transaction.

SQLite runs in WAL with synchronous=FULL (NORMAL loses acknowledged commits at a power cut), and
every writer begins with BEGIN IMMEDIATE, so that two imports cannot both check before either inserts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from data.db.faults import explain_fault
from domain.errors import SettingsError

Session = Connection
"""What the functions of this package take first: one connection inside one transaction."""

BUSY_SECONDS = 30


class Database:
    """One engine, opened lazily and safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open nothing yet; raise SettingsError when the URL cannot be used."""
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            message = "FILLWISE_DATABASE_URL is not a database URL."
            raise SettingsError(message, hint="Use sqlite:///path/file.db or postgresql://user@host/name.") from error
        if self.url.drivername in ("postgresql", "postgres"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else create_engine(self.url, pool_pre_ping=True)
        self._is_closed = False
        event.listen(self.engine, "checkin", self._close_late)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one consistent state and writes nothing.

        Raises:
            StorageError: If the disk or the database server fails.
        """
        with explained_faults(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            connection.rollback()

    @contextmanager
    def begin(self, *, is_patient: bool = True) -> Iterator[Session]:
        """Yield a session whose changes are committed together at the end, or not at all.

        Args:
            is_patient: Whether to wait for another writer of a SQLite file. One that stores a large import
                takes seconds, and not every change is worth that.

        Raises:
            ConflictError: If another writer kept the database locked for 30 seconds, or at all.
            StorageError: If the disk or the database server fails; nothing was saved.
        """
        with explained_faults(), self.engine.connect() as connection:
            try:
                if self.is_sqlite:
                    _lock_for_writing(connection, is_patient=is_patient)
                yield connection
                connection.commit()
            except BaseException:
                # A connection that broke cannot be asked to roll back; its server does.
                with suppress(DBAPIError):
                    connection.rollback()
                raise

    def path(self) -> Path | None:
        """Return the file of a SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def close(self) -> None:
        """Close every pooled connection, and those still in use by other threads when they come back."""
        self._is_closed = True
        self.engine.dispose()

    def _close_late(self, connection: Any, _: Any) -> None:
        if self._is_closed and connection is not None:
            connection.close()


@contextmanager
def explained_faults() -> Iterator[None]:
    """Raise faults of the disk or the server as errors that a person understands."""
    try:
        yield
    except Exception as error:
        fault = explain_fault(error)
        if fault is None:
            raise
        raise fault from error


def _lock_for_writing(connection: Connection, *, is_patient: bool) -> None:
    if is_patient:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1_000}")


def _sqlite_engine(url: Any) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: Any) -> None:
        # The driver must not begin transactions behind our back: read() and begin() do.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def durability(database: Database) -> dict[str, str]:
    """Return the settings that decide what survives a power cut, for `doctor`."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            names = ("journal_mode", "synchronous", "foreign_keys")
            return {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in names}
        names = ("server_version", "fsync", "synchronous_commit")
        return {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names}
