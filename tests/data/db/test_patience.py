"""What is not worth waiting for does not wait for another writer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.db.engine import Database
from domain.errors import ConflictError
from services.container import Installation, Services


def test_an_impatient_change_gives_up_at_once(tmp_path: Path) -> None:
    """It is told that another change is being saved; afterwards its connection waits again like any other."""
    db = Database(f"sqlite:///{tmp_path / 'f.db'}")
    with db.begin() as session:
        session.exec_driver_sql("CREATE TABLE notes (text TEXT)")
        with pytest.raises(ConflictError, match="Another change"), db.begin(is_patient=False):
            pytest.fail("two writers at once")
    with db.begin(is_patient=False) as session:
        session.exec_driver_sql("INSERT INTO notes VALUES ('kept')")
        assert session.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    with db.read() as session:
        assert session.exec_driver_sql("SELECT text FROM notes").scalar() == "kept"
    db.close()


@pytest.mark.timeout(20)
def test_a_signed_in_browser_does_not_wait_for_an_import(tmp_path: Path) -> None:
    """A session is still known while somebody's import keeps the database locked; its use is noted later."""
    now = [datetime(2026, 3, 2, tzinfo=UTC)]
    url = f"sqlite:///{tmp_path / 'f.db'}"
    services = Services(Installation(data_dir=tmp_path, database_url=url), clock=lambda: now[0])
    services.migrate()
    user = services.users.register("maya", "four unrelated words")
    token = services.users.start_session(user.id)
    now[0] += timedelta(minutes=5)
    with services.db.begin():
        found = services.users.resolve_session(token)
        assert found is not None
        assert found[1].id == user.id
    assert services.users.resolve_session(token) is not None
    assert services.users.sessions(user.id)[0].last_seen_at == now[0]
    services.db.close()
