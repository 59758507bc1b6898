"""Counting the rows of a file: which are here, which are new, and the time they span."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np

from data.db.engine import Session
from data.db.executions import existing_identities
from domain.accounts import Account
from domain.columns import ExecutionTable
from domain.executions import ExecutionKind
from domain.imports import RowCounts
from domain.periods import from_micros
from domain.statements import Statement


def known_rows(session: Session, account: Account | None, statement: Statement) -> set[int]:
    """Return the rows of a file whose identity is stored."""
    if account is None:
        return set()
    identities = statement.executions.identity
    stored = existing_identities(session, account.id, identities)
    return {row for row, identity in enumerate(identities) if identity in stored}


def find_period(statement: Statement) -> tuple[datetime, datetime] | None:
    """Return the time of the first and the last execution, None when there is none."""
    moments = statement.executions.executed_at
    return (from_micros(moments.min()), from_micros(moments.max())) if len(moments) else None


def count_trades(statement: Statement, rows: set[int] | None = None) -> int:
    """Return how many of these rows, or of all, count as fills."""
    kind = statement.executions.kind
    if rows is not None:
        return sum(int(kind[row]) == ExecutionKind.TRADE for row in rows)
    return int(np.count_nonzero(kind == ExecutionKind.TRADE))


def count_new(added: ExecutionTable, taken: Collection[int]) -> int:
    """Return how many of the stored fills are new trades, those taken out at once left aside."""
    are_trades = added.kind == ExecutionKind.TRADE
    if taken:
        are_trades &= ~np.isin(added.id, list(taken))
    return int(np.count_nonzero(are_trades))


def count_rows(statement: Statement, duplicates: int) -> RowCounts:
    """Return the accounting of a file."""
    return RowCounts(
        total=statement.rows,
        executions=count_trades(statement) - duplicates,
        duplicates=duplicates,
        other=len(statement.others),
        problems=len(statement.problems),
    )
