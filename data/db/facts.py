"""Facts about the installation: one value a name."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from data.db.engine import Session
from data.db.tables import facts


def find_fact(session: Session, name: str) -> str | None:
    """Return the value of a fact, None when it was never set."""
    value: str | None = session.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    return value


def keep_fact(session: Session, name: str, value: str) -> str:
    """Set a fact unless it is set already; return the value that holds from now on."""
    dialect = sqlite if session.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(facts).values(name=name, value=value).on_conflict_do_nothing()
    session.execute(insert)
    return find_fact(session, name) or value


def set_fact(session: Session, name: str, value: str) -> None:
    """Set a fact, whatever it was before."""
    dialect = sqlite if session.dialect.name == "sqlite" else postgresql
    row = dialect.insert(facts).values(name=name, value=value)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def delete_fact(session: Session, name: str) -> None:
    """Forget a fact."""
    session.execute(delete(facts).where(facts.c.name == name))
