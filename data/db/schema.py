"""What every table declaration shares: the metadata with its naming, and the columns that say whose a row is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowids only to INTEGER primary keys; PostgreSQL needs the wide type for millions of rows.
WIDE_KEY = BigInteger().with_variant(Integer, "sqlite")


def owner_column() -> Column[int]:
    """Whose row it is."""
    return Column("owner_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False)


def account_column() -> Column[int]:
    """The account a row belongs to."""
    return Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)
