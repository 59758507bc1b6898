"""Last good prices, profiles and what was put aside live in the database, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.db.provider_data import KEPT_REFUSALS
from data.quotes.cache import QuoteCache
from domain.errors import QuoteUnavailableError
from domain.market import Profile, Quote
from domain.quote_feeds import Refusal
from services.container import Services
from services.quote_archive import QuoteArchive
from services.quote_providers import list_providers, list_refusals
from services.quotes import QuoteService
from tests.conftest import NOW
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

QUOTE = Quote(symbol="EXM", price=101.25, as_of=NOW, fetched_at=NOW, provider="p", previous_close=100.0, bid=101.0)


@pytest.fixture
def archive(services: Services) -> QuoteArchive:
    """The archive of an empty database."""
    return QuoteArchive(services.db)


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that stands at the tests' now."""
    return SteppedClock(NOW)


@pytest.fixture
def provider(clock: SteppedClock) -> ScriptedProvider:
    """A provider of two symbols."""
    made = make_scripted(clock, "vendor")
    made.prices = {"EXM": 10.0, "OTHER": 20.0}
    return made


@pytest.fixture
def cache_dirs(tmp_path: Path) -> list[Path]:
    """Folders for caches of several machines."""
    return [tmp_path / "one", tmp_path / "two"]


def make_service(
    folder: Path, clock: SteppedClock, archive: QuoteArchive, provider: ScriptedProvider
) -> tuple[QuoteService, QuoteCache]:
    """A quote service with a cache of its own, as on a machine of its own."""
    cache = QuoteCache(folder, clock, archive=archive, patience_seconds=60, deadline_seconds=60, jitter=lambda: 1.0)
    return QuoteService([provider], folder, clock, cache=cache, archive=archive), cache


def settle() -> None:
    """Wait for what runs in the background."""
    for thread in threading.enumerate():
        if thread.name == "quotes":
            thread.join(60)


def test_a_quote_comes_back_as_it_was(archive: QuoteArchive) -> None:
    """Every field of a kept quote survives, and an older price never replaces a newer one."""
    archive.keep_quotes([QUOTE, replace(QUOTE, symbol="OTHER", provider="q")])
    assert archive.read_quotes(["EXM", "NOPE"]) == {"EXM": QUOTE}
    archive.keep_quotes([replace(QUOTE, price=99.0, as_of=NOW - timedelta(hours=1))])
    assert archive.read_quotes(["EXM"])["EXM"].price == 101.25
    archive.keep_quotes([replace(QUOTE, price=102.0, as_of=NOW + timedelta(minutes=1))])
    assert archive.read_quotes(["EXM"])["EXM"].price == 102.0
    assert archive.count_quotes() == {"p": 1, "q": 1}


def test_many_quotes_are_kept_and_read_at_once(archive: QuoteArchive) -> None:
    """A list longer than a statement may be is no matter."""
    symbols = [f"S{number}" for number in range(1201)]
    archive.keep_quotes([replace(QUOTE, symbol=symbol) for symbol in symbols])
    assert len(archive.read_quotes(symbols)) == 1201


def test_a_profile_comes_back_as_it_was(archive: QuoteArchive) -> None:
    """Of each provider the last profile is kept, with the moment it came."""
    profile = Profile(symbol="EXM", name="Example", market_cap=2.5e9, logo="https://x/y.png", provider="p")
    archive.keep_profile(profile, at=NOW)
    archive.keep_profile(replace(profile, name="Example Inc"), at=NOW + timedelta(days=1))
    assert archive.find_profile("EXM", "p") == (replace(profile, name="Example Inc"), NOW + timedelta(days=1))
    assert archive.find_profile("EXM", "q") is None


def test_only_the_newest_refusals_are_kept(archive: QuoteArchive) -> None:
    """The list does not grow for ever."""
    row = Refusal(provider="p", symbol="EXM", kind="quote", reason="no", refused_at=NOW)
    for first in range(0, 700, 100):
        archive.add_refusals([replace(row, value=str(first + number)) for number in range(100)])
    kept = archive.read_refusals(10_000)
    assert len(kept) == KEPT_REFUSALS
    assert kept[0].value == "699"


def test_a_new_machine_has_the_last_good_price(
    cache_dirs: list[Path], clock: SteppedClock, archive: QuoteArchive, provider: ScriptedProvider
) -> None:
    """With an empty cache and a provider that is down, the price of the database is served, marked stale."""
    first, first_cache = make_service(cache_dirs[0], clock, archive, provider)
    assert first.quote("EXM").price == 10.0
    settle()
    clock.advance(3600)
    provider.error = QuoteUnavailableError("It is down.")
    second, second_cache = make_service(cache_dirs[1], clock, archive, provider)
    quote = second.quote("EXM")
    assert (quote.price, quote.stale, quote.fetched_at) == (10.0, True, NOW)
    settle()
    first_cache.close()
    second_cache.close()


def test_a_profile_is_asked_for_once_a_day(
    cache_dirs: list[Path], clock: SteppedClock, archive: QuoteArchive, provider: ScriptedProvider
) -> None:
    """Two machines ask once in 24 hours; when the provider is down afterwards the old profile stays."""
    services = [make_service(folder, clock, archive, provider) for folder in cache_dirs]
    assert [service.profile("EXM").name for service, _ in services] == ["EXM by vendor"] * 2
    assert provider.calls.count(["profile", "EXM"]) == 1
    clock.advance(86_401)
    provider.error = QuoteUnavailableError("It is down.")
    settle()
    assert services[1][0].profile("EXM").name == "EXM by vendor"
    settle()
    for _, cache in services:
        cache.close()


def test_what_the_gate_refuses_is_written_down(
    cache_dirs: list[Path], clock: SteppedClock, archive: QuoteArchive, provider: ScriptedProvider
) -> None:
    """A price in pence is put aside with its reason and the price that stays, which the database keeps too."""
    service, cache = make_service(cache_dirs[0], clock, archive, provider)
    service.quote("EXM")
    settle()
    clock.advance(61)
    provider.prices["EXM"] = 1000.0
    assert service.quote("EXM").price == 10.0
    settle()
    (refusal,) = service.refusals()
    assert (refusal.symbol, refusal.kind, refusal.last_good) == ("EXM", "quote", 10.0)
    assert "pence" in refusal.reason
    assert archive.read_quotes(["EXM"])["EXM"].price == 10.0
    cache.close()


def test_providers_are_listed_with_their_state(services: Services) -> None:
    """Those in use come first in their order; the others say what they need."""
    found = list_providers(services)
    assert (found[0].slug, found[0].place) == ("demo", 1)
    assert all(item.status is None for item in found[1:])
    by_slug = {item.slug: item for item in found}
    assert (by_slug["finnhub"].setting, by_slug["finnhub"].is_set) == ("FINNHUB_API_KEY", False)
    assert by_slug["coindesk"].is_set
    assert by_slug["finnhub"].limits == "30/s, 60/min"


def test_refusals_of_what_others_look_at_are_theirs(services: Services) -> None:
    """Everybody sees what was put aside of his own symbols only."""
    owner = services.users.register("ann", "correct horse battery").id
    row = Refusal(provider="p", symbol=services.watchlists.symbols(owner)[0], kind="quote", reason="no", refused_at=NOW)
    QuoteArchive(services.db).add_refusals([row, replace(row, symbol="SECRET")])
    assert [item.symbol for item in list_refusals(services, owner)] == [row.symbol]
