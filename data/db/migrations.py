"""Brings the database to the newest schema at start, once, however many processes start together."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from data.db.engine import Database

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "migrations"
_ADVISORY_KEY = 4_609_711


def upgrade(database: Database) -> None:
    """Run the missing migrations in one transaction under a lock."""
    with _lock(database) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current_revision(database: Database) -> tuple[str | None, str | None]:
    """Return the revision the database has and the newest one there is."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found, ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


@contextmanager
def _lock(database: Database) -> Iterator[Connection]:
    path = database.path()
    if path is not None:
        with path.with_suffix(".migrate.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with database.begin() as connection:
                yield connection
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_KEY})
        connection.commit()
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})
            connection.commit()
