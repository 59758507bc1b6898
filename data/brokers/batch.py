"""From parsed rows to the columns that storage and matching take."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from domain.columns import ChargeRows, Decimals, ExecutionBatch
from domain.instruments import Instrument
from domain.money import decimal_places, to_units
from domain.periods import to_micros
from domain.statements import ParsedExecution

INT64_MAX = 2**63 - 1


def to_decimals(values: Sequence[Decimal]) -> Decimals:
    """Return a column of exact decimals at the finest scale any of them needs."""
    places = max(map(decimal_places, values), default=0)
    units = [to_units(value, places) for value in values]
    fits = all(abs(unit) <= INT64_MAX for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def encode(values: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Return the distinct texts in order of appearance and each row's code."""
    table: dict[str, int] = {}
    codes = [table.setdefault(value, len(table)) for value in values]
    return tuple(table), np.array(codes, dtype=np.int32)


def charge_rows(charges: Sequence[tuple[int, int, Decimal]]) -> ChargeRows:
    """Return parts of fees as columns."""
    return ChargeRows(
        row=np.array([row for row, _, _ in charges], dtype=np.int64),
        kind=np.array([kind for _, kind, _ in charges], dtype=np.int8),
        amount=to_decimals([amount for _, _, amount in charges]),
    )


def make_batch(rows: Sequence[ParsedExecution], identities: list[str]) -> ExecutionBatch:
    """Return the rows as columns, in the same order."""
    table: dict[tuple[str, str, str], int] = {}
    instruments: list[Instrument] = []
    codes: list[int] = []
    for row in rows:
        code = table.setdefault(row.instrument.key, len(table))
        if code == len(instruments):
            instruments.append(row.instrument)
        codes.append(code)
    currencies, currency_codes = encode([row.fee_currency or row.instrument.currency for row in rows])
    rates = tuple(row.fee_rate for row in rows)
    return ExecutionBatch(
        instruments=tuple(instruments),
        instrument=np.array(codes, dtype=np.int32),
        side=np.array([int(row.side) for row in rows], dtype=np.int8),
        quantity=to_decimals([row.quantity for row in rows]),
        price=to_decimals([row.price for row in rows]),
        fees=to_decimals([row.fees for row in rows]),
        fee_currencies=currencies,
        fee_currency=currency_codes,
        fee_rate=rates if any(rate is not None for rate in rates) else (),
        executed_at=np.array([to_micros(row.executed_at) for row in rows], dtype=np.int64),
        kind=np.array([int(row.kind) for row in rows], dtype=np.int8),
        line=np.array([row.line for row in rows], dtype=np.int64),
        identity=identities,
        charges=[(number, int(kind), amount) for number, row in enumerate(rows) for kind, amount in row.charges],
    )
