"""Structure: quotes, cut files, ragged rows, delimiters, headers twice, moved or missing, blank lines."""

from __future__ import annotations

import random
from itertools import product

from tests.hostile.bases import BASES, Base, to_payload
from tests.hostile.cases import Case, Cases

FAMILY = "structure"
BARE = tuple(base for base in BASES if b'"' not in base.payload)
"""Bases without a quote, where a stray one is the only one."""

GENERIC = ("Time", "Symbol", "Side", "Quantity", "Price", "Commission")
"""Columns of a table nobody wrote a format for."""


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    rng = random.Random(seed)
    for base, share in product(BASES[:10], (0.3, 0.8)):
        yield _cut(base, share, rng)
    for base in BASES[:10]:
        yield _case(base, "cut-at-row-end", "A", base.payload.rstrip(b"\n"), twin=base.payload)
    for base in BARE[:10]:
        yield from _quotes(base)
    for base in BARE[:5]:
        yield _swallowing(base)
    for base in BASES[:10]:
        yield from _ragged(base)
        yield _doubled_header(base)
        yield _case(base, "blank-lines", "A", _spaced(base), twin=base.payload)
    for base in BARE[:10]:
        yield _case(base, "reordered", "A", base.each_row(lambda _, cells: cells[::-1]), twin=base.payload)
    for base in BARE[:6]:
        yield _quoted(base)
        yield _case(base, "cell-with-break", "A", base.with_cells({base.symbol: _symbol(base) + "\n"}), base.payload)
    for base, mark in zip(BARE, (";", "\t", "|", ";", "\t"), strict=False):
        other = base.payload.replace(base.delimiter.encode(), mark.encode())
        yield _case(base, "other-delimiter", "A", other, twin=base.payload)
    for position, name in enumerate(GENERIC):
        yield _generic_doubled(position, name)
    yield from _headers_and_totals()
    for base in BASES[:5]:
        yield _one_row_parted_otherwise(base)
        yield _renamed(base)


def _case(base: Base, what: str, kind: str, payload: bytes, twin: bytes = b"", **more: object) -> Case:
    values = {"key": f"{what}-{base.stem}", "family": FAMILY, "kind": kind, "name": "export.csv", "twin": twin}
    return Case(payload=payload, **(values | more))  # type: ignore[arg-type]


def _symbol(base: Base) -> str:
    return base.cells(base.row)[base.column(base.symbol) - 1]


def _cut(base: Base, share: float, rng: random.Random) -> Case:
    """The file ends within its last row, in the first or the second half of its cells."""
    lines = base.lines
    cells = base.cells(len(lines))
    kept = max(1, min(len(cells) - 1, int(len(cells) * share) + rng.choice((0, 1))))
    text = base.delimiter.join(cells[:kept])
    payload = to_payload([*lines[:-1], text]).removesuffix(b"\n")
    # What is kept of a row of quoted cells ends with its own quote.
    return _case(
        base,
        f"cut-{int(share * 10)}",
        "Q",
        payload,
        twin=to_payload(lines[:-1]),
        slug=base.slug,
        code="row-cut-off",
        line=len(lines),
    )


def _quotes(base: Base) -> Cases:
    column = base.column(base.symbol)
    cells = base.cells(base.row)
    for what, text in (
        ("unclosed", f'"{_symbol(base)}'),
        ("unopened", f'{_symbol(base)}x"'),
        ("early", f'"{_symbol(base)}"x'),
    ):
        changed = [*cells[: column - 1], text, *cells[column:]]
        payload = base.with_line(base.row, base.delimiter.join(changed))
        yield _case(
            base, f"quote-{what}", "R", payload, slug=base.slug, code="bad-quote", line=base.row, column=str(column)
        )


def _swallowing(base: Base) -> Case:
    """A quote in one column of two rows: the rows between would end up in one cell of a sound record."""
    column = base.column(base.symbol)
    lines = base.lines
    for line, put in ((2, '"{}'), (4 if len(lines) > 3 else 3, '{}"')):
        cells = base.cells(line)
        cells[column - 1] = put.format(cells[column - 1])
        lines[line - 1] = base.delimiter.join(cells)
    return _case(base, "swallow", "R", to_payload(lines), slug=base.slug, code="bad-quote", line=2, column=str(column))


def _ragged(base: Base) -> Cases:
    width = len(base.names)
    cells = [*base.cells(base.row), *[""] * (width - len(base.cells(base.row))), "surplus"]
    payload = base.with_line(base.row, base.delimiter.join(cells))
    yield _case(base, "long-row", "Q", payload, base.without_line(), code="row-too-long", line=base.row)


def _doubled_header(base: Base) -> Case:
    """A second column of the price's name, with other prices."""
    payload = base.each_row(lambda line, cells: [*cells, base.price if line == base.header else "7.77"])
    return _case(
        base,
        "double-header",
        "R",
        payload,
        slug=base.slug,
        code="duplicate-header",
        line=base.header,
        column=base.price,
    )


def _generic_doubled(position: int, name: str) -> Case:
    """A table of no known broker with a second column of one name and other contents."""
    rows = (
        ("2026-03-02 10:00:00", "ACME", "Buy", "10", "1.50", "0.10"),
        ("2026-03-16 11:00:00", "ACME", "Sell", "10", "1.75", "0.10"),
        ("2026-03-17 12:00:00", "BOLT", "Buy", "4", "9.25", "0.20"),
    )
    others = ("2026-04-02 10:00:00", "ZINC", "Sell", "77", "7.77", "7.07")
    lines = [(*GENERIC, name), *((*row, others[position]) for row in rows)]
    payload = to_payload([",".join(line) for line in lines])
    return Case(
        key=f"double-header-generic-{name.lower()}",
        family=FAMILY,
        kind="R",
        name="mine.csv",
        payload=payload,
        slug="generic-csv",
        code="duplicate-header",
        line=1,
        column=name,
    )


def _spaced(base: Base) -> bytes:
    return to_payload([part for line in base.lines for part in (line, "")])


def _quoted(base: Base) -> Case:
    payload = base.each_row(lambda _, cells: [f'"{cell}"' for cell in cells])
    return _case(base, "all-quoted", "A", payload, twin=base.payload)


def _one_row_parted_otherwise(base: Base) -> Case:
    other = ";" if base.delimiter != ";" else ","
    payload = base.with_line(base.row, base.lines[base.row - 1].replace(base.delimiter, other))
    return _case(base, "mixed-delimiter", "Q", payload, base.without_line(), slug=base.slug, line=base.row)


def _renamed(base: Base) -> Case:
    payload = base.each_row(
        lambda line, cells: (
            ["Foo" if cell.strip('"') == base.quantity else cell for cell in cells] if line == base.header else cells
        )
    )
    return _case(base, "renamed-header", "R", payload, slug=base.slug, code="missing-columns")


def _headers_and_totals() -> Cases:
    """A header in the middle, a line above it, totals and words below: none of them is a fill, all are counted."""
    head = ",".join(GENERIC)
    rows = [
        "2026-03-02 10:00:00,ACME,Buy,10,1.50,0.10",
        "2026-03-16 11:00:00,ACME,Sell,10,1.75,0.10",
        "2026-03-17 12:00:00,BOLT,Buy,4,9.25,0.20",
    ]
    sound = to_payload([head, *rows])
    for name, lines in {
        "title": ["Account statement", head, *rows],
        "titles": ["Account statement", "Period: March", "", head, *rows],
        "repeated": [head, *rows[:2], head, *rows[2:]],
        "repeated-twice": [head, rows[0], head, rows[1], head, rows[2]],
        "total": [head, *rows, "Total,,,24,,0.40"],
        "subtotals": [head, *rows[:2], "Subtotal,,,20,,0.20", rows[2], "Grand Total,,,24,,0.40"],
        "blank-between": [head, *rows[:2], "", ",,,,,", rows[2]],
        "trailing-commas": [f"{line}," for line in (head, *rows)],
        "trailing-blank": [head, *rows, "", "", ""],
    }.items():
        yield Case(
            key=f"table-{name}",
            family=FAMILY,
            kind="A",
            name="mine.csv",
            payload=to_payload(lines),
            slug="generic-csv",
            twin=sound,
        )
