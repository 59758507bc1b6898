"""Session rows: the only authority on who is signed in. Tokens are stored as hashes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from data.db.engine import Session
from data.db.tables import sessions, users
from data.db.users import to_user
from domain.accounts import Session as UserSession
from domain.accounts import User, UserId

FEW_HASHES = 500  # in one list of a query


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session row with its user.

    `family` names the sign-in it grew out of; `rotated_at` is when its token was last replaced.
    """

    session: UserSession
    user: User
    is_disabled: bool
    family: str
    rotated_at: datetime | None


def add_session(session: Session, new: UserSession, *, token_hash: str, family: str) -> UserSession:
    """Insert a session and return it with its id; the id of the argument is ignored."""
    statement = insert(sessions).values(
        token_hash=token_hash,
        family=family,
        user_id=new.user_id,
        kind=new.kind,
        remember=new.remember,
        user_agent=new.user_agent[:200],
        created_at=new.created_at,
        last_seen_at=new.last_seen_at,
        expires_at=new.expires_at,
    )
    key = session.execute(statement).inserted_primary_key
    row = session.execute(select(sessions).where(sessions.c.id == (key[0] if key else 0))).one()
    return _user_session(row)


def find_session(session: Session, token_hash: str, kind: str, *, lock: bool = False) -> StoredSession | None:
    """Return the session of a kind whose token has this hash, locked against other writers when asked."""
    query = _joined().where(sessions.c.token_hash == token_hash, sessions.c.kind == kind)
    query = query.with_for_update(of=sessions) if lock else query
    return _stored(session.execute(query).one_or_none())


def find_sessions(session: Session, token_hashes: Collection[str], kind: str) -> dict[str, StoredSession]:
    """Return the sessions of a kind whose tokens have these hashes, by hash."""
    found: dict[str, StoredSession] = {}
    wanted = sorted(token_hashes)
    for first in range(0, len(wanted), FEW_HASHES):
        few = sessions.c.token_hash.in_(wanted[first : first + FEW_HASHES])
        for row in session.execute(_joined().where(few, sessions.c.kind == kind)):
            stored = _stored(row)
            if stored is not None:
                found[row.session_token_hash] = stored
    return found


def find_replaced_session(session: Session, token_hash: str) -> StoredSession | None:
    """Return the session whose token had this hash before its last rotation."""
    if not token_hash:
        return None
    return _stored(session.execute(_joined().where(sessions.c.previous_hash == token_hash)).first())


def list_sessions(session: Session, owner: UserId, *, now: datetime) -> list[UserSession]:
    """Return the owner's sign-ins that have not expired, the latest used first, one row for each."""
    query = select(sessions).where(sessions.c.user_id == owner, sessions.c.expires_at > now)
    # A remembered browser has two rows, its session and what restores it.
    latest: dict[str, UserSession] = {}
    for row in session.execute(query.order_by(sessions.c.last_seen_at.desc(), sessions.c.id)):
        latest.setdefault(row.family, _user_session(row))
    return list(latest.values())


def touch_session(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session was used."""
    session.execute(update(sessions).where(sessions.c.id == session_id).values(last_seen_at=now))


def rotate_session(session: Session, session_id: int, token_hash: str, *, now: datetime) -> None:
    """Replace the token of a session, remembering the hash of the one before."""
    statement = update(sessions).where(sessions.c.id == session_id)
    session.execute(
        statement.values(previous_hash=sessions.c.token_hash, token_hash=token_hash, rotated_at=now, last_seen_at=now)
    )


def end_session(session: Session, session_id: int) -> None:
    """Delete one session."""
    session.execute(delete(sessions).where(sessions.c.id == session_id))


def end_family(session: Session, owner: UserId, family: str) -> int:
    """Delete every session that grew out of one sign-in; return how many."""
    statement = delete(sessions).where(sessions.c.user_id == owner, sessions.c.family == family)
    return session.execute(statement).rowcount


def end_owned_session(session: Session, owner: UserId, session_id: int) -> int:
    """Delete one of the owner's sessions with its family; return how many rows went."""
    query = select(sessions.c.family).where(sessions.c.user_id == owner, sessions.c.id == session_id)
    family = session.execute(query).scalar()
    return 0 if family is None else end_family(session, owner, family)


def end_all_sessions(session: Session, owner: UserId, *, except_family: str = "") -> int:
    """Delete the owner's sessions except one family; return how many."""
    statement = delete(sessions).where(sessions.c.user_id == owner, sessions.c.family != except_family)
    return session.execute(statement).rowcount


def forget_expired_sessions(session: Session, *, now: datetime) -> None:
    """Drop rows that nobody can use any more."""
    session.execute(delete(sessions).where(sessions.c.expires_at <= now))


def _joined() -> Select[Any]:
    columns = [column.label(f"session_{column.name}") for column in sessions.c]
    return select(*columns, *users.c).join(users, users.c.id == sessions.c.user_id)


def _stored(row: Row[Any] | None) -> StoredSession | None:
    if row is None:
        return None
    return StoredSession(
        session=_user_session(row, "session_"),
        user=to_user(row),
        is_disabled=row.is_disabled,
        family=row.session_family,
        rotated_at=row.session_rotated_at,
    )


def _user_session(row: Row[Any], prefix: str = "") -> UserSession:
    def cell(name: str) -> Any:
        return getattr(row, prefix + name)

    return UserSession(
        id=cell("id"),
        user_id=UserId(cell("user_id")),
        kind=cell("kind"),
        created_at=cell("created_at"),
        last_seen_at=cell("last_seen_at"),
        expires_at=cell("expires_at"),
        user_agent=cell("user_agent"),
        remember=cell("remember"),
    )
