"""Tables of what people add to their files: edits, corporate actions, contract sizes, fee plans, checked balances."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.db.schema import WIDE_KEY, account_column, metadata, owner_column
from data.db.types import ExactDecimal, UtcInstant

# What a person changed of an execution: whole new values, laid over the row when it is read.
execution_edits = Table(
    "execution_edits",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
    Column("instrument_id", ForeignKey("instruments.id"), nullable=False),
    Column("side", SmallInteger, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("price", ExactDecimal, nullable=False),
    Column("fees", ExactDecimal, nullable=False),
    Column("fee_currency", String(24), nullable=False),
    Column("cost", ExactDecimal, nullable=True),
    Column("executed_at", BigInteger, nullable=False),
    Column("edited_at", UtcInstant, nullable=False),
)

# Executions that a person set apart: those of one lane are matched among themselves only.
execution_lanes = Table(
    "execution_lanes",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
    Column("lane", SmallInteger, nullable=False),
)

# Executions of which a person said that they cost nothing: no fee is estimated for them.
free_executions = Table(
    "free_executions",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
)

# Trades that a person merged into the one before them, by the id of their opening execution.
trade_joins = Table(
    "trade_joins",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("trade_id", WIDE_KEY, primary_key=True),
)

# Every change made by hand, newest last: what undo takes back. `detail` is JSON text.
ledger_changes = Table(
    "ledger_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    account_column(),
    Column("kind", String(24), nullable=False),
    Column("summary", String(300), nullable=False),
    Column("detail", Text, nullable=False),
    Column("changed_at", UtcInstant, nullable=False),
    Column("undone_at", UtcInstant, nullable=True),
    Index("ix_ledger_changes_account_id_id", "account_id", "id"),
)

# Events of an instrument's life that its owner entered; account NULL means every account.
corporate_actions = Table(
    "corporate_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    Column("kind", String(24), nullable=False),
    Column("symbol", String(160), nullable=False),
    Column("effective_at", UtcInstant, nullable=False),
    Column("ratio_new", ExactDecimal, nullable=True),
    Column("ratio_old", ExactDecimal, nullable=True),
    Column("new_symbol", String(160), nullable=False, server_default=""),
    Column("cash", ExactDecimal, nullable=True),
    Column("cost_share", ExactDecimal, nullable=True),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", UtcInstant, nullable=False),
    Index("ix_corporate_actions_owner_id", "owner_id"),
)

# What an owner knows of a contract that no file says: size, tick and lot, from a day on (NULL: always).
contract_sizes = Table(
    "contract_sizes",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("symbol", String(160), nullable=False),
    Column("asset_class", String(16), nullable=False),
    Column("valid_from", Date, nullable=True),
    Column("multiplier", ExactDecimal, nullable=False),
    Column("tick_size", ExactDecimal, nullable=True),
    Column("lot_size", ExactDecimal, nullable=True),
    Column("created_at", UtcInstant, nullable=False),
    Index("ix_contract_sizes_owner_id", "owner_id"),
)

# How an account's charges are estimated where its files state none; JSON text.
fee_plans = Table(
    "fee_plans",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("plan", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
)

# Fills whose fees came with a later file than the fill, and the currency their fee of 0 was in before.
fee_completions = Table(
    "fee_completions",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
    Column("import_id", Integer, nullable=False, index=True),
    Column("fee_currency", String(24), nullable=False),
)

# Fills that a file says are corrected or cancelled, whether they are here yet or not.
superseded_fills = Table(
    "superseded_fills",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("import_id", Integer, primary_key=True, index=True, autoincrement=False),
)

# Balances as brokers print them: what our own running balance is held against.
balance_assertions = Table(
    "balance_assertions",
    metadata,
    Column("id", Integer, primary_key=True),
    account_column(),
    Column("identity", Text, nullable=False),
    Column("occurred_at", UtcInstant, nullable=False),
    Column("amount", ExactDecimal, nullable=False),
    Column("currency", String(24), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("import_id", Integer, nullable=True, index=True),
    UniqueConstraint("account_id", "identity"),
)

# Findings of the data-health page that a person called all right.
dismissed_findings = Table(
    "dismissed_findings",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("dismissed_at", UtcInstant, nullable=False),
)
