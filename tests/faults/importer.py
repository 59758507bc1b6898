"""One small installation that processes of their own import into: what every fault test starts from.

The programs of this package fork, and so they run apart from pytest, which has threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

from domain.accounts import UserId
from domain.imports import ImportBatch
from services.container import Installation, Services
from services.imports import ImportRequest
from tests.services.samples import trades_csv

NAME = "maya"


def open_services(url: str, folder: Path) -> Services:
    """Services as a process that has just started has them."""
    return Services(Installation(data_dir=folder, database_url=url))


def prepare(url: str, folder: Path) -> None:
    """Migrate, register one user, and leave no connection behind that a fork would share."""
    services = open_services(url, folder)
    services.migrate()
    services.users.register(NAME, "four unrelated words")
    services.db.close()


def fills_csv(rows: int) -> bytes:
    """A file of fills with ids, half bought and half sold again."""
    return trades_csv(
        f"k{n},2026-03-02 10:{n // 60 % 60:02d}:{n % 60:02d},ACME,{side},1,10.{n % 97:02d},0.01,USD"
        for n, side in zip(range(rows), cycle(("Buy", "Sell")), strict=False)
    )


def import_fills(services: Services, payload: bytes, account: str) -> ImportBatch:
    """Import a file into an account of the user."""
    request = ImportRequest(filename="fills.csv", payload=payload, account=account, timezone="America/New_York")
    return services.imports.commit(user_of(services), request)


def user_of(services: Services) -> UserId:
    """The one user."""
    user = services.users.find(NAME)
    assert user is not None
    return user.id


def stored_fills(services: Services, account: str) -> int:
    """How many executions an account has, 0 when it is not there."""
    owner = user_of(services)
    found = [item for item in services.accounts.list_accounts(owner) if item.name == account]
    return len(services.ledger.book(owner, found[0].id).executions) if found else 0


def imports_into(services: Services, account: str) -> list[ImportBatch]:
    """The account's imports."""
    return [item for item in services.imports.history(user_of(services)) if item.account_name == account]


def run_forked(work: Callable[[Any], None]) -> tuple[int, bytes]:
    """Run work in a child with a pipe to write to; return its wait status and what it wrote."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        code = 1
        try:
            with os.fdopen(into, "wb", buffering=0) as pipe:
                work(pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        said = pipe.read()
    return os.waitpid(child, 0)[1], said
