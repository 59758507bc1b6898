"""Fills and trades corrected by hand: added, edited, deleted, split, merged, set apart, joined; and taken back.

An execution never changes: what people do is laid over it, and every action is a line of the
history that can be taken back as long as nothing later touched the same fills.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from data.brokers.sizes import knowing
from data.db import accounts as account_table
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db import imports as import_table
from data.db import journal as journal_table
from data.db import ledger_changes as change_table
from data.db.contract_sizes import list_sizes
from data.db.engine import Database, Session
from domain.accounts import Account, AccountId, UserId
from domain.errors import InvalidInputError, NotFoundError
from domain.fills import (
    AS_STORED,
    ChangeKind,
    FillChange,
    FillDraft,
    FillPage,
    FillRow,
    FillState,
    PasteReading,
)
from domain.instruments import AssetClass
from domain.money import decimal_text
from domain.periods import Clock
from services.fill_changes import Written, take_back, write_change
from services.fill_pages import FillPages, FillQuery, read_fill_rows
from services.fill_parts import merge_rows, split_row
from services.fill_rows import (
    edited_values,
    hand_row,
    instruments_of,
    known_instruments,
    live_rows,
    new_rows,
    read_typed,
    retyped,
    state_of,
    values_of,
)
from services.fill_trades import check_rest, code_of, free_lane, join_states, separate_states
from services.fill_values import find_size, read_quantity, states_no_fee
from services.fill_words import count_words, edit_words, fill_words, many_words
from services.ledger import LedgerService
from services.trade_sets import TradeSets

MOST_AT_ONCE = 10_000


class FillService:
    """Use cases around fills by hand. Every writing one returns the change it made."""

    def __init__(self, db: Database, ledger: LedgerService, sets: TradeSets, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._pages = FillPages(db, sets)
        self._clock = clock

    def page(self, owner: UserId, query: FillQuery, *, start: int = 0, end: int = 100) -> FillPage:
        """Return rows [start, end) of the fills of a filter, and how many there are."""
        books = self._ledger.books(owner, query.chosen.accounts)
        return self._pages.page(owner, books, query, start=start, end=end)

    def csv(self, owner: UserId, query: FillQuery) -> Iterator[str]:
        """Yield the fills of a filter as CSV, in the order of the page."""
        return self._pages.csv(owner, self._ledger.books(owner, query.chosen.accounts), query)

    def fill(self, owner: UserId, execution_id: int) -> FillRow:
        """Return one fill that is not deleted.

        Raises:
            NotFoundError: If the owner has no such fill.
        """
        with self._db.read() as session:
            account_id = execution_table.find_accounts(session, owner, [execution_id]).get(execution_id)
            if account_id is None:
                raise NotFoundError("No such fill.")
            live_rows(session, account_id, [execution_id])
            places, ids = np.zeros(1, dtype=np.int64), np.array([execution_id], dtype=np.int64)
            return read_fill_rows(session, owner, [self._ledger.book(owner, account_id)], places, ids)[0]

    def add(self, owner: UserId, account_id: int, draft: FillDraft) -> FillChange:
        """Add a fill.

        Raises:
            InvalidInputError: Naming the field that cannot be read.
            LedgerError: If the instrument contradicts the one in the book.
        """
        with self._writing(owner, account_id) as (session, account):
            typed = read_typed(session, owner, account, draft)
            (row,) = new_rows(session, owner, [typed])
            summary = f"Added {fill_words(typed.instrument.symbol, row, account.timezone)}."
            state = FillState(free=states_no_fee(draft.fees))
            written = self._store(session, account, ChangeKind.ADD, summary, rows=[row], state=state)
        return self._follow(owner, written)

    def known_size(self, owner: UserId, symbol: str, asset: AssetClass, time: str) -> Decimal | None:
        """Return the contract size that a fill of a new instrument gets when none is typed, None when it is asked."""
        with self._db.read() as session, knowing(list_sizes(session, owner)):
            return find_size(" ".join(symbol.split()), asset, time)

    def read_paste(self, owner: UserId, account_id: int, text: str) -> PasteReading:
        """Say what a pasted table holds; nothing is written."""
        with self._db.read() as session:
            account = account_table.get_account(session, owner, account_id)
            return _read_table(session, owner, account, text)

    def add_many(self, owner: UserId, account_id: int, text: str) -> FillChange:
        """Add the lines of a pasted table that can become fills, as one change.

        Raises:
            InvalidInputError: If there are none.
        """
        with self._writing(owner, account_id) as (session, account):
            found = _read_table(session, owner, account, text)
            if not found.fills:
                raise InvalidInputError("No line can become a fill.", hint="Look at what is said about each line.")
            rows = new_rows(session, owner, found.fills)
            summary = f"Pasted {many_words(len(rows))} into {account.name}."
            written = self._store(session, account, ChangeKind.ADD, summary, rows=rows)
        return self._follow(owner, written)

    def edit(self, owner: UserId, execution_id: int, changes: Mapping[str, str]) -> FillChange:
        """Lay new values over a fill.

        Args:
            owner: Whose.
            execution_id: The fill.
            changes: Fields of `FillDraft` as typed; those left out stay.

        Raises:
            NotFoundError: If the owner has no such fill.
            InvalidInputError: Naming the field that cannot be read, or if nothing would change.
        """
        with self._writing_fills(owner, [execution_id]) as (session, account):
            (row,) = live_rows(session, account.id, [execution_id])
            old = instruments_of(session, owner, [row])[row["instrument_id"]]
            typed = retyped(session, owner, account, row=row, old=old, changes=changes)
            values, new = edited_values(session, owner, row, typed), typed.instrument
            (stored,) = execution_table.read_rows(session, account.id, [execution_id], edited=False)
            free = states_no_fee(changes["fees"]) if "fees" in changes else state_of(row).free
            # A fee of 0 that somebody stated stays, also where a later file has one for this fill.
            is_as_stored = values == values_of(stored) and not free
            moved = values.instrument_id != row["instrument_id"]
            state = FillState(edit=None if is_as_stored else values, lane=0 if moved else row["lane"], free=free)
            state = replace(state, joined=row["joined"] and not moved)
            summary = edit_words(old.symbol, row, new.symbol, values, account.timezone)
            written = self._write(session, account, ChangeKind.EDIT, summary, after={execution_id: state})
        return self._follow(owner, written)

    def delete(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Delete fills: they stay in the database, marked, so that importing their file again does not bring them back.

        Raises:
            NotFoundError: If one is not there.
        """
        with self._writing_fills(owner, ids) as (session, account):
            rows = live_rows(session, account.id, ids)
            summary = f"Deleted {self._named(session, owner, account, rows)}."
            after = {row["id"]: replace(state_of(row), deleted=True) for row in rows}
            written = self._write(session, account, ChangeKind.DELETE, summary, after=after)
        return self._follow(owner, written)

    def restore(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Give fills back the values of their file, deleted ones included."""
        with self._writing_fills(owner, ids) as (session, account):
            states = edit_table.read_states(session, account.id, ids)
            summary = f"Restored {many_words(len(ids))} to what the file says."
            after = {key: replace(state, deleted=False, edit=None, free=False) for key, state in states.items()}
            written = self._write(session, account, ChangeKind.RESTORE, summary, after=after)
        return self._follow(owner, written)

    def split(self, owner: UserId, execution_id: int, quantity: str) -> FillChange:
        """Make two fills of one: `quantity` of it, and the rest; fees are shared by quantity.

        Raises:
            InvalidInputError: If the quantity is not a part of the fill's.
        """
        with self._writing_fills(owner, [execution_id]) as (session, account):
            (row,) = live_rows(session, account.id, [execution_id])
            parts = split_row(row, read_quantity(quantity))
            sizes = " and ".join(decimal_text(part["quantity"]) for part in parts)
            summary = f"Split {self._named(session, owner, account, [row])} into {sizes}."
            written = self._replace(session, owner, account, (ChangeKind.SPLIT, summary), old=[row], new=parts)
        return self._follow(owner, written)

    def merge(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Make one fill of several of one instrument and side: sums, and the average price if it is exact.

        Raises:
            InvalidInputError: If they differ, or their average price has no end.
        """
        with self._writing_fills(owner, ids) as (session, account):
            rows = live_rows(session, account.id, ids)
            merged = merge_rows(rows)
            name = self._named(session, owner, account, [merged])
            summary = f"Merged {many_words(len(rows))} into {name}."
            written = self._replace(session, owner, account, (ChangeKind.MERGE, summary), old=rows, new=[merged])
        return self._follow(owner, written)

    def set_apart(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Match these fills among themselves only: a trade is split in two.

        Raises:
            InvalidInputError: If no fill of the instrument would be left beside them.
        """
        with self._writing_fills(owner, ids) as (session, account):
            rows = live_rows(session, account.id, ids)
            check_rest(self._ledger.book(owner, account.id), rows)
            lane = free_lane(session, account.id)
            after = {row["id"]: replace(state_of(row), lane=lane, joined=False) for row in rows}
            summary = f"Set {self._named(session, owner, account, rows)} apart."
            written = self._write(session, account, ChangeKind.SET_APART, summary, after=after)
        return self._follow(owner, written)

    def put_together(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Match these fills with all others of their instrument again."""
        with self._writing_fills(owner, ids) as (session, account):
            rows = live_rows(session, account.id, ids)
            summary = f"Put {self._named(session, owner, account, rows)} back together with the others."
            after = {row["id"]: replace(state_of(row), lane=0) for row in rows}
            written = self._write(session, account, ChangeKind.JOIN, summary, after=after)
        return self._follow(owner, written)

    def join(self, owner: UserId, trades: Sequence[tuple[int, int]]) -> FillChange:
        """Tell consecutive trades of one instrument as one; what was set apart comes back first.

        Args:
            owner: Whose.
            trades: (account id, trade id) of each.

        Raises:
            InvalidInputError: If they are fewer than two, of several instruments, or not consecutive.
        """
        if len({account for account, _ in trades}) > 1:
            raise InvalidInputError("These trades are in different accounts.", hint="Select trades of one account.")
        ids = [trade for _, trade in trades]
        with self._writing_fills(owner, ids) as (session, account):
            book = self._ledger.book(owner, account.id)
            changed = join_states(book, ids)
            states = edit_table.read_states(session, account.id, list(changed))
            after = {key: replace(states[key], **values) for key, values in changed.items()}
            summary = f"Merged {len(ids)} trades in {book.instruments[code_of(book, ids[0])].symbol}."
            written = self._write(session, account, ChangeKind.JOIN, summary, after=after)
        return self._follow(owner, written)

    def separate(self, owner: UserId, trade_id: int) -> FillChange:
        """Tell a merged trade as its parts again.

        Raises:
            InvalidInputError: If it is not a merged one.
        """
        with self._writing_fills(owner, [trade_id]) as (session, account):
            book = self._ledger.book(owner, account.id)
            states = edit_table.read_states(session, account.id, separate_states(book, trade_id))
            after = {key: replace(state, joined=False) for key, state in states.items()}
            summary = f"Separated a merged trade in {book.instruments[code_of(book, trade_id)].symbol}."
            written = self._write(session, account, ChangeKind.SEPARATE, summary, after=after)
        return self._follow(owner, written)

    def separate_all(self, owner: UserId, ids: Sequence[int]) -> FillChange:
        """Tell the one merged trade of these as its parts again."""
        if len(ids) != 1:
            raise InvalidInputError("More than one trade is selected.", hint="Separate one at a time.")
        return self.separate(owner, ids[0])

    def lost_with_import(self, owner: UserId, import_id: int) -> str:
        """Return what undoing an import would take along that was done by hand, such as "2 edits", "" for nothing."""
        with self._db.read() as session:
            batch = import_table.get_import(session, owner, import_id)
            return count_words(*edit_table.count_marks(session, batch.account_id, batch.id))

    def is_merged(self, owner: UserId, account_id: int, ids: Sequence[int]) -> bool:
        """Return whether a trade of these executions, in order, is several that were merged."""
        return not self._ledger.book(owner, AccountId(account_id)).joins.isdisjoint(ids[1:])

    def undo(self, owner: UserId, change_id: int) -> FillChange:
        """Take a change back.

        Raises:
            NotFoundError: If the owner has no such change.
            ConflictError: If it was taken back before, or its fills have changed since.
        """
        with self._db.begin() as session:
            account_id = change_table.get_change(session, owner, change_id).account_id
            account_table.get_account(session, owner, account_id, lock=True)
            change = change_table.get_change(session, owner, change_id)
            written = take_back(session, owner, change, now=self._clock())
        return self._follow(owner, written)

    def history(
        self, owner: UserId, *, account_ids: Sequence[AccountId] = (), limit: int = 100, before: int | None = None
    ) -> list[FillChange]:
        """Return what was done by hand, newest first; `before` goes on after the one of this id."""
        with self._db.read() as session:
            return change_table.list_changes(session, owner, account_ids=account_ids, limit=limit, before=before)

    @contextmanager
    def _writing(self, owner: UserId, account_id: int) -> Iterator[tuple[Session, Account]]:
        with self._db.begin() as session:
            yield session, account_table.get_account(session, owner, account_id, lock=True)

    @contextmanager
    def _writing_fills(self, owner: UserId, ids: Sequence[int]) -> Iterator[tuple[Session, Account]]:
        """As `_writing`, in the one account of these fills."""
        if not ids or len(ids) > MOST_AT_ONCE:
            message = "No fills are selected." if not ids else f"More than {MOST_AT_ONCE} fills at once."
            raise InvalidInputError(message, hint="Select fewer." if ids else "Tick some rows first.")
        with self._db.read() as session:
            found = execution_table.find_accounts(session, owner, ids)
        if len(found) < len(set(ids)):
            raise NotFoundError("No such fill.")
        if len(set(found.values())) > 1:
            raise InvalidInputError("These fills are in different accounts.", hint="Select fills of one account.")
        with self._writing(owner, next(iter(found.values()))) as given:
            yield given

    def _write(
        self,
        session: Session,
        account: Account,
        kind: ChangeKind,
        summary: str,
        *,
        after: Mapping[int, FillState],
        created: Collection[int] = (),
    ) -> Written:
        return write_change(session, account.id, kind, summary, after=after, changed_at=self._clock(), created=created)

    def _store(
        self,
        session: Session,
        account: Account,
        kind: ChangeKind,
        summary: str,
        *,
        rows: Sequence[dict[str, Any]],
        state: FillState = AS_STORED,
    ) -> Written:
        ids = execution_table.insert_by_hand(session, account.id, rows)
        return self._write(session, account, kind, summary, after=dict.fromkeys(ids, state), created=ids)

    def _replace(
        self,
        session: Session,
        owner: UserId,
        account: Account,
        change: tuple[ChangeKind, str],
        *,
        old: Sequence[Mapping[str, Any]],
        new: Sequence[Mapping[str, Any]],
    ) -> Written:
        """Put hand-made fills in the place of others, in the same lane."""
        ids = execution_table.insert_by_hand(session, account.id, [hand_row(row) for row in new])
        # A trade is known by its opening fill: what was written about it goes on with the fill in that place.
        if journal_table.copy_entry(session, account.id, old[0]["id"], ids[0]):
            journal_table.touch(session, owner)
        after = {row["id"]: replace(state_of(row), deleted=True) for row in old}
        free = all(state_of(row).free for row in old)
        after.update({key: FillState(lane=row["lane"], free=free) for key, row in zip(ids, new, strict=True)})
        return self._write(session, account, *change, after=after, created=ids)

    def _follow(self, owner: UserId, written: Written) -> FillChange:
        """Bring the book up to date and return the change."""
        self._ledger.amend(owner, written.account_id, written.revision, written.touched)
        with self._db.read() as session:
            return change_table.get_change(session, owner, written.change_id)

    @staticmethod
    def _named(session: Session, owner: UserId, account: Account, rows: Sequence[Mapping[str, Any]]) -> str:
        items = instruments_of(session, owner, rows)
        if len(rows) == 1:
            return fill_words(items[rows[0]["instrument_id"]].symbol, rows[0], account.timezone)
        symbols = sorted({items[row["instrument_id"]].symbol for row in rows})
        return f"{many_words(len(rows))} of {', '.join(symbols[:3])}{' and others' if len(symbols) > 3 else ''}"


def _read_table(session: Session, owner: UserId, account: Account, text: str) -> PasteReading:
    from services.fill_paste import read_paste  # noqa: PLC0415 - the reader of tables is needed for pasting only

    with knowing(list_sizes(session, owner)):
        return read_paste(text, account, lambda symbol: known_instruments(session, owner, symbol))
