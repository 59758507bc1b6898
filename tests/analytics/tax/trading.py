"""Fills for tests of tax rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.tax import TaxFill, TaxInstrument

SHARE = TaxInstrument(symbol="ABC", name="Abc", currency="GBP")


def make_fill(number: int, day: str, side: int, quantity: object, amount: object, *, account: str = "A") -> TaxFill:
    """Return a fill of a day; `amount` is what was paid, or received, fees included."""
    when = date.fromisoformat(day)
    return TaxFill(
        ref=number,
        day=when,
        at=when.toordinal() * 86_400_000_000 + number,
        side=side,
        quantity=Decimal(str(quantity)),
        amount=Decimal(str(amount)),
        account=account,
    )


def read_rows(rows: Sequence[Sequence[object]]) -> list[TaxFill]:
    """Return the fills of a golden case: (day, kind, quantity, price, cost), with splits restated."""
    splits = [(str(row[0]), Decimal(str(row[2]))) for row in rows if row[1] == "split"]
    found = []
    for number, row in enumerate(rows, 1):
        if row[1] == "split":
            continue
        day, kind, quantity = str(row[0]), str(row[1]), Decimal(str(row[2]))
        side = 1 if kind.startswith("buy") else -1
        money = Decimal(str(row[3])) * (1 if kind.endswith("total") else quantity)
        costs = Decimal(str(row[4])) if len(row) > 4 else Decimal(0)
        for when, ratio in splits:
            quantity *= ratio if when > day else 1
        found.append(make_fill(number, day, side, quantity, money + side * costs))
    return found


def plain(value: object) -> Any:
    """Return a value to compare with whole numbers, whatever its exact type."""
    return value
