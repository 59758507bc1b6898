"""Size and hostility: endless cells, endless headers, nothing at all, programs, and names of files."""

from __future__ import annotations

import gzip
import random

from tests.hostile.bases import BASES, Base
from tests.hostile.cases import Case, Cases

FAMILY = "size"
NAMES = (
    "../../etc/passwd.csv", "..%2f..%2fetc.csv", "C:\\Windows\\win.csv", "a\u202evsc.exe", "CON.csv",
    "x" * 300 + ".csv",
    "<b>name</b>.csv", "tab\there.csv", "new\nline.csv", " .csv", "\u0000.csv", "fills.csv.exe",
)  # fmt: skip
NOTHING = (b"", b" ", b"\n" * 1000, b"\r\n\t ", b"\xef\xbb\xbf")


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    rng = random.Random(seed)
    for base in BASES[:4]:
        yield _long_cell(base, quoted=False)
        yield _long_cell(base, quoted=True)
    yield _long_cell(BASES[4], quoted=True, length=10_000_000)
    for base in BASES[:5]:
        yield _wide(base, 1_001)
    yield _wide(BASES[5], 100_000)
    for number, name in enumerate(NAMES):
        base = BASES[number % len(BASES)]
        yield Case(key=f"name-{number}", family=FAMILY, kind="A", name=name, payload=base.payload, twin=base.payload)
    for number, payload in enumerate(NOTHING):
        yield _refused(f"nothing-{number}", payload, "empty" if number < 4 else "")
    programs = {
        "exe": b"MZ\x90\x00\x03" + bytes(300),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(300),
        "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200),
        "gzip": gzip.compress(BASES[0].payload, mtime=0),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "noise": rng.randbytes(2_000),
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "sqlite": b"SQLite format 3\x00" + bytes(500),
    }
    for name, payload in programs.items():
        yield _refused(f"program-{name}", payload, "" if name in ("gzip", "pdf", "noise") else "not-text")


def _refused(key: str, payload: bytes, code: str) -> Case:
    return Case(key=key, family=FAMILY, kind="R", name="export.csv", payload=payload, code=code)


def _long_cell(base: Base, *, quoted: bool, length: int = 150_000) -> Case:
    column = base.column(base.symbol)
    cells = base.cells(base.row)
    cells[column - 1] = '"' + "A" * length + '"' if quoted else "A" * length
    return Case(
        key=f"long-cell-{'quoted-' if quoted else ''}{base.stem}",
        family=FAMILY,
        kind="R",
        name="export.csv",
        payload=base.with_line(base.row, base.delimiter.join(cells)),
        slug=base.slug,
        code="cell-too-long",
        line=base.row,
        column=str(column),
    )


def _wide(base: Base, width: int) -> Case:
    header = [*base.names, *(f"c{number}" for number in range(width - len(base.names)))]
    return Case(
        key=f"wide-{width}-{base.stem}",
        family=FAMILY,
        kind="R",
        name="export.csv",
        payload=base.with_line(base.header, base.delimiter.join(header)),
        slug=base.slug,
        code="too-many-columns",
        line=base.header,
    )
