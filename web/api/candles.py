"""Candles: as rows, as CSV, and as the bytes that the chart's kernel takes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from flask import Response, request
from pydantic import AfterValidator, Field

from domain.errors import InvalidInputError
from domain.market import BarInterval
from domain.periods import from_micros
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.jobs import JobResult, job_result
from web.api.values import FloatText, Moment, Printable, Schema, float_text
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.columns import CandleTable

TOPIC = Topic(
    "Candles and charts",
    "/api/v1/candles",
    "Prices over time: kept history first, the configured providers for the rest. Simulated ones say so.",
)
MEDIA = "application/vnd.fillwise.candles"
_YEAR = 31_536_000
Width = Literal["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"]
_SYMBOL = Field(min_length=1, max_length=64)
_FROM = Field(None, alias="from", description="First day in UTC, or first instant.")
_TO = Field(None, description="Last day in UTC, included; or an instant, itself not included.")


def check_chunk(text: str) -> str:
    """Return the key of a chunk; ValueError for anything else."""
    from data.candles.widths import chunk_period

    if text:
        try:
            chunk_period(text)
        except (ValueError, OverflowError) as error:
            message = f"{text[:20]!r} is not a chunk such as 2026-10"
            raise ValueError(message) from error
    return text


class CandleQuery(Schema):
    """Which candles."""

    symbol: Printable = _SYMBOL
    interval: Width = "1d"
    from_: Moment | None = _FROM
    to: Moment | None = _TO
    cursor: str = Field("", description="`next_cursor` of the page before; later pages are earlier candles.")
    limit: int = Field(500, ge=1, le=5_000)
    points: int | None = Field(
        None, ge=1, le=5_000, description="Merge all candles of the period into at most so many; without pages."
    )
    format: Literal["json", "csv"] = "json"


class CandleRow(Schema):
    """Prices over [start, start + interval)."""

    start: datetime
    open: FloatText
    high: FloatText
    low: FloatText
    close: FloatText
    volume: FloatText


class CandleList(Schema):
    """Candles by time: the last `limit` of the period; the next page holds those before."""

    items: list[CandleRow]
    symbol: str
    interval: str
    next_cursor: str | None


@TOPIC.get("", CandleList, query=CandleQuery, errors=(404, 503), media=("text/csv",))
def list_candles(query: CandleQuery) -> CandleList | Response:
    """Return the candles of a symbol, as JSON or with `format=csv` as CSV.

    With `from`, a period that holds more than `limit` candles goes on through `next_cursor`, back in time. With
    `points` the whole period is answered in at most so many wider candles of equally many bars each.
    """
    start, end = start_of(query.from_), instant_after(query.to)
    if start and end and end <= start:
        raise InvalidInputError(f"Parameter to={query.to} is before from={query.from_}.", field="to")
    before = read_cursor(query.cursor, size=1)
    bars = _read(query, start, _cursor_end(before[0]) if before else end)
    if query.format == "csv":
        name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in query.symbol).lower()
        headers = {"Content-Disposition": f'attachment; filename="{name}-{query.interval}.csv"'}
        return Response(candles_csv(bars), mimetype="text/csv", headers=headers)
    rows = [CandleRow(start=from_micros(at), **values) for at, values in _rows(bars)]
    has_more = not query.points and start is not None and len(rows) == query.limit and rows[0].start > start
    return CandleList(
        items=rows,
        symbol=query.symbol,
        interval=query.interval,
        next_cursor=write_cursor([int(bars.start[0])]) if has_more else None,
    )


def _read(query: CandleQuery, start: datetime | None, end: datetime | None) -> CandleTable:
    reader, interval = services().candles.of_owner(current_owner()), BarInterval(query.interval)
    if query.points:
        return reader.reduced(query.symbol, interval, start=start, end=end, points=query.points)
    return reader.candles(query.symbol, interval, start=start, end=end, limit=query.limit)


def _rows(bars: CandleTable) -> Iterator[tuple[int, dict[str, float]]]:
    names = ("open", "high", "low", "close", "volume")
    columns = [getattr(bars, name).tolist() for name in names]
    for at, *values in zip(bars.start.tolist(), *columns, strict=True):
        yield at, dict(zip(names, values, strict=True))


def candles_csv(bars: CandleTable) -> Iterator[str]:
    """Yield candles as CSV, instants in ISO 8601."""
    yield "start,open,high,low,close,volume\r\n"
    for at, values in _rows(bars):
        yield ",".join([from_micros(at).isoformat(), *map(float_text, values.values())]) + "\r\n"


class ChunkQuery(Schema):
    """Whose chunks."""

    symbol: Printable = _SYMBOL
    interval: Width = "1m"


class ChunkRow(Schema):
    """A chunk that can be asked for."""

    key: str
    bars: int
    first: datetime
    last: datetime
    etag: str
    size_bytes: int = Field(description="As sent, compressed.")
    is_closed: bool = Field(description="Whether it stays what it is.")


class ChunkList(Schema):
    """What is kept of a symbol, oldest chunk first."""

    symbol: str
    interval: str
    provider: str = Field(description='Who gave the kept bars; "" when nothing is kept.')
    simulated: bool
    bars: int
    first: datetime | None
    last: datetime | None
    etag: str
    chunks: list[ChunkRow]


class KeptRow(Schema):
    """A kept series."""

    symbol: str
    interval: str
    provider: str
    bars: int
    first: datetime
    last: datetime
    size_bytes: int
    simulated: bool


class KeptList(Schema):
    """Everything that is kept."""

    items: list[KeptRow]


@TOPIC.get("/kept", KeptList)
def list_kept_candles() -> KeptList:
    """List the series whose history is kept."""
    return KeptList(
        items=[
            KeptRow(
                symbol=item.key.symbol,
                interval=item.key.interval.value,
                provider=item.key.provider,
                bars=item.bars,
                first=item.first,
                last=item.last,
                size_bytes=item.size_bytes,
                simulated=item.simulated,
            )
            for item in services().candles.list_series()
        ]
    )


class GapQuery(Schema):
    """Whose gaps."""

    symbol: Printable = _SYMBOL
    interval: Width = "1m"
    from_: Moment | None = _FROM
    to: Moment | None = _TO
    limit: int = Field(500, ge=1, le=5_000)


class GapRow(Schema):
    """A stretch [start, end) of trading without bars."""

    provider: str
    start: datetime
    end: datetime
    bars: int = Field(description="How many are missing.")
    state: Literal["open", "empty"] = Field(description="Empty: the provider was asked and has no bars there.")


class GapList(Schema):
    """What is missing of kept history, oldest first."""

    items: list[GapRow]


@TOPIC.get("/gaps", GapList, query=GapQuery)
def list_candle_gaps(query: GapQuery) -> GapList:
    """List what is missing of the kept history of a symbol in the hours of its exchange."""
    found = [
        GapRow(provider=key.provider, start=gap.start, end=gap.end, bars=gap.bars, state=gap.state.value)
        for key in services().candle_jobs.series(query.symbol, BarInterval(query.interval))
        for gap in services().candle_keeper.find_gaps(key, start=start_of(query.from_), end=instant_after(query.to))
    ]
    return GapList(items=found[: query.limit])


class FetchBody(Schema):
    """What to fetch."""

    symbol: Printable = _SYMBOL
    interval: Width = "1m"
    from_: Moment | None = Field(None, alias="from", description="What came since the last kept bar by default.")
    to: Moment | None = _TO
    provider: str = Field("", max_length=24, description="Only this one; the configured order by default.")


class RepairBody(Schema):
    """What to repair."""

    symbol: Printable = Field("", max_length=64, description="Everything that is kept by default.")
    interval: Width | None = None


@TOPIC.post("/fetch", {202: JobResult}, body=FetchBody)
def fetch_candle_history(body: FetchBody) -> tuple[JobResult, int]:
    """Fetch history in the background and keep it; answers with a job."""
    job = services().candle_jobs.start_fetch(
        current_owner(),
        body.symbol,
        BarInterval(body.interval),
        start=start_of(body.from_),
        end=instant_after(body.to),
        provider=body.provider,
    )
    return job_result(job), 202


@TOPIC.post("/repair", {202: JobResult}, body=RepairBody)
def repair_candle_history(body: RepairBody) -> tuple[JobResult, int]:
    """Fetch in the background what is missing of kept history; answers with a job."""
    width = BarInterval(body.interval) if body.interval else None
    return job_result(services().candle_jobs.start_repair(current_owner(), body.symbol, width)), 202


@TOPIC.get("/chunks", ChunkList, query=ChunkQuery, errors=(404, 503))
def list_candle_chunks(query: ChunkQuery) -> ChunkList | Response:
    """Return the chunks in which the whole history of a symbol can be had from `/api/v1/candles/binary`."""
    found = services().candle_chunks.of_owner(current_owner()).list_chunks(query.symbol, BarInterval(query.interval))
    if request.if_none_match.contains(found.etag):
        return _unchanged(found.etag)
    answer = ChunkList(
        symbol=found.symbol,
        interval=query.interval,
        provider=found.provider,
        simulated=found.simulated,
        bars=found.bars,
        first=found.chunks[0].first if found.chunks else None,
        last=found.chunks[-1].last if found.chunks else None,
        etag=found.etag,
        chunks=[
            ChunkRow(
                key=item.key,
                bars=item.bars,
                first=item.first,
                last=item.last,
                etag=item.etag,
                size_bytes=item.size_bytes,
                is_closed=item.is_closed,
            )
            for item in found.chunks
        ],
    )
    response = Response(answer.model_dump_json(by_alias=True), mimetype="application/json")
    return _labelled(response, found.etag)


class BinaryQuery(Schema):
    """Which bytes."""

    symbol: Printable = _SYMBOL
    interval: Width = "1m"
    from_: Moment | None = _FROM
    to: Moment | None = _TO
    chunk: Annotated[str, AfterValidator(check_chunk)] = Field("", max_length=7, description="Key of one chunk.")
    v: str = Field("", max_length=64, description="Etag of the chunk: lets the browser keep it for good.")
    points: int | None = Field(None, ge=1, le=20_000, description="Most candles; wider ones of equally many bars.")


@TOPIC.download("/binary", (MEDIA,), query=BinaryQuery, errors=(404, 503))
def read_candle_bytes(query: BinaryQuery) -> Response:
    """Return candles in the compact form of docs/candle-format.md: chunks one after the other, gzip.

    Prices are restated for splits, those that you have entered yourself among them, like those of `/api/v1/candles`.
    Answers with an ETag and, to `If-None-Match`, with 304.
    """
    found = (
        services()
        .candle_chunks.of_owner(current_owner())
        .send(
            query.symbol,
            BarInterval(query.interval),
            chunk=query.chunk,
            start=start_of(query.from_),
            end=instant_after(query.to),
            points=query.points or 0,
        )
    )
    is_final = found.is_closed and query.v == found.etag
    if request.if_none_match.contains(found.etag):
        return _unchanged(found.etag, is_final=is_final)
    is_packed = request.accept_encodings.quality("gzip") > 0
    packed = found.read()
    payload = packed if is_packed else gzip.decompress(packed)
    response = Response(payload, mimetype=MEDIA)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["X-Candles"] = str(found.bars)
    return _labelled(response, found.etag, is_final=is_final)


def _labelled(response: Response, etag: str, *, is_final: bool = False) -> Response:
    response.set_etag(etag)
    lasting = f"private, max-age={_YEAR}, immutable"
    response.headers["Cache-Control"] = lasting if is_final else "private, no-cache"
    return response


def _unchanged(etag: str, *, is_final: bool = False) -> Response:
    return _labelled(Response(status=304), etag, is_final=is_final)


def _cursor_end(micros: int) -> datetime:
    try:
        return from_micros(micros)
    except OverflowError as error:
        raise InvalidInputError("Parameter cursor is not one that this list gave out.", field="cursor") from error


def start_of(moment: date | datetime | None) -> datetime | None:
    """Return the first instant of a period that is given by its first day in UTC or by that instant."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), tzinfo=UTC)


def instant_after(moment: date | datetime | None) -> datetime | None:
    """Return the end of a period that is given by its last day in UTC, or by the first instant that is not in it."""
    first = start_of(moment)
    return first if first is None or isinstance(moment, datetime) else first + timedelta(days=1)
