"""CoinDesk Data, where it differs from the exchanges."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import RateLimitedError
from domain.market import BarInterval
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import NOW, RECORDED, seconds


def test_a_fault_inside_an_answer_is_one(vendor: Any) -> None:
    """Errors come with HTTP 200, as an object beside no data."""
    fault = {"type": "99", "message": "You are over your rate limit please upgrade your account!"}
    serve(vendor, lambda path, query: {"Data": {}, "Err": fault})
    with pytest.raises(RateLimitedError):
        build("coindesk", vendor).quotes(["BTC-USD"])


def test_long_windows_are_paged_backwards(vendor: Any) -> None:
    """Five thousand minutes come in pages of two thousand, each once, in order."""

    def answer(path: str, query: dict[str, str]) -> Any:
        last = int(query["to_ts"]) // 60 * 60
        starts = range(last - (int(query["limit"]) - 1) * 60, last + 1, 60)
        bar = {"OPEN": 10, "HIGH": 11, "LOW": 9, "CLOSE": 10, "VOLUME": 1}
        return {"Data": [{"TIMESTAMP": start, **bar} for start in starts], "Err": {}}

    serve(vendor, answer)
    start = NOW.replace(second=0) - timedelta(minutes=5000)
    bars = build("coindesk", vendor).candles("BTC-USD", BarInterval.M1, start, NOW.replace(second=0))
    assert len(bars) == 5000
    assert set((bars.start[1:] - bars.start[:-1]).tolist()) == {60_000_000}
    assert len(vendor.calls) == 3


def test_the_key_is_sent_when_there_is_one(vendor: Any) -> None:
    """It works without a key, and with one it says so."""
    serve(vendor, RECORDED["coindesk"].answer)
    build("coindesk", vendor).quotes(["BTC-USD"])
    build("coindesk", vendor, coindesk_key="secret").quotes(["BTC-USD"])
    assert [query.get("api_key") for _, query in vendor.calls] == [None, "secret"]


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any) -> None:
    """The recorded day has the values it was recorded with."""
    path = samples / "api" / "coindesk" / "index_cc_v1_historical_days.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    serve(vendor, lambda path, query: recorded)
    day = datetime(2025, 6, 6, tzinfo=UTC)
    assert recorded["Data"][0]["TIMESTAMP"] == seconds(day)
    bars = build("coindesk", vendor, now=day + timedelta(hours=20)).candles(
        "BTC-USD", BarInterval.D1, day, day + timedelta(days=1)
    )
    assert bars.close.tolist() == [recorded["Data"][0]["CLOSE"]]
