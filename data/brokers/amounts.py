"""Amounts as cells write them: a currency before or behind, either decimal mark; and prices made of two of them."""

from __future__ import annotations

import re
from decimal import Decimal

from data.brokers.cells import CellError, read_decimal, round_to
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.words import fold_currency

PRICE_STEP = Decimal("1e-10")
"""Step of a price that is computed: fine enough for a coin worth a millionth."""

_AMOUNT = re.compile(
    r"(?P<sign>[-+\u2212]?) ?(?P<before>[A-Z]{3,5}|US\$|[$€£¥₹])? ?"
    r"(?P<number>[-+\u2212]?\d[\d.,' ]*(?:[eE]-?\d+)?|[-+\u2212]?[.,]\d+) ?(?P<after>[A-Za-z][A-Za-z0-9]*|[$€£¥₹])?"
)


def read_amount(text: str, *, column: str) -> tuple[Decimal, str]:
    """Return number and currency ("" if none) of a cell such as "-$30.93", "89,162.28 SEK", "USD 5" or "2.5 ETH".

    Raises:
        CellError: If the cell is anything else.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None or (match["before"] and match["after"]):
        hint = "Expected an amount such as 12.50 EUR."
        raise CellError(column, text, f"{text[:40]!r} is not an amount." if text else "The cell is empty.", hint)
    number = read_mixed(match["sign"] + match["number"].rstrip(), column=column)
    return number, fold_currency(match["before"] or match["after"] or "")


def read_mixed(text: str, *, column: str) -> Decimal:
    """Return a number whose decimal mark only the cell itself can tell: files of mixed origin write both.

    Raises:
        CellError: If it is no number.
    """
    body = " ".join(text.split())
    return read_decimal(body, column=column, decimal_comma=bool(decide_decimal_comma([body], ",")))


def unit_price(total: Decimal, quantity: Decimal) -> Decimal:
    """Return the price of one unit, positive, to ten decimals.

    Args:
        total: Money of the whole, of either sign.
        quantity: Units, of either sign, not zero.
    """
    return round_to(abs(total / quantity), PRICE_STEP).normalize() + 0
