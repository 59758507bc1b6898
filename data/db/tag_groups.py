"""Groups of tags, and tags renamed, moved and removed, in the database."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select, update

from data.db.engine import Session
from data.db.journal_tables import tag_groups
from data.db.tables import tags, trade_tags
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.journal import Tag, TagGroup


def list_groups(session: Session, owner: UserId) -> list[TagGroup]:
    """Return the owner's groups in order."""
    query = select(tag_groups).where(tag_groups.c.owner_id == owner)
    rows = session.execute(query.order_by(tag_groups.c.position, tag_groups.c.id))
    return [TagGroup(id=row.id, name=row.name, kind=row.kind, colour=row.colour) for row in rows]


def get_group(session: Session, owner: UserId, group_id: int) -> TagGroup:
    """Return one group; NotFoundError when it is not the owner's."""
    found = next((item for item in list_groups(session, owner) if item.id == group_id), None)
    if found is None:
        raise NotFoundError("There is no such group of tags.")
    return found


def write_group(session: Session, owner: UserId, group: TagGroup) -> int:
    """Add a group (id 0) at the end, or change one and the kind of its tags; returns its id."""
    values = {"name": group.name, "kind": group.kind, "colour": group.colour}
    if not group.id:
        last = session.execute(select(func.max(tag_groups.c.position)).where(tag_groups.c.owner_id == owner)).scalar()
        result = session.execute(insert(tag_groups).values(owner_id=owner, position=(last or 0) + 1, **values))
        return int(result.inserted_primary_key[0])  # type: ignore[index]
    get_group(session, owner, group.id)
    session.execute(update(tag_groups).where(tag_groups.c.id == group.id).values(**values))
    session.execute(update(tags).where(tags.c.group_id == group.id).values(tag_group=group.kind))
    return group.id


def delete_group(session: Session, owner: UserId, group_id: int) -> None:
    """Remove a group; its tags stay, in no group and of no special kind."""
    get_group(session, owner, group_id)
    session.execute(update(tags).where(tags.c.group_id == group_id).values(group_id=None, tag_group="tag"))
    session.execute(delete(tag_groups).where(tag_groups.c.id == group_id))


def get_tag(session: Session, owner: UserId, tag_id: int) -> Tag:
    """Return one tag; NotFoundError when it is not the owner's."""
    row = session.execute(select(tags).where(tags.c.owner_id == owner, tags.c.id == tag_id)).first()
    if row is None:
        raise NotFoundError("There is no such tag.")
    return Tag(id=row.id, name=row.name, group=row.tag_group, group_id=row.group_id)


def write_tag(session: Session, owner: UserId, tag: Tag) -> int:
    """Add a tag (id 0) or change its name, group and kind; returns its id."""
    values = {"name": tag.name, "tag_group": tag.group, "group_id": tag.group_id}
    if not tag.id:
        result = session.execute(insert(tags).values(owner_id=owner, **values))
        return int(result.inserted_primary_key[0])  # type: ignore[index]
    session.execute(update(tags).where(tags.c.owner_id == owner, tags.c.id == tag.id).values(**values))
    return tag.id


def merge_tag(session: Session, tag_id: int, into: int) -> None:
    """Give the trades of a tag another one instead, and remove it."""
    carrying = select(trade_tags.c.account_id, trade_tags.c.trade_id).where(trade_tags.c.tag_id == into)
    have = {tuple(row) for row in session.execute(carrying)}
    moved = select(trade_tags.c.account_id, trade_tags.c.trade_id).where(trade_tags.c.tag_id == tag_id)
    rows = [
        {"account_id": account, "trade_id": trade, "tag_id": into}
        for account, trade in session.execute(moved)
        if (account, trade) not in have
    ]
    if rows:
        session.execute(insert(trade_tags), rows)
    session.execute(delete(tags).where(tags.c.id == tag_id))


def delete_tag(session: Session, owner: UserId, tag_id: int) -> None:
    """Remove a tag from the list and from every trade."""
    session.execute(delete(tags).where(tags.c.owner_id == owner, tags.c.id == tag_id))
