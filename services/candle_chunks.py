"""Candles as the browser's kernel takes them: chunks that stay what they are, and one that still grows.

Closed chunks are sent as they lie on the disk: nothing is decoded or compressed for it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.candles.chunk_files import ChunkFile, DamagedChunkError, read_part
from data.candles.deflate import Part, deflate_part, join_gzip
from data.candles.widths import chunk_keys, chunk_period, width_of
from data.candles.wire import encode_chunk
from domain.accounts import UserId
from domain.candles import KeptChunk, SeriesKey
from domain.columns import CandleTable, take
from domain.errors import NotFoundError, QuoteError
from domain.market import BarInterval
from domain.periods import Clock, from_micros, to_micros
from services.candle_sources import find_base, needs_restating, normal_symbol
from services.candles import CandleService

if TYPE_CHECKING:
    from services.candle_keeping import CandleKeeper

MOST_BARS = 1_200_000
MOST_ENCODED = 160
"""Restated histories are made anew for each answer: ten years of months, some 40 kB each."""
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkList:
    """What can be sent of a symbol, oldest chunk first; `etag` changes with any of it."""

    symbol: str
    interval: BarInterval
    provider: str
    simulated: bool
    chunks: tuple[KeptChunk, ...]

    @property
    def bars(self) -> int:
        """Number of bars in all chunks."""
        return sum(chunk.bars for chunk in self.chunks)

    @property
    def etag(self) -> str:
        """Digest of everything."""
        return _digest("|".join(f"{chunk.key}={chunk.etag}" for chunk in self.chunks).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A chunk that can be sent: lying on the disk, or encoded here."""

    shown: KeptChunk
    file: ChunkFile | None = None
    level: BarInterval | None = None
    part: Part | None = None

    def load(self) -> Part:
        """Return the bytes to send."""
        if self.part is not None:
            return self.part
        assert self.file is not None
        return read_part(self.file, self.level)

    @property
    def digest(self) -> str:
        """What tells its content apart, known without reading it."""
        if self.part is not None:
            return f"{self.part.crc:x}.{self.part.size_bytes:x}"
        return self.shown.etag


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryCandles:
    """Chunks to be sent as one body: their etag, whether it can never change, and the number of bars."""

    pieces: tuple[_Piece, ...]
    etag: str
    bars: int
    is_closed: bool = False

    def read(self) -> bytes:
        """Return the gzip body.

        Raises:
            NotFoundError: If a chunk was replaced since.
        """
        try:
            return join_gzip(piece.load() for piece in self.pieces)
        except (DamagedChunkError, OSError) as error:
            raise NotFoundError("The candles have just changed.", hint="Ask again.") from error


class EncodedParts:
    """Parts of bodies that were compressed lately; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: OrderedDict[str, Part] = OrderedDict()

    def part_of(self, content: bytes) -> Part:
        """Return bytes as a part of a body; what was compressed lately is not compressed again."""
        key = _digest(content)
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
                return self._parts[key]
        part = deflate_part(content)
        with self._lock:
            self._parts[key] = part
            while len(self._parts) > MOST_ENCODED:
                self._parts.popitem(last=False)
        return part


class CandleChunkService:
    """Lists and sends chunks; safe to share between threads.

    Args:
        candles: Reads bars.
        keeper: Sees to it that the demo market's history is kept before it is asked for.
        clock: Source of the current instant.
        encoded: What was encoded lately; told apart by its content, so that services may share it.
    """

    def __init__(
        self, candles: CandleService, keeper: CandleKeeper, clock: Clock, *, encoded: EncodedParts | None = None
    ) -> None:
        self._candles = candles
        self._keeper = keeper
        self._clock = clock
        self._encoded = encoded or EncodedParts()

    def of_owner(self, owner: UserId) -> CandleChunkService:
        """Return a service whose bars are restated for the splits that an owner has entered, too."""
        reader = self._candles.of_owner(owner)
        same = reader is self._candles
        return self if same else CandleChunkService(reader, self._keeper, self._clock, encoded=self._encoded)

    def list_chunks(self, symbol: str, interval: BarInterval) -> ChunkList:
        """Return what can be sent of a symbol.

        Raises:
            UnknownSymbolError: If nothing is kept and no provider has bars of it.
            QuoteUnavailableError: If the provider that may have them does not answer and nothing is kept.
        """
        self._keeper.keep_simulated(symbol, interval)
        keys = self._candles.keys(symbol)
        key = find_base(keys, interval) if keys else None
        return ChunkList(
            symbol=normal_symbol(symbol),
            interval=interval,
            provider=key.provider if key else "",
            simulated=self._candles.is_simulated(symbol),
            chunks=tuple(piece.shown for piece in self._pieces(symbol, interval, key)),
        )

    def send(
        self,
        symbol: str,
        interval: BarInterval,
        *,
        chunk: str = "",
        start: datetime | None = None,
        end: datetime | None = None,
        points: int = 0,
    ) -> BinaryCandles:
        """Return one chunk, a period, or a period in `points` bars, as one gzip body.

        Raises:
            NotFoundError: If there is no such chunk.
            UnknownSymbolError, QuoteUnavailableError: As `list_chunks`.
        """
        self._keeper.keep_simulated(symbol, interval)
        simulated = self._candles.is_simulated(symbol)
        if points:
            bars = self._candles.reduced(symbol, interval, start=start, end=end, points=points)
            return _body([self._piece("points", bars, simulated=simulated)])
        keys = self._candles.keys(symbol)
        pieces = self._pieces(symbol, interval, find_base(keys, interval) if keys else None)
        if chunk:
            return self._one(pieces, chunk)
        if start is None and end is None:
            return _body(pieces)
        return self._period(symbol, interval, pieces, (start or _NEVER, end), simulated=simulated)

    def _one(self, pieces: list[_Piece], chunk: str) -> BinaryCandles:
        for piece in pieces:
            if piece.shown.key == chunk:
                return BinaryCandles(
                    pieces=(piece,), etag=piece.shown.etag, bars=piece.shown.bars, is_closed=piece.shown.is_closed
                )
        raise NotFoundError(
            f"There is no chunk {chunk[:20]!r} of these candles.", hint="/api/v1/candles/chunks has all."
        )

    def _period(
        self,
        symbol: str,
        interval: BarInterval,
        pieces: list[_Piece],
        period: tuple[datetime, datetime | None],
        *,
        simulated: bool,
    ) -> BinaryCandles:
        """Return whole chunks where they lie within a period, and the cut ends encoded anew."""
        first, last = to_micros(period[0]), to_micros(period[1]) if period[1] else 2**62
        found = []
        for piece in pieces:
            shown = piece.shown
            begin, end = to_micros(shown.first), to_micros(shown.last)
            if end < first or begin >= last:
                continue
            if begin >= first and end < last:
                found.append(piece)
                continue
            cut = self._candles.candles(
                symbol, interval, start=max(period[0], shown.first), end=_earlier(period[1], end, interval), limit=2**40
            )
            found.append(self._piece(shown.key, cut, simulated=simulated))
        return _body(found)

    def _pieces(self, symbol: str, interval: BarInterval, key: SeriesKey | None) -> list[_Piece]:
        """Return the chunks of a width, oldest first; the last one with what came since it was written."""
        found = self._stored(key, interval) if key else []
        # The last chunk may still grow: it is made of what is kept and what providers have behind that.
        closed = [piece for piece in found if piece.shown.is_closed]
        since = max((chunk_period(piece.shown.key)[1] for piece in closed), default=None)
        start = None if since is None else from_micros(since)
        if since is not None and since > to_micros(self._clock()):
            return closed
        is_daily = interval in (BarInterval.D1, BarInterval.W1)
        if start is None and key is not None and not is_daily:
            start = self._candles.first_kept(key)
        limit = MOST_BARS if key and not is_daily else _UNKEPT_BARS
        try:
            bars = self._candles.candles(symbol, interval, start=start, limit=limit)
        except QuoteError:
            if closed:
                return closed
            raise
        return closed + self._fresh(symbol, interval, self._only_closed(bars, interval))

    def _stored(self, key: SeriesKey, interval: BarInterval) -> list[_Piece]:
        """Return chunks that can be sent as they lie on the disk: of the width itself or a level of the pyramid."""
        series = self._candles.archive.series(key)
        level = None if interval is key.interval else interval
        chunks = series.chunks()
        if (
            not chunks
            or (level and level.value not in chunks[0].parts)
            or needs_restating(series, self._candles.splits(key.symbol))
        ):
            return []
        newest = max(chunk.last for chunk in chunks)
        tail = series.tail()
        now = to_micros(self._clock())
        open_from = int(tail.candles.start[0]) if len(tail) else newest + 1
        return [
            _Piece(
                shown=KeptChunk(
                    key=item.key,
                    bars=item.parts[level.value][4] if level else item.bars,
                    first=from_micros(item.first),
                    last=from_micros(item.last),
                    etag=f"{item.etag}{'-' + level.value if level else ''}",
                    size_bytes=item.parts[level.value][1] if level else item.size_bytes,
                    is_closed=True,
                ),
                file=item,
                level=level,
            )
            for item in chunks
            # The newest chunk is never closed: bars may be missing at its end.
            if item.last < newest and chunk_period(item.key)[1] <= min(now, open_from)
        ]

    def _fresh(self, symbol: str, interval: BarInterval, bars: CandleTable) -> list[_Piece]:
        simulated = self._candles.is_simulated(symbol)
        return [
            self._piece(key, take(bars, rows), simulated=simulated) for key, rows in chunk_keys(bars.start, interval)
        ]

    def _piece(self, key: str, bars: CandleTable, *, simulated: bool) -> _Piece:
        part = self._encoded.part_of(encode_chunk(bars, simulated=simulated))
        shown = KeptChunk(
            key=key,
            bars=len(bars),
            first=from_micros(int(bars.start[0])) if len(bars) else _NEVER,
            last=from_micros(int(bars.start[-1])) if len(bars) else _NEVER,
            etag=f"{part.crc:08x}{part.size_bytes:x}",
            size_bytes=len(part.payload),
            is_closed=False,
        )
        return _Piece(shown=shown, part=part)

    def _only_closed(self, bars: CandleTable, interval: BarInterval) -> CandleTable:
        if len(bars) and int(bars.start[-1]) + width_of(interval) > to_micros(self._clock()):
            without: CandleTable = take(bars, slice(0, len(bars) - 1))
            return without
        return bars


_UNKEPT_BARS = 20_000


def _earlier(end: datetime | None, last: int, interval: BarInterval) -> datetime:
    reached = from_micros(last + width_of(interval))
    return reached if end is None else min(end, reached)


def _body(pieces: list[_Piece]) -> BinaryCandles:
    digest = "|".join(piece.digest for piece in pieces)
    return BinaryCandles(
        pieces=tuple(pieces), etag=_digest(digest.encode()), bars=sum(piece.shown.bars for piece in pieces)
    )


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
