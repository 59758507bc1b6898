"""Imports (batches), their other rows and the saved column mappings in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from data.db.correction_tables import fee_completions
from data.db.engine import Session
from data.db.tables import accounts, deleted_executions, import_templates, imports, ledger_events
from domain.accounts import AccountId, ImportId, UserId
from domain.errors import NotFoundError
from domain.fixes import Fixes
from domain.imports import ImportBatch, ImportTemplate, RowCounts
from domain.statements import OtherRow

PROBLEM_LIMIT = 1_000


def _batch(row: Row[Any]) -> ImportBatch:
    return ImportBatch(
        id=ImportId(row.id),
        account_id=AccountId(row.account_id),
        account_name=row.account_name,
        filename=row.filename,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        format=row.format,
        timezone=row.timezone,
        is_undone=row.state == "undone",
        created_at=row.created_at,
        revision=row.revision,
        rows=RowCounts(**json.loads(row.row_counts)),
        other=json.loads(row.other_counts),
        problems=tuple(json.loads(row.problems)),
        fixes=Fixes.from_dict(json.loads(row.fixes)),
        completed_fees=row.completed_fees,
        superseded=row.superseded,
        notes=tuple(json.loads(row.notes)),
    )


def _query() -> Any:
    completed = select(func.count()).where(fee_completions.c.import_id == imports.c.id).scalar_subquery()
    gone = select(func.count()).where(deleted_executions.c.import_id == imports.c.id).scalar_subquery()
    counted = completed.label("completed_fees"), gone.label("superseded")
    columns = select(imports, accounts.c.name.label("account_name"), *counted)
    return columns.join(accounts, accounts.c.id == imports.c.account_id)


def add_import(session: Session, owner: UserId, *, created_at: datetime, **values: Any) -> ImportId:
    """Insert a batch with empty counts and return its id."""
    result = session.execute(
        insert(imports).values(
            owner_id=owner,
            created_at=created_at,
            state="committed",
            row_counts="{}",
            other_counts="{}",
            problems="[]",
            **values,
        )
    )
    return ImportId(int(result.inserted_primary_key[0]))  # type: ignore[index]


def finish_import(
    session: Session,
    import_id: ImportId,
    *,
    rows: RowCounts,
    other: dict[str, int],
    problems: Sequence[dict[str, Any]],
    revision: int,
    notes: Sequence[str] = (),
) -> None:
    """Write what became of every row."""
    session.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(
            row_counts=json.dumps(rows.to_dict()),
            other_counts=json.dumps(other),
            problems=json.dumps(list(problems[:PROBLEM_LIMIT])),
            revision=revision,
            notes=json.dumps(list(notes)),
        )
    )


def list_imports(session: Session, owner: UserId, *, limit: int = 200, before: int | None = None) -> list[ImportBatch]:
    """Return the owner's imports, newest first; `before` goes on after the one of this id."""
    query = _query().where(imports.c.owner_id == owner).order_by(imports.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(imports.c.id < before)
    return [_batch(row) for row in session.execute(query)]


def get_import(session: Session, owner: UserId, import_id: int) -> ImportBatch:
    """Return one import.

    Raises:
        NotFoundError: If the owner has no such import.
    """
    row = session.execute(_query().where(imports.c.owner_id == owner, imports.c.id == import_id)).first()
    if row is None:
        raise NotFoundError("No such import.")
    return _batch(row)


def filenames(session: Session, owner: UserId, ids: Sequence[int]) -> dict[int, str]:
    """Return the file names of some of the owner's imports, by id."""
    query = select(imports.c.id, imports.c.filename).where(imports.c.owner_id == owner, imports.c.id.in_(list(ids)))
    return {int(row.id): str(row.filename) for row in session.execute(query)}


def find_same_file(
    session: Session, account_id: AccountId, *, sha256: str, format_slug: str, timezone: str
) -> ImportBatch | None:
    """Return the latest live import of the same content, read in the same way, into the same account."""
    query = (
        _query()
        .where(
            imports.c.account_id == account_id,
            imports.c.sha256 == sha256,
            imports.c.format == format_slug,
            imports.c.timezone == timezone,
            imports.c.state == "committed",
        )
        .order_by(imports.c.id.desc())
    )
    row = session.execute(query).first()
    return None if row is None else _batch(row)


def find_content(session: Session, owner: UserId, sha256: str, *, account: str) -> ImportBatch | None:
    """Return the latest live import of a content into the account of this name ("" for the broker's default).

    None when an execution of the account was deleted since: then the file must be looked at again.
    """
    query = (
        _query()
        .where(imports.c.owner_id == owner, imports.c.sha256 == sha256, imports.c.state == "committed")
        .where(accounts.c.rebuilt_revision < imports.c.revision)
        .order_by(imports.c.id.desc())
    )
    query = query.where(accounts.c.name == account) if account else query.where(accounts.c.name == accounts.c.broker)
    row = session.execute(query).first()
    return None if row is None else _batch(row)


def mark_undone(session: Session, import_id: ImportId, *, undone_at: datetime) -> None:
    """Mark a batch as undone."""
    session.execute(update(imports).where(imports.c.id == import_id).values(state="undone", undone_at=undone_at))


def insert_events(
    session: Session, account_id: AccountId, rows: Sequence[OtherRow], *, import_id: ImportId | None
) -> int:
    """Keep the other rows of a file; those already kept are passed over. Returns how many were new."""
    known = _known_events(session, account_id, [row.identity for row in rows])
    fresh = [row for row in rows if row.identity not in known]
    values = [
        {
            "account_id": account_id,
            "identity": row.identity,
            "kind": row.kind.value,
            "label": row.label[:160],
            "occurred_at": row.occurred_at,
            "symbol": row.symbol[:160],
            "amount": row.amount,
            "currency": row.currency[:24],
            "quantity": row.quantity,
            "ratio_new": row.ratio[0] if row.ratio else None,
            "ratio_old": row.ratio[1] if row.ratio else None,
            "description": row.description[:2000],
            "reason": row.reason[:500],
            "line": row.line,
            "import_id": import_id,
        }
        for row in fresh
    ]
    if values:
        session.execute(insert(ledger_events), values)
    return len(fresh)


def _known_events(session: Session, account_id: AccountId, identities: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(identities), 500):
        chunk = identities[start : start + 500]
        mine = (ledger_events.c.account_id == account_id) & ledger_events.c.identity.in_(chunk)
        known.update(session.execute(select(ledger_events.c.identity).where(mine)).scalars())
    return known


def delete_events(session: Session, account_id: AccountId, import_id: ImportId) -> None:
    """Remove the other rows of one import."""
    mine = (ledger_events.c.account_id == account_id) & (ledger_events.c.import_id == import_id)
    session.execute(delete(ledger_events).where(mine))


def list_events(
    session: Session, account_ids: Sequence[AccountId], *, kinds: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return other rows of these accounts by time."""
    query = select(ledger_events).where(ledger_events.c.account_id.in_(account_ids))
    if kinds:
        query = query.where(ledger_events.c.kind.in_(kinds))
    rows = session.execute(query.order_by(ledger_events.c.occurred_at, ledger_events.c.id)).mappings()
    return [dict(row) for row in rows]


def save_template(session: Session, owner: UserId, template: ImportTemplate) -> None:
    """Insert a column mapping or replace the one of this name."""
    mine = (import_templates.c.owner_id == owner) & (import_templates.c.name == template.name)
    session.execute(delete(import_templates).where(mine))
    session.execute(
        insert(import_templates).values(
            owner_id=owner,
            name=template.name,
            header_key=template.header_key,
            mapping=json.dumps(dict(template.mapping)),
            timezone=template.timezone,
            currency=template.currency,
        )
    )


def find_template(session: Session, owner: UserId, header_key: str) -> ImportTemplate | None:
    """Return the newest mapping saved for files with this header."""
    query = select(import_templates).where(
        import_templates.c.owner_id == owner, import_templates.c.header_key == header_key
    )
    row = session.execute(query.order_by(import_templates.c.id.desc())).first()
    return None if row is None else _template(row)


def list_templates(session: Session, owner: UserId) -> list[ImportTemplate]:
    """Return the owner's saved mappings, newest first."""
    query = select(import_templates).where(import_templates.c.owner_id == owner)
    return [_template(row) for row in session.execute(query.order_by(import_templates.c.id.desc()))]


def rename_template(session: Session, owner: UserId, name: str, new_name: str) -> None:
    """Give a saved mapping another name."""
    mine = (import_templates.c.owner_id == owner) & (import_templates.c.name == name)
    session.execute(update(import_templates).where(mine).values(name=new_name))


def delete_template(session: Session, owner: UserId, name: str) -> None:
    """Remove a saved mapping."""
    mine = (import_templates.c.owner_id == owner) & (import_templates.c.name == name)
    session.execute(delete(import_templates).where(mine))


def _template(row: Row[Any]) -> ImportTemplate:
    return ImportTemplate(
        name=row.name,
        header_key=row.header_key,
        mapping=json.loads(row.mapping),
        timezone=row.timezone,
        currency=row.currency,
    )
