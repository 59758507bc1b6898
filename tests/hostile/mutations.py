"""Seeded damage to broker files: of bytes, of lines, of cells, of archives.

Every function takes a `random.Random`, so that one seed gives the same files for ever.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "brokers"

CELLS = (
    "", "0", "-0", "-1", "1e999", "1E+999999", "NaN", "Infinity", "-inf", "0x1F", "1_000", "٣٤", "１２", "1.2.3",
    "1,2,3",
    "1.234,56", "1,234.56", "12,34,567.89", "(5)", "(5", "5-", "\u22125", "--5", "$", "€5", "5%", "1" * 400,
    "0." + "0" * 90
    + "1", "9" * 25, "31/02/2026", "2026-02-30", "0001-01-01", "9999-12-31 23:59:59", "1899-12-31",
    "2026-03-08 02:30:00",
    "2025-11-02 01:30:00", "2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00Z", "24:00:00", "99/99/9999", "1767225600",
    "1e18", "Buy", "SELL", "true", "=1+1", '="0012"', "'x", "@x", "\u202e", "\ufeff", "\u00a0", "\x85", "\u2028",
    "\x1f",
    "x" * 5000, '"', '""', '"a', 'a"b', "a\nb", "a\rb", "AAPL", "AAPL  260116C00200000", "/ESM6", "BTC-USD", "USD",
    "usd",
    "None", "null", "<td>", "&#0;", "&#x110000;", "&amp;", "%s", "{0}", "../..", "\x1b[0m", "é", "ß", "😀",
)  # fmt: skip
"""Texts that have broken readers before, or ought to."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A fixture: the format that reads it, its name and its bytes."""

    slug: str
    name: str
    payload: bytes


Mutation = Callable[[random.Random, bytes], bytes]


def flip_bytes(rng: random.Random, payload: bytes) -> bytes:
    """Change a few bytes to anything."""
    body = bytearray(payload)
    for _ in range(rng.randint(1, 6)):
        if body:
            body[rng.randrange(len(body))] = rng.randrange(256)
    return bytes(body)


def insert_bytes(rng: random.Random, payload: bytes) -> bytes:
    """Insert a piece that means something to some reader."""
    pieces = (
        b'"',
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n\n",
        b",",
        b";",
        b"\t",
        b"<",
        b">",
        b"&",
        b"]]>",
    )
    place = rng.randint(0, len(payload))
    return payload[:place] + rng.choice(pieces) * rng.choice((1, 1, 2, 300)) + payload[place:]


def truncate(rng: random.Random, payload: bytes) -> bytes:
    """Cut the end off."""
    return payload[: rng.randint(0, len(payload))]


def repeat_part(rng: random.Random, payload: bytes) -> bytes:
    """Write a part of the file twice or many times."""
    start = rng.randint(0, len(payload))
    part = payload[start : start + rng.randint(1, 200)]
    return payload[:start] + part * rng.choice((2, 3, 40)) + payload[start:]


def recode(rng: random.Random, payload: bytes) -> bytes:
    """Write the text in another encoding."""
    codec = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "utf-7", "cp037"))
    return payload.decode("utf-8", "replace").encode(codec, "replace")


def shuffle_lines(rng: random.Random, payload: bytes) -> bytes:
    """Drop, repeat, move or join lines, or change their ends."""
    lines = payload.split(b"\n")
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    choice = rng.randrange(6)
    if choice == 0:
        del lines[first]
    elif choice == 1:
        lines.insert(second, lines[first])
    elif choice == 2:
        lines[first], lines[second] = lines[second], lines[first]
    elif choice == 3:
        lines[first] = lines[first] + lines[second]
    elif choice == 4:
        rng.shuffle(lines)
    return rng.choice((b"\n", b"\n", b"\r\n", b"\r")).join(lines)


def replace_cell(rng: random.Random, payload: bytes) -> bytes:
    """Put a text that has broken readers into one or more cells."""
    lines = payload.split(b"\n")
    mark = max((b",", b";", b"\t", b"|", b"<", b'"'), key=payload.count)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        row = rng.randrange(len(lines))
        cells = lines[row].split(mark)
        cell = rng.choice(CELLS).encode("utf-8")
        cells[rng.randrange(len(cells))] = b'"' + cell.replace(b'"', b'""') + b'"' if rng.random() < 0.3 else cell
        lines[row] = mark.join(cells)
    return b"\n".join(lines)


def replace_column(rng: random.Random, payload: bytes) -> bytes:
    """Delete, repeat, swap or fill a whole column."""
    mark = max((b",", b";", b"\t", b"|"), key=payload.count)
    rows = [line.split(mark) for line in payload.split(b"\n")]
    width = max(len(row) for row in rows)
    first, second, choice = rng.randrange(width), rng.randrange(width), rng.randrange(4)
    filler = rng.choice(CELLS).encode("utf-8").replace(b"\n", b" ")
    for number, row in enumerate(rows):
        if first >= len(row) or second >= len(row):
            continue
        if choice == 0:
            del row[first]
        elif choice == 1:
            row.insert(second, row[first])
        elif choice == 2:
            row[first], row[second] = row[second], row[first]
        elif number:
            row[first] = filler
    return b"\n".join(mark.join(row) for row in rows)


def replace_number(rng: random.Random, payload: bytes) -> bytes:
    """Change one run of digits."""
    places = [place for place in range(len(payload)) if payload[place : place + 1].isdigit()]
    if not places:
        return payload
    place = end = rng.choice(places)
    while payload[end : end + 1].isdigit():
        end += 1
    return payload[:place] + rng.choice(CELLS).encode("utf-8") + payload[end:]


def mutate_archive(rng: random.Random, payload: bytes) -> bytes:
    """Damage a text inside an archive, so that the archive itself stays sound."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            entries = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return flip_bytes(rng, payload)
    if not entries:
        return payload
    name = rng.choice(sorted(entries))
    entries[name] = rng.choice((flip_bytes, insert_bytes, truncate, repeat_part, replace_number))(rng, entries[name])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return target.getvalue()


TEXT: tuple[Mutation, ...] = (
    flip_bytes, insert_bytes, truncate, repeat_part, recode, shuffle_lines, replace_cell, replace_cell, replace_cell,
    replace_column, replace_number, replace_number,
)  # fmt: skip
ARCHIVE: tuple[Mutation, ...] = (mutate_archive, mutate_archive, mutate_archive, flip_bytes, truncate)


def mutate(rng: random.Random, payload: bytes) -> bytes:
    """Return a payload with one to four kinds of damage."""
    kinds = ARCHIVE if payload.startswith(b"PK") else TEXT
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        payload = rng.choice(kinds)(rng, payload)
    return payload


def load_seeds() -> tuple[Seed, ...]:
    """Return every fixture with the format that reads it, in a fixed order."""
    from data.brokers import detect  # noqa: PLC0415 - the formats load with the first file
    from data.brokers.source import SourceFile  # noqa: PLC0415
    from domain.errors import ImportFileError  # noqa: PLC0415

    found = []
    for path in sorted(item for item in FIXTURES.rglob("*") if item.is_file()):
        name = f"{path.stem} 2026-05-04{path.suffix}" if path.parent.name == "das-trader" else path.name
        payload = path.read_bytes()
        try:
            found.append(Seed(detect(SourceFile(name, payload)).format.slug, name, payload))
        except ImportFileError:
            continue
    return tuple(found)
