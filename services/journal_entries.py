"""The journal entries of trades, kept in memory: after a note only what was written is read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.frames import JournalColumns, planned_risk
from data.db import journal as table
from data.db.engine import Database
from domain.accounts import AccountId, UserId
from domain.journal import TradeJournal
from services.book import Book

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

KEPT = 16
TAG_LIMIT = 62
Entries = dict[tuple[int, int], TradeJournal]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntries:
    """Entries by (account, trade) with the names of all tags and setups, as of a journal revision.

    Attributes:
        changed: Those that differ from what was known at revision `before`; None when everything was read.
    """

    revision: int
    entries: Entries
    tags: tuple[str, ...]
    setups: tuple[str, ...]
    changed: Entries | None = None
    before: int = -1


class JournalEntries:
    """Reads and keeps entries; safe to share between threads. Nobody changes what it returns."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: OrderedDict[Hashable, KnownEntries] = OrderedDict()
        self._columns: OrderedDict[Hashable, tuple[int, JournalColumns]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, owner: UserId, account_ids: Sequence[AccountId], books: Hashable) -> KnownEntries:
        """Return the entries of an owner's accounts.

        Args:
            owner: Whose journal.
            account_ids: The accounts.
            books: Differs once trades may have got the ids of others; then everything is read again.
        """
        key = (owner, tuple(account_ids), books)
        with self._lock:
            known = self._kept.get(key)
        with self._db.read() as session:
            revision = table.journal_revision(session, owner)
            if known is not None and known.revision == revision:
                return known
            after = known.revision if known and known.revision >= table.journal_rebuilt(session, owner) else None
            found = table.read_journal(session, account_ids, after=after)
            tags = tuple(tag.name for tag in table.list_tags(session, owner))[:TAG_LIMIT]
            setups = tuple(name for _, name in table.list_setups(session, owner))
        if known is None or after is None:
            return self._keep(key, KnownEntries(revision=revision, entries=found, tags=tags, setups=setups))
        merged = {**known.entries, **found}
        return self._keep(
            key,
            KnownEntries(
                revision=revision, entries=merged, tags=tags, setups=setups, changed=found, before=known.revision
            ),
        )

    def columns(self, owner: UserId, known: KnownEntries, books: Sequence[Book]) -> JournalColumns:
        """Return the entries as columns; after a note only the rows of what was written are made anew."""
        key = ("columns", owner, tuple((book.account, book.revision) for book in books))
        with self._lock:
            revision, before = self._columns.get(key, (-1, None))
        if before is not None and revision == known.revision:
            return before
        is_patch = known.changed is not None and revision == known.before
        if before is None or not is_patch or (before.tags, before.setups) != (known.tags, known.setups):
            made = journal_columns(known, books)
        else:
            made = _patched(before, journal_columns(replace(known, entries=known.changed or {}), books))
        with self._lock:
            self._columns[key] = (known.revision, made)
            self._columns.move_to_end(key)
            while len(self._columns) > KEPT:
                self._columns.popitem(last=False)
        return made

    def _keep(self, key: Hashable, known: KnownEntries) -> KnownEntries:
        with self._lock:
            self._kept[key] = known
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return known


def journal_columns(known: KnownEntries, books: Sequence[Book]) -> JournalColumns:
    """Return the journal as columns over trade ids, initial risks computed from the books."""
    bits = {name: 1 << position for position, name in enumerate(known.tags)}
    codes = {name: code for code, name in enumerate(known.setups)}
    entries = known.entries
    masks: dict[tuple[str, ...], int] = {}
    for entry in entries.values():
        if entry.tags not in masks:
            masks[entry.tags] = sum(bits.get(name, 0) for name in entry.tags)
    number = len(entries)
    account = np.fromiter((key[0] for key in entries), dtype=np.int64, count=number)
    trade_id = np.fromiter((key[1] for key in entries), dtype=np.int64, count=number)
    return JournalColumns(
        trade_id=trade_id,
        tag_mask=np.fromiter((masks[entry.tags] for entry in entries.values()), dtype=np.int64, count=number),
        setup=np.fromiter((codes.get(entry.setup, -1) for entry in entries.values()), dtype=np.int32, count=number),
        risk=_risks(known, books, account=account, trade_id=trade_id),
        tags=known.tags,
        setups=known.setups,
    )


def _patched(before: JournalColumns, new: JournalColumns) -> JournalColumns:
    """Return columns with some rows made anew or added."""
    stay = ~np.isin(before.trade_id, new.trade_id)
    return replace(
        before,
        trade_id=np.concatenate([before.trade_id[stay], new.trade_id]),
        tag_mask=np.concatenate([before.tag_mask[stay], new.tag_mask]),
        setup=np.concatenate([before.setup[stay], new.setup]),
        risk=np.concatenate([before.risk[stay], new.risk]),
    )


def _risks(known: KnownEntries, books: Sequence[Book], *, account: Ints, trade_id: Ints) -> Floats:
    """Return the initial risk of each entry: by its planned stop, else the planned money; NaN without both."""
    plans = [(entry.planned_stop, entry.planned_risk) for entry in known.entries.values()]
    stop = np.array([np.nan if first is None else float(first) for first, _ in plans], dtype=np.float64)
    risk = np.array([np.nan if second is None else float(second) for _, second in plans], dtype=np.float64)
    for book in books:
        places = np.flatnonzero((account == int(book.account.id)) & ~np.isnan(stop))
        if not len(places):
            continue
        ids = book.matched.trades.id
        order = np.argsort(ids, kind="stable")
        at = np.minimum(np.searchsorted(ids[order], trade_id[places]), max(len(ids) - 1, 0))
        rows = order[at] if len(ids) else at
        is_known = ids[rows] == trade_id[places] if len(ids) else np.zeros(len(places), dtype=np.bool_)
        places, rows = places[is_known], rows[is_known]
        by_stop = planned_risk(book.matched, rows, stop[places], multipliers=book.multipliers)
        risk[places] = np.where(np.isnan(by_stop), risk[places], by_stop)
    return risk
