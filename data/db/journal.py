"""Notes, tags, setups and plans of trades in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.journal_search import copy_document, trade_ref
from data.db.journal_tables import attachments, trade_rules
from data.db.tables import accounts, setups, tags, trade_journal, trade_tags, users
from domain.accounts import AccountId, UserId
from domain.executions import ExecutionId
from domain.journal import Tag, TradeJournal

FEW_TRADES = 500  # in one list of ids
MANY_TRADES = 10_000  # more are read with all others of their account


def touch(session: Session, owner: UserId, *, is_rebuilt: bool = True) -> int:
    """Let the owner's journal revision grow and return it; journal columns are cached by it.

    Args:
        session: The transaction that changes the journal.
        owner: Whose journal.
        is_rebuilt: Whether more changed than the entries that carry the new revision, such as a tag's name:
            then whoever kept entries reads all of them again.
    """
    grown = users.c.journal_revision + 1
    values = {"journal_revision": grown, **({"journal_rebuilt": grown} if is_rebuilt else {})}
    session.execute(update(users).where(users.c.id == owner).values(values))
    return journal_revision(session, owner)


def journal_rebuilt(session: Session, owner: UserId) -> int:
    """Return the last revision of the owner's journal that did more than write entries."""
    return int(session.execute(select(users.c.journal_rebuilt).where(users.c.id == owner)).scalar() or 0)


def journal_revision(session: Session, owner: UserId) -> int:
    """Return the owner's journal revision."""
    return int(session.execute(select(users.c.journal_revision).where(users.c.id == owner)).scalar() or 0)


def list_tags(session: Session, owner: UserId) -> list[Tag]:
    """Return the owner's tags by name."""
    rows = session.execute(select(tags).where(tags.c.owner_id == owner).order_by(tags.c.name))
    return [Tag(id=row.id, name=row.name, group=row.tag_group, group_id=row.group_id) for row in rows]


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
    session: Session,
    account_ids: Sequence[AccountId],
    trade_ids: Sequence[int] | None = None,
    *,
    after: int | None = None,
) -> dict[tuple[int, int], TradeJournal]:
    """Return the journal entries of these accounts by (account, trade).

    Args:
        session: An open session.
        account_ids: The accounts.
        trade_ids: At least those of these trades, if given.
        after: Only those that a later journal revision wrote, if given.
    """
    if trade_ids is not None and FEW_TRADES < len(trade_ids) <= MANY_TRADES:
        parts = [trade_ids[start : start + FEW_TRADES] for start in range(0, len(trade_ids), FEW_TRADES)]
        return {key: item for part in parts for key, item in read_journal(session, account_ids, part).items()}
    few = trade_ids if trade_ids is not None and len(trade_ids) <= FEW_TRADES else None
    tag_names = _tag_names(session, account_ids, few, after)
    joined = select(trade_journal, setups.c.name.label("setup")).outerjoin(
        setups, setups.c.id == trade_journal.c.setup_id
    )
    joined = joined.where(trade_journal.c.account_id.in_(account_ids))
    if few is not None:
        joined = joined.where(trade_journal.c.trade_id.in_(few))
    if after is not None:
        joined = joined.where(trade_journal.c.revision > after)
    entries: dict[tuple[int, int], TradeJournal] = {}
    for row in session.execute(joined):
        key = (row.account_id, row.trade_id)
        entries[key] = _entry(row, tuple(tag_names.pop(key, ())))
    for (account_id, trade_id), names in tag_names.items():
        entries[(account_id, trade_id)] = TradeJournal(trade_id=ExecutionId(trade_id), tags=tuple(names))
    return entries


def _tag_names(
    session: Session, account_ids: Sequence[AccountId], few: Sequence[int] | None, after: int | None
) -> dict[tuple[int, int], list[str]]:
    """Return the names of the tags on trades by (account, trade), each list in order."""
    tagged = select(trade_tags.c.account_id, trade_tags.c.trade_id, tags.c.name)
    query = tagged.join(tags, tags.c.id == trade_tags.c.tag_id).order_by(tags.c.name)
    query = query.where(trade_tags.c.account_id.in_(account_ids))
    if few is not None:
        query = query.where(trade_tags.c.trade_id.in_(few))
    if after is not None:
        of_entry = (trade_journal.c.account_id == trade_tags.c.account_id) & (
            trade_journal.c.trade_id == trade_tags.c.trade_id
        )
        query = query.join(trade_journal, of_entry).where(trade_journal.c.revision > after)
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for account_id, trade_id, name in session.execute(query).all():
        found[(account_id, trade_id)].append(name)
    return found


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
        planned_risk=row.planned_risk,
        category=row.category,
        reviewed_at=row.reviewed_at,
    )


def write_entries(
    session: Session,
    account_id: AccountId,
    entries: Sequence[TradeJournal],
    *,
    setup_ids: Mapping[str, int],
    revision: int,
    now: datetime,
) -> None:
    """Insert or replace journal entries of one account; tags are written apart.

    Args:
        session: The transaction.
        account_id: Account of all the trades.
        entries: What to write, each trade once.
        setup_ids: Id of every setup they name.
        revision: The journal revision that writes them.
        now: When.
    """
    if not entries:
        return
    ids = [int(entry.trade_id) for entry in entries]
    for start in range(0, len(ids), FEW_TRADES):
        few = ids[start : start + FEW_TRADES]
        mine = (trade_journal.c.account_id == account_id) & trade_journal.c.trade_id.in_(few)
        session.execute(delete(trade_journal).where(mine))
    session.execute(
        insert(trade_journal),
        [
            {
                "account_id": account_id,
                "trade_id": entry.trade_id,
                "note": entry.note,
                "setup_id": setup_ids.get(entry.setup),
                "planned_stop": entry.planned_stop,
                "planned_target": entry.planned_target,
                "rating": entry.rating,
                "updated_at": now,
                "planned_risk": entry.planned_risk,
                "category": entry.category,
                "reviewed_at": entry.reviewed_at,
                "revision": revision,
            }
            for entry in entries
        ],
    )


def copy_entry(session: Session, account_id: AccountId, old: int, new: int) -> bool:
    """Give a trade what was written about the one whose place it takes; returns whether there was anything."""
    number = 0
    for table in (trade_journal, trade_tags, trade_rules, attachments):
        mine = (table.c.account_id == account_id) & (table.c.trade_id == old)
        rows = [dict(row) | {"trade_id": new} for row in session.execute(select(table).where(mine)).mappings()]
        for row in rows:
            row.pop("id", None)
        if rows:
            session.execute(insert(table), rows)
        number += len(rows)
    copy_document(session, trade_ref(account_id, old), trade_ref(account_id, new))
    return number > 0


def write_tags(session: Session, account_id: AccountId, tag_ids: Mapping[int, Sequence[int]]) -> None:
    """Replace the tags of trades of one account; ids of tags by trade."""
    ids = list(tag_ids)
    for start in range(0, len(ids), FEW_TRADES):
        few = ids[start : start + FEW_TRADES]
        mine = (trade_tags.c.account_id == account_id) & trade_tags.c.trade_id.in_(few)
        session.execute(delete(trade_tags).where(mine))
    rows = [
        {"account_id": account_id, "trade_id": trade_id, "tag_id": item}
        for trade_id, items in tag_ids.items()
        for item in dict.fromkeys(items)
    ]
    if rows:
        session.execute(insert(trade_tags), rows)


def account_of(session: Session, owner: UserId, account_id: int) -> bool:
    """Return whether the account belongs to the owner."""
    query = select(accounts.c.id).where(accounts.c.owner_id == owner, accounts.c.id == account_id)
    return session.execute(query).scalar() is not None
