"""Kraken, where it differs from the other exchanges."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.quotes import known_providers
from domain.market import BarInterval
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import NOW, RECORDED


def test_its_own_names_are_spoken(vendor: Any) -> None:
    """BTC is asked for as XBT, once; the answer, which is filed under a third name, is BTC-USD again."""
    serve(vendor, RECORDED["kraken"].answer)
    provider = build("kraken", vendor)
    for _ in range(3):
        assert list(provider.quotes(["BTC-USD"])) == ["BTC-USD"]
    assert [query["pair"] for path, query in vendor.calls if path.endswith("AssetPairs")] == ["XBTUSD"]
    assert [query["pair"] for path, query in vendor.calls if path.endswith("Ticker")] == ["XXBTZUSD"] * 3


def test_a_price_without_a_time_is_of_now(vendor: Any) -> None:
    """Its tickers carry no time: theirs is the moment of the answer."""
    serve(vendor, RECORDED["kraken"].answer)
    quote = build("kraken", vendor).quotes(["BTC-USD"])["BTC-USD"]
    assert (quote.as_of, quote.bid, quote.ask, quote.previous_close) == (NOW, 106.4, 106.6, 105.0)


def test_how_far_back_it_goes_is_declared() -> None:
    """It has the last 720 bars of each width, and says so."""
    days = dict(known_providers()["kraken"].history_days)
    assert days[BarInterval.M1] == pytest.approx(719 / 1440)
    assert days[BarInterval.D1] == 719


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any) -> None:
    """The recorded ticker and candles have the values they were recorded with."""
    folder = samples / "api" / "kraken"
    recorded = {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("ohlc", "ticker")}

    def answer(path: str, query: dict[str, str]) -> Any:
        if path.endswith("AssetPairs"):
            return {"error": [], "result": {"XBTUSDT": {"wsname": "XBT/USDT"}}}
        return recorded["ohlc" if path.endswith("OHLC") else "ticker"]

    serve(vendor, answer)
    provider = build("kraken", vendor, now=datetime(2024, 2, 1, 16, tzinfo=UTC))
    assert provider.quotes(["BTC-USDT"])["BTC-USDT"].price == 73380.6
    span = datetime(2024, 1, 30, 15, tzinfo=UTC), datetime(2024, 2, 1, 16, tzinfo=UTC)
    bars = provider.candles("BTC-USDT", BarInterval.H1, *span)
    assert bars.close.tolist() == [float(row[4]) for row in recorded["ohlc"]["result"]["XBTUSDT"]]
