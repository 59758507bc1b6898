"""The demo provider: simulated, and it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.quotes import ProviderOptions, QuoteProvider
from data.quotes.providers.demo import PROVIDER
from domain.errors import QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval

NOW = datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC)


@pytest.fixture
def demo() -> QuoteProvider:
    """A demo provider at a fixed instant."""
    return PROVIDER.build(ProviderOptions(clock=lambda: NOW))


def test_everything_is_marked_simulated(demo: QuoteProvider) -> None:
    """The spec, every quote, every profile and every search result carry the mark."""
    assert demo.spec.simulated
    assert "simulated" in demo.spec.title.lower()
    symbols = [profile.symbol for profile in demo.search("")]
    indices = ["^DJI", "^DMI", "^GSPC", "^NDX", "^NSEBANK", "^NSEI"]
    assert symbols == ["AAPL", "BTC-USD", "ETH-USD", "FB", "GOOG", "IBM", "MSFT", *indices]
    assert all(quote.simulated for quote in demo.quotes(symbols).values())
    assert all(profile.simulated for profile in demo.search(""))
    assert demo.profile("AAPL").simulated


def test_quotes_are_of_this_second(demo: QuoteProvider) -> None:
    """A quote carries the instant, the session so far and the close before; unknown symbols are absent."""
    quotes = demo.quotes(["AAPL", "TSLA"])
    assert list(quotes) == ["AAPL"]
    quote = quotes["AAPL"]
    assert (quote.as_of, quote.fetched_at, quote.provider) == (NOW, NOW, "demo")
    assert quote.low is not None
    assert quote.high is not None
    assert quote.low <= quote.price <= quote.high
    assert quote.previous_close == 448.97


def test_candles_lie_in_the_asked_span(demo: QuoteProvider) -> None:
    """Both ends of the span are respected, the start included and the end not."""
    start = datetime(2026, 11, 16, tzinfo=UTC)
    days = demo.candles("IBM", BarInterval.D1, start, start + timedelta(days=2))
    assert len(days) == 2
    minutes = demo.candles("IBM", BarInterval.M1, start, start + timedelta(days=2))
    assert len(minutes) == 2 * 390
    assert len(demo.candles("IBM", BarInterval.M1, NOW + timedelta(days=1), NOW + timedelta(days=2))) == 0


def test_a_profile_is_whole(demo: QuoteProvider) -> None:
    """A share and a coin are worth the last close times what there is of them; an index is worth nothing by itself."""
    found = {symbol: demo.profile(symbol) for symbol in ("AAPL", "BTC-USD", "^GSPC")}
    close = demo.quotes(["AAPL"])["AAPL"].previous_close
    assert close is not None
    assert found["AAPL"].market_cap == pytest.approx(close * 939e6)
    assert found["AAPL"].sector
    assert 1e11 < (found["BTC-USD"].market_cap or 0) < 1e13
    assert found["^GSPC"].market_cap is None
    assert {item.logo for item in found.values()} == {"drawn:AAPL", "drawn:BTC-USD", "drawn:^GSPC"}


def test_unknown_symbols_and_widths_are_errors(demo: QuoteProvider) -> None:
    """The error says what there is."""
    with pytest.raises(UnknownSymbolError) as caught:
        demo.candles("TSLA", BarInterval.D1, NOW - timedelta(days=9), NOW)
    assert "AAPL" in caught.value.hint
    with pytest.raises(UnknownSymbolError):
        demo.profile("TSLA")
    with pytest.raises(QuoteUnavailableError):
        demo.candles("AAPL", BarInterval.H1, NOW - timedelta(days=9), NOW)
    early = PROVIDER.build(ProviderOptions(clock=lambda: datetime(2013, 1, 1, tzinfo=UTC)))
    with pytest.raises(QuoteUnavailableError, match="2013-01-01"):
        early.candles("AAPL", BarInterval.D1, NOW - timedelta(days=9), NOW)


def test_search_finds_symbols_and_names(demo: QuoteProvider) -> None:
    """Part of a symbol or a name is enough."""
    assert [item.symbol for item in demo.search("micro")] == ["MSFT"]
    assert [item.symbol for item in demo.search("usd")] == ["BTC-USD", "ETH-USD"]
    assert demo.search("tesla") == []
