"""Writes small compound files: the container of old workbooks, and of new ones with a password."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NOBODY = 0xFFFFFFFF
LEAST = 4096
"""Bytes from which a stream lies in sectors of its own; every stream here is filled up to them."""


def make_compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file of at most three streams: header, allocation table, directory, streams."""
    bodies = {name: body.ljust(LEAST, b"\0") for name, body in streams.items()}
    bodies = {name: body.ljust(-(-len(body) // SECTOR) * SECTOR, b"\0") for name, body in bodies.items()}
    table, entries, place = [TABLE, END], [_entry("Root Entry", 5, END, 0, child=1 if streams else NOBODY)], 2
    for number, (name, body) in enumerate(bodies.items(), start=1):
        count = len(body) // SECTOR
        table += [*range(place + 1, place + count), END]
        after = number + 1 if number < len(bodies) else NOBODY
        entries.append(_entry(name, 2, place, len(body), right=after))
        place += count
    assert len(table) <= SECTOR // 4
    allocation = struct.pack(f"<{SECTOR // 4}I", *table, *[FREE] * (SECTOR // 4 - len(table)))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    return _header() + allocation + directory + b"".join(bodies.values())


def _header() -> bytes:
    """Return the header of a file with one sector of allocation table (0) and one of directory (1)."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    counts = struct.pack("<IIIIIIIII", 0, 1, 1, 0, LEAST, END, 0, END, 0)
    return start + counts + struct.pack("<109I", 0, *[FREE] * 108)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = NOBODY, child: int = NOBODY) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1)
    return head + struct.pack("<III", NOBODY, right, child) + bytes(36) + struct.pack("<IQ", start, size)


def make_protected_workbook(content: bytes) -> bytes:
    """Return an XLSX as a spreadsheet program locks it: what it encrypts to, and how, in two streams."""
    about = b"\x04\0\x04\0\x40\0\0\0<encryption xmlns='http://schemas.microsoft.com/office/2006/encryption'/>"
    return make_compound_file({"EncryptionInfo": about, "EncryptedPackage": struct.pack("<Q", len(content)) + content})


def make_old_workbook(*, has_password: bool) -> bytes:
    """Return the stream of an XLS: its first record, the record of a password where there is one, and the last."""
    first = b"\x09\x08\x10\0" + b"\0\x06\x05\0" + bytes(12)
    lock = b"\x2f\0\x06\0" + bytes(6) if has_password else b""
    return make_compound_file({"Workbook": first + lock + b"\x0a\0\0\0"})
