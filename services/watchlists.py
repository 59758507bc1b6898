"""The owner's watched symbols."""

from __future__ import annotations

from data.db import journal as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import InvalidInputError

LIMIT = 200
DEFAULT = ("AAPL", "MSFT", "GOOG", "IBM", "FB")


class WatchlistService:
    """Use cases around the watchlist."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def symbols(self, owner: UserId) -> list[str]:
        """Return the watched symbols in order; a new user watches the demo symbols."""
        with self._db.read() as session:
            return table.list_watchlist(session, owner) or list(DEFAULT)

    def add(self, owner: UserId, symbol: str) -> list[str]:
        """Watch a symbol.

        Raises:
            InvalidInputError: If it is not a symbol, or the list is full.
        """
        text = symbol.strip().upper()
        if not text or len(text) > 32 or not all(part.isalnum() or part in ".-=^/:" for part in text):
            raise InvalidInputError(f"{symbol[:40]!r} is not a symbol.", field="symbol")
        return self._save(owner, [*self.symbols(owner), text])

    def remove(self, owner: UserId, symbol: str) -> list[str]:
        """Stop watching a symbol."""
        return self._save(owner, [item for item in self.symbols(owner) if item != symbol])

    def _save(self, owner: UserId, symbols: list[str]) -> list[str]:
        if len(symbols) > LIMIT:
            raise InvalidInputError(f"A watchlist holds at most {LIMIT} symbols.", field="symbol")
        with self._db.begin() as session:
            table.write_watchlist(session, owner, symbols)
        return list(dict.fromkeys(symbols))
