"""The executions of large accounts, read from their columnar snapshots where these hold.

Reading a million rows out of the database takes seconds of Python; a snapshot opens in milliseconds.
Whoever imports many rows writes it, so that no other process has to read them one by one.
"""

from __future__ import annotations

from pathlib import Path

from data.books import Snapshot, newest_id, read_snapshot, write_snapshot
from data.db import executions as table
from data.db.engine import Session
from domain.accounts import Account
from domain.columns import ExecutionTable, take
from services.book import join_executions

SNAPSHOT_ROWS = 50_000


class SnapshotShelf:
    """The snapshots of an installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_rows(self, session: Session, account: Account, rebuilt: int) -> ExecutionTable:
        """Return an account's executions as `read_table` does; writes a snapshot when that took long.

        Args:
            session: An open transaction.
            account: The account at its present revision.
            rebuilt: The last revision that did more than add executions.
        """
        snapshot = self._valid(session, account, rebuilt)
        if snapshot is None:
            rows = table.read_table(session, account.id)
            newer = len(rows)
        else:
            added = table.read_table(session, account.id, after=snapshot.last_id)
            rows, newer = join_executions([snapshot.executions, added]), len(added)
        if newer >= SNAPSHOT_ROWS:
            self._write(session, account, rows)
        return rows

    def read_newer(self, session: Session, account: Account, rebuilt: int, after: int) -> ExecutionTable:
        """Return the executions with an id above `after`, as `read_table` does."""
        newest = newest_id(self._folder, account.id)
        snapshot = self._valid(session, account, rebuilt) if newest is not None and newest > after else None
        if snapshot is None:
            return table.read_table(session, account.id, after=after)
        kept: ExecutionTable = take(snapshot.executions, snapshot.executions.id > after)
        return join_executions([kept, table.read_table(session, account.id, after=snapshot.last_id)])

    def append(self, session: Session, account: Account, rebuilt: int, added: ExecutionTable) -> None:
        """Let the snapshot follow many executions that were just added at the account's present revision."""
        if len(added) < SNAPSHOT_ROWS:
            return
        first = int(added.id[0])
        snapshot = self._valid(session, account, rebuilt) if account.revision > 1 else None
        parts = [] if snapshot is None else [snapshot.executions]
        if account.revision > 1:
            after = 0 if snapshot is None else snapshot.last_id
            parts.append(table.read_table(session, account.id, after=after, before=first))
        self._write(session, account, join_executions([*parts, added]))

    def _valid(self, session: Session, account: Account, rebuilt: int) -> Snapshot | None:
        snapshot = read_snapshot(self._folder, account.id)
        if snapshot is None or not rebuilt <= snapshot.revision <= account.revision:
            return None
        last = table.read_rows(session, account.id, [snapshot.last_id])
        # After a restore of the database the same id may be another execution.
        return snapshot if last and last[0]["identity"] == snapshot.last_identity else None

    def _write(self, session: Session, account: Account, rows: ExecutionTable) -> None:
        last_id = int(rows.id[-1])
        last = table.read_rows(session, account.id, [last_id])
        write_snapshot(
            self._folder,
            account.id,
            Snapshot(
                executions=rows,
                revision=account.revision,
                last_id=last_id,
                last_identity=str(last[0]["identity"]),
            ),
        )
