"""Compares a parsed statement with an independently counted entry of `expected.json`."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from data.brokers import ParseOptions, all_formats, detect
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind
from domain.statements import Statement

REMARKS = frozenset({"partial fill with status Cancelled"})
"""Keys of `other_rows` that remark on executions and are no rows of their own."""
TRADES = frozenset({ExecutionKind.TRADE})
WITH_ENDS = TRADES | {ExecutionKind.EXPIRY, ExecutionKind.ASSIGNMENT, ExecutionKind.EXERCISE}


def read(name: str, payload: bytes, options: ParseOptions | None = None) -> Statement:
    """Detect the format of a payload and parse it."""
    source = SourceFile(name, payload)
    return detect(source).format.parse(source, options or ParseOptions())


def summarise(statement: Statement, kinds: frozenset[ExecutionKind] = TRADES) -> dict[str, Any]:
    """Return the figures of a statement in the vocabulary of `expected.json`, over executions of these kinds."""
    batch = statement.executions
    rows = [row for row in range(len(batch)) if int(batch.kind[row]) in kinds]
    net: dict[str, Decimal] = defaultdict(Decimal)
    fees: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        symbol = batch.instruments[int(batch.instrument[row])].symbol
        net[symbol] += int(batch.side[row]) * batch.quantity.at(row)
        fees[batch.fee_currencies[int(batch.fee_currency[row])]] += batch.fees.at(row)
    return {
        "executions": len(rows),
        "buys": sum(batch.side[row] > 0 for row in rows),
        "sells": sum(batch.side[row] < 0 for row in rows),
        "symbols": len(net),
        "net_qty": dict(net),
        "fees": {currency: total for currency, total in fees.items() if total},
        "other_rows": dict(Counter(row.label for row in statement.others)),
    }


def differences(statement: Statement, expected: dict[str, Any]) -> list[str]:
    """Return every figure that differs from the expected entry, in words.

    Fee keys of the entry may carry a remark after the currency ("GBP (stamp duty)", "base"). Some entries
    count an option's end as an execution, others only as an other row: the whole entry must fit one reading.
    """
    readings = (_differences(summarise(statement, kinds), expected) for kinds in (TRADES, WITH_ENDS))
    return min(readings, key=len)


def _differences(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    wrong = [
        f"{name}: {found[name]} instead of {expected[name]}"
        for name in ("executions", "buys", "sells", "symbols")
        if name in expected and found[name] != expected[name]
    ]
    for symbol, quantity in expected.get("net_qty", {}).items():
        if found["net_qty"].get(symbol, Decimal(0)) != Decimal(quantity):
            wrong.append(f"net {symbol}: {found['net_qty'].get(symbol)} instead of {quantity}")
    wrong += _fee_differences(found["fees"], expected.get("fees", {}))
    for label, count in expected.get("other_rows", {}).items():
        if label not in REMARKS and found["other_rows"].get(label, 0) != count:
            wrong.append(f"other {label!r}: {found['other_rows'].get(label, 0)} instead of {count}")
    return wrong


def _fee_differences(found: dict[str, Decimal], expected: dict[str, str]) -> list[str]:
    wrong = []
    for key, total in expected.items():
        currency = key.split(" ")[0]
        if "ignore" in key:
            continue
        amounts = list(found.values()) if currency == "base" else [found.get(currency, Decimal(0))]
        if Decimal(total) not in amounts and not (Decimal(total) == 0 and not amounts):
            wrong.append(f"fees {key}: {found} instead of {total}")
    return wrong


def claims(name: str, payload: bytes) -> list[str]:
    """Return the slugs of all formats that claim a payload."""
    return [item.slug for item in all_formats() if item.sniff(SourceFile(name, payload)) >= 0.5]
