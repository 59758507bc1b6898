"""Which files belong to which trade or day, in the database; the bytes lie on disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select

from data.db.engine import Session
from data.db.journal_tables import attachments
from domain.accounts import UserId
from domain.attachments import Attachment
from domain.errors import NotFoundError


def add_attachment(session: Session, owner: UserId, item: Attachment) -> int:
    """Add a file; returns its id."""
    result = session.execute(
        insert(attachments).values(
            owner_id=owner,
            account_id=item.account_id,
            trade_id=item.trade_id,
            day=item.day,
            key=item.key,
            name=item.name,
            kind=item.kind,
            size_bytes=item.size_bytes,
            width=item.width,
            height=item.height,
            sha256=item.sha256,
            created_at=item.created_at,
        )
    )
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def of_trade(session: Session, owner: UserId, account_id: int, trade_id: int) -> list[Attachment]:
    """Return the files of a trade, oldest first."""
    return _read(session, owner, attachments.c.account_id == account_id, attachments.c.trade_id == trade_id)


def of_days(session: Session, owner: UserId, days: Sequence[date]) -> list[Attachment]:
    """Return the files of days, oldest first."""
    return _read(session, owner, attachments.c.day.in_(days))


def get_attachment(session: Session, owner: UserId, attachment_id: int) -> Attachment:
    """Return one file; NotFoundError when it is not the owner's."""
    found = _read(session, owner, attachments.c.id == attachment_id)
    if not found:
        raise NotFoundError("There is no such file.")
    return found[0]


def _read(session: Session, owner: UserId, *conditions: Any) -> list[Attachment]:
    query = select(attachments).where(attachments.c.owner_id == owner, *conditions).order_by(attachments.c.id)
    return [_item(row) for row in session.execute(query)]


def _item(row: Any) -> Attachment:
    return Attachment(
        id=row.id,
        key=row.key,
        name=row.name,
        kind=row.kind,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        sha256=row.sha256,
        created_at=row.created_at,
        account_id=row.account_id,
        trade_id=row.trade_id,
        day=row.day,
    )


def delete_attachment(session: Session, owner: UserId, item: Attachment) -> bool:
    """Remove a file's row; returns whether no other row needs its bytes."""
    session.execute(delete(attachments).where(attachments.c.owner_id == owner, attachments.c.id == item.id))
    mine = (attachments.c.owner_id == owner) & (attachments.c.key == item.key)
    return not session.execute(select(func.count()).where(mine)).scalar()


def kept_keys(session: Session, owner: UserId) -> set[str]:
    """Return the keys of all files of an owner."""
    return set(session.execute(select(attachments.c.key).where(attachments.c.owner_id == owner)).scalars())


def used_bytes(session: Session, owner: UserId) -> tuple[int, int]:
    """Return how many files an owner has and how many bytes they are."""
    mine = select(attachments.c.key, func.max(attachments.c.size_bytes).label("size"))
    each = mine.where(attachments.c.owner_id == owner).group_by(attachments.c.key).subquery()
    number, total = session.execute(select(func.count(), func.coalesce(func.sum(each.c.size), 0))).one()
    return int(number), int(total)
