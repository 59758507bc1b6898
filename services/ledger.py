"""The ledgers: each account's book, built once and kept up to date.

Truth is the executions table. A book is derived from it, held in memory by account and revision,
and for large accounts kept on disk as a columnar snapshot that a new process opens in milliseconds.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.db import accounts as account_table
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db.corporate_actions import list_actions
from data.db.engine import Database, Session
from data.db.instruments import get_instruments, resolve
from data.db.ledger_changes import touched_between
from data.db.transfer_revisions import is_only_moved
from domain.accounts import Account, AccountId, UserId
from domain.columns import ExecutionBatch, ExecutionTable
from domain.corporate_actions import CorporateAction
from domain.instruments import Instrument
from services.book import Book, build_book, join_executions
from services.charging import charge_rows, plain_rows, read_plan, recharge_book
from services.corporate_books import act_anew, act_on_book, can_follow, read_actions
from services.snapshots import SnapshotShelf
from services.transfer_books import lanes_of, read_moves

CACHED_ROWS = 6_000_000
AMENDED_ROWS = 5_000
"""More executions than this changed at once are not worth more than a new book."""


class LedgerService:
    """Gives out books; safe to share between threads."""

    def __init__(self, db: Database, snapshot_dir: Path) -> None:
        self._db = db
        self._shelf = SnapshotShelf(snapshot_dir)
        self._books: OrderedDict[AccountId, Book] = OrderedDict()
        self._lock = threading.Lock()
        self._account_locks: dict[AccountId, threading.RLock] = {}

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

    def extend(
        self,
        owner: UserId,
        account_id: AccountId,
        revision: int,
        added: ExecutionTable,
        *,
        is_given_away: bool = False,
    ) -> None:
        """Bring a cached book up to date right after executions were added at this revision.

        A book that is not cached, or that lags by more than this change, is left to `books`.

        Args:
            owner: Whose account it is.
            account_id: The account.
            revision: The account's, with the executions.
            added: The executions; `instrument` holds database ids.
            is_given_away: Whether the caller does not look at them any more: then their memory is the book's.
        """
        with self._db.read() as session:
            account, rebuilt = account_table.get_account_state(session, owner, account_id)
            known = self._books.get(account_id)
            instruments = _instruments(session, owner, added, known)
            entered = list_actions(session, owner, account_id=account_id)
            if account.revision == revision:
                self._shelf.append(session, account, rebuilt, added)
        if account.revision != revision or rebuilt == revision:
            return
        with self._lock_of(account_id):
            if known is not self._books.get(account_id):
                return
            if known is None and revision == 1 and not entered:
                self._keep(build_book(account, added, instruments, may_reorder=is_given_away))
            elif known is not None and known.revision == revision - 1 and _follows(known, added, entered, instruments):
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

    def amend(self, owner: UserId, account_id: AccountId, revision: int, touched: Collection[int]) -> None:
        """Bring a cached book up to date right after executions were changed by hand at this revision.

        As with `extend`, a book that cannot follow is left to `books`; so is one with corporate actions.
        """
        with self._lock_of(account_id):
            known = self._books.get(account_id)
            if known is None or known.revision != revision - 1:
                return
            with self._db.read() as session:
                account = account_table.get_account(session, owner, account_id)
                book = _amended(session, owner, known, account, touched) if account.revision == revision else None
            if book is not None:
                self._keep(book)

    def forget(self) -> None:
        """Drop every cached book; for tests and after a restore."""
        with self._lock:
            self._books.clear()

    def _book(self, session: Session, owner: UserId, account: Account, rebuilt: int) -> Book:
        with self._lock_of(account.id):
            known = self._books.get(account.id)
            if known is not None and known.revision == account.revision:
                return self._keep(known)
            if known is not None and known.revision >= rebuilt:
                added = self._shelf.read_newer(session, account, rebuilt, known.max_id)
                found = _instruments(session, owner, added, known)
                if _follows(known, added, list_actions(session, owner, account_id=account.id), found):
                    return self._keep(_extended(known, added, account, found))
            elif known is not None and is_only_moved(session, account.id, known.revision, account.revision):
                events = read_actions(session, owner, account.id), read_moves(session, owner, account.id)
                book = act_anew(known, account, *events)
                if book is not None:
                    return self._keep(book)
            elif known is not None:
                # Another process changed fills by hand: what it touched is all there is to follow.
                touched = touched_between(session, account.id, known.revision, account.revision)
                book = None if touched is None else _amended(session, owner, known, account, touched)
                if book is not None:
                    return self._keep(book)
            rows = self._shelf.read_rows(session, account, rebuilt)
            instruments = _instruments(session, owner, rows, None)
            plan = read_plan(session, account.id)
            free = tuple(edit_table.read_free(session, account.id))
            rows, estimated = charge_rows(rows, instruments, plan, account.timezone, free=free)
            book = build_book(
                account,
                rows,
                instruments,
                lanes=lanes_of(rows, edit_table.read_lanes(session, account.id)),
                joins=edit_table.read_joins(session, account.id),
            )
            events = read_actions(session, owner, account.id), read_moves(session, owner, account.id)
            book = act_on_book(book, *events)
            return self._keep(replace(book, plan=plan, estimated=estimated, free=free))

    def _lock_of(self, account_id: AccountId) -> threading.RLock:
        """Return the lock of one account: while its book is built, those of others are given out."""
        with self._lock:
            return self._account_locks.setdefault(account_id, threading.RLock())

    def _keep(self, book: Book) -> Book:
        with self._lock:
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
    if _is_small(book, added):
        return recharge_book(book, book.extend(added, account, instruments), added.id.tolist())
    stored = book.executions
    rows = join_executions([plain_rows(book), added])
    rows, estimated = charge_rows(rows, instruments, book.plan, account.timezone, free=book.free)
    lanes = None
    if book.lanes:
        old = np.array(book.lanes, dtype=np.int64)[stored.instrument]
        lanes = np.concatenate([old, np.zeros(len(added), dtype=np.int64)])
    built = build_book(account, rows, instruments, lanes=lanes, joins=book.joins)
    return replace(built, plan=book.plan, estimated=estimated, free=book.free)


def _amended(session: Session, owner: UserId, known: Book, account: Account, touched: Collection[int]) -> Book | None:
    """Return the book after changes by hand, None when it must be built anew."""
    if known.actions or known.moves or len(touched) > AMENDED_ROWS or known.revision > account.revision:
        return None
    rows = execution_table.read_some(session, account.id, sorted(touched))
    instruments = get_instruments(session, owner, np.unique(rows.instrument).tolist())
    lanes = lanes_of(rows, edit_table.read_lanes(session, account.id))
    joins = edit_table.read_joins(session, account.id)
    book = known.amend(rows, account, instruments, lanes=lanes, touched=touched, joins=joins)
    book = replace(book, free=tuple(edit_table.read_free(session, account.id)))
    return recharge_book(known, book, touched)


def _follows(
    book: Book, added: ExecutionTable, entered: Sequence[CorporateAction], instruments: Mapping[int, Instrument]
) -> bool:
    """Whether a book can take more executions as it is: its actions still hold and none of them minds."""
    if not book.actions and not entered and not book.moves:
        return True
    is_same = tuple(item for item in book.actions if item.id) == tuple(entered)
    return is_same and _is_small(book, added) and can_follow(book, added, instruments)
