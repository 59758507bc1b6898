"""Gzip bodies put together from parts: a stored chunk is never compressed again to be sent."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
_POLYNOMIAL = 0xEDB88320


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a gzip body: whole deflate blocks that refer to nothing before them.

    Attributes:
        payload: The blocks; the last one is not marked as such.
        crc: CRC-32 of what they hold.
        size_bytes: Length of what they hold.
    """

    payload: bytes
    crc: int
    size_bytes: int


def deflate_part(content: bytes) -> Part:
    """Compress bytes into a part; level 1, because byte planes gain little from more."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    payload = squeeze.compress(content) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return Part(payload=payload, crc=zlib.crc32(content), size_bytes=len(content))


def inflate_part(payload: bytes | memoryview) -> bytes:
    """Return what a part holds.

    Raises:
        zlib.error: If it is not a part.
    """
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(payload)


def join_gzip(parts: Iterable[Part]) -> bytes:
    """Return parts one after the other as one gzip body."""
    crc, size, pieces = 0, 0, [_HEAD]
    for part in parts:
        crc = combine_crcs(crc, part.crc, part.size_bytes)
        size += part.size_bytes
        pieces.append(part.payload)
    pieces += [_LAST_BLOCK, struct.pack("<II", crc, size & 0xFFFFFFFF)]
    return b"".join(pieces)


def combine_crcs(first: int, second: int, second_size: int) -> int:
    """Return the CRC-32 of two pieces together from the CRC-32 of each.

    Appending zero bits is a linear map of the 32 bits of a checksum; the map of twice as many is its square.

    **Source:** the definition of CRC-32 as a remainder over GF(2); the method is that of zlib's `crc32_combine`.
    """
    place = 0
    while second_size >> place:
        if second_size >> place & 1:
            first = _times(_zero_bytes(place), first)
        place += 1
    return first ^ second


@lru_cache(maxsize=64)
def _zero_bytes(place: int) -> tuple[int, ...]:
    """Return the map of a checksum that appends 2**place zero bytes: what becomes of each of its bits."""
    if place:
        half = _zero_bytes(place - 1)
        return tuple(_times(half, row) for row in half)
    one_bit = (_POLYNOMIAL, *(1 << bit for bit in range(31)))
    found = one_bit
    for _ in range(3):  # 1, 2, 4, 8 bits
        found = tuple(_times(found, row) for row in found)
    return found


def _times(matrix: tuple[int, ...], vector: int) -> int:
    total, row = 0, 0
    while vector:
        if vector & 1:
            total ^= matrix[row]
        vector >>= 1
        row += 1
    return total
