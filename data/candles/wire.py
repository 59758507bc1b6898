"""The compact form of candles, for the chart kernel and for the files of the store. See docs/candle-format.md.

A chunk is a header of 48 bytes and six planes of small integers: what changed since the bar before. Prices are whole
ticks of 10**-places, and only where dividing them gives back every bit of the price; where they do not, the prices
themselves are written, so that no price changes by being kept or sent.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable
from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

MAGIC = b"FWC1"
HEADER = struct.Struct("<4sIIIddBBB6B7x")
SECOND = 1_000_000
SIMULATED = 1
PLANES = ("time", "open", "close", "high", "low", "volume")
_SIGNED = frozenset({"open", "close"})
_MOST_PLACES = 15
_EXACT = 2**53
_MOST = {1: 2**8, 2: 2**16, 4: 2**32}
_RAW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkHead:
    """The header of a chunk.

    Attributes:
        size_bytes: Length with the header: where the next chunk begins.
        bars: Number of bars.
        step_seconds: Unit of the time plane, and what every distance between two bars is a multiple of.
        first: Start of the first bar, seconds since 1970 UTC.
        base: Ticks that the first opening price counts from.
        price_places, volume_places: Decimal places of a tick.
        flags: `SIMULATED`.
        widths: Bytes a value of each plane; 0 is all zero, 8 are float64 values themselves.
    """

    size_bytes: int
    bars: int
    step_seconds: int
    first: float
    base: float
    price_places: int
    volume_places: int
    flags: int
    widths: tuple[int, ...]


def encode_chunk(candles: CandleTable, *, simulated: bool = False) -> bytes:
    """Return bars as one chunk.

    Args:
        candles: Ascending and unique bars that begin at whole seconds.
        simulated: Whether the prices are not the market's.

    Raises:
        InvalidInputError: If they are not ascending, or do not begin at whole seconds.
    """
    n = len(candles)
    step, gaps = _steps(candles.start)
    prices, places, base = _price_planes(candles)
    volume, volume_places = _scaled(candles.volume)
    planes = {"time": gaps, **prices, "volume": candles.volume if volume is None else volume}
    widths, parts = [], []
    for name in PLANES:
        width, payload = _pack(planes[name], is_signed=name in _SIGNED)
        if name == "volume" and width == _RAW:
            payload = candles.volume.astype("<f8").tobytes()
        widths.append(width)
        parts.append(payload)
    body = b"".join(parts)
    first = float(candles.start[0] // SECOND) if n else 0.0
    head = HEADER.pack(
        MAGIC,
        HEADER.size + len(body),
        n,
        step,
        first,
        base,
        places,
        volume_places,
        SIMULATED if simulated else 0,
        *widths,
    )
    return head + body


def read_head(payload: bytes | memoryview, offset: int = 0) -> ChunkHead:
    """Return the header of the chunk at an offset.

    Raises:
        InvalidInputError: If there is none, or the bytes end within the chunk.
    """
    if len(payload) < offset + HEADER.size:
        raise InvalidInputError("The candles end within a header.")
    magic, size, bars, step, first, base, places, volume_places, flags, *widths = HEADER.unpack_from(payload, offset)
    expected = HEADER.size + bars * sum(widths)
    if magic != MAGIC or size != expected or not set(widths) <= {0, 1, 2, 4, _RAW}:
        raise InvalidInputError("These bytes are not candles.")
    if len(payload) < offset + size:
        raise InvalidInputError("The candles end within a chunk.")
    return ChunkHead(
        size_bytes=size,
        bars=bars,
        step_seconds=step,
        first=first,
        base=base,
        price_places=places,
        volume_places=volume_places,
        flags=flags,
        widths=tuple(widths),
    )


def decode_chunk(payload: bytes | memoryview, offset: int = 0) -> tuple[CandleTable, ChunkHead]:
    """Return the bars of the chunk at an offset, and its header.

    Raises:
        InvalidInputError: If there is no whole chunk.
    """
    head = read_head(payload, offset)
    planes = dict(zip(PLANES, _unpack(payload, offset + HEADER.size, head), strict=True))
    steps = np.cumsum(planes["time"].astype(np.int64) + 1) - 1 if head.bars else np.empty(0, dtype=np.int64)
    start = (int(head.first) + steps * head.step_seconds) * SECOND
    prices = _prices(planes, head)
    volume = planes["volume"]
    if head.widths[-1] != _RAW:
        volume = volume / 10.0**head.volume_places
    return CandleTable(start=start, volume=np.asarray(volume, dtype=np.float64), **prices), head


def decode_chunks(payload: bytes | memoryview) -> Iterator[tuple[CandleTable, ChunkHead]]:
    """Yield the chunks that follow one another in a body.

    Raises:
        InvalidInputError: If the last one is not whole.
    """
    offset = 0
    while offset < len(payload):
        found, head = decode_chunk(payload, offset)
        offset += head.size_bytes
        yield found, head


def join_candles(tables: Iterable[CandleTable]) -> CandleTable:
    """Return tables that follow one another in time as one."""
    parts = list(tables)
    if len(parts) == 1:
        return parts[0]

    def column(name: str, dtype: type) -> NDArray[np.float64]:
        found = [getattr(part, name) for part in parts]
        return np.concatenate(found) if found else np.empty(0, dtype=dtype)

    prices = {name: column(name, np.float64) for name in ("open", "high", "low", "close", "volume")}
    return CandleTable(start=column("start", np.int64).astype(np.int64, copy=False), **prices)


def find_places(values: Floats, most: int = _MOST_PLACES) -> tuple[Ints, int] | None:
    """Return values as whole ticks and the decimal places of a tick; None where that would change a value.

    Args:
        values: Finite float64 values.
        most: Most decimal places that are tried.
    """
    first = values[: min(len(values), 64)]
    for places in range(most + 1):
        scale = 10.0**places
        # A few values rule a place out most of the time.
        if np.any(np.rint(first * scale) / scale != first):
            continue
        ticks = np.rint(values * scale)
        if np.all(np.abs(ticks) < _EXACT) and np.array_equal(ticks / scale, values):
            return ticks.astype(np.int64), places
    return None


def _steps(start: Ints) -> tuple[int, Ints]:
    """Return the unit of time in seconds, and how many units more than one lie between each bar and the one before."""
    if not len(start):
        return 1, np.empty(0, dtype=np.int64)
    distances = np.diff(start)
    if np.any(start % SECOND) or np.any(distances <= 0):
        raise InvalidInputError("Candles must ascend and begin at whole seconds.")
    step = int(np.gcd.reduce(distances)) if len(distances) else 60 * SECOND
    return step // SECOND, np.concatenate([[0], distances // step - 1])


def _price_planes(candles: CandleTable) -> tuple[dict[str, Ints | Floats], int, float]:
    """Return the four price planes, the places of a tick and the ticks they count from."""
    columns = {name: np.asarray(getattr(candles, name), dtype=np.float64) for name in ("open", "close", "high", "low")}
    if not len(candles):
        return dict(columns), 0, 0.0
    found = find_places(np.concatenate(list(columns.values())))
    if found is None:
        return dict(columns), 0, 0.0
    ticks, places = found
    opened, closed, high, low = np.split(ticks, 4)
    before = np.concatenate([opened[:1], closed[:-1]])
    planes: dict[str, Ints | Floats] = {
        "open": opened - before,
        "close": closed - opened,
        "high": high - np.maximum(opened, closed),
        "low": np.minimum(opened, closed) - low,
    }
    is_small = all(int(np.abs(plane).max()) < 2**31 for plane in planes.values())
    if not is_small or planes["high"].min() < 0 or planes["low"].min() < 0:
        return dict(columns), 0, 0.0
    return planes, places, float(opened[0])


def _scaled(volume: Floats) -> tuple[Ints | None, int]:
    """Return volumes as whole units and their places; None where they do not fit four bytes."""
    if not len(volume):
        return np.empty(0, dtype=np.int64), 0
    found = find_places(np.asarray(volume, dtype=np.float64), most=8)
    if found is None or int(found[0].max()) >= _MOST[4] or int(found[0].min()) < 0:
        return None, 0
    return found


def _pack(values: Ints | Floats, *, is_signed: bool) -> tuple[int, bytes]:
    """Return the bytes of a value and the plane: the lowest byte of every value first, then the next."""
    if values.dtype == np.float64:
        return (_RAW, values.astype("<f8").tobytes()) if len(values) else (0, b"")
    largest = int(np.abs(values).max()) if len(values) else 0
    if largest == 0:
        return 0, b""
    room = 2 * largest + 1 if is_signed else largest
    width = next((size for size, most in _MOST.items() if room < most), _RAW)
    if width == _RAW:
        return _RAW, values.astype("<f8").tobytes()
    small = values.astype(f"<{'i' if is_signed else 'u'}{width}")
    return width, small.view(np.uint8).reshape(-1, width).T.tobytes()


def _unpack(payload: bytes | memoryview, offset: int, head: ChunkHead) -> Iterator[Ints | Floats]:
    for name, width in zip(PLANES, head.widths, strict=True):
        yield _plane(payload, offset, head.bars, width=width, is_signed=name in _SIGNED)
        offset += head.bars * width


def _plane(payload: bytes | memoryview, offset: int, n: int, *, width: int, is_signed: bool) -> Ints | Floats:
    if width == 0:
        return np.zeros(n, dtype=np.int64)
    if width == _RAW:
        return np.frombuffer(payload, dtype="<f8", count=n, offset=offset).astype(np.float64)
    split = np.frombuffer(payload, dtype=np.uint8, count=n * width, offset=offset).reshape(width, n)
    values = np.ascontiguousarray(split.T).view(f"<{'i' if is_signed else 'u'}{width}")
    whole: Ints = values.reshape(n).astype(np.int64)
    return whole


def _prices(planes: dict[str, Ints | Floats], head: ChunkHead) -> dict[str, Floats]:
    names = ("open", "high", "low", "close")
    if _RAW in head.widths[1:5]:
        return {name: np.asarray(planes[name], dtype=np.float64) for name in names}
    # Sums of all changes so far: an opening price counts from the close before it.
    closed = int(head.base) + np.cumsum(planes["open"] + planes["close"])
    opened = closed - planes["close"]
    ticks = {
        "open": opened,
        "high": np.maximum(opened, closed) + planes["high"],
        "low": np.minimum(opened, closed) - planes["low"],
        "close": closed,
    }
    scale = 10.0**head.price_places
    return {name: ticks[name] / scale for name in names}
