"""The ledgers: each account's book, built once and kept up to date.

Truth is the executions table. A book is derived from it, held in memory by account and revision,
and for large accounts kept on disk as a columnar snapshot that a new process opens in milliseconds.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.books import Snapshot, read_snapshot, write_snapshot
from data.db import accounts as account_table
from data.db import executions as execution_table
from data.db import imports as import_table
from data.db.engine import Database, Session
from data.db.instruments import get_instruments, resolve
from domain.accounts import Account, AccountId, UserId
from domain.columns import ExecutionBatch, ExecutionTable
from domain.instruments import Instrument
from domain.periods import to_micros
from domain.statements import OtherKind
from services.book import Book, build_book, join_executions

SNAPSHOT_ROWS = 50_000
CACHED_ROWS = 6_000_000


class LedgerService:
    """Gives out books; safe to share between threads."""

    def __init__(self, db: Database, snapshot_dir: Path) -> None:
        self._db = db
        self._dir = snapshot_dir
        self._books: OrderedDict[AccountId, Book] = OrderedDict()
        self._lock = threading.RLock()

    def books(self, owner: UserId, account_ids: tuple[AccountId, ...] = ()) -> list[Book]:
        """Return the books of these accounts (all of the owner's by default), by account name.

        Raises:
            NotFoundError: If an account is not the owner's.
        """
        with self._db.read() as session:
            accounts = account_table.list_accounts(session, owner)
            if account_ids:
                accounts = [account_table.get_account(session, owner, item) for item in account_ids]
            rebuilt = {key: last for key, (_, last) in account_table.revisions(session, owner).items()}
            return [self._book(session, owner, account, rebuilt[account.id]) for account in accounts]

    def book(self, owner: UserId, account_id: AccountId) -> Book:
        """Return the book of one account."""
        return self.books(owner, (account_id,))[0]

    def extend(self, owner: UserId, account_id: AccountId, revision: int, added: ExecutionTable) -> None:
        """Bring a cached book up to date right after executions were added at this revision.

        A book that is not cached, or that lags by more than this change, is left to `books`.
        """
        with self._db.read() as session:
            account = account_table.get_account(session, owner, account_id)
            known = self._books.get(account_id)
            instruments = _instruments(session, owner, added, known)
        if account.revision != revision:
            return
        with self._lock:
            if known is not self._books.get(account_id):
                return
            if known is None and revision == 1:
                self._keep(build_book(account, added, instruments))
            elif known is not None and known.revision == revision - 1:
                self._keep(_extended(known, added, account, instruments))

    def add_executions(self, owner: UserId, account_id: AccountId, batch: ExecutionBatch) -> ExecutionTable:
        """Store executions that come from no file and update the book; returns those that were new."""
        with self._db.begin() as session:
            account_table.get_account(session, owner, account_id, lock=True)
            ids = resolve(session, owner, batch.instruments)
            added = execution_table.insert_new(session, account_id, batch, instrument_ids=ids, import_id=None)
            revision = account_table.bump_revision(session, account_id, append_only=True)
        self.extend(owner, account_id, revision, added)
        return added

    def forget(self) -> None:
        """Drop every cached book; for tests and after a restore."""
        with self._lock:
            self._books.clear()

    def _book(self, session: Session, owner: UserId, account: Account, rebuilt: int) -> Book:
        with self._lock:
            known = self._books.get(account.id)
            if known is not None and known.revision == account.revision:
                self._books.move_to_end(account.id)
                return known
            if known is not None and known.revision >= rebuilt and not known.splits:
                added = execution_table.read_table(session, account.id, after=known.max_id)
                return self._keep(_extended(known, added, account, _instruments(session, owner, added, known)))
            rows = self._rows(session, account, rebuilt)
            instruments = _instruments(session, owner, rows, None)
            return self._keep(build_book(account, rows, instruments, splits=_splits(session, account.id)))

    def _rows(self, session: Session, account: Account, rebuilt: int) -> ExecutionTable:
        snapshot = read_snapshot(self._dir, account.id)
        if snapshot is not None and rebuilt <= snapshot.revision <= account.revision:
            last = execution_table.read_rows(session, account.id, [snapshot.last_id])
            if last and last[0]["identity"] == snapshot.last_identity:
                newer = execution_table.read_table(session, account.id, after=snapshot.last_id)
                return join_executions([snapshot.executions, newer])
        rows = execution_table.read_table(session, account.id)
        if len(rows) >= SNAPSHOT_ROWS:
            self._write_snapshot(session, account, rows)
        return rows

    def _write_snapshot(self, session: Session, account: Account, rows: ExecutionTable) -> None:
        last_id = int(rows.id[-1])
        last = execution_table.read_rows(session, account.id, [last_id])
        write_snapshot(
            self._dir,
            account.id,
            Snapshot(
                executions=rows,
                revision=account.revision,
                last_id=last_id,
                last_identity=str(last[0]["identity"]),
            ),
        )

    def _keep(self, book: Book) -> Book:
        self._books[book.account.id] = book
        self._books.move_to_end(book.account.id)
        while len(self._books) > 1 and sum(len(item.base) for item in self._books.values()) > CACHED_ROWS:
            self._books.popitem(last=False)
        return book


def _instruments(session: Session, owner: UserId, rows: ExecutionTable, known: Book | None) -> dict[int, Instrument]:
    """Return the instruments of these rows, and those of a book that may have to be built anew."""
    ids = set(np.unique(rows.instrument).tolist())
    if known is not None and _is_small(known, rows):
        return get_instruments(session, owner, sorted(ids - set(known.instrument_ids)))
    return get_instruments(session, owner, sorted(ids.union(known.instrument_ids if known else ())))


def _is_small(book: Book, added: ExecutionTable) -> bool:
    """Whether matching only the touched instruments is cheaper than matching everything."""
    return len(added) <= max(5_000, len(book.base) // 4)


def _extended(book: Book, added: ExecutionTable, account: Account, instruments: dict[int, Instrument]) -> Book:
    """Return the grown book; when most of it changed, matching everything at once is cheaper."""
    if _is_small(book, added) and not book.splits:
        return book.extend(added, account, instruments)
    stored = book.executions
    ids = np.array(book.instrument_ids, dtype=np.int32)[stored.instrument] if len(stored) else stored.instrument
    rows = join_executions([replace(stored, instrument=ids), added])
    splits = [(book.instruments[item.instrument].symbol, item.effective_at, item.new, item.old) for item in book.splits]
    return build_book(account, rows, instruments, splits=splits)


def _splits(session: Session, account_id: AccountId) -> list[tuple[str, int, object, object]]:
    events = import_table.list_events(session, [account_id], kinds=[OtherKind.SPLIT.value])
    return [
        (row["symbol"], to_micros(row["occurred_at"]), row["ratio_new"], row["ratio_old"])
        for row in events
        if row["ratio_new"] and row["ratio_old"] and row["occurred_at"]
    ]
