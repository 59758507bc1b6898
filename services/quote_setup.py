"""How the quote service of an installation is put together: its providers, their budget, its cache and its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from data.quotes import ProviderOptions, QuoteProvider, build_providers
from data.quotes.budget import CallBudget
from data.quotes.cache import QuoteCache
from data.quotes.ring import Chosen, ProviderRing, nothing_chosen
from data.quotes.store import QuoteStore
from domain.errors import SettingsError
from services.quote_archive import QuoteArchive
from services.quotes import QuoteService

if TYPE_CHECKING:
    from data.db.engine import Database
    from data.quotes.hub import LiveHistory
    from domain.periods import Clock
    from services.container import Installation


def build_quote_service(
    made: Installation,
    database: Database,
    clock: Clock,
    *,
    chosen: Chosen = nothing_chosen,
    history: Callable[[], LiveHistory] | None = None,
) -> QuoteService:
    """Return the quote service.

    Args:
        made: The settings.
        database: For last good prices.
        clock: Source of the current instant.
        chosen: Says which order of providers was chosen.
        history: Gives what keeps the closed bars of streams.

    Raises:
        SettingsError: If a provider is not known or lacks its key or folder.
    """
    directory = made.data_dir / "cache"
    store = QuoteStore(directory)
    budget = CallBudget(store, clock)
    archive = QuoteArchive(database)
    options = ProviderOptions(
        clock=clock,
        finnhub_key=made.finnhub_key,
        alphavantage_key=made.alphavantage_key,
        coindesk_key=made.coindesk_key,
        candle_dir=made.candle_dir,
    )

    def build(slug: str) -> QuoteProvider | None:
        try:
            return build_providers([slug], options=options, take_of=budget.take_of)[0]
        except SettingsError:
            return None  # chosen while its key was set

    default = build_providers(made.quotes, options=options, take_of=budget.take_of)
    ring = ProviderRing(default, chosen=chosen, build=build)
    cache = QuoteCache(directory, clock, archive=archive, store=store)
    return QuoteService(ring, directory, clock, cache=cache, archive=archive, budget=budget, history=history)
