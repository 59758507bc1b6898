"""Tables of transfers in kind: what moved between accounts, the history of it, and the revisions it made."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from data.db.schema import metadata, owner_column
from data.db.types import ExactDecimal, UtcInstant

# Shares, coins or contracts that moved; an account of NULL is outside. Cost and day are of what came from there.
transfers = Table(
    "transfers",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("from_account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    Column("to_account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    Column("instrument_id", ForeignKey("instruments.id"), nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("moved_at", UtcInstant, nullable=False),
    Column("cost", ExactDecimal, nullable=True),
    Column("acquired_at", UtcInstant, nullable=True),
    Column("event_id", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", UtcInstant, nullable=False),
    Index("ix_transfers_owner_id", "owner_id"),
    Index("ix_transfers_from_account_id", "from_account_id"),
    Index("ix_transfers_to_account_id", "to_account_id"),
)

# Every change of a transfer, newest last: what undo takes back. `before` and `after` are JSON text, "" for none.
transfer_changes = Table(
    "transfer_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("transfer_id", Integer, nullable=False),
    Column("summary", String(300), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("undone_at", UtcInstant, nullable=True),
    Index("ix_transfer_changes_owner_id_id", "owner_id", "id"),
)

# Revisions of a ledger in which only what came from other accounts changed: its own executions need no reading.
transfer_revisions = Table(
    "transfer_revisions",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
)
