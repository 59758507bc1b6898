"""A user service on a database of its own, with hashes that cost little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from data.db.engine import Database
from data.db.migrations import upgrade
from services.passwords import PasswordVault
from services.users import UserService
from tests.clock import MovableClock

PASSWORD = "four unrelated words"


def quick_vault() -> PasswordVault:
    """A vault whose hashes take no time."""
    return PasswordVault(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@dataclass(frozen=True)
class Desk:
    """A service, its database and its clock."""

    users: UserService
    db: Database
    clock: MovableClock


@contextmanager
def open_desk(place: Path | str, **options: Any) -> Iterator[Desk]:
    """Yield a service on the database of a URL, or on the SQLite file in a directory."""
    db = Database(place if isinstance(place, str) else f"sqlite:///{place / 'fillwise.db'}")
    upgrade(db)
    clock = MovableClock()
    yield Desk(UserService(db, clock, **({"vault": quick_vault()} | options)), db, clock)
    db.close()
