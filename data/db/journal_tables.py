"""Tables of the journal beside its entries: groups of tags, rules, templates, files, missed trades, search."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from data.db.schema import WIDE_KEY, metadata, owner_column
from data.db.types import ExactDecimal, UtcInstant

# Named, coloured groups of tags. `kind` is tag, mistake or quality: what a tag of the group says of a trade.
tag_groups = Table(
    "tag_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(80), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("colour", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("owner_id", "name"),
)

# What a setup asks of a trade, in order.
setup_rules = Table(
    "setup_rules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("setup_id", ForeignKey("setups.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", String(300), nullable=False),
    Index("ix_setup_rules_setup_id", "setup_id"),
)

# Whether a trade followed a rule; no row means nobody said.
trade_rules = Table(
    "trade_rules",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("trade_id", WIDE_KEY, primary_key=True),
    Column("rule_id", ForeignKey("setup_rules.id", ondelete="CASCADE"), primary_key=True),
    Column("is_followed", Boolean, nullable=False),
    Index("ix_trade_rules_rule_id", "rule_id"),
)

# Texts to start a note with. `kind` is trade or day.
note_templates = Table(
    "note_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("kind", String(8), nullable=False),
    Column("name", String(80), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("owner_id", "kind", "name"),
)

# Files of a trade (account and trade) or of a day. The bytes lie below the data folder under `key`.
attachments = Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    Column("trade_id", BigInteger, nullable=True),
    Column("day", Date, nullable=True),
    # Rows may share a file: a trade that takes another's place takes its files along.
    Column("key", String(32), nullable=False, index=True),
    Column("name", String(160), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    # Pixels of an image; pages of a document are in `height`, and its width is 0.
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Index("ix_attachments_owner_id", "owner_id"),
    Index("ix_attachments_account_id_trade_id", "account_id", "trade_id"),
)

# Trades seen and not taken: never part of any figure of the book.
missed_trades = Table(
    "missed_trades",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("symbol", String(160), nullable=False),
    Column("side", SmallInteger, nullable=False),
    Column("seen_at", UtcInstant, nullable=False),
    Column("until", UtcInstant, nullable=True),
    Column("planned_entry", ExactDecimal, nullable=True),
    Column("planned_stop", ExactDecimal, nullable=True),
    Column("planned_target", ExactDecimal, nullable=True),
    Column("setup_id", ForeignKey("setups.id", ondelete="SET NULL"), nullable=True),
    Column("reason", Text, nullable=False, server_default=""),
    Column("updated_at", UtcInstant, nullable=False),
    Index("ix_missed_trades_owner_id_seen_at", "owner_id", "seen_at"),
)

# Every written text once more, folded into words: what full-text search reads on both databases. The index
# over `words` (an FTS5 table on SQLite, a GIN index on PostgreSQL) is made by the migration alone.
journal_documents = Table(
    "journal_documents",
    metadata,
    Column("id", WIDE_KEY, primary_key=True),
    owner_column(),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=True),
    Column("kind", String(8), nullable=False),
    Column("ref", String(48), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "kind", "ref"),
    Index("ix_journal_documents_account_id", "account_id"),
)
