"""Candles over the interface: CSV, few points, and the bytes of the chart's kernel, from the demo provider."""

from __future__ import annotations

import csv
import gzip
import io
from decimal import Decimal
from typing import Any

import pytest

from data.candles.wire import decode_chunks, join_candles
from data.db.jobs import claim_job, finish_job
from domain.columns import CandleTable
from domain.jobs import JobState
from domain.periods import from_micros
from services import candle_keeping
from tests.web.api.conftest import Office

BINARY = "/api/v1/candles/binary"
MEDIA = "application/vnd.fillwise.candles"


@pytest.fixture(autouse=True)
def _short_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep forty days of the demo market and not ten years."""
    from datetime import timedelta  # noqa: PLC0415 - of this fixture alone

    monkeypatch.setattr(candle_keeping, "_demo_reach", lambda _: timedelta(days=40))


def bars_of(payload: bytes) -> CandleTable:
    """The bars of an answer."""
    return join_candles(found for found, _ in decode_chunks(payload))


def binary(office: Office, status: int = 200, headers: dict[str, str] | None = None, **query: Any) -> Any:
    """An answer in bytes."""
    answer = office.ann.ask(BINARY, query_string=query, headers=headers or {})
    assert answer.status_code == status, answer.text
    return answer


def test_rows_and_csv_are_the_same(office: Office) -> None:
    """A period as CSV has the rows of the JSON answer, in a file named after the symbol."""
    query: dict[str, Any] = {"symbol": "MSFT", "interval": "1h", "from": "2026-11-02", "to": "2026-11-04"}
    items = office.ann.get("/api/v1/candles", **query)["items"]
    answer = office.ann.ask("/api/v1/candles", query_string=query | {"format": "csv"})
    assert answer.mimetype == "text/csv"
    assert 'filename="msft-1h.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(items) > 0
    for row, item in zip(rows, items, strict=True):
        assert Decimal(row["close"]) == Decimal(item["close"])
        assert row["start"].replace("+00:00", "Z") == item["start"]


def test_few_points_hold_the_extremes(office: Office) -> None:
    """A month in twenty points has its own highest and lowest price."""
    query: dict[str, Any] = {"symbol": "MSFT", "interval": "1h", "from": "2026-10-26", "to": "2026-11-13"}
    items = office.ann.get("/api/v1/candles", limit=5000, **query)["items"]
    few = office.ann.get("/api/v1/candles", points=20, **query)["items"]
    assert len(few) <= 20 < len(items)
    assert max(Decimal(row["high"]) for row in few) == max(Decimal(row["high"]) for row in items)
    assert min(Decimal(row["low"]) for row in few) == min(Decimal(row["low"]) for row in items)


def test_the_bytes_hold_what_the_rows_say(office: Office) -> None:
    """All chunks together are the minutes that the rows show, gzipped or not."""
    listed = office.ann.get("/api/v1/candles/chunks", symbol="AAPL", interval="1m")
    assert listed["simulated"] is True
    answer = binary(office, symbol="AAPL", interval="1m", headers={"Accept-Encoding": "gzip"})
    assert (answer.mimetype, answer.headers["Content-Encoding"]) == (MEDIA, "gzip")
    bars = bars_of(gzip.decompress(answer.data))
    assert len(bars) == listed["bars"] == int(answer.headers["X-Candles"]) > 5_000
    plain = binary(office, symbol="AAPL", interval="1m", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert bars_of(plain.data).start.tolist() == bars.start.tolist()
    rows = office.ann.get("/api/v1/candles", symbol="AAPL", interval="1m", limit=500, to=listed["last"])["items"]
    assert [Decimal(row["close"]) for row in rows] == [Decimal(f"{value:.12g}") for value in bars.close[-501:-1]]


def test_unchanged_bytes_are_not_sent_again(office: Office) -> None:
    """An etag that is sent back is answered with 304; a closed chunk named with its etag may be kept for good."""
    listed = office.ann.get("/api/v1/candles/chunks", symbol="AAPL", interval="1m")
    chunk = listed["chunks"][0]
    assert chunk["is_closed"]
    query: dict[str, Any] = {"symbol": "AAPL", "interval": "1m", "chunk": chunk["key"]}
    first = binary(office, **query)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["ETag"] == f'"{chunk["etag"]}"'
    assert binary(office, 304, {"If-None-Match": first.headers["ETag"]}, **query).data == b""
    lasting = binary(office, v=chunk["etag"], **query)
    assert lasting.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert lasting.data == first.data
    whole = office.ann.ask("/api/v1/candles/chunks", query_string={"symbol": "AAPL", "interval": "1m"})
    again = office.ann.ask(
        "/api/v1/candles/chunks",
        query_string={"symbol": "AAPL", "interval": "1m"},
        headers={"If-None-Match": whole.headers["ETag"]},
    )
    assert again.status_code == 304


def test_a_period_and_points_are_cut_exactly(office: Office) -> None:
    """A period begins and ends where it says; points merge it into fewer bars."""
    query: dict[str, Any] = {
        "symbol": "AAPL",
        "interval": "1m",
        "from": "2026-11-03T15:00:00Z",
        "to": "2026-11-04T16:00:00Z",
    }
    bars = bars_of(gzip.decompress(binary(office, headers={"Accept-Encoding": "gzip"}, **query).data))
    assert from_micros(int(bars.start[0])).isoformat() == "2026-11-03T15:00:00+00:00"
    assert from_micros(int(bars.start[-1])).isoformat() == "2026-11-04T15:59:00+00:00"
    few = bars_of(gzip.decompress(binary(office, headers={"Accept-Encoding": "gzip"}, points=50, **query).data))
    assert len(few) <= 50
    assert (few.high.max(), few.low.min(), few.volume.sum()) == (bars.high.max(), bars.low.min(), bars.volume.sum())


def test_wider_bars_come_from_the_pyramid(office: Office) -> None:
    """Hours and days of the same history have the same highs."""
    minutes = bars_of(
        gzip.decompress(binary(office, headers={"Accept-Encoding": "gzip"}, symbol="AAPL", interval="1m").data)
    )
    for width in ("5m", "1h", "4h"):
        wide = bars_of(
            gzip.decompress(binary(office, headers={"Accept-Encoding": "gzip"}, symbol="AAPL", interval=width).data)
        )
        assert wide.high.max() == minutes.high.max()
        assert len(wide) < len(minutes)


@pytest.mark.parametrize(
    ("status", "query", "word"),
    [
        (404, {"symbol": "NOSUCH"}, "NOSUCH"),
        (404, {"symbol": "AAPL", "chunk": "1999-01"}, "1999-01"),
        (422, {"symbol": "AAPL", "chunk": "../../x"}, "chunk"),
        (422, {"symbol": "AAPL", "interval": "7m"}, "interval"),
        (422, {"symbol": "AAPL", "points": "0"}, "points"),
    ],
)
def test_what_cannot_be_answered_is_told(office: Office, status: int, query: dict[str, Any], word: str) -> None:
    """An unknown symbol or chunk is 404, a value that is none 422, each by its name."""
    assert word in binary(office, status, **query).text


def test_bytes_need_a_user(office: Office) -> None:
    """Without a token nothing is sent."""
    for path in (BINARY, "/api/v1/candles/chunks", "/api/v1/candles/kept"):
        assert office.ann.client.get(path, query_string={"symbol": "AAPL"}).status_code == 401


def test_kept_series_are_listed(office: Office) -> None:
    """What was drawn is kept and listed with its size; a simulated market has no gaps to repair."""
    office.ann.get("/api/v1/candles/chunks", symbol="AAPL", interval="1m")
    items = office.ann.get("/api/v1/candles/kept")["items"]
    mine = next(item for item in items if item["symbol"] == "AAPL")
    assert (mine["provider"], mine["interval"], mine["simulated"]) == ("demo", "1m", True)
    assert 0 < mine["size_bytes"] < 12 * mine["bars"]
    assert office.ann.get("/api/v1/candles/gaps", symbol="AAPL")["items"] == []
    refused = office.ann.ask("/api/v1/candles/repair", method="POST", json={"symbol": "AAPL"})
    assert refused.status_code == 422
    assert "Nothing is kept" in refused.text


def test_a_job_fetches_history(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch is answered with a job; once it is done the job says what became of the bars, to its owner alone."""
    services = office.services
    # The work is done here and not in a process of its own, which has another clock.
    monkeypatch.setattr(services.jobs._supervisor, "wake", lambda: None)
    monkeypatch.setattr(services.jobs._supervisor, "ensure", lambda: None)
    body = {"symbol": "ibm", "interval": "1m", "from": "2026-11-02", "to": "2026-11-03"}
    answer = office.ann.ask("/api/v1/candles/fetch", method="POST", json=body)
    assert answer.status_code == 202
    queued = answer.get_json()
    assert (queued["kind"], queued["title"], queued["candles"]) == ("candles", "IBM 1m candles", None)
    owner = services.users.find("ann")
    assert owner is not None
    job = services.jobs.get(owner.id, queued["id"])
    found = services.candle_jobs.run(job)
    with services.db.begin() as session:
        assert claim_job(session, job.id, "here", now=services.clock())
        assert finish_job(session, job.id, "here", JobState.DONE, now=services.clock(), result=found)
    done = office.ann.get(f"/api/v1/jobs/{job.id}")
    assert [(item["symbol"], item["added"]) for item in done["candles"]] == [("IBM", 780)]
    office.bob.get(f"/api/v1/jobs/{job.id}", expect=404)
