"""Alpha Vantage: sentences in place of answers, and New York's time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from data.quotes import ProviderOptions, known_providers
from domain.errors import NotOfferedError, QuoteError, RateLimitedError, SettingsError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import from_micros
from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import RECORDED


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        ({"Note": "Our standard API call frequency is 5 calls per minute."}, RateLimitedError, 60),
        (
            {"Information": "Our standard API rate limit is 25 requests per day. Premium plans: ..."},
            RateLimitedError,
            3600,
        ),
        ({"Information": "This is a premium endpoint."}, NotOfferedError, None),
        ({"Error Message": "the parameter apikey is invalid or missing."}, NotOfferedError, None),
        ({"Error Message": "Invalid API call. Please retry."}, UnknownSymbolError, None),
    ],
)
def test_sentences_are_understood(vendor: Any, answer: Any, kind: type[QuoteError], wait: float | None) -> None:
    """Everything comes with HTTP 200; what it means is in the words."""
    serve(vendor, lambda path, query: answer)
    with pytest.raises(kind) as caught:
        build("alphavantage", vendor).profile("EXM")
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after_seconds == wait


def test_minutes_are_new_yorks_and_come_by_the_month(vendor: Any) -> None:
    """Half past nine in New York in November is 14:30 UTC; a window over two months is two calls."""
    row = {"1. open": "10", "2. high": "11", "3. low": "9", "4. close": "10.5", "5. volume": "100"}

    def answer(path: str, query: dict[str, str]) -> Any:
        return {"Meta Data": {}, "Time Series (1min)": {f"{query['month']}-10 09:30:00": row}}

    serve(vendor, answer)
    span = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
    bars = build("alphavantage", vendor).candles("EXM", BarInterval.M1, *span)
    assert [from_micros(start) for start in bars.start.tolist()] == [
        datetime(2026, 10, 10, 13, 30, tzinfo=UTC),
        datetime(2026, 11, 10, 14, 30, tzinfo=UTC),
    ]
    assert len(vendor.calls) == 2


def test_the_long_history_is_asked_for_only_when_needed(vendor: Any) -> None:
    """A hundred rows are the short answer; more is the long one."""
    serve(vendor, RECORDED["alphavantage"].answer)
    end = datetime(2026, 11, 18, tzinfo=UTC)
    for start in (datetime(2026, 11, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)):
        build("alphavantage", vendor).candles("EXM", BarInterval.D1, start, end)
    assert [query["outputsize"] for _, query in vendor.calls] == ["compact", "full"]


def test_its_candles_are_as_traded() -> None:
    """Splits are to be applied by whoever keeps them."""
    assert not known_providers()["alphavantage"].is_split_adjusted


def test_a_key_is_needed() -> None:
    """Without a key it cannot be built, and the error names the setting."""
    with pytest.raises(SettingsError) as caught:
        known_providers()["alphavantage"].build(ProviderOptions())
    assert "ALPHAVANTAGE_API_KEY" in caught.value.hint


def test_splits_and_dividends_are_two_calls(vendor: Any) -> None:
    """Both tables are read since the wanted day; a dividend without a day is passed over."""
    tables: dict[str, list[dict[str, str]]] = {
        "SPLITS": [
            {"effective_date": "2026-08-31", "split_factor": "1.5000"},
            {"effective_date": "2014-06-09", "split_factor": "7.0000"},
        ],
        "DIVIDENDS": [
            {"ex_dividend_date": "2026-11-10", "amount": "0.25"},
            {"ex_dividend_date": "None", "amount": "0.26"},
        ],
    }
    serve(vendor, lambda path, query: {"symbol": "EXM", "data": tables[query["function"]]})
    found = build("alphavantage", vendor).actions("EXM", datetime(2020, 1, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    assert [(item.word.value, item.effective_at.month, item.new, item.old, item.amount) for item in found] == [
        ("split", 8, 3, 2, None),
        ("dividend", 11, None, None, Decimal("0.25")),
    ]
    serve(vendor, lambda path, query: {"strange": 1})
    with pytest.raises(QuoteError):
        build("alphavantage", vendor).actions("EXM", datetime(2020, 1, 1, tzinfo=UTC))  # type: ignore[attr-defined]
