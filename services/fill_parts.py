"""Splitting a fill in two and merging several into one, so that quantity, notional and fees add up exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

from domain.errors import InvalidInputError
from domain.money import decimal_places, decimal_text

PRICE_PLACES = 12
FEE_PLACES = 8
_EXACT = Context(prec=200, rounding=ROUND_HALF_EVEN)

Row = Mapping[str, Any]
"""An execution as `data.db.executions.read_rows` gives it."""


def split_row(row: Row, quantity: Decimal) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a fill as two: the first of `quantity`, the second of the rest, fees shared by quantity.

    Raises:
        InvalidInputError: If the quantity is not a part of the fill's.
    """
    whole: Decimal = row["quantity"]
    if not 0 < quantity < whole:
        message = f"Quantity: {decimal_text(quantity)} is not a part of {decimal_text(whole)}."
        raise InvalidInputError(
            message, field="quantity", hint=f"Type more than 0 and less than {decimal_text(whole)}."
        )
    with localcontext(_EXACT):
        rest = whole - quantity
        fees, cost = _shares(row["fees"], quantity / whole), _shares(row["cost"], quantity / whole)
    first = {**row, "quantity": quantity, "fees": fees[0], "cost": cost[0]}
    return first, {**row, "quantity": rest, "fees": fees[1], "cost": cost[1]}


def _shares(amount: Decimal | None, part: Decimal) -> tuple[Any, Any]:
    """Return two amounts whose sum is the given one exactly; None stays unknown."""
    if amount is None:
        return None, None
    places = max(FEE_PLACES, decimal_places(amount))
    first = round(amount * part, places)
    return first, amount - first


def merge_rows(rows: Sequence[Row]) -> dict[str, Any]:
    """Return several fills as one, at the time of the first.

    Raises:
        InvalidInputError: If they are fewer than two, differ in instrument, side, kind, lane or fee currency, or
            their average price has no end.
    """
    if len(rows) < 2:
        raise InvalidInputError("One fill alone cannot be merged.", hint="Select at least two.")
    for name, words in _ALIKE.items():
        if len({row[name] for row in rows}) > 1:
            raise InvalidInputError(f"These fills differ in {words}.", hint="Select fills that are alike in that.")
    first = min(rows, key=lambda row: (row["executed_at"], row["position"], row["id"]))
    with localcontext(_EXACT):
        quantity = sum((row["quantity"] for row in rows), Decimal(0))
        notional = sum((row["quantity"] * row["price"] for row in rows), Decimal(0))
        price = round(notional / quantity, PRICE_PLACES)
        if price * quantity != notional:
            message = f"The average price of these fills, {decimal_text(price)}…, has no end."
            raise InvalidInputError(message, hint="Merging would change their value; leave one of them out.")
        fees = sum((row["fees"] for row in rows), Decimal(0))
        costs = [row["cost"] for row in rows]
        cost = None if None in costs else sum(costs, Decimal(0))
    return {**first, "quantity": quantity, "price": price.normalize(_EXACT), "fees": fees, "cost": cost}


_ALIKE = {
    "account_id": "account",
    "instrument_id": "instrument",
    "side": "side",
    "kind": "kind",
    "fee_currency": "the currency of their fees",
    "lane": "the set they were put apart with",
}
