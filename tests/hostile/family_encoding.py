"""Encodings: byte-order marks, UTF-16, Windows-1252, mixtures, zero bytes, line ends."""

from __future__ import annotations

import random

from tests.hostile.bases import BASES, Base
from tests.hostile.cases import Case, Cases

FAMILY = "encoding"


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    rng = random.Random(seed)
    for base in BASES[:10]:
        yield _same(base, "bom", b"\xef\xbb\xbf" + base.payload)
    for base in BASES[:5]:
        yield _same(base, "utf16-le", b"\xff\xfe" + base.payload.decode().encode("utf-16-le"))
    for base in BASES[5:10]:
        yield _same(base, "utf16-be", b"\xfe\xff" + base.payload.decode().encode("utf-16-be"))
    for number, base in enumerate(BASES[:5]):
        payload = base.payload.decode().encode("utf-16-be" if number % 2 else "utf-16-le")
        yield _refused(base, "utf16-bare", payload, "not-text", 0)
    for base in (*BASES[:8], *BASES[11:13]):
        yield _windows(base)
    for base in BASES[:10]:
        yield _mixed(base)
    for base in BASES[:5]:
        yield _zero(base, rng)
    for number, base in enumerate(BASES[:10]):
        yield _line_ends(base, number)
    for base in BASES[:6]:
        yield _separated(base)


def _same(base: Base, what: str, payload: bytes) -> Case:
    return Case(
        key=f"{what}-{base.stem}",
        family=FAMILY,
        kind="A",
        name="export.csv",
        payload=payload,
        twin=base.payload,
    )


def _refused(base: Base, what: str, payload: bytes, code: str, line: int) -> Case:
    return Case(
        key=f"{what}-{base.stem}", family=FAMILY, kind="R", name="export.csv", payload=payload, code=code, line=line
    )


def _windows(base: Base) -> Case:
    quoted = "-USDT" if base.slug == "kucoin-fills" else "-EUR" if base.slug == "coinbasepro-fills" else ""
    text = base.with_cells({base.symbol: f"M\u00fcX{quoted}"}).decode()
    return Case(
        key=f"cp1252-{base.stem}",
        family=FAMILY,
        kind="W",
        name="export.csv",
        payload=text.encode("cp1252"),
        twin=text.encode(),
        note="Windows-1252",
    )


def _mixed(base: Base) -> Case:
    """One row in UTF-8, a later one in Windows-1252."""
    lines = base.payload.split(b"\n")
    lines[1] += "\u00e9".encode()
    lines[2] += "\u00e9".encode("cp1252")
    return _refused(base, "mixed", b"\n".join(lines), "mixed-encoding", 3)


def _zero(base: Base, rng: random.Random) -> Case:
    lines = base.payload.split(b"\n")
    line = rng.randrange(1, len(lines) - 1)
    lines[line] += b"\x00"
    return _refused(base, "zero-byte", b"\n".join(lines), "zero-byte", line + 1)


def _separated(base: Base) -> Case:
    """A line separator of Unicode behind a symbol: it ends no line."""
    symbol = base.cells(base.row)[base.column(base.symbol) - 1].strip('"')
    return _same(base, "line-separator", base.with_cells({base.symbol: f"{symbol}\u2028"}))


def _line_ends(base: Base, number: int) -> Case:
    ends = ("\r", "\r\n", "\n")
    if number < 6:
        end = ends[number % 2]
        return _same(base, "cr" if end == "\r" else "crlf", base.payload.replace(b"\n", end.encode()))
    text = "".join(line + ends[place % 3] for place, line in enumerate(base.lines))
    return _same(base, "mixed-ends", text.encode())
