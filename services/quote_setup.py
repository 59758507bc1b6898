"""How the quote service of an installation is put together: its providers, their budget, its cache and its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.quotes import ProviderOptions, build_providers
from data.quotes.budget import CallBudget
from data.quotes.cache import QuoteCache
from data.quotes.store import QuoteStore
from services.quote_archive import QuoteArchive
from services.quotes import QuoteService

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.container import Installation


def build_quote_service(made: Installation, database: Database, clock: Clock) -> QuoteService:
    """Return the quote service.

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
    providers = build_providers(made.quotes, options=options, take_of=budget.take_of)
    cache = QuoteCache(directory, clock, archive=archive, store=store)
    return QuoteService(providers, directory, clock, cache=cache, archive=archive, budget=budget)
