"""Column types that keep what they are given: exact decimals and UTC instants.

SQLAlchemy's Numeric is a float on SQLite; these are not. See docs/adr/0003-exact-decimals.md.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType
from typing_extensions import override

from domain.money import decimal_places, decimal_text, from_units, to_units
from domain.periods import from_micros, to_micros

PLACES = 8
"""Decimal places of the integer form on SQLite: a satoshi, and finer than any currency."""
_INT64 = 2**63 - 1


class _AnyStorage(UserDefinedType[Any]):
    """A SQLite column without affinity: integers stay integers, text stays text."""

    cache_ok = True

    @override
    def get_col_spec(self, **_: Any) -> str:
        """Return the declared type; BLOB affinity converts nothing."""
        return "BLOB"


class ExactDecimal(TypeDecorator[Decimal]):
    """An exact decimal of any size.

    PostgreSQL: NUMERIC. SQLite: an integer of 10**-8 when the value fits one, else canonical text.
    """

    impl = Numeric
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_AnyStorage() if dialect.name == "sqlite" else Numeric())

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return to_storage(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        return from_storage(value)


def to_storage(value: Decimal) -> int | str:
    """Return the SQLite form of a decimal."""
    if decimal_places(value) <= PLACES:
        units = to_units(value, PLACES)
        if abs(units) <= _INT64:
            return units
    return decimal_text(value)


def from_storage(value: float | str) -> Decimal:
    """Return the decimal of a SQLite form."""
    return from_units(int(value), PLACES) if isinstance(value, int) else Decimal(str(value))


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant, stored as microseconds since 1970 on every database."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(int(value))
