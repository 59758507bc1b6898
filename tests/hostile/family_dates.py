"""Dates: impossible, ambiguous, mixed, in the gap or the overlap of a clock change, far away."""

from __future__ import annotations

from datetime import datetime

from tests.hostile.bases import BASES, Base
from tests.hostile.cases import Case, Cases

FAMILY = "dates"
STAMPED = tuple(base for base in BASES if base.stamp and base.slug != "generic-csv")
LOCAL = tuple(
    base
    for base in STAMPED
    if base.zone in ("America/New_York", "America/Toronto") and "%H" in base.stamp + base.clock[1]
)
DOUBTFUL = (
    ("03/04/2026", "05/06/2026"), ("01/02/2026", "02/03/2026"), ("3-4-2026", "5-6-2026"),
    ("12/11/2026", "11/12/2026"), ("1/2/2026", "1/3/2026"), ("04-05-2026", "06-07-2026"),
    ("03/04/26", "05/06/26"), ("10/9/2026", "9/10/2026"), ("02/01/2026", "02/01/2026"),
    ("07/08/2026", "08/08/2026"),
)  # fmt: skip
"""Two days each of which day and month could be swapped."""
CONTRADICTING = (
    ("13/04/2026", "04/14/2026"), ("31/01/2026", "01/31/2026"), ("25-3-2026", "3-26-2026"),
    ("30/06/26", "06/30/26"), ("1/20/2026", "20/1/2026"),
)  # fmt: skip
"""Two days that are written in two orders."""
TWO_DIGITS = (
    ("15/03/26 09:30:00", "2026-03-15 09:30:00"), ("3/15/26 09:30:00", "2026-03-15 09:30:00"),
    ("15-Mar-26 09:30:00", "2026-03-15 09:30:00"), ("15.03.26 09:30:00", "2026-03-15 09:30:00"),
    ("29/02/24 09:30:00", "2024-02-29 09:30:00"),
)  # fmt: skip
"""Times with a year of two digits, and the plain ones."""
GENERIC = "Time,Symbol,Side,Quantity,Price,Currency\n"


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    for base in STAMPED:
        yield _bad(base, "impossible", _far(base, "2026", "02", "30"))
        yield _bad(base, "month-13", _far(base, "2026", "13", "05"))
    for base in STAMPED[:5]:
        yield _bad(base, "year-1", _far(base, "0001", "01", "01"))
        yield _bad(base, "year-9999", _far(base, "9999", "12", "31"), code="date-range")
        yield _bad(base, "year-1899", _far(base, "1899", "12", "31"), code="date-range")
        yield _bad(base, "serial", {base.time: "46023.5"}, code="not-a-date")
    for base in LOCAL:
        yield _gap(base)
        yield _overlap(base)
        yield _leap_day(base)
    for base in STAMPED[:6]:
        yield _future(base)
    yield from _order()
    yield from _years()
    yield from _zones()


def _far(base: Base, year: str, month: str, day: str) -> dict[str, str]:
    text = base.stamp
    for mark, value in (("%Y", year), ("%m", month), ("%d", day), ("%H", "10"), ("%M", "00"), ("%S", "00")):
        text = text.replace(mark, value)
    return {base.time: text}


def _bad(base: Base, what: str, texts: dict[str, str], code: str = "") -> Case:
    return Case(
        key=f"{what}-{base.stem}",
        family=FAMILY,
        kind="Q",
        name="export.csv",
        payload=base.with_cells(texts),
        slug=base.slug,
        twin=base.without_line(),
        code=code,
        line=base.row,
    )


def _gap(base: Base) -> Case:
    """Half past two in the night when New York's clocks skip that hour."""
    return Case(
        key=f"gap-{base.stem}",
        family=FAMILY,
        kind="Q",
        name="export.csv",
        payload=base.at(datetime(2026, 3, 8, 2, 30)),
        slug=base.slug,
        twin=base.without_line(),
        code="time-gap",
        line=base.row,
    )


def _overlap(base: Base) -> Case:
    """Half past one in the night when New York's clocks show that hour twice: the earlier one, said so."""
    return Case(
        key=f"repeated-hour-{base.stem}",
        family=FAMILY,
        kind="W",
        name="export.csv",
        payload=base.at(datetime(2025, 11, 2, 1, 30)),
        slug=base.slug,
        note="went back",
    )


def _leap_day(base: Base) -> Case:
    return Case(
        key=f"leap-day-{base.stem}",
        family=FAMILY,
        kind="A",
        name="export.csv",
        payload=base.at(datetime(2024, 2, 29, 10, 30)),
        slug=base.slug,
    )


def _order() -> Cases:
    """Tables nobody wrote a format for, whose dates nobody can tell, or that contradict each other."""
    for number, days in enumerate(DOUBTFUL):
        yield _table(f"order-{number}", days, "date-order")
    for number, days in enumerate(CONTRADICTING):
        yield _table(f"mixed-{number}", days, "mixed-dates")


def _table(what: str, days: tuple[str, str], code: str) -> Case:
    rows = [f"{day} 10:00:00,ACME,{side},10,1.50,USD" for day, side in zip(days, ("Buy", "Sell"), strict=True)]
    payload = (GENERIC + "\n".join([*rows, ""])).encode()
    return Case(key=what, family=FAMILY, kind="R", name="mine.csv", payload=payload, slug="generic-csv", code=code)


def _future(base: Base) -> Case:
    """A fill three weeks ahead of the clock: read as it stands, and said."""
    return Case(
        key=f"future-{base.stem}",
        family=FAMILY,
        kind="W",
        name="export.csv",
        payload=base.at(datetime(2026, 12, 11, 10, 30)),
        slug=base.slug,
        note="dated in the future",
    )


def _dated(what: str, text: str, plain: str = "") -> Case:
    """A row with a day and clock written so, and one that stands in the way every reader knows, or none at all."""
    rest = "".join(f"2026-03-{day} 10:00:00,ACME,Sell,1,1.75,USD\n" for day in range(16, 16 if plain else 24))
    rest += "2026-03-26 10:00:00,ACME,Sell,10,1.75,USD\n"
    payload, twin = (
        (GENERIC + (f"{day},ACME,Buy,10,1.50,USD\n" if day else "") + rest).encode() for day in (text, plain)
    )
    return Case(
        key=what,
        family=FAMILY,
        kind="A" if plain else "Q",
        name="mine.csv",
        payload=payload,
        slug="generic-csv",
        twin=twin,
        code="" if plain else "not-a-date",
        line=0 if plain else 2,
    )


def _years() -> Cases:
    """Years of two digits are of this century."""
    for number, (text, plain) in enumerate(TWO_DIGITS):
        yield _dated(f"two-digits-{number}", text, plain)
    yield _dated("no-leap-day", "29/02/26 09:30:00")
    yield _dated("leap-day-1900", "29/02/1900 09:30:00")


def _zones() -> Cases:
    """Letters of a zone that stand for one offset are one; letters of several zones are refused in their row."""
    yield _dated("zone-est", "2026-03-15 09:30:00 EST", "2026-03-15 14:30:00Z")
    yield _dated("zone-offset", "2026-03-15 09:30:00 +05:30", "2026-03-15 04:00:00Z")
    for letters in ("CST", "IST", "BST", "XYZ"):
        yield _dated(f"zone-{letters.lower()}", f"2026-03-15 09:30:00 {letters}")
