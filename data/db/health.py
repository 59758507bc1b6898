"""What data health reads of the database, and the findings that were called all right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from data.db.cash import MOVING
from data.db.correction_tables import corporate_actions, dismissed_findings
from data.db.engine import Session
from data.db.tables import executions, imports, ledger_events
from domain.accounts import AccountId, UserId
from domain.statements import OtherKind

CHUNK = 900
LISTED = ("ofx-investments", "ibkr-activity-statement", "ibkr-flex-xml", "ibkr-flex-csv")
"""Formats whose positions are signed quantities at one moment; platforms list open trades by their opening."""
ACTIONS = (OtherKind.SPLIT.value, OtherKind.CORPORATE_ACTION.value)


def read_dismissed(session: Session, account_ids: Sequence[AccountId]) -> set[tuple[int, str, str]]:
    """Return (account, kind, subject) of every finding that was called all right."""
    table = dismissed_findings.c
    query = select(table.account_id, table.kind, table.subject).where(table.account_id.in_(list(account_ids)))
    return {(int(row.account_id), row.kind, row.subject) for row in session.execute(query)}


def dismiss(session: Session, keys: Sequence[tuple[int, str, str]], *, at: datetime) -> None:
    """Keep that findings are all right; those kept before stay."""
    restore(session, keys)
    if keys:
        values = [
            {"account_id": account, "kind": kind, "subject": subject, "dismissed_at": at}
            for account, kind, subject in keys
        ]
        session.execute(insert(dismissed_findings), values)


def restore(session: Session, keys: Sequence[tuple[int, str, str]]) -> None:
    """Forget that findings were called all right."""
    table = dismissed_findings.c
    for account, kind, subject in keys:
        mine = (table.account_id == account) & (table.kind == kind) & (table.subject == subject)
        session.execute(delete(dismissed_findings).where(mine))


def read_import_problems(session: Session, account_id: AccountId) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Return (import, file, problems) of an account's imports, of several of one content the latest only."""
    table = imports.c
    latest = (
        select(func.max(table.id))
        .where(table.account_id == account_id, table.state == "committed")
        .group_by(table.sha256)
    )
    query = select(table.id, table.filename, table.problems).where(table.id.in_(latest), table.problems != "[]")
    return [(int(row.id), row.filename, json.loads(row.problems)) for row in session.execute(query)]


def read_positions(session: Session, account_id: AccountId) -> list[Any]:
    """Return the broker's positions of the latest import that lists any: occurred_at, symbol, quantity, import_id."""
    event = ledger_events.c
    joined = ledger_events.join(imports, imports.c.id == event.import_id)
    mine = (
        (event.account_id == account_id)
        & (event.kind == OtherKind.POSITION.value)
        & event.quantity.is_not(None)
        & event.occurred_at.is_not(None)
        & imports.c.format.in_(LISTED)
    )
    query = select(event.occurred_at, event.symbol, event.quantity, event.import_id, event.line).select_from(joined)
    rows = list(session.execute(query.where(mine).order_by(event.occurred_at)))
    last = max((row.occurred_at for row in rows), default=None)
    return [row for row in rows if last is not None and row.occurred_at.date() == last.date()]


def read_unapplied_actions(session: Session, account_id: AccountId) -> list[Any]:
    """Return the rows of files that tell of a corporate action without its numbers."""
    event = ledger_events.c
    mine = (event.account_id == account_id) & event.kind.in_(ACTIONS) & event.ratio_new.is_(None)
    query = select(event.id, event.kind, event.label, event.occurred_at, event.symbol, event.description, event.line)
    return list(session.execute(query.where(mine).order_by(event.occurred_at)))


def read_entered_actions(session: Session, owner: UserId) -> list[tuple[int | None, str, datetime]]:
    """Return (account or None for all, symbol, effective at) of the corporate actions a person entered."""
    table = corporate_actions.c
    query = select(table.account_id, table.symbol, table.effective_at).where(table.owner_id == owner)
    return [(row.account_id, row.symbol, row.effective_at) for row in session.execute(query)]


def count_undated(session: Session, account_id: AccountId) -> dict[int, int]:
    """Return how many cash rows without a time each import has."""
    event = ledger_events.c
    mine = (event.account_id == account_id) & event.kind.in_(MOVING) & event.amount.is_not(None)
    query = (
        select(event.import_id, func.count().label("rows"))
        .where(mine, event.occurred_at.is_(None))
        .group_by(event.import_id)
    )
    return {int(row.import_id or 0): int(row.rows) for row in session.execute(query)}


def count_sources(session: Session, account_id: AccountId) -> int:
    """Return how many live imports an account has."""
    table = imports.c
    query = select(func.count()).where(table.account_id == account_id, table.state == "committed")
    return int(session.execute(query).scalar_one())


def read_sources(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return the import of each of these executions, 0 for those entered by hand."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(executions.c.id, executions.c.import_id).where(executions.c.id.in_(ids[start : start + CHUNK]))
        found.update({int(row.id): int(row.import_id or 0) for row in session.execute(query)})
    return found
