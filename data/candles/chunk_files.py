"""One file a chunk: the bars as they are sent, the wider bars of the pyramid, and a checksum over everything.

A file is written whole and takes the place of the one before it at once. One that does not pass its check is set
aside, so that its period counts as missing and can be fetched again.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.candles.deflate import Part, deflate_part, inflate_part
from data.candles.journal import KeptBars, replace_file
from data.candles.widths import widen, wider_levels
from data.candles.wire import decode_chunk, encode_chunk
from domain.columns import CandleTable
from domain.market import BarInterval

_HEAD = struct.Struct("<4sIII")
_MAGIC = b"FWS1"
_BASE = "base"
SUFFIX = ".fwc"


class DamagedChunkError(ValueError):
    """A file of the store does not pass its check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkFile:
    """What the head of a chunk's file says.

    Attributes:
        key: Period of the chunk, as in the name of the file.
        bars: Number of bars.
        first, last: Starts of the first and the last bar, microseconds since 1970 UTC.
        etag: Digest of the bars as they are sent.
        basis: Rows and, for each run of them, the instant up to which splits are taken out.
        parts: Offset, length, length unpacked, CRC-32 and bars of the base and of each wider level.
        stamp: What of the file changes when it is replaced.
    """

    path: Path
    key: str
    bars: int
    first: int
    last: int
    etag: str
    simulated: bool
    basis: tuple[tuple[int, int], ...]
    parts: dict[str, tuple[int, int, int, int, int]]
    stamp: tuple[int, int, int]

    @property
    def size_bytes(self) -> int:
        """Bytes of the bars as they are sent."""
        return self.parts[_BASE][1]

    @property
    def basis_column(self) -> Any:
        """The basis of each bar, int64."""
        runs = np.array(self.basis, dtype=np.int64).reshape(-1, 2)
        return np.repeat(runs[:, 1], runs[:, 0])


def write_chunk(path: Path, interval: BarInterval, bars: KeptBars, *, simulated: bool) -> None:
    """Write the bars of a chunk and the pyramid over them, in place of what was there."""
    content = encode_chunk(bars.candles, simulated=simulated)
    levels: dict[str, Part] = {_BASE: deflate_part(content)}
    rows = {_BASE: len(bars)}
    for level in wider_levels(interval):
        wide = widen(bars.candles, level)
        levels[level.value], rows[level.value] = deflate_part(encode_chunk(wide, simulated=simulated)), len(wide)
    meta: dict[str, Any] = {
        "bars": len(bars),
        "first": int(bars.candles.start[0]),
        "last": int(bars.candles.start[-1]),
        "etag": hashlib.sha256(content).hexdigest()[:24],
        "simulated": simulated,
        "basis": _runs(bars),
        "parts": {name: [len(part.payload), part.size_bytes, part.crc, rows[name]] for name, part in levels.items()},
    }
    head = json.dumps(meta, separators=(",", ":")).encode()
    body = b"".join(part.payload for part in levels.values())
    replace_file(path, _HEAD.pack(_MAGIC, len(head), zlib.crc32(head), zlib.crc32(body)) + head + body)


def read_chunk_head(path: Path) -> ChunkFile:
    """Return what the head of a file says.

    Raises:
        DamagedChunkError: If it does not pass its check.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        beginning = file.read(_HEAD.size)
        if len(beginning) < _HEAD.size:
            raise DamagedChunkError(path.name)
        magic, size, head_crc, _ = _HEAD.unpack(beginning)
        head = file.read(size) if magic == _MAGIC and size < 1_000_000 else b""
        stamp = _stamp(path)
    if len(head) != size or zlib.crc32(head) != head_crc:
        raise DamagedChunkError(path.name)
    meta = json.loads(head)
    offset, parts = _HEAD.size + size, {}
    for name, (length, unpacked, crc, rows) in meta["parts"].items():
        parts[name] = (offset, length, unpacked, crc, rows)
        offset += length
    if stamp[1] != offset:
        raise DamagedChunkError(path.name)
    return ChunkFile(
        path=path,
        key=path.name.removesuffix(SUFFIX),
        bars=meta["bars"],
        first=meta["first"],
        last=meta["last"],
        etag=meta["etag"],
        simulated=meta["simulated"],
        basis=tuple((rows, basis) for rows, basis in meta["basis"]),
        parts=parts,
        stamp=stamp,
    )


def read_level(chunk: ChunkFile, level: BarInterval | None = None) -> CandleTable:
    """Return the bars of a chunk, or those of a wider level.

    Raises:
        DamagedChunkError: If they do not pass their check, or another file took its place meanwhile.
        OSError: If the file cannot be read.
    """
    part = read_part(chunk, level)
    try:
        content = inflate_part(part.payload)
    except zlib.error as error:
        raise DamagedChunkError(chunk.path.name) from error
    if zlib.crc32(content) != part.crc:
        raise DamagedChunkError(chunk.path.name)
    return decode_chunk(content)[0]


def read_part(chunk: ChunkFile, level: BarInterval | None = None) -> Part:
    """Return the bars of a chunk, or a wider level, as they are sent; errors as `read_level`."""
    offset, length, unpacked, crc, _ = chunk.parts[level.value if level else _BASE]
    with chunk.path.open("rb") as file:
        if _stamp(chunk.path) != chunk.stamp:
            raise DamagedChunkError(chunk.path.name)
        file.seek(offset)
        payload = file.read(length)
    if len(payload) != length:
        raise DamagedChunkError(chunk.path.name)
    return Part(payload=payload, crc=crc, size_bytes=unpacked)


def check_chunk(path: Path) -> bool:
    """Whether every byte of a file is as it was written."""
    try:
        payload = path.read_bytes()
        magic, size, head_crc, body_crc = _HEAD.unpack_from(payload)
    except (OSError, struct.error):
        return False
    head, body = payload[_HEAD.size : _HEAD.size + size], payload[_HEAD.size + size :]
    return bool(magic == _MAGIC and zlib.crc32(head) == head_crc and zlib.crc32(body) == body_crc)


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _runs(bars: KeptBars) -> list[list[int]]:
    changes = np.flatnonzero(np.concatenate([[True], bars.basis[1:] != bars.basis[:-1]]))
    lengths = np.diff(np.append(changes, len(bars)))
    return [[int(rows), int(basis)] for rows, basis in zip(lengths, bars.basis[changes], strict=True)]
