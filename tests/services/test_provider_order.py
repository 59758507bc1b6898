"""The order of providers as a setting: by kind of instrument, checked, and the same in every process at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.quotes import build_providers
from data.quotes.ring import ProviderRing
from domain.errors import ForbiddenError, InvalidInputError
from domain.provider_order import OrderClass, class_of
from services.container import Installation, Services
from services.quote_providers import change_order, list_orders
from services.quotes import QuoteService
from tests.conftest import NOW
from tests.data.quotes.scripted import SteppedClock, make_scripted


@pytest.fixture
def two(database_url: str, tmp_path: Path) -> Iterator[tuple[Services, Services]]:
    """Two servers of one installation, which look at the order each time."""
    made = Installation(
        data_dir=tmp_path, database_url=database_url, quotes=("kraken", "yfinance", "demo"), finnhub_key="key"
    )
    pair = Services(made, clock=lambda: NOW), Services(made, clock=lambda: NOW)
    pair[0].migrate()
    for services in pair:
        services.provider_order.recheck_seconds = 0.0
    yield pair
    for services in pair:
        services.quotes.close()
        services.db.close()


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [
        ("AAPL", "stock"), ("BRK.B", "stock"), ("VOD.L", "stock"), ("btc-usd", "crypto"), ("SOL/EUR", "crypto"),
        ("EURUSD=X", "forex"), ("EUR-USD", "forex"), ("^GSPC", "index"), ("NIFTY 50", "index"),
        ("BANKNIFTY", "index"), ("BANK NIFTY", "index"), ("ES=F", "future"),
    ],
)  # fmt: skip
def test_a_symbol_s_kind_is_in_its_spelling(symbol: str, kind: str) -> None:
    """Pairs of a coin, pairs of two currencies, carets and suffixes tell what a symbol is."""
    assert class_of(symbol) == kind


def test_a_choice_holds_in_every_process_without_a_restart(two: tuple[Services, Services]) -> None:
    """What one server chose the other asks next; other kinds keep the order of the environment."""
    one, other = two
    ann = one.users.register("ann", "four unrelated words").id
    assert other.quotes.order_of("BTC-USD") == ["kraken", "yfinance", "demo"]
    one.provider_order.save(ann, OrderClass.CRYPTO, ["okx", "demo", "kraken"])
    assert one.quotes.order_of("BTC-USD") == ["okx", "kraken", "demo"]
    assert other.quotes.order_of("BTC-USD") == ["okx", "kraken", "demo"]
    assert other.quotes.order_of("AAPL") == ["kraken", "yfinance", "demo"]
    found = {row.kind: row for row in list_orders(other, ann).rows}
    assert [item.slug for item in found["crypto"].providers] == ["okx", "kraken", "demo"]
    assert [item.slug for item in found["stock"].providers] == ["yfinance", "demo"]
    assert (found["crypto"].is_chosen, found["stock"].is_chosen) == (True, False)
    other.provider_order.reset(ann, OrderClass.CRYPTO)
    assert one.quotes.order_of("BTC-USD") == ["kraken", "yfinance", "demo"]
    order = one.provider_order.order()
    assert (order.changed_by, order.changed_at) == ("ann", NOW)


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        ([], "at least one"),
        (["nobody"], "not known"),
        (["kraken"], "no stocks and funds"),
        (["alphavantage"], "needs ALPHAVANTAGE_API_KEY"),
        (["yfinance", "yfinance"], "twice"),
    ],
)
def test_what_cannot_be_asked_is_refused(two: tuple[Services, Services], slugs: list[str], words: str) -> None:
    """An unknown provider, one without this kind or without its key: a sentence, and nothing changes."""
    services = two[0]
    ann = services.users.register("ann", "four unrelated words").id
    with pytest.raises(InvalidInputError, match=words):
        services.provider_order.save(ann, OrderClass.STOCK, slugs)
    assert services.provider_order.chosen() == {}


def test_only_the_keeper_changes_it(two: tuple[Services, Services]) -> None:
    """The first person who signed up keeps the installation; others see the order and who may change it."""
    services = two[0]
    ann, bob = (services.users.register(name, "four unrelated words").id for name in ("ann", "bob"))
    with pytest.raises(ForbiddenError, match="everybody") as caught:
        services.provider_order.save(bob, OrderClass.CRYPTO, ["okx"])
    assert "ann" in caught.value.hint
    shown = list_orders(services, bob)
    assert (shown.may_change, shown.keeper) == (False, "ann")
    assert list_orders(services, ann).may_change


def test_providers_are_moved_added_and_removed(two: tuple[Services, Services]) -> None:
    """The buttons of the page: up, down, add, remove, and back to the default."""
    services = two[0]
    ann = services.users.register("ann", "four unrelated words").id

    def press(action: str, slug: str) -> list[str]:
        change_order(services, ann, OrderClass.STOCK, action, slug)
        return list(services.provider_order.chosen().get(OrderClass.STOCK, ()))

    assert press("add", "finnhub") == ["yfinance", "finnhub", "demo"]
    assert press("up", "finnhub") == ["finnhub", "yfinance", "demo"]
    assert press("down", "finnhub") == ["yfinance", "finnhub", "demo"]
    assert press("remove", "yfinance") == ["finnhub", "demo"]
    assert press("reset", "") == []


def test_prices_follow_the_order(tmp_path: Path) -> None:
    """Each kind is answered by its own first provider; one that is not in its order is not asked for it."""
    clock = SteppedClock(NOW)
    one, other = make_scripted(clock, "one"), make_scripted(clock, "other")
    for provider in (one, other):
        provider.prices = {"AAPL": 10.0, "BTC-USD": 20.0}
    ring = ProviderRing([one, other], chosen=lambda: {OrderClass.CRYPTO: ("other",)})
    service = QuoteService(ring, tmp_path, clock)
    found = service.quotes(["AAPL", "BTC-USD"])
    assert {symbol: quote.provider for symbol, quote in found.items()} == {"AAPL": "one", "BTC-USD": "other"}
    assert one.calls == [["AAPL"]]
    service.close()


def test_a_key_that_was_taken_away_is_passed_over(two: tuple[Services, Services], tmp_path: Path) -> None:
    """A chosen provider that lacks its key after a restart is left out, not a reason to fail."""
    services = two[0]
    ann = services.users.register("ann", "four unrelated words").id
    services.provider_order.save(ann, OrderClass.STOCK, ["finnhub", "yfinance"])
    made = Installation(data_dir=tmp_path, database_url=services.installation.database_url)
    keyless = Services(made, clock=lambda: NOW)
    assert keyless.quotes.order_of("AAPL") == ["yfinance"]
    keyless.quotes.close()
    keyless.db.close()


def test_simulated_prices_never_go_first() -> None:
    """Wherever the demo stands in an order, real providers are asked before it."""
    ring = ProviderRing(build_providers(["demo", "kraken"]))
    assert [item.spec.slug for item in ring.of_symbol("BTC-USD")] == ["kraken", "demo"]
