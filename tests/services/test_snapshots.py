"""Large accounts are read from their snapshots, whoever wrote them, and never wrongly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.db import executions
from domain.accounts import UserId
from domain.filters import LedgerFilter
from services import snapshots
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import trades_csv

ROWS = 120


@pytest.fixture
def other(services: Services) -> Iterator[Services]:
    """Another process of the same installation."""
    made = Services(services.installation)
    yield made
    made.db.close()


def fills(start: int, count: int) -> bytes:
    """So many fills with ids of their own."""
    rows = (
        f"s{n},2026-03-02 10:{n // 60 % 60:02d}:{n % 60:02d},"
        f"SYM{n % 7},{'Buy' if n % 2 else 'Sell'},1,{10 + n % 5},0,USD"
        for n in range(start, start + count)
    )
    return trades_csv(rows)


def load(services: Services, owner: UserId, payload: bytes) -> int:
    """Import a file and return the id of the batch."""
    request = ImportRequest(filename="f.csv", payload=payload, account="Main", timezone="UTC")
    return int(services.imports.commit(owner, request).id)


def figures(services: Services, owner: UserId) -> tuple[int, int, list[int]]:
    """What a book says: executions, trades, ids."""
    book = services.ledger.books(owner)[0]
    return len(book.executions), len(book.matched.trades), sorted(book.executions.id.tolist())


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note how many rows come out of the database one by one."""
    read, original = [], executions.read_table

    def note(*arguments: object, **options: object) -> object:
        found = original(*arguments, **options)  # type: ignore[arg-type]
        read.append(len(found))
        return found

    monkeypatch.setattr(executions, "read_table", note)
    return read


def test_other_processes_open_what_an_import_wrote(
    services: Services, other: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a large import no row is read one by one, neither for a first book nor for one that lags behind."""
    monkeypatch.setattr(snapshots, "SNAPSHOT_ROWS", 50)
    owner = services.users.register("maya", "four unrelated words").id
    load(services, owner, fills(0, ROWS))
    read = count_reads(monkeypatch)
    assert figures(other, owner)[0] == ROWS
    assert sum(read) == 0
    load(services, owner, fills(1_000, ROWS))
    load(services, owner, fills(2_000, 3))
    read.clear()
    assert figures(other, owner) == figures(services, owner)
    assert figures(other, owner)[0] == 2 * ROWS + 3
    assert sum(read) <= 3
    fresh = Services(services.installation)
    read.clear()
    assert figures(fresh, owner) == figures(services, owner)
    assert sum(read) <= 3
    fresh.db.close()


def test_a_snapshot_never_outlives_a_change(
    services: Services, other: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An undone import is gone everywhere, and a small account that grows large is whole."""
    monkeypatch.setattr(snapshots, "SNAPSHOT_ROWS", 50)
    owner = services.users.register("maya", "four unrelated words").id
    load(services, owner, fills(0, 5))
    assert figures(other, owner)[0] == 5
    large = load(services, owner, fills(1_000, ROWS))
    assert figures(other, owner)[0] == ROWS + 5
    assert figures(other, owner) == figures(services, owner)
    services.imports.undo(owner, large)
    assert figures(other, owner)[0] == figures(services, owner)[0] == 5
    load(services, owner, fills(1_000, ROWS))
    other.ledger.forget()
    assert figures(other, owner) == figures(services, owner)
    assert other.portfolio.performance(owner, LedgerFilter()) == services.portfolio.performance(owner, LedgerFilter())
