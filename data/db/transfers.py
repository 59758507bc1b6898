"""Transfers in kind in the database, and the history of their changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from data.db.engine import Session
from data.db.instruments import find_by_symbol, get_instruments
from data.db.portfolio_tables import lot_picks
from data.db.tables import accounts, ledger_events
from data.db.transfer_tables import transfer_changes, transfers
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.instruments import Instrument
from domain.money import decimal_text
from domain.statements import OtherKind
from domain.transfers import Transfer, TransferChange, TransferId

SUMMARY_LENGTH = 300
TOLD_KINDS = (OtherKind.TRANSFER.value, OtherKind.DEPOSIT.value, OtherKind.WITHDRAWAL.value)
"""What files call coins and shares that come or go."""


def list_transfers(
    session: Session, owner: UserId, *, account_ids: Sequence[AccountId] | None = None
) -> list[Transfer]:
    """Return an owner's transfers by time, or those that touch some accounts."""
    query = select(transfers).where(transfers.c.owner_id == owner)
    if account_ids is not None:
        ids = list(account_ids)
        query = query.where(or_(transfers.c.from_account_id.in_(ids), transfers.c.to_account_id.in_(ids)))
    rows = session.execute(query.order_by(transfers.c.moved_at, transfers.c.id)).all()
    known = get_instruments(session, owner, sorted({int(row.instrument_id) for row in rows}))
    return [_transfer(row, known[int(row.instrument_id)]) for row in rows]


def get_transfer(session: Session, owner: UserId, transfer_id: int) -> Transfer:
    """Return one transfer.

    Raises:
        NotFoundError: If the owner has no such transfer.
    """
    query = select(transfers).where(transfers.c.owner_id == owner, transfers.c.id == transfer_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("No such transfer.")
    return _transfer(row, get_instruments(session, owner, [int(row.instrument_id)])[int(row.instrument_id)])


def write_transfer(
    session: Session, owner: UserId, transfer: Transfer, *, instrument_id: int, created_at: datetime
) -> TransferId:
    """Store a transfer, in place of the one of its id where there is one, and return its id."""
    values = {
        "from_account_id": transfer.from_id,
        "to_account_id": transfer.to_id,
        "instrument_id": instrument_id,
        "quantity": transfer.quantity,
        "moved_at": transfer.moved_at,
        "cost": transfer.cost,
        "acquired_at": transfer.acquired_at,
        "event_id": transfer.event_id,
        "note": transfer.note,
    }
    mine = (transfers.c.owner_id == owner) & (transfers.c.id == transfer.id)
    if transfer.id and session.execute(update(transfers).where(mine).values(**values)).rowcount:
        return transfer.id
    # What undo brings back keeps its id: the executions it makes are named by it.
    kept = {"id": transfer.id} if transfer.id else {}
    made = session.execute(insert(transfers).values(owner_id=owner, created_at=created_at, **values, **kept))
    key = TransferId(int(made.inserted_primary_key[0]))  # type: ignore[index]
    if not kept:
        # An id may be given anew: lots that were chosen for the transfer that had it are none of this one.
        session.execute(delete(lot_picks).where(lot_picks.c.close_id == -key))
    return key


def delete_transfer(session: Session, owner: UserId, transfer_id: int) -> None:
    """Remove a transfer."""
    session.execute(delete(transfers).where(transfers.c.owner_id == owner, transfers.c.id == transfer_id))


def entered_events(session: Session, account_id: AccountId) -> set[int]:
    """Return the rows of an account's files that are entered as transfers: they move nothing beside these."""
    mine = (ledger_events.c.account_id == account_id) & (transfers.c.event_id == ledger_events.c.id)
    query = select(ledger_events.c.id).where(mine, transfers.c.event_id != 0)
    return {int(key) for key in session.execute(query).scalars()}


def told_events(session: Session, owner: UserId, *, event_id: int | None = None) -> Sequence[Any]:
    """Return rows of files that tell of units that came or went, latest first; one of them by its id."""
    event = ledger_events.c
    mine = (event.account_id == accounts.c.id) & (accounts.c.owner_id == owner) & event.kind.in_(TOLD_KINDS)
    query = select(
        event.id, event.account_id, event.kind, event.label, event.symbol, event.occurred_at, event.quantity,
        event.amount, event.currency, event.description, accounts.c.name.label("account_name"),
        accounts.c.timezone.label("timezone"), accounts.c.currency.label("account_currency"),
    )  # fmt: skip
    query = query.where(mine, event.occurred_at.is_not(None))
    if event_id is not None:
        query = query.where(event.id == event_id)
    return session.execute(query.order_by(event.occurred_at.desc(), event.id.desc())).all()


def add_change(
    session: Session,
    owner: UserId,
    states: tuple[Transfer | None, Transfer | None],
    *,
    summary: str,
    changed_at: datetime,
) -> int:
    """Write a change down and return its id; `states` are the transfer before and after it."""
    before, after = states
    known = after or before
    assert known is not None
    values = {
        "owner_id": owner,
        "transfer_id": known.id,
        "summary": summary[:SUMMARY_LENGTH],
        "before": _to_text(before),
        "after": _to_text(after),
        "changed_at": changed_at,
    }
    return int(session.execute(insert(transfer_changes).values(**values)).inserted_primary_key[0])  # type: ignore[index]


def list_changes(session: Session, owner: UserId, *, limit: int = 50) -> list[TransferChange]:
    """Return what was changed, newest first."""
    mine = transfer_changes.c.owner_id == owner
    query = select(transfer_changes).where(mine).order_by(transfer_changes.c.id.desc()).limit(limit)
    return [_change(row) for row in session.execute(query)]


def get_change(
    session: Session, owner: UserId, change_id: int
) -> tuple[TransferChange, Transfer | None, Transfer | None]:
    """Return one line of the history with the transfer before and after it.

    Raises:
        NotFoundError: If the owner has no such line.
    """
    mine = (transfer_changes.c.owner_id == owner) & (transfer_changes.c.id == change_id)
    row = session.execute(select(transfer_changes).where(mine)).first()
    if row is None:
        raise NotFoundError("No such change of a transfer.")
    return _change(row), _from_text(session, owner, row.before), _from_text(session, owner, row.after)


def mark_undone(session: Session, change_id: int, *, undone_at: datetime) -> None:
    """Mark a change as taken back."""
    session.execute(update(transfer_changes).where(transfer_changes.c.id == change_id).values(undone_at=undone_at))


def _transfer(row: Row[Any], instrument: Instrument) -> Transfer:
    return Transfer(
        id=TransferId(row.id),
        from_id=None if row.from_account_id is None else AccountId(row.from_account_id),
        to_id=None if row.to_account_id is None else AccountId(row.to_account_id),
        instrument=instrument,
        quantity=row.quantity,
        moved_at=row.moved_at,
        cost=row.cost,
        acquired_at=row.acquired_at,
        event_id=int(row.event_id),
        note=row.note,
    )


def _change(row: Row[Any]) -> TransferChange:
    return TransferChange(
        id=row.id,
        transfer_id=TransferId(row.transfer_id),
        summary=row.summary,
        changed_at=row.changed_at,
        undone_at=row.undone_at,
    )


def _to_text(transfer: Transfer | None) -> str:
    if transfer is None:
        return ""
    return json.dumps(
        {
            "id": transfer.id,
            "from": transfer.from_id,
            "to": transfer.to_id,
            "instrument": list(transfer.instrument.key),
            "quantity": decimal_text(transfer.quantity),
            "moved_at": transfer.moved_at.isoformat(),
            "cost": None if transfer.cost is None else decimal_text(transfer.cost),
            "acquired_at": None if transfer.acquired_at is None else transfer.acquired_at.isoformat(),
            "event": transfer.event_id,
            "note": transfer.note,
        }
    )


def _from_text(session: Session, owner: UserId, text: str) -> Transfer | None:
    if not text:
        return None
    said = json.loads(text)
    return Transfer(
        id=TransferId(said["id"]),
        from_id=said["from"],
        to_id=said["to"],
        instrument=_named(session, owner, tuple(said["instrument"])),
        quantity=Decimal(said["quantity"]),
        moved_at=datetime.fromisoformat(said["moved_at"]),
        cost=None if said["cost"] is None else Decimal(said["cost"]),
        acquired_at=None if said["acquired_at"] is None else datetime.fromisoformat(said["acquired_at"]),
        event_id=said["event"],
        note=said["note"],
    )


def _named(session: Session, owner: UserId, key: tuple[str, ...]) -> Instrument:
    for item in find_by_symbol(session, owner, key[0]).values():
        if item.key == key:
            return item
    raise NotFoundError(f"{key[0]} is no longer among your instruments.")
