"""Every provider on its recorded answers: the same prices, bars, names and faults, whatever its wire format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from data.quotes import ProviderOptions, QuoteProvider, known_providers
from domain.errors import NotOfferedError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import from_micros
from tests.data.quotes.recorded import CLOSES, DAYS, END, NOW, PRICE, RECORDED, START, Recording
from tests.data.quotes.vendor import Answer, Vendor

WITHOUT_NETWORK = {"demo", "files"}


def serve(vendor: Vendor, recording: Recording) -> None:
    """Let a vendor answer as it was recorded."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        body = recording.answer(path, query)
        return body if isinstance(body, Answer) else Answer(body, content_type=recording.content_type)

    vendor.answer = answer


def build(slug: str, vendor: Vendor, **options: Any) -> QuoteProvider:
    """Make a provider that talks to the local server; it waits long, for a busy machine."""
    given = {"clock": lambda: NOW, "base_url": vendor.url, "timeout_seconds": 60.0, **RECORDED[slug].options}
    return known_providers()[slug].build(ProviderOptions(**(given | options)))


@pytest.fixture(params=sorted(RECORDED))
def slug(request: pytest.FixtureRequest) -> Iterator[str]:
    """One provider that speaks over the network."""
    yield request.param
    from yfinance.data import SingletonMeta  # noqa: PLC0415 - the library's memory of other tests

    SingletonMeta._instances.clear()


@pytest.fixture
def provider(slug: str, vendor: Vendor) -> QuoteProvider:
    """The provider, its vendor answering as recorded."""
    serve(vendor, RECORDED[slug])
    return build(slug, vendor)


def test_every_provider_is_recorded() -> None:
    """A provider that speaks over the network has recorded answers, and so a row in the matrix of faults."""
    assert set(RECORDED) == set(known_providers()) - WITHOUT_NETWORK


def test_a_quote_is_read(slug: str, provider: QuoteProvider) -> None:
    """Price, currency, instants and the session's values are those of the recording."""
    recording = RECORDED[slug]
    quote = provider.quotes([recording.symbol])[recording.symbol]
    assert (quote.symbol, quote.price, quote.provider) == (recording.symbol, PRICE, slug)
    assert quote.fetched_at == NOW
    assert timedelta(0) <= NOW - quote.as_of <= timedelta(days=2)
    assert quote.currency == ("INR" if slug == "nse" else "USD")
    assert quote.previous_close in (None, pytest.approx(105.0))
    assert not quote.simulated


def test_an_unknown_symbol_is_left_out(slug: str, provider: QuoteProvider) -> None:
    """What the vendor does not know is absent, never a price of zero, and the others are there."""
    recording = RECORDED[slug]
    assert list(provider.quotes([recording.unknown, recording.symbol])) == [recording.symbol]


def test_candles_are_read(slug: str, provider: QuoteProvider) -> None:
    """The five bars come with their prices, ascending, labelled by midnight UTC of their day."""
    bars = provider.candles(RECORDED[slug].symbol, BarInterval.D1, START, END)
    assert [from_micros(start) for start in bars.start.tolist()] == list(DAYS)
    assert tuple(bars.close.tolist()) == CLOSES
    assert bars.high.tolist() == [close + 1 for close in CLOSES]
    assert bars.low.tolist() == [close - 1 for close in CLOSES]
    assert set(bars.volume.tolist()) == ({0.0} if slug == "nse" else {1000.0})


def test_a_part_of_the_candles_is_read(slug: str, provider: QuoteProvider) -> None:
    """The first instant is included, the last is not."""
    if slug == "yfinance":
        pytest.skip("it asks the vendor for the window and takes what it says")
    bars = provider.candles(RECORDED[slug].symbol, BarInterval.D1, DAYS[1], DAYS[3])
    assert tuple(bars.close.tolist()) == CLOSES[1:3]


def test_candles_of_an_unknown_symbol_are_an_error(slug: str, provider: QuoteProvider) -> None:
    """No such symbol is told apart from no trading."""
    with pytest.raises(UnknownSymbolError):
        provider.candles(RECORDED[slug].unknown, BarInterval.D1, START, END)


def test_a_width_it_lacks_is_not_offered(provider: QuoteProvider) -> None:
    """A width that the spec does not name is refused without a call."""
    missing = next(width for width in BarInterval if width not in provider.spec.intervals)
    with pytest.raises(NotOfferedError):
        provider.candles("BTC-USD", missing, START, END)


def test_a_profile_is_read(slug: str, provider: QuoteProvider) -> None:
    """The name is there, and an unknown symbol is an error."""
    recording = RECORDED[slug]
    profile = provider.profile(recording.symbol)
    assert (profile.symbol, profile.name) == (recording.symbol, recording.profile_name)
    with pytest.raises(UnknownSymbolError):
        provider.profile(recording.unknown)


def test_a_search_finds_it(slug: str, provider: QuoteProvider) -> None:
    """Searching gives instruments, best first, or says that there is no search."""
    recording = RECORDED[slug]
    if not recording.searched:
        with pytest.raises(NotOfferedError):
            provider.search("x")
        return
    found = provider.search(recording.searched)
    expected = "NIFTY BANK" if slug == "nse" else recording.symbol
    assert expected in [item.symbol for item in found]


def test_every_request_takes_from_the_budget(slug: str, vendor: Vendor) -> None:
    """No request goes out without a token, whichever library sends it."""
    serve(vendor, RECORDED[slug])
    taken: list[int] = []
    provider = build(slug, vendor, take=lambda: taken.append(1))
    provider.quotes([RECORDED[slug].symbol])
    provider.candles(RECORDED[slug].symbol, BarInterval.D1, START, END)
    assert len(taken) == len(vendor.calls) >= 2


def test_limits_are_declared(slug: str) -> None:
    """Each provider that is called over the network says how often that may be, and in which windows."""
    spec = known_providers()[slug]
    assert spec.limits
    assert all(limit.calls > 0 and limit.seconds > 0 for limit in spec.limits)
