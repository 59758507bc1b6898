"""What one import brought, as ids: its executions, and the trades that hold any of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.charges.marks import mark_trades
from data.db import executions as execution_table
from data.db import imports as import_table
from data.db.engine import Database
from domain.accounts import UserId
from services.book import Book

if TYPE_CHECKING:
    from domain.columns import Ints


def read_imported(db: Database, owner: UserId, books: Sequence[Book], import_id: int) -> tuple[Ints, Ints]:
    """Return the ids of an import's executions, ascending, and of the trades with at least one of them.

    Both are empty when the books are those of other accounts.

    Raises:
        NotFoundError: If the owner has no such import.
    """
    with db.read() as session:
        batch = import_table.get_import(session, owner, import_id)
        book = next((item for item in books if item.account.id == batch.account_id), None)
        if book is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        ids = execution_table.imported_ids(session, batch.account_id, batch.id)
    held = ids[np.isin(ids, book.executions.id)]
    if not len(held):
        return held, held
    return held, book.matched.trades.id[mark_trades(book.matched, lambda: book.executions, held)]
