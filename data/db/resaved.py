"""Fills of a file that was saved anew by a spreadsheet: the same values in other spellings.

Rows without a broker's id are known by their texts. A spreadsheet writes 10.00 as 10 and turns dates round,
and then no text is equal any more, though every fill is. So rows whose texts are not known are compared once
more by what they say: instrument, side, quantity, price and instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from data.db.engine import Session
from data.db.executions import existing_identities
from data.db.tables import executions, instruments
from domain.accounts import AccountId
from domain.columns import ExecutionBatch
from domain.money import decimal_text

NAMELESS = "#"
"""What the identity of a row begins with that has no broker's id."""
Said = tuple[str, str, int, str, str, int, int]


def recognise(session: Session, account_id: AccountId, batch: ExecutionBatch) -> tuple[ExecutionBatch, int]:
    """Give rows that are stored in another spelling the identity they are stored with.

    As many rows of equal values are recognised as are stored and not in the file by their own texts: of
    three equal fills in the file and two in the account, one is new.

    Returns:
        (the batch, how many rows were recognised); the batch itself when there are none.
    """
    nameless = [row for row, identity in enumerate(batch.identity) if identity.startswith(NAMELESS)]
    known = existing_identities(session, account_id, [batch.identity[row] for row in nameless]) if nameless else set()
    unknown = [row for row in nameless if batch.identity[row] not in known]
    if not unknown:
        return batch, 0
    waiting = _stored(session, account_id, batch.executed_at[unknown].tolist(), known)
    identities, count = list(batch.identity), 0
    for row in unknown if waiting else ():
        names = waiting.get(_said(batch, row))
        if names:
            identities[row] = names.pop(0)
            count += 1
    return (replace(batch, identity=identities), count) if count else (batch, 0)


def _stored(
    session: Session, account_id: AccountId, moments: Sequence[int], known: Iterable[str]
) -> dict[Said, list[str]]:
    """Return the identities of the nameless fills of these moments by what they say, those of the file left out."""
    taken = set(known)
    columns = executions.c
    is_sqlite = session.dialect.name == "sqlite"
    # SQLite can walk the index of identities by a range, and compares bytes; PostgreSQL compares by language.
    nameless = columns.identity.between(NAMELESS, "$") if is_sqlite else columns.identity.startswith(NAMELESS)
    query = (
        select(
            columns.identity, instruments.c.symbol, instruments.c.currency, columns.side, columns.quantity,
            columns.price, columns.executed_at, columns.kind,
        )
        .join(instruments, instruments.c.id == columns.instrument_id)
        .where(columns.account_id == account_id, nameless, columns.executed_at.between(min(moments), max(moments)))
        .order_by(columns.id)
    )  # fmt: skip
    found: dict[Said, list[str]] = defaultdict(list)
    for row in session.execute(query):
        if row.identity not in taken:
            found[_key(row.symbol, row.currency, row.side, row.quantity, row.price, row.executed_at, row.kind)].append(
                row.identity
            )
    return found


def _said(batch: ExecutionBatch, row: int) -> Said:
    item = batch.instruments[int(batch.instrument[row])]
    return _key(
        item.symbol,
        item.currency,
        batch.side[row],
        batch.quantity.at(row),
        batch.price.at(row),
        batch.executed_at[row],
        batch.kind[row],
    )


def _key(*values: Any) -> Said:
    symbol, currency, side, quantity, price, moment, kind = values
    return symbol, currency, int(side), decimal_text(quantity), decimal_text(price), int(moment), int(kind)
