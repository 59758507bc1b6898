"""Coinbase, where it differs from the other exchanges."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import NOW, coinbase, seconds

MINUTE = timedelta(minutes=1)
MIDNIGHT = str(seconds(NOW.replace(hour=0, minute=0, second=0)))


def minutes(query: dict[str, str]) -> dict[str, Any]:
    """A bar a minute for the window that was asked for, newest first, as texts."""
    first, last = int(query["start"]), int(query["end"])
    bar = {"low": "9", "high": "11", "open": "10", "close": "10.5", "volume": "1"}
    return {"candles": [{"start": str(start), **bar} for start in reversed(range(first, last, 60))]}


def test_several_pairs_cost_one_call(vendor: Any) -> None:
    """Prices of many pairs come in one answer; how each one's day began is asked for once a day."""
    rows = [{"product_id": name, "price": "10", "price_percentage_change_24h": "50"} for name in ("BTC-USD", "ETH-EUR")]
    bar = {"start": MIDNIGHT, "open": "8", "high": "9", "low": "7", "close": "8.5", "volume": "1"}
    serve(vendor, lambda path, query: {"candles": [bar]} if path.endswith("candles") else {"products": rows})
    provider = build("coinbase", vendor)
    for calls in (3, 4):
        found = provider.quotes(["BTC-USD", "ETH-EUR", "AAPL"])
        assert {name: quote.currency for name, quote in found.items()} == {"BTC-USD": "USD", "ETH-EUR": "EUR"}
        assert {quote.previous_close for quote in found.values()} == {8.0}
        assert len(vendor.calls) == calls


def test_long_windows_are_paged(vendor: Any) -> None:
    """A thousand minutes come in pages of 300, each once, in order."""
    serve(vendor, lambda path, query: minutes(query))
    bars = build("coinbase", vendor).candles("BTC-USD", BarInterval.M1, NOW - 1000 * MINUTE, NOW)
    assert len(bars) == 1000
    assert set((bars.start[1:] - bars.start[:-1]).tolist()) == {60_000_000}
    assert len(vendor.calls) == 4


def test_pages_before_a_listing_are_empty(vendor: Any) -> None:
    """What was not traded yet is no error: the pages without bars are passed over."""
    listed = seconds(NOW - 400 * MINUTE)

    def answer(path: str, query: dict[str, str]) -> dict[str, Any]:
        return {"candles": [row for row in minutes(query)["candles"] if int(row["start"]) >= listed]}

    serve(vendor, answer)
    bars = build("coinbase", vendor).candles("BTC-USD", BarInterval.M1, NOW - 2000 * MINUTE, NOW)
    assert 398 <= len(bars) <= 400


def test_nothing_after_now_is_asked_for(vendor: Any) -> None:
    """A window that reaches into the future ends with the bar that is forming."""
    serve(vendor, lambda path, query: minutes(query))
    bars = build("coinbase", vendor).candles("BTC-USD", BarInterval.M1, NOW - 10 * MINUTE, NOW + timedelta(days=300))
    assert len(vendor.calls) == 1
    assert len(bars) <= 300


def test_stocks_are_not_asked_for(vendor: Any) -> None:
    """A symbol that is no pair costs no call."""
    provider = build("coinbase", vendor)
    assert provider.quotes(["AAPL", "BTCUSD"]) == {}
    with pytest.raises(UnknownSymbolError):
        provider.candles("AAPL", BarInterval.D1, NOW - 9 * MINUTE, NOW)
    assert vendor.calls == []


def test_a_price_that_is_no_number_is_an_error(vendor: Any) -> None:
    """An empty price is not taken for zero."""
    serve(vendor, lambda path, query: {"products": [{"product_id": "BTC-USD", "price": ""}]})
    with pytest.raises(QuoteUnavailableError):
        build("coinbase", vendor).quotes(["BTC-USD"])


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any) -> None:
    """The recorded candle has the prices it was recorded with."""
    recorded = json.loads((samples / "api" / "coinbase" / "candles.json").read_text(encoding="utf-8"))
    serve(vendor, lambda path, query: recorded if "candles" in path else coinbase(path, query))
    row = recorded["candles"][0]
    start = datetime.fromtimestamp(int(row["start"]), UTC)
    bars = build("coinbase", vendor, now=start + MINUTE).candles("BTC-USD", BarInterval.M1, start, start + MINUTE)
    assert (bars.close.tolist(), bars.volume.tolist()) == ([float(row["close"])], [float(row["volume"])])
