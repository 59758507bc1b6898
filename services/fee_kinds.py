"""Fees by kind of a filtered trade set, from what the files tell and what a fee plan estimates."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.fee_kinds import ESTIMATE, ESTIMATED, complete_kinds, realise_charges
from data.db.engine import Database
from data.db.execution_charges import read_charges
from domain.charge_kinds import ChargeKind, Charges
from domain.columns import ChargeTable, ExecutionTable, take

if TYPE_CHECKING:
    from domain.columns import Floats, Ints
    from domain.ledger import TradeExecution
    from services.book import Book
    from services.trade_sets import TradeSet

TOLERANCE = 1e-9
KEPT_BOOKS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KindsOfBook:
    """The charges of a book, estimates among them, with the executions they belong to.

    Attributes:
        execution_id: Ascending, without repetition.
        quantity: Restated for splits, in units of one.
    """

    charges: ChargeTable
    execution_id: Ints
    quantity: Floats


class FeeKindService:
    """Says what fees were for; safe to share between threads."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: OrderedDict[Hashable, KindsOfBook | None] = OrderedDict()
        self._lock = threading.Lock()

    def of_set(self, found: TradeSet) -> Mapping[str, float] | None:
        """Return the fees of a set's exits by kind; they add up to its fees. None in units that are no money."""
        if found.unit != found.currency:
            return None
        sums: Counter[str] = Counter()
        for book in found.books.values():
            known = self._known(book)
            if known is not None:
                sums.update(
                    realise_charges(
                        known.charges,
                        execution_id=known.execution_id,
                        quantity=known.quantity,
                        closed=_chosen_closes(found, book, known.execution_id),
                    )
                )
        return complete_kinds(sums, float(found.exits.fees.sum()))

    def trades_by_kind(self, books: Sequence[Book]) -> dict[str, Ints]:
        """Return the ids of the trades that closed anything with fees of each kind told or estimated."""
        found: dict[str, list[Ints]] = {}
        for book in books:
            known = self._known(book)
            if known is None:
                continue
            closes, trades = book.matched.closes, book.matched.trades
            for kind in np.unique(known.charges.kind).tolist():
                ids = np.unique(known.charges.execution_id[known.charges.kind == kind])
                mine = np.isin(closes.open_id, ids) | np.isin(closes.close_id, ids)
                word = ESTIMATED if kind == ESTIMATE else ChargeKind(kind).word
                found.setdefault(word, []).append(np.unique(trades.id[closes.trade[mine]]))
        return {word: np.concatenate(parts) for word, parts in found.items()}

    def of_lines(self, book: Book, lines: Sequence[TradeExecution]) -> dict[int, Charges]:
        """Return what the fees of a trade's executions were for, by execution id, as far as files tell."""
        known = self._known(book)
        if known is None:
            return {}
        table, found = known.charges, {}
        for line in lines:
            rows = np.flatnonzero((table.execution_id == int(line.id)) & (table.kind != ESTIMATE))
            if len(rows) and line.fees:
                # Of an execution that belongs to two trades, this trade's part of each kind.
                share = float(line.fees) / float(table.cost[rows[0]])
                found[int(line.id)] = tuple(
                    (ChargeKind(kind), Decimal(repr(round(amount * share, 8))))
                    for kind, amount in zip(table.kind[rows].tolist(), table.amount[rows].tolist(), strict=True)
                )
        return found

    def _known(self, book: Book) -> KindsOfBook | None:
        key = (book.account, book.revision)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._read(book)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT_BOOKS:
                self._kept.popitem(last=False)
        return found

    def _read(self, book: Book) -> KindsOfBook | None:
        with self._db.read() as session:
            stored = read_charges(session, book.account.id)
        ids = stored.execution_id if book.estimated is None else np.union1d(stored.execution_id, book.estimated)
        if not len(ids):
            return None
        table = take(book.executions, np.isin(book.executions.id, ids))
        table = take(table, np.argsort(table.id))
        charges = join_charges(stored, table, book.estimated)
        return KindsOfBook(charges=charges, execution_id=table.id, quantity=_quantities(book, table))


def join_charges(stored: ChargeTable, table: ExecutionTable, estimated: Ints | None) -> ChargeTable:
    """Return the charges of executions, whose parts still add up to what they cost, and their estimates.

    Args:
        stored: What the files tell.
        table: The executions as the book has them, ascending by id; an edit may have changed their cost.
        estimated: Ids of those whose cost is an estimate.
    """
    cost = table.cost.units.astype(np.float64) / 10.0**table.cost.places
    if not len(table):
        return take(stored, slice(0, 0))  # type: ignore[no-any-return]
    place = np.minimum(np.searchsorted(table.id, stored.execution_id), len(table) - 1)
    is_same = (table.id[place] == stored.execution_id) & table.cost_known[place]
    is_same &= np.abs(cost[place] - stored.cost) <= TOLERANCE * np.maximum(1.0, np.abs(stored.cost))
    told: ChargeTable = take(stored, is_same)
    guessed = np.isin(table.id, estimated) if estimated is not None else np.zeros(len(table), dtype=bool)
    rows = np.flatnonzero(guessed & ~np.isin(table.id, told.execution_id))
    return ChargeTable(
        execution_id=np.concatenate([told.execution_id, table.id[rows]]),
        kind=np.concatenate([told.kind, np.full(len(rows), ESTIMATE, dtype=np.int8)]),
        amount=np.concatenate([told.amount, cost[rows]]),
        cost=np.concatenate([told.cost, cost[rows]]),
    )


def _quantities(book: Book, table: ExecutionTable) -> Floats:
    quantity: Floats = table.quantity.units.astype(np.float64) / 10.0**table.quantity.places
    for split in book.splits:
        earlier = (table.instrument == split.instrument) & (table.executed_at < split.effective_at)
        quantity[earlier] *= float(split.factor)
    return quantity


def _chosen_closes(found: TradeSet, book: Book, ids: Ints) -> tuple[Ints, Ints, Floats]:
    """Return opening and closing execution and quantity of the closed lots behind the set's exits that touch `ids`."""
    matched, exits = book.matched, found.exits
    closes = matched.closes
    if book.moved:  # what leaves in kind takes its fees along: nothing of them is realised
        closes = take(closes, ~np.isin(closes.close_id, list(book.moved)))
    closes = take(closes, np.isin(closes.open_id, ids) | np.isin(closes.close_id, ids))
    mine = exits.account == int(book.account.id)
    wanted = _pairs(exits.trade_id[mine], exits.closed_at[mine])
    closes = take(closes, np.isin(_pairs(matched.trades.id[closes.trade], closes.closed_at), wanted))
    steps = 10.0 ** matched.quantity_places.astype(np.float64)
    return closes.open_id, closes.close_id, closes.quantity / steps[closes.instrument]


def _pairs(first: Ints, second: Ints) -> Any:
    """Return pairs of numbers as one column that can be looked up."""
    pairs = np.empty(len(first), dtype=[("first", np.int64), ("second", np.int64)])
    pairs["first"], pairs["second"] = first, second
    return pairs
