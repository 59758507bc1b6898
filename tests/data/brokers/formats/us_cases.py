"""What the tests of the US brokers share: readable fills and other rows, and a broken cell."""

from __future__ import annotations

from typing import Any

from domain.errors import RowProblem
from domain.executions import ExecutionKind
from domain.money import decimal_text
from domain.periods import from_micros
from domain.statements import Statement
from tests.data.brokers.formats.crypto_cases import (
    check_rearranged,
    check_sniff_survives_garbage,
    parse,
    payload,
)

__all__ = ["broken", "check_rearranged", "check_sniff_survives_garbage", "fills", "others", "parse", "payload"]


def fills(statement: Statement) -> list[tuple[Any, ...]]:
    """Return (line, symbol, kind, side, quantity, price, fees, UTC time) of every execution."""
    batch = statement.executions
    return [
        (
            int(batch.line[row]),
            batch.instruments[int(batch.instrument[row])].symbol,
            ExecutionKind(int(batch.kind[row])).name,
            "buy" if batch.side[row] > 0 else "sell",
            decimal_text(batch.quantity.at(row)),
            decimal_text(batch.price.at(row)),
            decimal_text(batch.fees.at(row)),
            from_micros(int(batch.executed_at[row])).strftime("%Y-%m-%d %H:%M:%S"),
        )
        for row in range(len(batch))
    ]


def others(statement: Statement) -> list[tuple[Any, ...]]:
    """Return (line, kind, label, symbol, amount) of every other row."""
    return [
        (row.line, row.kind.value, row.label, row.symbol, None if row.amount is None else decimal_text(row.amount))
        for row in statement.others
    ]


def broken(content: bytes, old: str, new: str) -> tuple[Statement, RowProblem]:
    """Return the statement after one text was replaced once, and its single problem."""
    text = content.decode()
    assert old in text
    statement = parse(text.replace(old, new, 1).encode())
    (problem,) = statement.problems
    return statement, problem
