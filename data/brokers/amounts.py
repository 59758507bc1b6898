"""Amounts as cells write them: a currency before or behind, either decimal mark; and prices made of two of them."""

from __future__ import annotations

import re
from decimal import Decimal

from data.brokers.cells import CellError, read_decimal, round_to
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.words import fold_currency
from domain.import_codes import RowCode

PRICE_STEP = Decimal("1e-10")
"""Step of a price that is computed: fine enough for a coin worth a millionth."""

RATE_STEP = Decimal("1e-8")
"""Step of an exchange rate that is computed."""
SLACK = Decimal("0.02")
"""Share by which a printed total may differ from quantity x price: fees and rounded prices."""

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
        code = RowCode.NOT_A_NUMBER if text else RowCode.EMPTY_CELL
        reason = f"{text[:40]!r} is not an amount." if text else "The cell is empty."
        raise CellError(column, text, reason, hint, code=code)
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
        quantity: Units, of either sign.

    Raises:
        CellError: If there are no units.
    """
    if not quantity:
        raise CellError("Quantity", str(quantity), "The quantity is zero.", code=RowCode.QUANTITY)
    return round_to(abs(total / quantity), PRICE_STEP).normalize() + 0


def check_total(quantity: Decimal, price: Decimal, total: Decimal, *, column: str, text: str) -> None:
    """Check a quantity by the total of its row: a wrongly read decimal mark is off by far.

    Args:
        quantity: Units as read.
        price: Price of one.
        total: What the row prints, of either sign; zero proves nothing.
        column: Column of the quantity, for the message.
        text: Its raw text.

    Raises:
        CellError: If the two differ by more than 2 % and one unit of money.
    """
    made = abs(quantity * price)
    if total and abs(made - abs(total)) > 1 + SLACK * abs(total):
        reason = f"Quantity and price make {made.normalize():f}, but the row's total is {abs(total):f}."
        raise CellError(column, text, reason, "Check the decimal mark of the quantity.", code=RowCode.TOTAL)
