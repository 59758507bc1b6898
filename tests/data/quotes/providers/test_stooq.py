"""Stooq: its symbols, its hours, its pence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import QuoteUnavailableError, RateLimitedError
from domain.market import BarInterval
from domain.periods import from_micros
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import END, START, stooq

HEAD = "Symbol,Date,Time,Open,High,Low,Close,Volume,Name\r\n"


def test_markets_are_part_of_symbols(vendor: Any) -> None:
    """New York is the default, other markets follow from the suffix; all in one call."""
    serve(vendor, lambda path, query: HEAD, content_type="text/csv")
    with pytest.raises(QuoteUnavailableError):
        build("stooq", vendor).quotes(["AAPL", "BRK.B", "SAP.DE", "CDR.WA"])
    assert vendor.calls[0][1]["s"] == "aapl.us brk-b.us sap.de cdr"


def test_pence_become_pounds(vendor: Any) -> None:
    """London's prices are divided by 100, in quotes and in candles."""
    row = "VOD.UK,2026-11-18,16:19:30,84.5,87,84,86.5,1000,VODAFONE\r\n"
    serve(
        vendor, lambda path, query: HEAD + row if path == "/q/l/" else stooq(path, {"s": "x"}), content_type="text/csv"
    )
    provider = build("stooq", vendor)
    quote = provider.quotes(["VOD.L"])["VOD.L"]
    assert quote.currency == "GBP"
    assert quote.price == pytest.approx(0.865)
    bars = provider.candles("VOD.L", BarInterval.D1, START, END)
    assert bars.close[0] == pytest.approx(1.01)


def test_its_clock_is_warsaw(vendor: Any) -> None:
    """16:19:30 of a November day is 15:19:30 UTC."""
    serve(vendor, stooq, content_type="text/csv")
    assert build("stooq", vendor).quotes(["EXM"])["EXM"].as_of == datetime(2026, 11, 18, 15, 19, 30, tzinfo=UTC)


def test_weeks_are_labelled_by_their_monday(vendor: Any) -> None:
    """It dates a week by its last day."""
    text = "Date,Open,High,Low,Close,Volume\r\n2026-11-13,10,12,9,11,100\r\n"
    serve(vendor, lambda path, query: text, content_type="text/csv")
    bars = build("stooq", vendor).candles("EXM", BarInterval.W1, START, END)
    assert from_micros(int(bars.start[0])) == START


def test_spent_downloads_are_a_wish_to_wait(vendor: Any) -> None:
    """It says in words, with HTTP 200, that today's downloads are spent."""
    serve(vendor, lambda path, query: "Exceeded the daily hits limit", content_type="text/plain")
    with pytest.raises(RateLimitedError) as caught:
        build("stooq", vendor).quotes(["EXM"])
    assert caught.value.retry_after_seconds == 3600
