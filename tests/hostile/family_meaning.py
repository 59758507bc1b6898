"""Meaning: identical fills, files that overlap with earlier ones, rows in another order, odd names."""

from __future__ import annotations

import random

from tests.hostile.bases import BASES, Base, to_payload
from tests.hostile.cases import Case, Cases

FAMILY = "meaning"
NAMELESS = tuple(
    base
    for base in BASES
    if base.path
    in (
        "tradezero/trades.csv",
        "tradestation/trades.csv",
        "questrade/orders.csv",
        "kucoin-fills/older.csv",
        "etrade/transactions.csv",
    )
)
"""Bases whose rows have no id: equal rows are told apart by counting them."""
ODD_NAMES = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "@SUM(1+1)",
    "javascript:alert(1)",
    "\u202eELPPA", "A\u0301CME", "' OR 1=1 --", "{{7*7}}", "../../etc/passwd",
)  # fmt: skip


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    rng = random.Random(seed)
    for base in NAMELESS:
        yield from _identical(base)
    for base in BASES[:10]:
        lines = base.lines
        part = to_payload(lines[: base.row])
        yield _after(base, "overlap", base.payload, prior=part)
        yield _after(base, "reordered-rows", to_payload([lines[0], *_shuffled(lines[1:], rng)]), prior=base.payload)
        yield _after(base, "sub-range", part, prior=base.payload)
    for number, name in enumerate(ODD_NAMES):
        base = BASES[number % 6]
        yield Case(
            key=f"odd-name-{number}",
            family=FAMILY,
            kind="A",
            name="export.csv",
            payload=base.with_cells({base.symbol: name}),
            slug=base.slug,
        )


def _shuffled(lines: list[str], rng: random.Random) -> list[str]:
    return rng.sample(lines, len(lines))


def _identical(base: Base) -> Cases:
    """The same row twice and three times in one file: every one of them is a fill."""
    for times in (2, 3):
        lines = base.lines
        yield Case(
            key=f"identical-{times}-{base.stem}",
            family=FAMILY,
            kind="A",
            name="export.csv",
            payload=to_payload([*lines[: base.row - 1], *[lines[base.row - 1]] * times, *lines[base.row :]]),
            slug=base.slug,
        )


def _after(base: Base, what: str, payload: bytes, prior: bytes) -> Case:
    return Case(
        key=f"{what}-{base.stem}",
        family=FAMILY,
        kind="A",
        name="export.csv",
        payload=payload,
        slug=base.slug,
        prior=prior,
        twin=base.payload,
    )
