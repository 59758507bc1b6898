"""How the database is closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from data.db.engine import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database nobody has used."""
    made = Database(database_url)
    yield made
    made.close()


def answers(connection: Any) -> bool:
    """Whether a driver's connection still speaks."""
    try:
        connection.cursor().execute("SELECT 1")
    except Exception:  # noqa: BLE001 - each driver has errors of its own
        return False
    return True


def test_what_is_in_use_at_the_close_is_closed_when_it_comes_back(database: Database) -> None:
    """A thread that reads while the application stops leaves no open connection behind."""
    with database.read() as session:
        driver = session.connection.driver_connection
        database.close()
        assert session.exec_driver_sql("SELECT 1").scalar() == 1
    assert not answers(driver)


def test_a_late_use_leaves_nothing_open(database: Database) -> None:
    """A thread that asks after the close is answered, and its connection ends with the answer."""
    database.close()
    with database.read() as session:
        driver = session.connection.driver_connection
        assert session.exec_driver_sql("SELECT 1").scalar() == 1
    assert not answers(driver)


def test_an_open_database_keeps_its_connections(database: Database) -> None:
    """Between two uses the connection stays."""
    with database.read() as session:
        first = session.connection.driver_connection
    with database.read() as session:
        assert session.connection.driver_connection is first


def test_a_broken_statement_closes_what_is_late_as_well(database: Database) -> None:
    """An error in the last use ends its connection too."""
    drivers: list[Any] = []

    def fail_late() -> None:
        with database.read() as session:
            drivers.append(session.connection.driver_connection)
            database.close()
            session.exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(DBAPIError):
        fail_late()
    assert not answers(drivers[0])
