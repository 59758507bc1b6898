"""Every table of the database. Each row of user data belongs to an owner, directly or through its account."""

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

import data.db.alert_tables
import data.db.analysis_tables
import data.db.candle_tables
import data.db.charge_tables
import data.db.chart_tables
import data.db.correction_tables
import data.db.history_tables
import data.db.journal_tables
import data.db.portfolio_tables
import data.db.provider_tables
import data.db.report_tables
import data.db.transfer_tables
import data.db.watchlist_tables  # noqa: F401 - with the lines above: declares the rest of the schema
from data.db.schema import WIDE_KEY, account_column, owner_column
from data.db.schema import metadata as metadata  # noqa: PLC0414 - importing the tables is what fills it
from data.db.types import ExactDecimal, UtcInstant

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(120), nullable=False),
    Column("username_key", String(120), nullable=False, unique=True),
    Column("display_name", String(120), nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False),
    Column("timezone", String(64), nullable=False, server_default="America/New_York"),
    Column("base_currency", String(12), nullable=False, server_default="USD"),
    Column("theme", String(12), nullable=False, server_default="dark"),
    Column("palette", String(12), nullable=False, server_default="teal"),
    Column("is_demo", Boolean, nullable=False, server_default="0"),
    Column("is_disabled", Boolean, nullable=False, server_default="0"),
    # Grows with each change of notes, tags, setups and plans: what journal columns are cached by.
    Column("journal_revision", Integer, nullable=False, server_default="0"),
    # The last of them that did more than write entries: whoever read entries before it reads all of them anew.
    Column("journal_rebuilt", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcInstant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    # What a remembered browser's token was before its last rotation; using it again later means it was stolen.
    Column("previous_hash", String(64), nullable=False, server_default="", index=True),
    Column("rotated_at", UtcInstant, nullable=True),
    # Sessions that grew out of one sign-in end together.
    Column("family", String(32), nullable=False, server_default="", index=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("remember", Boolean, nullable=False, server_default="0"),
    Column("user_agent", String(200), nullable=False, server_default=""),
    Column("created_at", UtcInstant, nullable=False),
    Column("last_seen_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", String(160), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcInstant, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("created_at", UtcInstant, nullable=False),
    Column("used_by", ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(120), nullable=False),
    Column("broker", String(120), nullable=False, server_default=""),
    Column("currency", String(12), nullable=False, server_default="USD"),
    Column("timezone", String(64), nullable=False, server_default="America/New_York"),
    Column("lot_method", String(12), nullable=False, server_default="fifo"),
    Column("starting_balance", ExactDecimal, nullable=True),
    Column("revision", Integer, nullable=False, server_default="0"),
    # The last revision that did more than add executions: a book older than this is built anew.
    Column("rebuilt_revision", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcInstant, nullable=False),
    UniqueConstraint("owner_id", "name"),
)

portfolios = Table(
    "portfolios",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(120), nullable=False),
    Column("currency", String(12), nullable=False),
    # One symbol, or several with weights: "60 SPY + 40 BND".
    Column("benchmark", String(200), nullable=False, server_default=""),
    Column("tax_regime", String(8), nullable=False, server_default="us"),
    Column("lot_method", String(12), nullable=False, server_default="fifo"),
    # So many days an exchange rate may be old and still count.
    Column("rate_days", Integer, nullable=False, server_default="7"),
    UniqueConstraint("owner_id", "name"),
)

portfolio_accounts = Table(
    "portfolio_accounts",
    metadata,
    Column("portfolio_id", ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
)

instruments = Table(
    "instruments",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("symbol", String(160), nullable=False),
    Column("asset_class", String(16), nullable=False),
    Column("currency", String(24), nullable=False),
    Column("multiplier", ExactDecimal, nullable=False),
    Column("isin", String(12), nullable=False, server_default=""),
    Column("cusip", String(9), nullable=False, server_default=""),
    Column("sedol", String(7), nullable=False, server_default=""),
    Column("name", String(200), nullable=False, server_default=""),
    Column("underlying", String(64), nullable=False, server_default=""),
    Column("expiry", Date, nullable=True),
    Column("strike", ExactDecimal, nullable=True),
    Column("option_right", String(4), nullable=False, server_default=""),
    UniqueConstraint("owner_id", "symbol", "asset_class", "currency"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    account_column(),
    Column("filename", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("format", String(64), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("undone_at", UtcInstant, nullable=True),
    Column("revision", Integer, nullable=False),
    # JSON text: {"total": n, "executions": n, "duplicates": n, "other": n, "problems": n}, {label: n}, [problem]
    Column("row_counts", Text, nullable=False),
    Column("other_counts", Text, nullable=False),
    Column("problems", Text, nullable=False),
    # JSON text: what a person typed in place of cells of this file, and the rows they left out.
    Column("fixes", Text, nullable=False, server_default="{}"),
    # JSON text: [[first line, last line, rows, import or null]] of the rows that were here already.
    Column("known_rows", Text, nullable=False, server_default="[]"),
    # JSON text: [sentence] about what the file did to fills that were here.
    Column("notes", Text, nullable=False, server_default="[]"),
    # The executions it brought lie between these ids, others may lie there too; null when it brought none.
    Column("first_execution", BigInteger, nullable=True),
    Column("last_execution", BigInteger, nullable=True),
    Index("ix_imports_owner_id_created_at", "owner_id", "created_at"),
)

# Two trees only: the table by id and its identity. A million rows are inserted at the cost of a bare
# insert with one unique key; reading by instrument is the columnar book's job, not SQL's.
executions = Table(
    "executions",
    metadata,
    Column("id", WIDE_KEY, primary_key=True),
    account_column(),
    Column("identity", Text, nullable=False),
    Column("instrument_id", ForeignKey("instruments.id"), nullable=False),
    Column("side", SmallInteger, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("price", ExactDecimal, nullable=False),
    Column("fees", ExactDecimal, nullable=False),
    Column("fee_currency", String(24), nullable=False),
    # Fees in the instrument's currency; NULL when no rate is known, and then they are not part of net P&L.
    Column("cost", ExactDecimal, nullable=True),
    Column("executed_at", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("import_id", Integer, nullable=True),
    UniqueConstraint("account_id", "identity"),
)

deleted_executions = Table(
    "deleted_executions",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("execution_id", WIDE_KEY, primary_key=True),
    Column("deleted_at", UtcInstant, nullable=False),
    # The import whose correction or cancellation took it out; NULL when a person did.
    Column("import_id", Integer, nullable=True, index=True),
)

# Long work with its own row, so that a reload, a second tab and REST see the same progress. JSON texts.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("kind", String(24), nullable=False),
    Column("state", String(12), nullable=False),
    Column("title", String(255), nullable=False),
    Column("request", Text, nullable=False),
    Column("progress", Text, nullable=False, server_default="{}"),
    Column("result", Text, nullable=False, server_default="{}"),
    Column("error", Text, nullable=False, server_default=""),
    Column("hint", Text, nullable=False, server_default=""),
    Column("is_cancelled", Boolean, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("worker", String(32), nullable=False, server_default=""),
    Column("created_at", UtcInstant, nullable=False),
    Column("started_at", UtcInstant, nullable=True),
    Column("heartbeat_at", UtcInstant, nullable=True),
    Column("finished_at", UtcInstant, nullable=True),
    Index("ix_jobs_owner_id_id", "owner_id", "id"),
)

ledger_events = Table(
    "ledger_events",
    metadata,
    Column("id", Integer, primary_key=True),
    account_column(),
    Column("identity", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("label", String(160), nullable=False),
    Column("occurred_at", UtcInstant, nullable=True),
    Column("symbol", String(160), nullable=False, server_default=""),
    Column("amount", ExactDecimal, nullable=True),
    Column("currency", String(24), nullable=False, server_default=""),
    Column("quantity", ExactDecimal, nullable=True),
    Column("ratio_new", ExactDecimal, nullable=True),
    Column("ratio_old", ExactDecimal, nullable=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("line", Integer, nullable=False),
    Column("import_id", Integer, nullable=True, index=True),
    UniqueConstraint("account_id", "identity"),
)

import_templates = Table(
    "import_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(120), nullable=False),
    Column("header_key", String(64), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("currency", String(12), nullable=False, server_default=""),
    UniqueConstraint("owner_id", "name"),
)

setups = Table(
    "setups",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    UniqueConstraint("owner_id", "name"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True),
    owner_column(),
    Column("name", String(80), nullable=False),
    # Kind of its group: tag, mistake or quality. The group itself is named in `tag_groups`.
    Column("tag_group", String(20), nullable=False, server_default="tag"),
    Column("group_id", Integer, nullable=True),
    UniqueConstraint("owner_id", "name"),
)

trade_journal = Table(
    "trade_journal",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("trade_id", WIDE_KEY, primary_key=True),
    Column("note", Text, nullable=False, server_default=""),
    Column("setup_id", ForeignKey("setups.id", ondelete="SET NULL"), nullable=True),
    Column("planned_stop", ExactDecimal, nullable=True),
    Column("planned_target", ExactDecimal, nullable=True),
    Column("rating", SmallInteger, nullable=True),
    Column("updated_at", UtcInstant, nullable=False),
    # Initial risk in money of the instrument's currency, for trades without a planned stop.
    Column("planned_risk", ExactDecimal, nullable=True),
    # intraday, swing or long-term where the trader says otherwise than the holding time; "" lets it decide.
    Column("category", String(12), nullable=False, server_default=""),
    Column("reviewed_at", UtcInstant, nullable=True),
    # The owner's journal revision that wrote the entry or its tags.
    Column("revision", Integer, nullable=False, server_default="0"),
    Index("ix_trade_journal_account_id_revision", "account_id", "revision"),
)

trade_tags = Table(
    "trade_tags",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("trade_id", WIDE_KEY, primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
)

day_notes = Table(
    "day_notes",
    metadata,
    Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("note", Text, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    Column("plan", Text, nullable=False, server_default=""),
    Column("mood", SmallInteger, nullable=True),
)

# Facts about the installation, such as the secret that signs cookies and tokens.
facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
