"""Where one trade is: in which account's book, at which row."""

from __future__ import annotations

import numpy as np

from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.ledger import Trade
from services.book import Book
from services.ledger import LedgerService
from services.trade_rows import make_trade


def locate_trade(ledger: LedgerService, owner: UserId, trade_id: int) -> tuple[Book, int]:
    """Return the book that holds a trade, and its row there.

    Raises:
        NotFoundError: If the owner has no such trade.
    """
    for book in ledger.books(owner):
        rows = np.flatnonzero(book.matched.trades.id == trade_id)
        if len(rows):
            return book, int(rows[0])
    raise NotFoundError("No such trade.")


def find_trade(ledger: LedgerService, owner: UserId, trade_id: int) -> Trade | None:
    """Return a trade without its journal, None when the owner has none of this number."""
    try:
        book, row = locate_trade(ledger, owner, trade_id)
    except NotFoundError:
        return None
    return make_trade(book, row, None)
