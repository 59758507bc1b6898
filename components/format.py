"""Numbers, money, sizes and names as text: one way to write each of them on every page.

Values are Decimal, float, int or None. None is "–" (missing); NaN and infinities are "n/a" (not computable).
A value that rounds to zero has no sign. Dates and times are in `components.moments`, re-exported here.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING

from components.moments import (
    ago,
    clock_time,
    day,
    day_long,
    day_range,
    day_short,
    duration,
    duration_long,
    instant,
    instant_full,
    instant_seconds,
    month,
    zone_label,
)
from domain.filters import FigureUnit
from domain.money import decimal_places

if TYPE_CHECKING:
    from domain.performance import Unit

__all__ = [
    "MINUS", "MISSING", "NOT_COMPUTABLE", "Value", "account", "accounting", "ago", "clock_time", "count", "day",
    "day_long", "day_range", "day_short", "duration", "duration_long", "figure_value", "fraction", "instant",
    "instant_full", "instant_seconds", "metric", "money", "money_short", "month", "payoff", "percent", "plain",
    "plural", "pnl", "points", "price", "quantity", "r_multiple", "ratio", "signed_number", "size_bytes", "tone",
    "zone_label",
]  # fmt: skip

Value = Decimal | float | int | None
MINUS = "\u2212"
SMALL_FRACTION = 0.01  # fractions below it are written with a place more
MISSING = "–"
NOT_COMPUTABLE = "n/a"
# Signs that mean one currency only; all others are written as a code after the number.
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "ILS": "₪", "KRW": "₩", "UAH": "₴", "VND": "₫"}
_WHOLE_CURRENCIES = frozenset({"JPY", "KRW", "VND", "CLP", "HUF"})
_MAX_PLACES = 12
_MAX_EXPONENT = 308
_USUAL = Context(prec=28, rounding=ROUND_HALF_UP)


def _is_absent(value: Value) -> str:
    """Return the text that stands for a value that cannot be written, "" when it can."""
    if value is None:
        return MISSING
    if isinstance(value, Decimal):
        # No money is that large; writing it out would take megabytes.
        is_number = value.is_finite() and value.adjusted() <= _MAX_EXPONENT
        return "" if is_number else NOT_COMPUTABLE
    return "" if math.isfinite(value) else NOT_COMPUTABLE


def _to_decimal(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _round(value: Decimal | float, places: int) -> Decimal:
    exact, step = _to_decimal(value), Decimal(1).scaleb(-places)
    if exact.adjusted() + places + 3 <= _USUAL.prec:  # a chart writes thousands: to enter a context takes half the time
        return exact.quantize(step, context=_USUAL)
    with localcontext() as context:
        context.prec = exact.adjusted() + places + 3
        return exact.quantize(step, rounding=ROUND_HALF_UP)


def _digits(rounded: Decimal) -> str:
    return f"{abs(rounded):,f}"


def _sign(rounded: Decimal, *, plus: bool) -> str:
    if rounded == 0:
        return ""
    return MINUS if rounded < 0 else "+" if plus else ""


def _number(value: Value, places: int, *, plus: bool = False, before: str = "", after: str = "") -> str:
    """Write sign, prefix, grouped digits, suffix; the shape of every number here."""
    absent = _is_absent(value)
    if absent or value is None:
        return absent
    rounded = _round(value, places)
    return f"{_sign(rounded, plus=plus)}{before}{_digits(rounded)}{after}"


def _around(currency: str) -> tuple[str, str]:
    code = currency.upper()
    symbol = _SYMBOLS.get(code, "")
    return (symbol, "") if symbol else ("", f" {code}" if code else "")


def money(value: Value, currency: str = "USD", *, signed: bool = False, places: int | None = None) -> str:
    """Write an amount: "$1,234.50", "1,250.00 CHF"; `signed` writes the plus too.

    The "currencies" R and % stand for amounts already counted in them: "+1.69R", "+2.14%".
    """
    if currency == "R":
        return _number(value, 2 if places != 0 else 1, plus=signed, after="R")
    if currency == "%":
        return percent(value, places=2 if places != 0 else 1, signed=signed)
    before, after = _around(currency)
    if places is None:
        places = 0 if currency.upper() in _WHOLE_CURRENCIES else 2
    return _number(value, places, plus=signed, before=before, after=after)


def pnl(value: Value, currency: str = "USD", *, places: int | None = None) -> str:
    """Write a profit or loss, always signed: "+$443.00", "−$160.38", "$0.00"."""
    return money(value, currency, signed=True, places=places)


def money_short(value: Value, currency: str = "USD", *, signed: bool = False) -> str:
    """Write an amount for axes and tight cells: "$950", "$5k", "$12.3k", "$1.2M"."""
    if currency in ("R", "%"):
        return money(value, currency, signed=signed, places=0)
    absent = _is_absent(value)
    if absent or value is None:
        return absent
    before, after = _around(currency)
    amount = _to_decimal(value)
    for suffix, scale in (("", 1), ("k", 1_000), ("M", 1_000_000), ("B", 1_000_000_000)):
        places = 0 if scale == 1 else 1
        shown = _round(amount / scale, places)
        if abs(shown) < 1000 or suffix == "B":
            digits = _digits(shown).removesuffix(".0")
            return f"{_sign(shown, plus=signed)}{before}{digits}{suffix}{after}"
    raise AssertionError


def accounting(value: Value, *, places: int = 2) -> str:
    """Write an amount for reports: negative in parentheses, no currency sign."""
    absent = _is_absent(value)
    if absent or value is None:
        return absent
    rounded = _round(value, places)
    return f"({_digits(rounded)})" if rounded < 0 else _digits(rounded)


def percent(fraction: Value, *, places: int = 1, signed: bool = False) -> str:
    """Write a fraction as a percentage: 0.545 is "54.5%". Rates take 1 decimal, price changes 2."""
    return _number(_hundredfold(fraction), places, plus=signed, after="%")


def fraction(value: Value, *, signed: bool = False) -> str:
    """Write a figure that is a fraction: "54.5%"; what is below a hundredth with two places, "0.42%"."""
    is_small = value is not None and not _is_absent(value) and -SMALL_FRACTION < float(value) < SMALL_FRACTION
    return percent(value, places=2 if is_small else 1, signed=signed)


def points(fraction: Value, *, places: int = 1) -> str:
    """Write the difference of two percentages: 0.021 is "+2.1 pts"."""
    return _number(_hundredfold(fraction), places, plus=True, after=" pts")


def _hundredfold(value: Value) -> Value:
    """Return 100 × value exactly: in binary, 0.285 × 100 is not 28.5."""
    return value if value is None or _is_absent(value) else _to_decimal(value).scaleb(2)


def r_multiple(value: Value, *, places: int = 2) -> str:
    """Write a multiple of the initial risk: "+1.69R"."""
    return _number(value, places, plus=True, after="R")


def ratio(value: Value, *, places: int = 2) -> str:
    """Write a ratio: "1.66"."""
    return _number(value, places)


def payoff(value: Value) -> str:
    """Write a payoff: "1.39×"."""
    return _number(value, 2, after="×")


def count(value: Value) -> str:
    """Write a count: "1,284"."""
    return _number(value, 0)


def plain(value: Value, *, places: int = 2) -> str:
    """Write a number with a true minus and grouping: "−12.50"."""
    return _number(value, places)


def signed_number(value: Value, *, places: int = 2) -> str:
    """Write a number with either sign: "+0.08"."""
    return _number(value, places, plus=True)


def price(value: Value, *, places: int | None = None, asset_class: str = "stock", step: Decimal | None = None) -> str:
    """Write a price to the instrument's step, else 2 places, FX 4, crypto from 10,000 none.

    Prices that would lose digits that way (sub-penny stocks, small coins) keep up to 8.
    """
    if places is None and step:
        places = decimal_places(step)
    if places is None:
        places = _price_places(value, asset_class)
    return _number(value, places)


def _price_places(value: Value, asset_class: str) -> int:
    if _is_absent(value) or value is None:
        return 2
    size = abs(float(value))
    if asset_class in {"forex", "fx"}:
        return 4
    if asset_class == "crypto" and size >= 10_000:
        return 0
    return 2 if size >= 1 or size == 0 else min(8, max(4, 3 - math.floor(math.log10(size))))


def quantity(value: Value, *, places: int | None = None) -> str:
    """Write a quantity as traded, without trailing zeros: "300", "−40", "0.0125"."""
    absent = _is_absent(value)
    if absent or value is None:
        return absent
    if places is None:
        places = min(_MAX_PLACES, decimal_places(_to_decimal(value)))
    return _number(value, places)


def size_bytes(size: int) -> str:
    """Write a file size: "812 B", "31 KB", "4.2 MB"."""
    amount = float(size)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.1f} {unit}" if unit == "MB" and amount < 10 else f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def account(broker: str, number: str) -> str:
    """Write an account as its broker and the last four signs of its number: "IBKR ··4821"."""
    tail = number.strip()[-4:]
    return f"{broker} ··{tail}" if tail else broker


def plural(number: int, noun: str, many: str = "") -> str:
    """Write a count with its noun: "1 trade", "1,284 trades"."""
    return f"{count(number)} {noun if number == 1 else many or noun + 's'}"


def tone(value: Value) -> str:
    """Return "profit", "loss" or "flat": the colour role of a signed value."""
    if value is None or _is_absent(value) or value == 0:
        return "flat"
    return "profit" if value > 0 else "loss"


def metric(value: Value, unit: Unit, currency: str = "USD", *, signed: bool = False) -> str:
    """Write a metric's value by its unit; `signed` writes the plus of money and fractions too."""
    from domain.performance import Unit

    if unit is Unit.MONEY:
        return money(value, currency, signed=signed)
    if unit is Unit.FRACTION:
        return fraction(value, signed=signed)
    if unit is Unit.SECONDS:
        return duration_long(None if value is None else float(value))
    if unit is Unit.DAYS:
        return _number(value, 0, after=" day" if value == 1 else " days")
    writers = {Unit.R: r_multiple, Unit.COUNT: count, Unit.RATIO: ratio}
    return writers[unit](value)


def figure_value(value: Value, unit: FigureUnit, currency: str = "USD") -> str:
    """Write P&L in the unit of the global filter; percentages come as fractions."""
    if unit is FigureUnit.PERCENT:
        return percent(value, places=2, signed=True)
    return r_multiple(value) if unit is FigureUnit.R else pnl(value, currency)
