"""The executions of an import are found by the range of their ids, also after a migration of what was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from data.brokers import content
from data.brokers.content import MappedFile
from data.db.executions import imported_ids
from data.db.import_rows import brought_by
from data.db.migrations import _config
from data.db.tables import executions, imports
from domain.accounts import User
from domain.imports import ImportBatch
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def _load(services: Services, user: User, *rows: str, payload: content.Content = b"") -> ImportBatch:
    sent = payload or trades_csv(rows)
    request = ImportRequest(filename="a.csv", payload=sent, account="Main", timezone="America/New_York")
    return services.imports.commit(user.id, request)


def _lines(services: Services, batch: ImportBatch) -> list[int]:
    with services.db.read() as session:
        ids = imported_ids(session, batch.account_id, batch.id).tolist()
        query = select(executions.c.line).where(executions.c.id.in_(ids)).order_by(executions.c.id)
        return list(session.execute(query).scalars())


def test_each_import_has_its_own_executions(services: Services, maya: User) -> None:
    """Overlapping files share none; one that adds nothing, or was undone, has none."""
    first = _load(services, maya, *ROUND_TRIP)
    second = _load(services, maya, *ROUND_TRIP, *OPEN_SHORT)
    third = _load(services, maya, *OPEN_SHORT)
    assert _lines(services, first) == [row + 2 for row in range(len(ROUND_TRIP))]
    assert _lines(services, second) == [row + 2 + len(ROUND_TRIP) for row in range(len(OPEN_SHORT))]
    assert _lines(services, third) == []
    services.imports.undo(maya.id, first.id)
    assert _lines(services, first) == []
    assert len(_lines(services, second)) == len(OPEN_SHORT)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_but_the_range_is_walked(services: Services, maya: User) -> None:
    """SQLite goes to the ids, not through the account."""
    batch = _load(services, maya, *ROUND_TRIP)
    query = select(executions.c.id).where(brought_by(batch.account_id, batch.id))
    with services.db.read() as session:
        words = str(query.compile(session.engine, compile_kwargs={"literal_binds": True}))
        plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
    assert "SEARCH executions USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan


def test_imports_of_before_are_given_their_range(services: Services, maya: User) -> None:
    """The migration reads from the executions what each import brought."""
    batch = _load(services, maya, *ROUND_TRIP, *OPEN_SHORT)
    before = _lines(services, batch)
    with services.db.begin() as session:
        config = _config()
        config.attributes["connection"] = session
        command.downgrade(config, "0005")
        columns = list(session.execute(text("SELECT * FROM imports")).keys())
        assert "first_execution" not in columns
        command.upgrade(config, "head")
        found = session.execute(select(imports.c.first_execution, imports.c.last_execution)).one()
        assert found == session.execute(text("SELECT min(id), max(id) FROM executions")).one()
    assert _lines(services, batch) == before


def test_a_mapped_file_is_imported_like_its_bytes(
    services: Services, maya: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large upload stays on the disk; its twin in memory is known as the same file."""
    payload = trades_csv(ROUND_TRIP)
    monkeypatch.setattr(content, "MAPPED_BYTES", 1)
    stored = services.uploads.save(maya.id, "a.csv", [payload], limit_bytes=10_000)
    mapped = services.uploads.read(maya.id, stored.key)
    assert isinstance(mapped, MappedFile)
    assert _load(services, maya, payload=mapped).rows.executions == len(ROUND_TRIP)
    assert _load(services, maya, payload=payload).rows.duplicates == len(ROUND_TRIP)
