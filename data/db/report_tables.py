"""Tables of reports: definitions, schedules, files made, links that were shared, and layouts of the overview."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.db.schema import metadata, owner_column
from data.db.types import UtcInstant

# What a report shows; `settings` is JSON text.
report_definitions = Table(
    "report_definitions",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(80), nullable=False),
    Column("settings", Text, nullable=False),
    Column("logo", LargeBinary, nullable=True),
    Column("updated_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "name"),
)

# When a report is made by itself. `next_at` is the claim: who moves it on runs it.
report_schedules = Table(
    "report_schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("report_id", ForeignKey("report_definitions.id", ondelete="CASCADE"), nullable=False),
    Column("every", String(8), nullable=False),
    Column("weekday", SmallInteger, nullable=False),
    Column("month_day", SmallInteger, nullable=False),
    Column("minute", SmallInteger, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("forms", String(64), nullable=False),
    Column("target", String(64), nullable=False, server_default=""),
    Column("is_on", Boolean, nullable=False),
    Column("next_at", UtcInstant, nullable=False),
    Column("last_at", UtcInstant, nullable=True),
    Column("last_error", Text, nullable=False, server_default=""),
    Index("ix_report_schedules_owner_id", "owner_id"),
    Index("ix_report_schedules_next_at", "next_at"),
)

# Files in the archive below the data directory; `key` is their name there.
report_files = Table(
    "report_files",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("schedule_id", ForeignKey("report_schedules.id", ondelete="SET NULL"), nullable=True),
    Column("name", String(160), nullable=False),
    Column("form", String(8), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("key", String(64), nullable=False),
    Column("location", Text, nullable=False, server_default=""),
    Column("created_at", UtcInstant, nullable=False),
    Index("ix_report_files_owner_id_id", "owner_id", "id"),
)

# Read-only doors. The token itself is never kept.
share_links = Table(
    "share_links",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("report_id", ForeignKey("report_definitions.id", ondelete="CASCADE"), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("is_private", Boolean, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant, nullable=True),
    Column("views", Integer, nullable=False, server_default="0"),
    Index("ix_share_links_owner_id", "owner_id"),
)

# Which cards the overview shows; `cards` is JSON text.
overview_layouts = Table(
    "overview_layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(40), nullable=False),
    Column("cards", Text, nullable=False),
    Column("is_current", Boolean, nullable=False),
    UniqueConstraint("owner_id", "name"),
)
