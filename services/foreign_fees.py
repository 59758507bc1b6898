"""Fees in other currencies than their fill's, kept while fills are only added: a new one asks for no other again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from data.db import cash as table
from data.db.accounts import rebuilt_revision

if TYPE_CHECKING:
    from data.db.engine import Session
    from services.book import Book

KEPT_ACCOUNTS = 100


class ForeignFees:
    """Reads what `data.db.cash.read_foreign_fees` does; safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[int, int, list[tuple[int, Any, str]]]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, session: Session, book: Book) -> list[tuple[int, Any, str]]:
        """Return (execution, fee, currency) of the fills of a book whose fee is not in their instrument's currency."""
        account = book.account
        rebuilt = rebuilt_revision(session, account.id)
        with self._lock:
            kept = self._kept.get(account.id)
        _, after, known = kept if kept is not None and kept[0] == rebuilt else (rebuilt, 0, [])
        if book.max_id > after:
            known = [*known, *table.read_foreign_fees(session, account.id, after=after, last=book.max_id)]
        with self._lock:
            self._kept[account.id] = rebuilt, max(after, book.max_id), known
            self._kept.move_to_end(account.id)
            while len(self._kept) > KEPT_ACCOUNTS:
                self._kept.popitem(last=False)
        return known
