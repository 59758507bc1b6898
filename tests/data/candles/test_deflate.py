"""Gzip bodies put together from parts."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from data.candles.deflate import combine_crcs, deflate_part, inflate_part, join_gzip


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_parts_together_are_one_gzip_body(pieces: list[bytes]) -> None:
    """Any gzip reader gets the pieces one after the other, its checks included."""
    assert gzip.decompress(join_gzip(deflate_part(piece) for piece in pieces)) == b"".join(pieces)


@given(st.binary(max_size=5_000), st.binary(max_size=5_000))
def test_checksums_combine(first: bytes, second: bytes) -> None:
    """The checksum of two pieces follows from those of each and the length of the second."""
    assert combine_crcs(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


def test_a_part_is_read_alone() -> None:
    """A part needs none of the others."""
    assert inflate_part(deflate_part(b"bars" * 100).payload) == b"bars" * 100
