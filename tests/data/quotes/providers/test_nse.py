"""NSE of India: its names, its clock, what may be missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.market import BarInterval
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import NOW, nse


@pytest.mark.parametrize(
    ("symbol", "price"), [("NIFTY 50", 106.5), ("^NSEI", 106.5), ("BANKNIFTY", 500.5), ("BANK NIFTY", 500.5)]
)
def test_the_usual_names_are_understood(vendor: Any, symbol: str, price: float) -> None:
    """NIFTY 50 and BANK NIFTY answer to what brokers and other providers call them."""
    serve(vendor, nse)
    assert build("nse", vendor).quotes([symbol])[symbol].price == price


def test_all_indices_cost_one_call(vendor: Any) -> None:
    """One answer has them all; what is no index is not asked for."""
    serve(vendor, nse)
    provider = build("nse", vendor)
    assert len(provider.quotes(["NIFTY 50", "BANK NIFTY", "AAPL"])) == 2
    assert provider.quotes(["AAPL"]) == {}
    assert len(vendor.calls) == 1


def test_its_clock_is_mumbai(vendor: Any) -> None:
    """15:30 there is 10:00 UTC; without a time the price is of now."""
    serve(vendor, nse)
    assert build("nse", vendor).quotes(["NIFTY 50"])["NIFTY 50"].as_of == datetime(2026, 11, 18, 10, tzinfo=UTC)
    serve(vendor, lambda path, query: {"data": [{"index": "NIFTY 50", "last": 5.5}]})
    bare = build("nse", vendor).quotes(["NIFTY 50"])["NIFTY 50"]
    assert (bare.as_of, bare.price, bare.previous_close) == (NOW, 5.5, None)


def test_years_are_asked_for_one_by_one(vendor: Any) -> None:
    """Three years are three calls, and bars that come twice are there once."""
    serve(vendor, nse)
    bars = build("nse", vendor).candles("NIFTY 50", BarInterval.D1, datetime(2024, 1, 1, tzinfo=UTC), NOW)
    assert len(vendor.calls) == 3
    assert len(bars) == 5


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any) -> None:
    """The recorded rows have the values they were recorded with."""
    folder = samples / "api" / "nse"
    files = ("allIndices_nifty50.json", "allIndices_nifty_bank.PARTIAL.json")
    rows = [json.loads((folder / name).read_text(encoding="utf-8"))["data"][0] for name in files]
    serve(vendor, lambda path, query: {"data": rows})
    found = build("nse", vendor).quotes(["NIFTY 50", "BANK NIFTY"])
    assert {name: (quote.price, quote.previous_close) for name, quote in found.items()} == {
        "NIFTY 50": (22713.1, 22679.4),
        "BANK NIFTY": (56055.75, 56292.45),
    }
