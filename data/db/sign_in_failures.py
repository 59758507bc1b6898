"""Attempts to sign in, counted by subject: a name, an address or a known device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from data.db.engine import Session
from data.db.tables import sign_in_failures as table


def hold_failures(session: Session, subject: str, *, now: datetime) -> tuple[int, datetime]:
    """Return how often a subject failed and when it last did; others wait until this transaction ends."""
    dialect = sqlite if session.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(table).values(subject=subject, failures=0, last_at=now).on_conflict_do_nothing()
    session.execute(fresh)
    query = select(table.c.failures, table.c.last_at).where(table.c.subject == subject).with_for_update()
    row = session.execute(query).one()
    return row.failures, row.last_at


def save_failures(session: Session, subject: str, failures: int, *, now: datetime) -> None:
    """Set the counter of a held subject."""
    session.execute(update(table).where(table.c.subject == subject).values(failures=failures, last_at=now))


def return_attempt(session: Session, subject: str) -> None:
    """Take one attempt back from the counter of a subject."""
    statement = update(table).where(table.c.subject == subject, table.c.failures > 0)
    session.execute(statement.values(failures=table.c.failures - 1))


def clear_failures(session: Session, subject: str) -> None:
    """Forget the failures of a subject."""
    session.execute(delete(table).where(table.c.subject == subject))


def forget_failures_before(session: Session, instant: datetime) -> None:
    """Drop counters that have not moved since an instant."""
    session.execute(delete(table).where(table.c.last_at < instant))
