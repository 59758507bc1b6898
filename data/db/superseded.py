"""Fills that a file corrects or cancels: they stay stored, marked deleted with that import as the reason.

What a file says is kept by identity, so that a correction which comes before its original takes it out as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from data.db.correction_tables import superseded_fills
from data.db.engine import Session
from data.db.tables import deleted_executions, executions, instruments
from domain.accounts import AccountId, ImportId
from domain.money import decimal_text
from domain.statements import Supersession

if TYPE_CHECKING:  # the column tables load with the first file
    from domain.columns import ExecutionBatch

COMPARED = 5_000
"""Rows of a file that are held against what is stored under their id."""
_CHUNK = 500


def supersede(
    session: Session,
    account_id: AccountId,
    said: Sequence[Supersession],
    *,
    import_id: ImportId,
    at: datetime,
) -> tuple[dict[int, str], dict[int, str]]:
    """Take out what a file corrects or cancels, and those of its own fills that were corrected before.

    A fill that a person deleted stays deleted, and so does its correction.

    Args:
        session: A writing transaction.
        account_id: The account; the caller holds its lock.
        said: What the file says, after its fills were stored.
        import_id: The import.
        at: Now.

    Returns:
        (identities of the fills taken out, by id; those of corrections that stay out with what was deleted, by id)
    """
    rows = dict.fromkeys(_holding(session, account_id, said, import_id))
    if rows:
        values = [{"account_id": account_id, "identity": name, "import_id": import_id} for name in rows]
        session.execute(insert(superseded_fills), values)
    reasons = _reasons(session, account_id)
    if not reasons:
        return {}, {}
    found = [
        row
        for row in _stored(session, account_id, reasons)
        if (row.identity in rows or row.import_id == import_id) and row.marked is None
    ]
    marks = [
        {"account_id": account_id, "execution_id": row.id, "deleted_at": at, "import_id": reasons[row.identity]}
        for row in found
    ]
    if marks:
        session.execute(insert(deleted_executions), marks)
    kept_out = _keep_out(session, account_id, said, import_id=import_id, at=at)
    return {int(row.id): str(row.identity) for row in found}, kept_out


def _holding(session: Session, account_id: AccountId, said: Sequence[Supersession], import_id: ImportId) -> list[str]:
    """Return the identities that go because of this import: by a cancellation, or by a fill that it brought."""
    wanted = {item.by for item in said if item.by}
    brought = {row.identity for row in _stored(session, account_id, wanted) if row.import_id == import_id}
    return [item.identity for item in said if not item.by or item.by in brought]


def _keep_out(
    session: Session, account_id: AccountId, said: Sequence[Supersession], *, import_id: ImportId, at: datetime
) -> dict[int, str]:
    """Delete the corrections of fills that a person deleted, and return their identities by id."""
    by = unwanted_corrections(session, account_id, said)
    fresh = [row for row in _stored(session, account_id, by) if row.import_id == import_id and row.marked is None]
    if fresh:
        values = [{"account_id": account_id, "execution_id": row.id, "deleted_at": at} for row in fresh]
        session.execute(insert(deleted_executions), values)
    return {int(row.id): str(row.identity) for row in fresh}


def unwanted_corrections(session: Session, account_id: AccountId, said: Sequence[Supersession]) -> set[str]:
    """Return the identities of corrections of fills that a person deleted."""
    names = {item.identity for item in said if item.by}
    gone = {row.identity for row in _stored(session, account_id, names) if row.marked is not None and row.cause is None}
    return {item.by for item in said if item.by and item.identity in gone}


def _reasons(session: Session, account_id: AccountId) -> dict[str, int]:
    """Return an import that took each identity out, the latest one."""
    query = select(superseded_fills.c.identity, superseded_fills.c.import_id)
    mine = query.where(superseded_fills.c.account_id == account_id).order_by(superseded_fills.c.import_id)
    return {row.identity: row.import_id for row in session.execute(mine)}


def _stored(session: Session, account_id: AccountId, identities: Iterable[str]) -> list[Any]:
    """Return the stored fills of these identities, and whether and by which import they are marked deleted."""
    mark = deleted_executions.c
    columns = executions.c.id, executions.c.identity, executions.c.import_id
    query = select(*columns, mark.execution_id.label("marked"), mark.import_id.label("cause")).select_from(
        executions.outerjoin(
            deleted_executions, (mark.execution_id == executions.c.id) & (mark.account_id == executions.c.account_id)
        )
    )
    found: list[Any] = []
    for chunk in _chunks(identities):
        found += session.execute(query.where(executions.c.account_id == account_id, executions.c.identity.in_(chunk)))
    return found


def restore(session: Session, account_id: AccountId, import_id: ImportId) -> int:
    """Bring back what an import took out, and return how many fills that were; those others took out too stay out."""
    mine = superseded_fills.c.account_id == account_id
    session.execute(delete(superseded_fills).where(mine, superseded_fills.c.import_id == import_id))
    marks = deleted_executions.c
    chosen = (marks.account_id == account_id) & (marks.import_id == import_id)
    query = select(executions.c.id, executions.c.identity).join(
        deleted_executions, (marks.execution_id == executions.c.id) & chosen
    )
    found = list(session.execute(query))
    reasons = _reasons(session, account_id) if found else {}
    for row in found:
        if row.identity in reasons:
            other = update(deleted_executions).where(chosen, marks.execution_id == row.id)
            session.execute(other.values(import_id=reasons[row.identity]))
    return int(session.execute(delete(deleted_executions).where(chosen)).rowcount)


def superseded_identities(session: Session, account_id: AccountId) -> set[str]:
    """Return the identities that files have corrected or cancelled in an account."""
    return set(_reasons(session, account_id))


def live_identities(session: Session, account_id: AccountId, identities: Collection[str]) -> set[str]:
    """Return which of these identities are stored and not deleted."""
    return {row.identity for row in _stored(session, account_id, identities) if row.marked is None}


def find_differences(session: Session, account_id: AccountId, batch: ExecutionBatch, *, most: int) -> list[str]:
    """Return in words which rows of a file say something else than what is stored under their id.

    The first rows of the file are looked at, up to `COMPARED`. Rows without a broker's id have none that could.

    Args:
        session: An open transaction.
        account_id: The account.
        batch: The rows.
        most: How many are told.
    """
    places = {name: row for row, name in enumerate(batch.identity[:COMPARED]) if not name.startswith("#")}
    told: list[str] = []
    for chunk in _chunks(places):
        for stored in _contents(session, account_id, chunk):
            words = _difference(stored, batch, places[stored.identity])
            if words:
                row = places[stored.identity]
                told.append(f"line {int(batch.line[row])}: id {stored.identity[:60]} is here with {words}")
                if len(told) == most:
                    return told
    return told


def _contents(session: Session, account_id: AccountId, identities: Sequence[str]) -> list[Any]:
    columns = executions.c
    query = (
        select(columns.identity, columns.side, columns.quantity, columns.price, instruments.c.symbol)
        .join(instruments, instruments.c.id == columns.instrument_id)
        .where(columns.account_id == account_id, columns.identity.in_(identities))
        .order_by(columns.line, columns.id)
    )
    return list(session.execute(query))


def _difference(stored: Any, batch: ExecutionBatch, row: int) -> str:
    same = stored.price == batch.price.at(row) and stored.quantity == batch.quantity.at(row)
    if same and stored.side == batch.side[row] and stored.symbol == batch.instruments[batch.instrument[row]].symbol:
        return ""
    said = {
        "symbol": (stored.symbol, batch.instruments[int(batch.instrument[row])].symbol),
        "side": _sides(stored.side, batch.side[row]),
        "quantity": _numbers(stored.quantity, batch.quantity.at(row)),
        "price": _numbers(stored.price, batch.price.at(row)),
    }
    different = [(name, here, there) for name, (here, there) in said.items() if here != there]
    here = ", ".join(f"{name} {value}" for name, value, _ in different)
    return f"{here}, the file says {', '.join(there for _, _, there in different)}" if different else ""


def _sides(here: int, there: int) -> tuple[str, str]:
    return ("buy" if here > 0 else "sell"), ("buy" if there > 0 else "sell")


def _numbers(here: Any, there: Any) -> tuple[str, str]:
    return decimal_text(here), decimal_text(there)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    values = list(items)
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
