"""Numbers: groups, marks, odd digits, too large, too many digits, of the wrong sign."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from tests.hostile.bases import BASES, Base
from tests.hostile.cases import Case, Cases

FAMILY = "numbers"
SAME = (
    ("1,000", "1000"), ("1 000", "1000"), ("1'000", "1000"), ("1\u00a0000", "1000"), ("1\u202f000", "1000"),
    ("1,00,000", "100000"), ("1,234,567", "1234567"), ("1000.00", "1000"), ("+1000", "1000"), ("1e3", "1000"),
    ("1E+3", "1000"), ("1000.", "1000"), ("\u200e1000", "1000"), (" 1000 ", "1000"), ('="1000"', "1000"),
    ("'1000", "1000"),
)  # fmt: skip
"""Ways to write a quantity, and the plain one."""
SAME_PRICE = (
    ("$12.50", "12.50"),
    ("12.50 $", "12.50"),
    ("US$12.50", "12.50"),
    ("\u20ac12.50", "12.50"),
    ("1,012.50", "1012.50"),
)
BAD = (
    "NaN", "nan", "Infinity", "-inf", "1e400000000", "0x1F", "1_000", "\u0661\u0662", "\uff11\uff12", "5%", "1.2.3",
    "1,2,3", "--5", "(5", "5)",
    "1 2", "1$2", "#REF!", "#N/A", "abc", "1.234,56", "12,34", "1e", "e5", "\u00bd", "5 apples", "1/2", "\u221e",
    "1;2", "5\u200b0",
)  # fmt: skip
"""Texts that are no number."""
BEYOND = ("1e308", "9" * 40, "0." + "0" * 40 + "1", "1." + "1" * 90)
CHECKED = tuple(
    base for base in BASES if base.path in ("lightspeed/trades.csv", "tradezero/trades.csv", "tradestation/trades.csv")
)
"""Bases that print an amount beside quantity and price, by which the two are checked."""
PLAIN = tuple(
    base for base in BASES if base not in CHECKED and base.slug not in ("coinbasepro-fills", "etrade", "generic-csv")
)
"""Bases whose quantities and prices are plain cells, read by the strict grammar and checked against nothing else."""
FILLS = tuple(base for base in PLAIN if base.slug not in ("questrade", "tradestation"))
"""Those in which a row of quantity zero is no order that waits."""


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    turn = cycle(PLAIN)
    for number, (text, plain) in enumerate(SAME):
        yield _same(next(turn), f"group-{number}", "quantity", text, plain)
    for number, (text, plain) in enumerate(SAME_PRICE):
        yield _same(next(turn), f"price-{number}", "price", text, plain)
    for number, text in enumerate(BAD):
        yield _bad(next(turn), f"bad-quantity-{number}", "quantity", text, "not-a-number")
    for number, text in enumerate(BAD[:20]):
        yield _bad(next(turn), f"bad-price-{number}", "price", text, "not-a-number")
    for number, text in enumerate(BEYOND):
        yield _bad(next(turn), f"beyond-{number}", "quantity", text, "number-range")
        yield _bad(next(turn), f"beyond-price-{number}", "price", text, "number-range")
    for base in PLAIN:
        if base.slug == "quantower":
            continue  # futures have traded below zero
        yield _bad(base, "negative-price", "price", "-1.50", "")
        yield _bad(base, "empty-price", "price", "", "empty-cell")
    for base in FILLS:
        yield _bad(base, "zero-quantity", "quantity", "0", "")
    for base in CHECKED:
        yield _bad(base, "other-total", "quantity", "1000", "total")
        yield _bad(base, "other-total-price", "price", "0.01", "total")
    yield from _commas()
    yield from _signs()
    yield from _pence()
    yield from _doubtful()


def _column(base: Base, field: str) -> str:
    return base.quantity if field == "quantity" else base.price


def _same(base: Base, what: str, field: str, text: str, plain: str) -> Case:
    column = _column(base, field)
    return Case(
        key=f"{what}-{base.stem}",
        family=FAMILY,
        kind="A",
        name="export.csv",
        payload=base.with_cells({column: text}),
        slug=base.slug,
        twin=base.with_cells({column: plain}),
    )


def _bad(base: Base, what: str, field: str, text: str, code: str) -> Case:
    column = _column(base, field)
    return Case(
        key=f"{what}-{base.stem}",
        family=FAMILY,
        kind="Q",
        name="export.csv",
        payload=base.with_cells({column: text}),
        slug=base.slug,
        twin=base.without_line(),
        code=code,
        line=base.row,
        # Rules of a fill speak of its quantity and price, whatever the column is called.
        column=column if code in ("not-a-number", "number-range", "empty-cell") else "",
    )


def _table(key: str, rows: str, twin: str) -> Case:
    """A table of no known broker with semicolons, so that a comma can be anything."""
    return Case(
        key=key,
        family=FAMILY,
        kind="A",
        name="mine.csv",
        payload=(HEAD + rows).encode(),
        slug="generic-csv",
        twin=(HEAD + twin).encode(),
    )


HEAD = "Time;Symbol;Side;Quantity;Price;Commission;Currency\n"
ROW = "2026-03-02 10:00:00;ACME;Buy;{};{};{};EUR\n"
COMMAS = (
    (("10", "1,50", "0,10"), ("10", "1.50", "0.10")), (("10,5", "12,34", "1"), ("10.5", "12.34", "1")),
    (("1.000", "1.234,56", "0"), ("1000", "1234.56", "0")), (("1 000", "1 234,56", "0"), ("1000", "1234.56", "0")),
    (("10", "1.234.567,8", "0"), ("10", "1234567.8", "0")), (("0,001", "0,5", "0"), ("0.001", "0.5", "0")),
    (("1'000", "1'234,56", "0"), ("1000", "1234.56", "0")), (("10", "12,5 €", "1,00 €"), ("10", "12.5", "1")),
    (("10", "€12,50", "0"), ("10", "12.5", "0")), (("10,00", "12,00", "1,00"), ("10", "12", "1")),
)  # fmt: skip
"""Quantity, price and fee with decimal commas, and the plain ones."""


def _commas() -> Cases:
    second = ("3", "7,25", "0,5"), ("3", "7.25", "0.5")
    for number, (text, plain) in enumerate(COMMAS):
        yield _table(
            f"comma-{number}", ROW.format(*text) + ROW.format(*second[0]),
            ROW.format(*plain) + ROW.format(*second[1]),
        )  # fmt: skip


FEES = (
    ("(1.25)", "1.25"), ("1.25-", "1.25"), ("\u22121.25", "1.25"), ("-1.25", "1.25"), ("($1.25)", "1.25"),
    ("-$1.25", "1.25"), ("$-1.25", "1.25"), ("- 1.25", "1.25"), ("(1.25 )", "1.25"), ("-(1.25)", "1.25"),
    ("--1.25", ""), ("(1.25", ""),
)  # fmt: skip
"""Ways to write a cost as money that goes, and the plain one; "" is refused."""


def _signs() -> Cases:
    other = ROW.format("3", "7.25", "-0.5")
    for number, (text, plain) in enumerate(FEES):
        rows, twin = ROW.format("10", "12.50", text) + other, ROW.format("10", "12.50", f"-{plain}") + other
        if plain:
            yield _table(f"sign-{number}", rows, twin)
        else:
            case = _table(f"sign-{number}", rows, other)
            yield replace(case, kind="Q", code="not-a-number", line=2, column="Commission")


def _pence() -> Cases:
    """Pence, cents and agorot are hundredths of their money, unless nobody knows the unit."""
    for number, (code, plain) in enumerate((("GBX", "GBP"), ("GBp", "GBP"), ("ZAc", "ZAR"), ("ILA", "ILS"))):
        rows, twin = (ROW.replace("EUR", unit) for unit in (code, plain))
        yield _table(f"pence-{number}", rows.format("10", "1250", "0"), twin.format("10", "12.50", "0"))


def _doubtful() -> Cases:
    """Prices that could be a thousand times as large, in files where no other number tells: read, and said."""
    for number, (first, second, plain) in enumerate((
        ("1.234", "2.345", ("1.234", "2.345")), ("1,234", "2,345", ("1.234", "2.345")), ("12.500", "9", ("12.5", "9")),
        ("123,456", "7", ("123.456", "7")),
    )):  # fmt: skip
        rows, twin = (
            ROW.format("10", one, "0") + ROW.format("3", other, "0") for one, other in ((first, second), plain)
        )
        case = _table(f"doubtful-{number}", rows, twin)
        yield replace(case, kind="W", note="could have a decimal mark or thousands")
