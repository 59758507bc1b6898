"""What a price of the market rests on: its provider, its checks, its change, its year."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from components.price_why import explanation
from data.quotes.cache import QuoteCache
from data.quotes.gate import QUOTE_CHECKS
from domain.accounts import UserId
from domain.errors import InvalidInputError
from services.companies import CompanyService
from services.container import Services
from services.market import MarketService
from services.price_derivations import PriceDerivationService
from services.quote_archive import QuoteArchive
from services.quotes import QuoteService
from tests.components.markup import text_of
from tests.conftest import NOW
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody without trades."""
    return services.users.register("maya", "four unrelated words").id


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that stands at the tests' now."""
    return SteppedClock(NOW)


@pytest.fixture
def provider(clock: SteppedClock) -> ScriptedProvider:
    """A real provider of one symbol."""
    made = make_scripted(clock, "vendor")
    made.prices = {"EXM": 101.25}
    made.changes = {"previous_close": 100.0}
    return made


@pytest.fixture
def derivations(
    services: Services, tmp_path: Path, clock: SteppedClock, provider: ScriptedProvider
) -> PriceDerivationService:
    """The service on that provider and the real database."""
    archive = QuoteArchive(services.db)
    cache = QuoteCache(tmp_path / "q", clock, archive=archive, patience_seconds=60, deadline_seconds=60)
    quotes = QuoteService([provider], tmp_path / "q", clock, cache=cache, archive=archive)
    market = MarketService(
        quotes, services.ledger, services.watchlists, services.market_hours, candles=services.candles
    )
    companies = CompanyService(
        quotes, market, services.watchlists, ledger=services.ledger, portfolio=services.portfolio
    )
    return PriceDerivationService(companies, quotes, clock)


def test_a_price_names_its_provider_checks_and_refusals(
    derivations: PriceDerivationService, provider: ScriptedProvider, clock: SteppedClock, owner: UserId
) -> None:
    """Provider, age, previous close and checks are told; a price a hundred times off is refused and listed."""
    first = derivations.derive(owner, "EXM")
    assert first.found.quote is not None
    assert (first.title, first.found.quote.price, first.found.quote.previous_close) == (
        provider.spec.title,
        101.25,
        100.0,
    )
    assert first.checks == QUOTE_CHECKS
    assert first.refused == ()
    provider.prices["EXM"] = 10_125.0
    clock.advance(300)
    derivations.derive(owner, "EXM")
    later = derivations.derive(owner, "EXM")
    assert later.found.quote is not None
    assert later.found.quote.price == 101.25
    assert later.age_seconds == pytest.approx(300)
    assert [item.symbol for item in later.refused] == ["EXM"]
    assert "times the last good one" in later.refused[0].reason
    clock.advance(timedelta(days=8).total_seconds())
    assert derivations.derive(owner, "EXM").refused == ()


def test_the_drawer_says_all_of_it(services: Services, owner: UserId) -> None:
    """A simulated price says so; its change, its year with the number of bars, and that no trade is behind it."""
    derived = services.price_derivations.derive(owner, "aapl")
    quote, year = derived.found.quote, derived.found.year
    assert quote is not None
    assert year is not None
    assert (quote.simulated, derived.checks) == (True, ())
    assert derived.bars_from is not None
    assert derived.bars_to is not None
    assert derived.bars_to - derived.bars_from <= timedelta(days=364)
    shown = " ".join(text_of(part) for part in explanation(derived, zone="Europe/Berlin"))
    for words in (
        "AAPL", "change = last price − previous close", "Previous close", "Provider", "simulated", "Age", "Received",
        "restated for splits", "Trades behind it", "None: it is a price of the market", f"Daily bars{year.days}",
    ):  # fmt: skip
        assert words in shown, words


def test_a_symbol_without_a_price_says_so(derivations: PriceDerivationService, owner: UserId) -> None:
    """Nothing is made up for a symbol that no provider knows; what is no symbol is an error."""
    derived = derivations.derive(owner, "NOSUCH")
    assert (derived.found.quote, derived.title, derived.age_seconds) == (None, "", None)
    assert "No provider has a price" in " ".join(text_of(part) for part in explanation(derived, zone="UTC"))
    with pytest.raises(InvalidInputError):
        derivations.derive(owner, "<b>")
