"""The Finnhub provider against a local server that speaks its wire format."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.quotes import ProviderOptions
from data.quotes.providers.finnhub import PROVIDER
from domain.errors import QuoteUnavailableError, RateLimitedError, SettingsError, UnknownSymbolError
from domain.market import BarInterval

QUOTE = {"c": 235.5, "d": 9.1, "dp": 4.02, "h": 236.6, "l": 226.1, "o": 226.2, "pc": 226.4, "t": 1795000000}
ZEROS = {"c": 0, "d": None, "dp": None, "h": 0, "l": 0, "o": 0, "pc": 0, "t": 0}
CANDLES = {
    "s": "ok",
    "t": [1794787200, 1794873600],
    "o": [10.0, 11.0],
    "h": [12.0, 12.5],
    "l": [9.5, 10.5],
    "c": [11.0, 12.0],
    "v": [1000, 2000],
}
PROFILE = {"name": "Example Inc", "ticker": "EXM", "exchange": "NYSE", "currency": "GBP", "finnhubIndustry": "Retail"}
SPAN = (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC))


def make(vendor: Any, timeout_seconds: float = 0.4) -> Any:
    """A provider that talks to the local server."""
    return PROVIDER.build(ProviderOptions(finnhub_key="k", base_url=vendor.url, timeout_seconds=timeout_seconds))


def test_a_quote_is_read(vendor: Any, make_answer: Any) -> None:
    """Price, instant and session values arrive; the key is sent along."""
    vendor.answer = lambda path, query: make_answer(QUOTE)
    quote = make(vendor).quotes(["EXM"])["EXM"]
    assert (quote.price, quote.previous_close, quote.open, quote.high, quote.low) == (235.5, 226.4, 226.2, 236.6, 226.1)
    assert quote.as_of == datetime.fromtimestamp(1795000000, UTC)
    assert (quote.provider, quote.currency, quote.simulated) == ("finnhub", "USD", False)
    assert vendor.calls == [("/quote", {"symbol": "EXM", "token": "k"})]


def test_zeros_are_an_unknown_symbol(vendor: Any, make_answer: Any) -> None:
    """HTTP 200 with zeros is never a price of 0: the symbol is left out, the others are not."""
    vendor.answer = lambda path, query: make_answer(ZEROS if query["symbol"] == "NOPE" else QUOTE)
    assert list(make(vendor).quotes(["NOPE", "EXM"])) == ["EXM"]


def test_a_foreign_listing_is_in_its_own_currency(vendor: Any, make_answer: Any) -> None:
    """The quote does not say its currency, so the profile of a symbol with an exchange suffix is asked."""
    vendor.answer = lambda path, query: make_answer(PROFILE if "profile" in path else QUOTE)
    assert make(vendor).quotes(["EXM.L"])["EXM.L"].currency == "GBP"
    assert make(vendor).quotes(["BRK.B"])["BRK.B"].currency == "USD"


def test_candles_are_read(vendor: Any, make_answer: Any) -> None:
    """Bars arrive in microseconds, and those at or after the end are cut."""
    vendor.answer = lambda path, query: make_answer(CANDLES)
    bars = make(vendor).candles("EXM", BarInterval.D1, *SPAN)
    assert bars.start.tolist() == [1794787200_000_000, 1794873600_000_000]
    assert bars.close.tolist() == [11.0, 12.0]
    assert vendor.calls[0][1]["resolution"] == "D"
    assert len(make(vendor).candles("EXM", BarInterval.D1, SPAN[0], datetime.fromtimestamp(1794873600, UTC))) == 1


def test_no_candles_and_no_plan(vendor: Any, make_answer: Any) -> None:
    """No data is said by a word, a plan that is too small by 403; both become errors that say so."""
    vendor.answer = lambda path, query: make_answer({"s": "no_data"})
    with pytest.raises(UnknownSymbolError):
        make(vendor).candles("EXM", BarInterval.D1, *SPAN)
    vendor.answer = lambda path, query: make_answer({"error": "You don't have access to this resource."}, 403)
    with pytest.raises(QuoteUnavailableError) as caught:
        make(vendor).candles("EXM", BarInterval.D1, *SPAN)
    assert "paid plan" in caught.value.hint


def test_candles_of_uneven_length_are_refused(vendor: Any, make_answer: Any) -> None:
    """Columns that do not match cannot be paired."""
    vendor.answer = lambda path, query: make_answer({**CANDLES, "c": [11.0]})
    with pytest.raises(QuoteUnavailableError):
        make(vendor).candles("EXM", BarInterval.D1, *SPAN)


def test_profile_and_search(vendor: Any, make_answer: Any) -> None:
    """A profile is read, an empty one is an unknown symbol, a search lists what matches."""
    vendor.answer = lambda path, query: make_answer(PROFILE)
    profile = make(vendor).profile("EXM")
    assert (profile.name, profile.sector, profile.currency) == ("Example Inc", "Retail", "GBP")
    vendor.answer = lambda path, query: make_answer({})
    with pytest.raises(UnknownSymbolError):
        make(vendor).profile("NOPE")
    rows = [{"symbol": "EXM", "description": "EXAMPLE INC", "type": "Common Stock"}, {"symbol": "EXF", "type": "ETP"}]
    vendor.answer = lambda path, query: make_answer({"count": 2, "result": rows})
    assert [(item.symbol, item.asset_class) for item in make(vendor).search("ex")] == [
        ("EXM", "stock"),
        ("EXF", "fund"),
    ]


def test_every_fault_is_a_quote_error(vendor: Any, fault: tuple[str, Any]) -> None:
    """Whatever the vendor does, even hang for ever, the provider says so with its own errors."""
    name, answer = fault
    vendor.answer = lambda path, query: answer
    with pytest.raises((QuoteUnavailableError, RateLimitedError)) as caught:
        make(vendor).quotes(["EXM"])
    expected = {"too many": 77.0, "too many, no hint": None}
    assert isinstance(caught.value, RateLimitedError) == (name in expected)
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after_seconds == expected[name]


def test_a_refused_connection_is_a_quote_error(vendor: Any) -> None:
    """Nobody listening is an error like any other."""
    provider = make(vendor)
    vendor.close()
    with pytest.raises(QuoteUnavailableError):
        provider.quotes(["EXM"])


def test_a_price_that_is_no_number_does_not_pass_for_one(vendor: Any, make_answer: Any) -> None:
    """JSON as some servers write it may hold NaN; the gate sees it as it came."""
    vendor.answer = lambda path, query: make_answer('{"c": NaN, "t": 1795000000}')
    try:
        price = make(vendor).quotes(["EXM"])["EXM"].price
    except QuoteUnavailableError:
        return
    assert price != price  # noqa: PLR0124


def test_a_key_is_needed() -> None:
    """Without a key the provider cannot be built, and the error names the setting."""
    with pytest.raises(SettingsError) as caught:
        PROVIDER.build(ProviderOptions())
    assert "FINNHUB_API_KEY" in caught.value.hint


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any, make_answer: Any) -> None:
    """The recorded answers of the vendor give the values they were recorded with."""
    recorded = {path.stem: path.read_text(encoding="utf-8") for path in (samples / "api" / "finnhub").glob("*.json")}
    provider = make(vendor)
    for name in ("quote", "quote_docs_no_change_fields"):
        vendor.answer = lambda path, query, name=name: make_answer(recorded[name])
        assert provider.quotes(["X"])["X"].price == json.loads(recorded[name])["c"]
    vendor.answer = lambda path, query: make_answer(recorded["quote_unknown_symbol"])
    assert provider.quotes(["X"]) == {}
    vendor.answer = lambda path, query: make_answer(recorded["candle"])
    assert provider.candles("X", BarInterval.D1, *SPAN).close.tolist() == json.loads(recorded["candle"])["c"]
    vendor.answer = lambda path, query: make_answer(recorded["profile2"])
    assert provider.profile("AAPL").name == "Apple Inc"
    vendor.answer = lambda path, query: make_answer(recorded["search"])
    assert [item.symbol for item in provider.search("apple")] == ["AAPL", "AAPL.SW", "APC.BE", "APLE"]
