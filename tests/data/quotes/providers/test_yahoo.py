"""The Yahoo provider, through the real library, against a local server that speaks its wire format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.quotes import ProviderOptions
from data.quotes.providers.yahoo import PROVIDER
from domain.errors import QuoteUnavailableError, RateLimitedError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import from_micros
from tests.data.quotes.vendor import FOR_EVER

NOW = datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC)
OPENING = int(datetime(2026, 11, 18, 14, 30, tzinfo=UTC).timestamp())
NOT_FOUND = {"chart": {"result": None, "error": {"code": "Not Found", "description": "No data found"}}}


def chart(times: list[int], closes: list[float | None], **meta: Any) -> dict[str, Any]:
    """A chart answer whose bars span one unit around their close."""
    rows = {
        "open": closes,
        "high": [None if value is None else value + 1 for value in closes],
        "low": [None if value is None else value - 1 for value in closes],
        "close": closes,
        "volume": [None if value is None else 100 for value in closes],
    }
    head = {"currency": "USD", "symbol": "EXM", "exchangeTimezoneName": "America/New_York", **meta}
    result = {"meta": head, "timestamp": times, "indicators": {"quote": [rows]}}
    return {"chart": {"result": [result], "error": None}}


@pytest.fixture
def yahoo(vendor: Any) -> Iterator[Any]:
    """A provider that talks to the local server, with none of the library's memory of other tests."""
    provider = PROVIDER.build(ProviderOptions(base_url=vendor.url, timeout_seconds=0.5, clock=lambda: NOW))
    yield provider
    from yfinance.data import SingletonMeta  # noqa: PLC0415

    SingletonMeta._instances.clear()


def serve(vendor: Any, make_answer: Any, body: Any, status: int = 200) -> None:
    """Answer charts and searches with this, cookies and crumbs as the vendor does."""

    def answer(path: str, _query: dict[str, str]) -> Any:
        if "/finance/" in path:
            return body if isinstance(body, make_answer) else make_answer(body, status)
        return make_answer("crumb", content_type="text/plain")

    vendor.answer = answer


def test_a_quote_is_read_from_the_head(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Price and instant come from the chart's head, the noise of 32-bit floats is taken off."""
    head = {"regularMarketPrice": 127.58000183105469, "regularMarketTime": OPENING + 60, "chartPreviousClose": 126.5}
    serve(vendor, make_answer, chart([OPENING], [127.58000183105469], regularMarketDayHigh=128.0, **head))
    quote = yahoo.quotes(["EXM"])["EXM"]
    assert (quote.price, quote.previous_close, quote.open, quote.high) == (127.58, 126.5, 127.58, 128.0)
    assert quote.as_of == datetime.fromtimestamp(OPENING + 60, UTC)
    assert (quote.provider, quote.simulated, quote.fetched_at) == ("yfinance", False, NOW)
    assert vendor.asked("/v8/finance/chart/EXM") == 1


def test_a_head_without_a_price_falls_back_to_the_last_bar(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Where the head lacks the price, the last bar that is not null has it."""
    serve(vendor, make_answer, chart([OPENING, OPENING + 86400], [10.0, None]))
    assert yahoo.quotes(["EXM"])["EXM"].price == 10.0


def test_pence_become_pounds(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """London's prices in pence are divided by 100 in quotes and candles, and the currency says GBP."""
    answer = chart([1577952000], [1259.5], currency="GBp", exchangeTimezoneName="Europe/London")
    answer["chart"]["result"][0]["meta"] |= {"regularMarketPrice": 1260.0, "regularMarketTime": OPENING}
    serve(vendor, make_answer, answer)
    quote = yahoo.quotes(["OCDO.L"])["OCDO.L"]
    assert (quote.currency, quote.price) == ("GBP", pytest.approx(12.60))
    bars = yahoo.candles("OCDO.L", BarInterval.D1, NOW - timedelta(days=9), NOW)
    assert bars.close.tolist() == [pytest.approx(12.595)]
    assert from_micros(bars.start[0]) == datetime(2020, 1, 2, tzinfo=UTC)


def test_minutes_without_trades_are_dropped(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Nulls are not bars, and the running bar, which comes a second time at its own second, is merged."""
    times = [OPENING, OPENING + 60, OPENING + 120, OPENING + 137]
    serve(vendor, make_answer, chart(times, [10.0, None, 12.0, 15.0]))
    bars = yahoo.candles("EXM", BarInterval.M1, NOW - timedelta(hours=2), NOW)
    assert bars.start.tolist() == [OPENING * 1_000_000, (OPENING + 120) * 1_000_000]
    assert (bars.open[-1], bars.high[-1], bars.low[-1], bars.close[-1]) == (12.0, 16.0, 11.0, 15.0)


def test_hours_begin_where_the_exchange_begins(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """An exchange that opens at half past has hours from half past."""
    serve(vendor, make_answer, chart([OPENING, OPENING + 3600, OPENING + 4000], [10.0, 11.0, 12.0]))
    bars = yahoo.candles("EXM", BarInterval.H1, NOW - timedelta(hours=2), NOW)
    assert bars.start.tolist() == [OPENING * 1_000_000, (OPENING + 3600) * 1_000_000]


def test_days_are_labelled_by_the_session_date(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """A Sydney session that begins the evening before in UTC carries its own date; a week carries its Monday."""
    moment = int(datetime(2026, 11, 17, 23, tzinfo=UTC).timestamp())
    serve(vendor, make_answer, chart([moment], [10.0], exchangeTimezoneName="Australia/Sydney"))
    span = NOW - timedelta(days=9), NOW
    assert from_micros(yahoo.candles("EXM", BarInterval.D1, *span).start[0]) == datetime(2026, 11, 18, tzinfo=UTC)
    assert from_micros(yahoo.candles("EXM", BarInterval.W1, *span).start[0]) == datetime(2026, 11, 16, tzinfo=UTC)


def test_unknown_symbols_are_left_out(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """HTTP 404 with a reason is an unknown symbol: absent among quotes, an error for candles."""

    def answer(path: str, _query: dict[str, str]) -> Any:
        if "chart/EXM" in path:
            return make_answer(chart([OPENING], [10.0]))
        return make_answer(NOT_FOUND, 404) if "/finance/" in path else make_answer("crumb", content_type="text/plain")

    vendor.answer = answer
    assert list(yahoo.quotes(["NOPE", "EXM", "NADA"])) == ["EXM"]
    with pytest.raises(UnknownSymbolError):
        yahoo.candles("NOPE", BarInterval.D1, NOW - timedelta(days=9), NOW)


def test_a_symbol_cannot_leave_its_place_in_the_address(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Slashes and question marks of a symbol are escaped."""
    serve(vendor, make_answer, chart([OPENING], [10.0]))
    yahoo.quotes(["../../v1/x?y=1"])
    assert all("/v1/x" not in path for path, _ in vendor.calls)


@pytest.mark.parametrize(("symbol", "asked"), [("BRK.B", "BRK-B"), ("BRK B", "BRK-B"), ("VOD.L", "VOD.L")])
def test_classes_of_shares_are_written_its_way(
    vendor: Any, make_answer: Any, yahoo: Any, symbol: str, asked: str
) -> None:
    """A broker's BRK.B is asked for as BRK-B and answered as BRK.B; an exchange suffix stays."""
    serve(vendor, make_answer, chart([OPENING], [10.0]))
    assert list(yahoo.quotes([symbol])) == [symbol]
    assert vendor.asked(f"/chart/{asked}") == 1


def test_profile_and_search(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Name and sector come from the search, currency from the chart."""
    row = {"symbol": "EXM", "longname": "Example Inc.", "exchDisp": "NYSE", "sector": "Retail", "quoteType": "EQUITY"}

    def answer(path: str, _query: dict[str, str]) -> Any:
        if "search" in path:
            return make_answer({"quotes": [row, {"symbol": "EXF", "quoteType": "ETF"}]})
        body = chart([OPENING], [10.0], instrumentType="EQUITY", currency="EUR")
        return make_answer(body) if "/finance/" in path else make_answer("crumb", content_type="text/plain")

    vendor.answer = answer
    profile = yahoo.profile("EXM")
    assert (profile.name, profile.exchange, profile.sector, profile.currency, profile.asset_class) == (
        "Example Inc.",
        "NYSE",
        "Retail",
        "EUR",
        "stock",
    )
    assert [(item.symbol, item.asset_class) for item in yahoo.search("ex")] == [("EXM", "stock"), ("EXF", "fund")]


def test_every_fault_is_a_quote_error(vendor: Any, make_answer: Any, yahoo: Any, fault: tuple[str, Any]) -> None:
    """Whatever the vendor does, even hang for ever, the provider says so with its own errors."""
    name, answer = fault
    serve(vendor, make_answer, answer)
    with pytest.raises((QuoteUnavailableError, RateLimitedError)) as caught:
        yahoo.quotes(["EXM"])
    expected = {"too many": 77.0, "too many, no hint": None}
    assert isinstance(caught.value, RateLimitedError) == (name in expected)
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after_seconds == expected[name]


@pytest.mark.parametrize("body", [chart([], []), chart([OPENING], [None]), chart([OPENING], [1.0, 2.0])])
def test_a_chart_without_a_price_is_an_error(vendor: Any, make_answer: Any, yahoo: Any, body: Any) -> None:
    """No bars, only nulls, or columns that do not match: there is no price in it."""
    serve(vendor, make_answer, body)
    with pytest.raises(QuoteUnavailableError):
        yahoo.quotes(["EXM"])


def test_a_refused_connection_is_a_quote_error(vendor: Any, yahoo: Any) -> None:
    """Nobody listening is an error like any other."""
    vendor.close()
    with pytest.raises(QuoteUnavailableError):
        yahoo.quotes(["EXM"])


def test_a_vendor_that_hangs_everywhere_is_given_up(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Even when cookies and crumbs hang for ever as well, the answer is an error."""
    vendor.answer = lambda path, query: make_answer({}, hang_seconds=FOR_EVER)
    with pytest.raises(QuoteUnavailableError):
        yahoo.quotes(["EXM"])


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """The recorded answers of the vendor give the values they were recorded with."""
    recorded = {path.stem: path.read_text(encoding="utf-8") for path in (samples / "api" / "yahoo").glob("*.json")}
    span = NOW - timedelta(days=9), NOW
    serve(vendor, make_answer, recorded["chart_aapl_split_dividend"])
    bars = yahoo.candles("AAPL", BarInterval.D1, *span)
    assert bars.close.tolist() == [129.04, 134.18, 131.4, 118.69]
    assert [f"{from_micros(start):%Y-%m-%d}" for start in bars.start] == [
        "2020-08-31",
        "2020-09-01",
        "2020-09-02",
        "2020-11-06",
    ]
    serve(vendor, make_answer, recorded["chart_ocdo_l_gbp_pence"])
    assert yahoo.candles("OCDO.L", BarInterval.D1, *span).close.tolist() == [pytest.approx(12.595)]
    serve(vendor, make_answer, recorded["chart_btc_usd_1d"])
    assert yahoo.quotes(["BTC-USD"])["BTC-USD"].price == 84613.16
    serve(vendor, make_answer, json.loads(recorded["chart_error_not_found"]), 404)
    assert yahoo.quotes(["NOPE"]) == {}


def test_splits_and_dividends_are_the_chart_s_own(vendor: Any, make_answer: Any, yahoo: Any) -> None:
    """Each counts from midnight UTC of its day at the exchange, oldest first, ratio and amount exact."""
    body = chart([OPENING], [10.0])
    body["chart"]["result"][0]["events"] = {
        "splits": {str(OPENING): {"date": OPENING, "numerator": 3, "denominator": 2, "splitRatio": "3:2"}},
        "dividends": {str(OPENING - 86_400): {"date": OPENING - 86_400, "amount": 0.23999999463558197}},
    }
    serve(vendor, make_answer, body)
    found = yahoo.actions("EXM", NOW - timedelta(days=30))
    assert [(item.word.value, item.effective_at.day, item.new, item.old, item.amount) for item in found] == [
        ("dividend", 17, None, None, Decimal("0.24")),
        ("split", 18, 3, 2, None),
    ]
    serve(vendor, make_answer, chart([OPENING], [10.0]))
    assert yahoo.actions("EXM", NOW - timedelta(days=30)) == []
