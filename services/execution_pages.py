"""Stored executions a page at a time, as objects; in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from data.db import executions as table
from data.db.engine import Database
from data.db.execution_charges import charges_of
from domain.accounts import AccountId, ImportId
from domain.charge_kinds import Charges
from domain.executions import MADE_BY_ACTION, Execution, ExecutionId, ExecutionKind, Side
from domain.instruments import Instrument
from domain.periods import from_micros
from services.book import Book

if TYPE_CHECKING:
    from domain.columns import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionPage:
    """Some executions by id.

    Attributes:
        account_names: Of the accounts the rows are in.
        next_after: Id to go on after, None at the end.
    """

    rows: tuple[Execution, ...]
    account_names: dict[AccountId, str]
    next_after: int | None


def read_execution_page(
    db: Database, books: Sequence[Book], *, symbols: Sequence[str] = (), after: int, limit: int
) -> ExecutionPage:
    """Return up to `limit` executions with an id above `after`.

    The books say which rows: a query over all executions of an account would read them all.

    Args:
        db: The database.
        books: Of the chosen accounts.
        symbols: Of any of these symbols; all by default.
        after: 0 for the first page.
        limit: Most rows, > 0.
    """
    chosen = [(int(key), book) for book in books for key in _ids_after(book, symbols, after, limit + 1)]
    chosen.sort(key=lambda pair: pair[0])
    rows: list[Execution] = []
    with db.read() as session:
        for book in books:
            ids = [key for key, item in chosen[:limit] if item is book]
            instruments = dict(zip(book.instrument_ids, book.instruments, strict=True))
            found = table.read_rows(session, book.account.id, ids) if ids else []
            estimates, told = book.estimates(ids), charges_of(session, book.account.id, ids)
            rows += [
                with_charges(
                    make_execution(row, instruments[row["instrument_id"]], estimates.get(int(row["id"]))),
                    told.get(int(row["id"]), ()),
                )
                for row in found
            ]
    return ExecutionPage(
        rows=tuple(sorted(rows, key=lambda item: item.id)),
        account_names={book.account.id: book.account.name for book in books},
        next_after=chosen[limit - 1][0] if len(chosen) > limit else None,
    )


def _ids_after(book: Book, symbols: Sequence[str], after: int, count: int) -> Ints:
    """Return the first `count` ids above `after`, ascending."""
    stored = book.executions
    mask = (stored.id > after) & (stored.id < MADE_BY_ACTION)
    if symbols:
        codes = [code for code, item in enumerate(book.instruments) if item.symbol in symbols]
        mask &= np.isin(stored.instrument, codes)
    ids = stored.id[mask]
    if len(ids) > count:
        ids = np.partition(ids, count - 1)[:count]
    return np.sort(ids)


def with_charges(item: Execution, charges: Charges) -> Execution:
    """Return an execution with what its fees were for, unless an edit changed their sum."""
    is_whole = bool(charges) and sum(amount for _, amount in charges) == item.fees
    return replace(item, charges=charges) if is_whole else item


def make_execution(row: dict[str, Any], instrument: Instrument, estimate: Decimal | None) -> Execution:
    """Return a stored row; an estimate stands in for fees that no file states."""
    return Execution(
        id=ExecutionId(row["id"]),
        account_id=AccountId(row["account_id"]),
        instrument=instrument,
        side=Side(row["side"]),
        quantity=row["quantity"],
        price=row["price"],
        fees=row["fees"] if estimate is None else estimate,
        fee_currency=row["fee_currency"] if estimate is None else instrument.currency,
        cost=row["cost"] if estimate is None else estimate,
        executed_at=from_micros(row["executed_at"]),
        kind=ExecutionKind(row["kind"]),
        identity=row["identity"],
        import_id=None if row["import_id"] is None else ImportId(row["import_id"]),
        line=row["line"],
        fees_estimated=estimate is not None,
    )
