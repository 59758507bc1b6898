"""The account statement as CSV: exactly the lines of the Cash page, with plain numbers and safe text."""

from __future__ import annotations

from collections.abc import Iterator

from domain.accounts import UserId
from domain.cash import CashQuery, CashRow
from domain.money import decimal_text
from services.cash import CashService
from services.exports import safe_text, write_csv

HEADER = (
    "at", "day", "kind", "label", "symbol", "description", "quantity", "price", "amount", "fee_inside", "balance",
    "file", "line",
)  # fmt: skip


def cash_csv(cash: CashService, owner: UserId, query: CashQuery) -> Iterator[str]:
    """Yield the chosen lines of a statement, newest first."""
    return write_csv(HEADER, (_texts(row) for row in cash.lines(owner, query)))


def _texts(row: CashRow) -> list[str]:
    return [
        row.at.isoformat(),
        row.day.isoformat(),
        row.kind.value,
        safe_text(row.label),
        safe_text(row.symbol),
        safe_text(row.description),
        "" if row.quantity is None else decimal_text(row.quantity),
        "" if row.price is None else decimal_text(row.price),
        decimal_text(row.amount),
        decimal_text(row.fee),
        decimal_text(row.balance),
        safe_text(row.filename),
        str(row.line or ""),
    ]
