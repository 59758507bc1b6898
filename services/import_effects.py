"""What executions make of an account's trades, by comparing two books."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import numpy as np

from data.db.executions import batch_costs, order_keys
from domain.accounts import Account, AccountId, LotMethod
from domain.columns import ExecutionBatch, ExecutionTable, take
from domain.drafts import ImportEffect
from domain.instruments import Instrument
from domain.money import from_units
from domain.statements import Statement
from services.book import Book, build_book
from services.corporate_books import can_follow

FORESEEN_ROWS = 200_000
"""More new rows than this on top of an existing book are not matched just to look ahead."""


def foresee_effect(book: Book | None, statement: Statement, duplicates: frozenset[int]) -> ImportEffect | None:
    """Return what the new executions of a statement would make of a book.

    Args:
        book: The account's book; None for a new account.
        statement: The file.
        duplicates: Rows of its batch that the account already has.

    Returns:
        The effect, or None when it is not cheap to say: a split changes what was there before, an
        instrument is part of a corporate action, or there are very many rows.
    """
    if any(row.ratio for row in statement.others):
        return None
    added, instruments = _fresh_rows(book, statement.executions, duplicates)
    if book is None:
        return compare_books(None, build_book(_NEW_ACCOUNT, added, instruments))
    if len(added) > FORESEEN_ROWS or not can_follow(book, added, instruments):
        return None
    return compare_books(book, book.extend(added, book.account, instruments))


def compare_books(before: Book | None, after: Book) -> ImportEffect:
    """Return the difference between an account's books before and after an import."""
    closed, opened = _closed(after), _open_ids(after)
    net = _net(after)
    if before is not None:
        closed -= _closed(before)
        opened -= _open_ids(before)
        for currency, amount in _net(before).items():
            net[currency] -= amount
    return ImportEffect(closed=closed, opened=len(opened), net={name: net[name] for name in sorted(net) if net[name]})


_NEW_ACCOUNT = Account(
    id=AccountId(0),
    name="",
    broker="",
    currency="USD",
    timezone="UTC",
    lot_method=LotMethod.FIFO,
    starting_balance="",
    revision=0,
)


def _fresh_rows(
    book: Book | None, batch: ExecutionBatch, duplicates: frozenset[int]
) -> tuple[ExecutionTable, dict[int, Instrument]]:
    """Return the new rows as if they were stored, under ids nobody has."""
    known = (
        {} if book is None else {item.key: key for item, key in zip(book.instruments, book.instrument_ids, strict=True)}
    )
    instruments = {key: item for item, key in zip(book.instruments, book.instrument_ids, strict=True)} if book else {}
    free = max(instruments, default=0)
    lookup: list[int] = []
    for item in batch.instruments:
        key = known.get(item.key)
        if key is None:
            free += 1
            key, instruments[free] = free, item
        lookup.append(key)
    cost, cost_known = batch_costs(batch)
    first = 1 + (book.max_id if book else 0)
    codes = np.asarray(lookup, dtype=np.int32)
    rows = ExecutionTable(
        id=np.arange(first, first + len(batch), dtype=np.int64),
        instrument=codes[batch.instrument] if len(batch) else codes[:0],
        side=batch.side,
        quantity=batch.quantity,
        price=batch.price,
        cost=cost,
        cost_known=cost_known,
        executed_at=batch.executed_at,
        kind=batch.kind,
        order=order_keys(batch),
    )
    kept = np.ones(len(batch), dtype=bool)
    kept[list(duplicates)] = False
    return take(rows, kept), instruments


def _closed(book: Book) -> int:
    return int(np.count_nonzero(~book.matched.trades.is_open))


def _open_ids(book: Book) -> set[int]:
    trades = book.matched.trades
    return set(trades.id[trades.is_open].tolist())


def _net(book: Book) -> defaultdict[str, Decimal]:
    trades = book.matched.trades
    sums = np.zeros(len(book.instruments), dtype=object)
    net = (trades.gross - trades.fees).astype(object)
    np.add.at(sums, trades.instrument, net)
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for code, units in enumerate(sums.tolist()):
        if units:
            found[book.instruments[code].currency] += from_units(int(units), int(book.matched.money_places[code]))
    return found
