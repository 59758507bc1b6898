"""Compares a parsed statement with an independently counted entry of `expected.json`."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from data.brokers import ParseOptions, all_formats, detect
from data.brokers.source import SourceFile
from domain.executions import ExecutionKind
from domain.statements import OtherKind, Statement

REMARKS = frozenset({"partial fill with status Cancelled"})
"""Keys of `other_rows` that remark on executions and are no rows of their own."""
TRADES = frozenset({ExecutionKind.TRADE})
WITH_PAIRS = TRADES | {ExecutionKind.PAIRED}
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
        "totals": _totals(statement),
    }


def _totals(statement: Statement) -> dict[str, Decimal]:
    """Return what entries of journals and round trips count: trades, their printed result, costs and cash."""
    batch = statement.executions
    trips = [row for row in statement.others if row.kind is OtherKind.ROUND_TRIP]
    flows = [
        -int(batch.side[row]) * batch.quantity.at(row) * batch.price.at(row) * (item.multiplier or 0)
        for row in range(len(batch))
        for item in [batch.instruments[int(batch.instrument[row])]]
    ]
    all_costs = sum((batch.fees.at(row) for row in range(len(batch))), Decimal(0))
    costs = [batch.fees.at(row) for row in range(len(batch)) if batch.kind[row] == ExecutionKind.PAIRED]
    return {
        "round_trips": Decimal(len(trips)),
        "pnl_column": sum((row.amount or Decimal(0) for row in trips), Decimal(0)),
        "total_costs": sum(costs, Decimal(0)),
        "longs": Decimal(sum(row.description.startswith("long") for row in trips)),
        "shorts": Decimal(sum(row.description.startswith("short") for row in trips)),
        "problems": Decimal(len(statement.problems)),
        "flow": sum(flows, Decimal(0)),
        "net flow": sum(flows, Decimal(0)) - all_costs,
    }


def _total_differences(found: dict[str, Decimal], expected: dict[str, Any]) -> list[str]:
    """Compare what the fills earned, and the totals of an entry of round trips.

    `commission` and `swap` together are the costs of round trips.
    """
    names = {"gross_pnl": "flow", "net_cash": "net flow", "net_pnl": "net flow", "net": "net flow"}
    money = {names[key]: Decimal(value) for key, value in expected.items() if key in names}
    wrong = [f"{name}: {found[name]} not {value}" for name, value in money.items() if found[name] != value]
    return wrong + _trip_differences(found, expected)


def _trip_differences(found: dict[str, Decimal], expected: dict[str, Any]) -> list[str]:
    if "round_trips" not in expected or expected.get("executions"):
        return []
    if "sample error" in expected.get("note", ""):
        # A row that contradicts itself is a problem, and its profit and costs are not counted.
        found = {"round_trips": found["round_trips"] + found["problems"]}
    wanted = {name: Decimal(expected[name]) for name in found if name in expected}
    if "commission" in expected and "swap" in expected:
        wanted["total_costs"] = -Decimal(expected["commission"]) - Decimal(expected["swap"])
    for name in ("gross", "profit_column", "pnl"):
        if name in expected:
            wanted["pnl_column"] = Decimal(expected[name])
    return [f"{name}: {found[name]} not {value}" for name, value in wanted.items() if found.get(name, value) != value]


def differences(statement: Statement, expected: dict[str, Any]) -> list[str]:
    """Return every figure that differs from the expected entry, in words.

    Fee keys of the entry may carry a remark after the currency ("GBP (stamp duty)", "base"). Some entries
    count an option's end as an execution, others only as an other row: the whole entry must fit one reading.
    """
    readings = (
        _differences(summarise(statement, kinds), expected)
        # A swap of two coins is printed as one row, and its two fills are kept as a pair.
        for kinds in ((WITH_PAIRS,) if "swaps" in expected else (TRADES, WITH_ENDS))
    )
    return min(readings, key=len) + _joined_differences(statement, expected)


def _joined_differences(statement: Statement, expected: dict[str, Any]) -> list[str]:
    """Compare the fills joined from rows of a ledger, their fees and the sums of the rows, if the entry has them."""
    if "fills" not in expected:
        return []
    batch = statement.executions
    fees: dict[str, Decimal] = defaultdict(Decimal)
    net: dict[str, Decimal] = defaultdict(Decimal)
    for row in range(len(batch)):
        fees[batch.fee_currencies[int(batch.fee_currency[row])]] += batch.fees.at(row)
    for item in statement.others:
        net[item.currency] += (item.amount or Decimal(0)) if item.label == "match" else Decimal(0)
    found = {"fills": {"": Decimal(len(batch))}, "fee_total": fees, "net_of_matches": net}
    return [
        f"{name} {key}: {found[name].get(key)} instead of {value}"
        for name in found
        for key, value in (expected[name] if isinstance(expected[name], dict) else {"": expected[name]}).items()
        if found[name].get(key, Decimal(0)) != Decimal(value)
    ]


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
    wrong += _total_differences(found.get("totals", {}), expected)
    for label, count in expected.get("other_rows", {}).items():
        if label not in REMARKS and _count(found["other_rows"], label) != count:
            wrong.append(f"other {label!r}: {_count(found['other_rows'], label)} instead of {count}")
    return wrong


def _count(found: dict[str, int], label: str) -> int:
    """Return how many rows have a label; one that ends in a blank stands for all that begin with it."""
    if label.endswith(" "):
        return sum(count for name, count in found.items() if name.startswith(label))
    return found.get(label, 0)


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
