"""The compact form of candles: nothing changes on the way, and strange bytes are refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.candles.wire import HEADER, decode_chunk, decode_chunks, encode_chunk, find_places, join_candles, read_head
from domain.columns import CandleTable, take
from domain.errors import InvalidInputError
from tests.data.candles.bars import assert_same, minutes

PRICES = st.one_of(
    st.integers(1, 10**7).map(lambda cents: cents / 100),
    st.integers(1, 10**12).map(lambda units: units / 10**8),
    st.floats(1e-12, 1e15),
    st.sampled_from([0.1, 150.1199951171875, 1e-8, 21_474_836.48, 5e14]),
)
VOLUMES = st.one_of(st.integers(0, 2**40).map(float), st.floats(0, 1e12), st.just(0.0))


@st.composite
def tables(draw: st.DrawFn) -> CandleTable:
    """Ascending bars of any prices, with gaps of any length."""
    rows = draw(st.lists(st.tuples(st.integers(1, 10**7), PRICES, PRICES, PRICES, PRICES, VOLUMES), max_size=30))
    first = draw(st.integers(0, 4 * 10**9))
    columns = np.array([row[1:] for row in rows], dtype=np.float64).reshape(-1, 5)
    steps = np.array([row[0] for row in rows], dtype=np.int64)
    return CandleTable(
        start=(first + np.cumsum(steps)) * 1_000_000,
        open=columns[:, 0],
        high=columns[:, :4].max(axis=1) if len(rows) else columns[:, 0],
        low=columns[:, :4].min(axis=1) if len(rows) else columns[:, 0],
        close=columns[:, 3],
        volume=columns[:, 4],
    )


@given(tables(), st.booleans())
def test_what_was_encoded_comes_back_bit_for_bit(candles: CandleTable, is_simulated: bool) -> None:
    """Prices of any size, places and distance come back as the very floats they were."""
    payload = encode_chunk(candles, simulated=is_simulated)
    found, head = decode_chunk(payload)
    assert_same(found, candles)
    assert (head.size_bytes, head.bars, bool(head.flags & 1)) == (len(payload), len(candles), is_simulated)


@given(tables(), st.integers(1, 3))
def test_chunks_follow_one_another(candles: CandleTable, cut: int) -> None:
    """Chunks one after the other are read as one table."""
    row = len(candles) * cut // 4
    parts = take(candles, slice(0, row)), take(candles, slice(row, None))
    payload = b"".join(encode_chunk(part) for part in parts)
    assert_same(join_candles(found for found, _ in decode_chunks(payload)), candles)


def test_the_layout_is_the_one_that_is_written_down() -> None:
    """Two bars give the bytes that docs/candle-format.md describes, plane by plane."""
    candles = CandleTable(
        start=np.array([1_800_000_000, 1_800_000_180], dtype=np.int64) * 1_000_000,
        open=np.array([10.0, 10.02]),
        high=np.array([10.05, 13.0]),
        low=np.array([9.99, 10.0]),
        close=np.array([10.01, 10.0]),
        volume=np.array([7.0, 70_000.0]),
    )
    payload = encode_chunk(candles)
    head = struct.unpack_from("<4sIIIddBBB6B", payload)
    assert head == (b"FWC1", 48 + 18, 2, 180, 1_800_000_000.0, 1000.0, 2, 0, 0, 0, 1, 1, 2, 1, 4)
    planes = payload[48:]
    assert planes[:2] == bytes([0, 1])  # open: 1000 - 1000, 1002 - 1001
    assert planes[2:4] == bytes([1, 254])  # close: +1, -2
    assert planes[4:8] == bytes([4, 298 - 256, 0, 1])  # high: 4 and 298, split by byte
    assert planes[8:10] == bytes([1, 0])  # low
    assert planes[10:] == bytes([7, 0x70, 0, 0x11, 0, 1, 0, 0])  # volume 7 and 0x00011170


def test_a_million_ticks_take_little_room() -> None:
    """A bar of a stock takes at most 12 bytes before it is compressed."""
    candles = minutes(20_000)
    assert len(encode_chunk(candles)) <= HEADER.size + 12 * len(candles)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"FWC1",
        b"\x00" * 48,
        encode_chunk(minutes(5))[:-1],
        b"FWC2" + encode_chunk(minutes(5))[4:],
        encode_chunk(minutes(5)).replace(struct.pack("<I", 5), struct.pack("<I", 6), 1),
    ],
    ids=["nothing", "short", "zeros", "cut", "other", "miscounted"],
)
def test_bytes_that_are_no_chunk_are_refused(payload: bytes) -> None:
    """What is cut off, of another kind or miscounted is told, not decoded."""
    with pytest.raises(InvalidInputError):
        decode_chunk(payload)


def test_bars_that_do_not_ascend_are_refused() -> None:
    """Two bars of one label, or labels between two seconds, cannot be written."""
    twice = minutes(3)
    with pytest.raises(InvalidInputError, match="ascend"):
        encode_chunk(take(twice, np.array([0, 1, 1])))
    with pytest.raises(InvalidInputError, match="whole seconds"):
        encode_chunk(minutes(3, start=1))


def test_places_are_the_fewest_that_change_nothing() -> None:
    """Ticks are found only where dividing gives back every value."""
    found = find_places(np.array([1.5, 2.25]))
    assert found is not None
    assert (found[0].tolist(), found[1]) == ([150, 225], 2)
    assert find_places(np.array([1 / 3])) is None
    assert find_places(np.array([np.nan])) is None
    assert read_head(encode_chunk(minutes(4))).price_places == 2
