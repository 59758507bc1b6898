"""Attempts to sign in, counted by subject: a name, an address or a known device."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.tables import sign_in_failures as table


def find_failures(session: Session, subject: str) -> tuple[int, datetime] | None:
    """Return how often a subject failed and when it last did."""
    row = session.execute(select(table.c.failures, table.c.last_at).where(table.c.subject == subject)).one_or_none()
    return None if row is None else (row.failures, row.last_at)


def save_failures(session: Session, subject: str, failures: int, *, now: datetime) -> None:
    """Set the counter of a subject."""
    changed = session.execute(
        update(table).where(table.c.subject == subject).values(failures=failures, last_at=now)
    ).rowcount
    if not changed:
        session.execute(insert(table).values(subject=subject, failures=failures, last_at=now))


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
