"""Users and invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from data.db.engine import Session
from data.db.tables import invites, users
from domain.accounts import User, UserId
from domain.errors import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user together with what proves who they are."""

    user: User
    password_hash: str
    is_disabled: bool


def add_user(session: Session, user: User, *, username_key: str, password_hash: str, now: datetime) -> User:
    """Insert a user and return it with its id; the id of the argument is ignored.

    Raises:
        ConflictError: If the name is taken.
    """
    values = _profile_values(user) | {"username": user.username, "is_demo": user.is_demo, "created_at": now}
    statement = insert(users).values(**values, username_key=username_key, password_hash=password_hash)
    try:
        key = session.execute(statement).inserted_primary_key
    except IntegrityError as error:
        message = f"The user name {user.username} is taken."
        raise ConflictError(message, hint="Choose another one.") from error
    return get_user(session, UserId(key[0] if key else 0))


def find_credentials(session: Session, username_key: str) -> Credentials | None:
    """Return the credentials under a normalised user name."""
    return _credentials(session.execute(select(users).where(users.c.username_key == username_key)).one_or_none())


def get_credentials(session: Session, owner: UserId) -> Credentials:
    """Return the credentials of a user.

    Raises:
        NotFoundError: If there is no such user.
    """
    found = _credentials(session.execute(select(users).where(users.c.id == owner)).one_or_none())
    if found is None:
        raise NotFoundError("There is no such user.")
    return found


def get_user(session: Session, owner: UserId) -> User:
    """Return a user.

    Raises:
        NotFoundError: If there is no such user.
    """
    return get_credentials(session, owner).user


def has_users(session: Session) -> bool:
    """Return whether anybody but the demo has registered."""
    return bool(session.execute(select(func.count()).select_from(users).where(users.c.is_demo.is_(False))).scalar())


def set_password(session: Session, owner: UserId, password_hash: str) -> None:
    """Replace the password hash of a user."""
    session.execute(update(users).where(users.c.id == owner).values(password_hash=password_hash))


def set_disabled(session: Session, owner: UserId, *, is_disabled: bool) -> None:
    """Lock a user out or let them in again."""
    session.execute(update(users).where(users.c.id == owner).values(is_disabled=is_disabled))


def update_profile(session: Session, user: User) -> None:
    """Store the changeable part of a user: names, zone, currency, looks."""
    session.execute(update(users).where(users.c.id == user.id).values(**_profile_values(user)))


def add_invite(session: Session, code_hash: str, *, now: datetime) -> None:
    """Store the hash of a new invitation code."""
    session.execute(insert(invites).values(code_hash=code_hash, created_at=now))


def take_invite(session: Session, code_hash: str, owner: UserId, *, since: datetime) -> bool:
    """Use up an invitation made after `since`; return whether it was there and unused."""
    statement = update(invites).where(
        invites.c.code_hash == code_hash, invites.c.used_by.is_(None), invites.c.created_at > since
    )
    return session.execute(statement.values(used_by=owner)).rowcount == 1


def to_user(row: Row[Any]) -> User:
    """Return the user of a row that carries the columns of the users table."""
    return User(
        id=UserId(row.id),
        username=row.username,
        display_name=row.display_name,
        timezone=row.timezone,
        base_currency=row.base_currency,
        theme=row.theme,
        palette=row.palette,
        is_demo=row.is_demo,
    )


def _credentials(row: Row[Any] | None) -> Credentials | None:
    if row is None:
        return None
    return Credentials(user=to_user(row), password_hash=row.password_hash, is_disabled=row.is_disabled)


def _profile_values(user: User) -> dict[str, Any]:
    names = ("display_name", "timezone", "base_currency", "theme", "palette")
    return {name: getattr(user, name) for name in names}


def list_users(session: Session) -> list[User]:
    """Return every user by id."""
    ids = session.execute(select(users.c.id).order_by(users.c.id)).scalars()
    return [get_user(session, UserId(item)) for item in ids]
