"""Schema: migrations equal the tables, survive racing processes, and are asked for cheaply."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from data.db.engine import Database, durability
from data.db.migrations import current_revision, upgrade
from data.db.schema_check import is_current, newest_revision
from data.db.tables import metadata
from tests.conftest import ROOT


@pytest.mark.empty
def test_migrations_make_the_declared_tables(database_url: str) -> None:
    """After all migrations the schema equals `data.db.tables`."""
    database = Database(database_url)
    upgrade(database)
    with database.engine.connect() as connection:
        # The index of full-text search is its database's own and has no table declaration.
        context = MigrationContext.configure(connection, opts={"include_name": _is_declared})
        assert compare_metadata(context, metadata) == []
    assert current_revision(database) == (newest_revision(), newest_revision())
    database.close()


def _is_declared(name: str | None, *_: object) -> bool:
    return not str(name).startswith("journal_words")


@pytest.mark.empty
def test_migrating_twice_changes_nothing(database_url: str) -> None:
    """A current schema is left alone."""
    database = Database(database_url)
    upgrade(database)
    upgrade(database)
    assert current_revision(database)[0] == newest_revision()
    database.close()


@pytest.mark.empty
def test_four_processes_may_start_together(database_url: str) -> None:
    """The lock lets one process migrate while the others wait."""
    imports = "from data.db.engine import Database; from data.db.migrations import upgrade"
    code = f"{imports}; upgrade(Database({database_url!r}))"
    racers = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    errors = [racer.communicate()[1].decode()[-500:] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0], errors


def test_the_cheap_check_agrees(tmp_path: Path) -> None:
    """A missing, foreign or old file is not current; a migrated one is."""
    url = f"sqlite:///{tmp_path / 'f.db'}"
    assert not is_current(url)
    (tmp_path / "f.db").write_bytes(b"no database")
    assert not is_current(url)
    (tmp_path / "f.db").unlink()
    database = Database(url)
    upgrade(database)
    assert is_current(url)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not is_current(url)
    database.close()


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """Write-ahead log with full synchronisation and foreign keys on."""
    database = Database(f"sqlite:///{tmp_path / 'f.db'}")
    assert durability(database) == {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    database.close()
