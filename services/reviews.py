"""The review queue: closed trades nobody has looked at again, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.ledger import Trade
from services.journal import JournalService
from services.trade_rows import trade_of
from services.trade_sets import EPOCH, TradeSet, TradeSets

if TYPE_CHECKING:
    from domain.columns import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """Trades that wait for their review; `trades` are the first of `waiting`."""

    waiting: int
    closed: int
    trades: tuple[Trade, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """Where a trade stands: the waiting trades around it, None at an end, and how many wait in all."""

    newer: int | None
    older: int | None
    waiting: int


class ReviewService:
    """Reads the queue; marks trades as reviewed."""

    def __init__(self, sets: TradeSets, journal: JournalService) -> None:
        self._sets = sets
        self._journal = journal

    def queue(self, owner: UserId, chosen: LedgerFilter, *, most: int = 8) -> ReviewQueue:
        """Return the newest closed trades of a filter that are not reviewed yet."""
        found = self._sets.load(owner, chosen.with_(status="closed"))
        rows = self._waiting(found)
        newest = rows[::-1][:most].tolist()
        return ReviewQueue(
            waiting=len(rows), closed=len(found.rows), trades=tuple(trade_of(found, int(row)) for row in newest)
        )

    def place(self, owner: UserId, chosen: LedgerFilter, trade_id: int) -> QueuePlace:
        """Return the waiting trades closed just after and just before one, itself waiting or not."""
        found = self._sets.load(owner, chosen.with_(status="closed"))
        rows = self._waiting(found)
        mine = np.flatnonzero(found.frame.id == trade_id)
        ids = found.frame.id[rows]
        if not len(mine):
            return QueuePlace(newer=None, older=int(ids[-1]) if len(ids) else None, waiting=len(rows))
        at = int(mine[0])
        after, before = ids[rows > at], ids[rows < at]
        return QueuePlace(
            newer=int(after[0]) if len(after) else None,
            older=int(before[-1]) if len(before) else None,
            waiting=len(rows),
        )

    def catch_up(self, owner: UserId, chosen: LedgerFilter, before: date) -> int:
        """Call every waiting trade closed before a day reviewed; returns how many there were."""
        found = self._sets.load(owner, chosen.with_(status="closed"))
        rows = self._waiting(found)
        old = rows[found.frame.exit_day[rows] < (before - EPOCH).days]
        by_account: dict[int, dict[int, dict[str, Any]]] = {}
        for account, trade in zip(found.frame.account[old].tolist(), found.frame.id[old].tolist(), strict=True):
            by_account.setdefault(account, {})[trade] = {"reviewed": True}
        return sum(self._journal.save_many(owner, account, changes) for account, changes in by_account.items())

    def _waiting(self, found: TradeSet) -> Ints:
        """Return the rows of the frame that wait, in order of closing."""
        rows = found.rows[~found.frame.is_open[found.rows]]
        waiting: Ints = rows[~np.isin(found.frame.id[rows], self._reviewed(found))]
        return waiting

    def _reviewed(self, found: TradeSet) -> Ints:
        """Return the ids of all reviewed trades; the entries are kept beside them, so that their id stays theirs."""

        def collect() -> tuple[Any, Ints]:
            ids = [key[1] for key, entry in found.journal.items() if entry.reviewed_at is not None]
            return found.journal, np.array(ids, dtype=np.int64)

        kept: tuple[Any, Ints] = self._sets.cached(("reviewed", found.owner, id(found.journal)), collect)
        return kept[1]
