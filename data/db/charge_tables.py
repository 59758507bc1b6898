"""The table of what fees were for."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, SmallInteger, Table

from data.db.schema import WIDE_KEY, metadata
from data.db.types import ExactDecimal

# Only executions whose file tells what fees were for have rows; they add up to the fees, in their currency.
execution_charges = Table(
    "execution_charges",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
    Column("kind", SmallInteger, primary_key=True),
    Column("amount", ExactDecimal, nullable=False),
    Column("import_id", Integer, nullable=True),
)
