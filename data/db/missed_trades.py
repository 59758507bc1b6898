"""Trades that were seen and not taken, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.journal_search import Document, remove_documents, write_document
from data.db.journal_tables import missed_trades
from data.db.tables import setups
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.missed_trades import MissedTrade


def list_missed(session: Session, owner: UserId) -> list[MissedTrade]:
    """Return the owner's missed trades, newest first."""
    return _read(session, owner)


def get_missed(session: Session, owner: UserId, missed_id: int) -> MissedTrade:
    """Return one missed trade; NotFoundError when it is not the owner's."""
    found = _read(session, owner, missed_trades.c.id == missed_id)
    if not found:
        raise NotFoundError("There is no such missed trade.")
    return found[0]


def _read(session: Session, owner: UserId, *conditions: Any) -> list[MissedTrade]:
    query = select(missed_trades, setups.c.name.label("setup")).outerjoin(
        setups, setups.c.id == missed_trades.c.setup_id
    )
    query = query.where(missed_trades.c.owner_id == owner, *conditions)
    rows = session.execute(query.order_by(missed_trades.c.seen_at.desc(), missed_trades.c.id.desc()))
    return [
        MissedTrade(
            id=row.id,
            symbol=row.symbol,
            side=row.side,
            seen_at=row.seen_at,
            until=row.until,
            planned_entry=row.planned_entry,
            planned_stop=row.planned_stop,
            planned_target=row.planned_target,
            setup=row.setup or "",
            reason=row.reason,
        )
        for row in rows
    ]


def write_missed(session: Session, owner: UserId, item: MissedTrade, *, setup_id: int | None, now: datetime) -> int:
    """Add a missed trade (id 0) or change one; returns its id."""
    values = {
        "symbol": item.symbol,
        "side": item.side,
        "seen_at": item.seen_at,
        "until": item.until,
        "planned_entry": item.planned_entry,
        "planned_stop": item.planned_stop,
        "planned_target": item.planned_target,
        "setup_id": setup_id,
        "reason": item.reason,
        "updated_at": now,
    }
    if item.id:
        get_missed(session, owner, item.id)
        session.execute(update(missed_trades).where(missed_trades.c.id == item.id).values(**values))
        number = item.id
    else:
        result = session.execute(insert(missed_trades).values(owner_id=owner, **values))
        number = int(result.inserted_primary_key[0])  # type: ignore[index]
    title = " ".join(part for part in (item.symbol, item.setup) if part)
    document = Document(kind="missed", ref=str(number), title=title, body=item.reason)
    write_document(session, owner, document, now=now)
    return number


def delete_missed(session: Session, owner: UserId, missed_id: int) -> None:
    """Remove a missed trade; NotFoundError when it is not the owner's."""
    get_missed(session, owner, missed_id)
    session.execute(delete(missed_trades).where(missed_trades.c.id == missed_id))
    remove_documents(session, owner, "missed", [str(missed_id)])
