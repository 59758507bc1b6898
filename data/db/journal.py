"""Notes, tags, setups, plans, day notes and the watchlist in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.tables import accounts, day_notes, setups, tags, trade_journal, trade_tags, users, watchlist
from domain.accounts import AccountId, UserId
from domain.executions import ExecutionId
from domain.journal import DayNote, Tag, TradeJournal

FEW_TRADES = 500  # more are read with all others of their account, which spares the database a list of ids


def touch(session: Session, owner: UserId) -> None:
    """Let the owner's journal revision grow; journal columns are cached by it."""
    session.execute(update(users).where(users.c.id == owner).values(journal_revision=users.c.journal_revision + 1))


def journal_revision(session: Session, owner: UserId) -> int:
    """Return the owner's journal revision."""
    return int(session.execute(select(users.c.journal_revision).where(users.c.id == owner)).scalar() or 0)


def list_tags(session: Session, owner: UserId) -> list[Tag]:
    """Return the owner's tags by name."""
    rows = session.execute(select(tags).where(tags.c.owner_id == owner).order_by(tags.c.name))
    return [Tag(id=row.id, name=row.name, group=row.tag_group) for row in rows]


def list_setups(session: Session, owner: UserId) -> list[tuple[int, str]]:
    """Return id and name of the owner's setups by name."""
    rows = session.execute(select(setups).where(setups.c.owner_id == owner).order_by(setups.c.name))
    return [(row.id, row.name) for row in rows]


def ensure_tag(session: Session, owner: UserId, name: str, group: str = "tag") -> int:
    """Return the id of a tag, adding it when new."""
    found = session.execute(select(tags.c.id).where(tags.c.owner_id == owner, tags.c.name == name)).scalar()
    if found is not None:
        return int(found)
    result = session.execute(insert(tags).values(owner_id=owner, name=name, tag_group=group))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def ensure_setup(session: Session, owner: UserId, name: str) -> int:
    """Return the id of a setup, adding it when new."""
    found = session.execute(select(setups.c.id).where(setups.c.owner_id == owner, setups.c.name == name)).scalar()
    if found is not None:
        return int(found)
    result = session.execute(insert(setups).values(owner_id=owner, name=name))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def read_journal(
    session: Session, account_ids: Sequence[AccountId], trade_ids: Sequence[int] | None = None
) -> dict[tuple[int, int], TradeJournal]:
    """Return the journal entries of these accounts by (account, trade), at least those of `trade_ids` if given."""
    few = trade_ids if trade_ids is not None and len(trade_ids) <= FEW_TRADES else None
    tag_names: dict[tuple[int, int], list[str]] = defaultdict(list)
    tagged = select(trade_tags.c.account_id, trade_tags.c.trade_id, tags.c.name)
    query = tagged.join(tags, tags.c.id == trade_tags.c.tag_id).order_by(tags.c.name)
    query = query.where(trade_tags.c.account_id.in_(account_ids))
    if few is not None:
        query = query.where(trade_tags.c.trade_id.in_(few))
    for account_id, trade_id, name in session.execute(query).all():
        tag_names[(account_id, trade_id)].append(name)
    joined = select(trade_journal, setups.c.name.label("setup")).outerjoin(
        setups, setups.c.id == trade_journal.c.setup_id
    )
    joined = joined.where(trade_journal.c.account_id.in_(account_ids))
    if few is not None:
        joined = joined.where(trade_journal.c.trade_id.in_(few))
    entries: dict[tuple[int, int], TradeJournal] = {}
    for row in session.execute(joined):
        key = (row.account_id, row.trade_id)
        entries[key] = _entry(row, tuple(tag_names.pop(key, ())))
    for (account_id, trade_id), names in tag_names.items():
        entries[(account_id, trade_id)] = TradeJournal(trade_id=ExecutionId(trade_id), tags=tuple(names))
    return entries


def _entry(row: Any, names: tuple[str, ...]) -> TradeJournal:
    return TradeJournal(
        trade_id=ExecutionId(row.trade_id),
        note=row.note,
        setup=row.setup or "",
        tags=names,
        planned_stop=row.planned_stop,
        planned_target=row.planned_target,
        rating=row.rating,
        updated_at=row.updated_at,
    )


def write_entry(
    session: Session, account_id: AccountId, entry: TradeJournal, *, setup_id: int | None, now: datetime
) -> None:
    """Insert or replace the journal entry of a trade; tags are written apart."""
    mine = (trade_journal.c.account_id == account_id) & (trade_journal.c.trade_id == entry.trade_id)
    session.execute(delete(trade_journal).where(mine))
    session.execute(
        insert(trade_journal).values(
            account_id=account_id,
            trade_id=entry.trade_id,
            note=entry.note,
            setup_id=setup_id,
            planned_stop=entry.planned_stop,
            planned_target=entry.planned_target,
            rating=entry.rating,
            updated_at=now,
        )
    )


def copy_entry(session: Session, account_id: AccountId, old: int, new: int) -> bool:
    """Give a trade the notes, plan and tags of the one whose place it takes; returns whether there were any."""
    rows: list[Any] = []
    for table in (trade_journal, trade_tags):
        mine = (table.c.account_id == account_id) & (table.c.trade_id == old)
        found = [{**row, "trade_id": new} for row in session.execute(select(table).where(mine)).mappings()]
        if found:
            session.execute(insert(table), found)
        rows += found
    return bool(rows)


def write_tags(session: Session, account_id: AccountId, trade_id: int, tag_ids: Sequence[int]) -> None:
    """Replace the tags of a trade."""
    mine = (trade_tags.c.account_id == account_id) & (trade_tags.c.trade_id == trade_id)
    session.execute(delete(trade_tags).where(mine))
    rows = [{"account_id": account_id, "trade_id": trade_id, "tag_id": item} for item in dict.fromkeys(tag_ids)]
    if rows:
        session.execute(insert(trade_tags), rows)


def day_note(session: Session, owner: UserId, day: date) -> DayNote | None:
    """Return the note of a day."""
    row = session.execute(select(day_notes).where(day_notes.c.owner_id == owner, day_notes.c.day == day)).first()
    return None if row is None else DayNote(day=row.day, note=row.note, updated_at=row.updated_at)


def noted_days(session: Session, owner: UserId) -> set[date]:
    """Return the days that have a note."""
    return set(session.execute(select(day_notes.c.day).where(day_notes.c.owner_id == owner)).scalars())


def write_day_note(session: Session, owner: UserId, note: DayNote, *, now: datetime) -> None:
    """Insert, replace or (when empty) remove the note of a day."""
    session.execute(delete(day_notes).where(day_notes.c.owner_id == owner, day_notes.c.day == note.day))
    if note.note.strip():
        session.execute(insert(day_notes).values(owner_id=owner, day=note.day, note=note.note, updated_at=now))


def list_watchlist(session: Session, owner: UserId) -> list[str]:
    """Return the owner's watched symbols in order."""
    query = select(watchlist.c.symbol).where(watchlist.c.owner_id == owner).order_by(watchlist.c.position)
    return list(session.execute(query).scalars())


def write_watchlist(session: Session, owner: UserId, symbols: Sequence[str]) -> None:
    """Replace the owner's watchlist."""
    session.execute(delete(watchlist).where(watchlist.c.owner_id == owner))
    rows = [
        {"owner_id": owner, "symbol": symbol, "position": position}
        for position, symbol in enumerate(dict.fromkeys(symbols))
    ]
    if rows:
        session.execute(insert(watchlist), rows)


def account_of(session: Session, owner: UserId, account_id: int) -> bool:
    """Return whether the account belongs to the owner."""
    query = select(accounts.c.id).where(accounts.c.owner_id == owner, accounts.c.id == account_id)
    return session.execute(query).scalar() is not None
