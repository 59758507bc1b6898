"""The quote providers there are: which are in use and in what order, how each is doing, what was put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.quotes import ProviderSpec, known_providers
from domain.quote_feeds import ProviderFacts, Refusal

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.market import ProviderStatus
    from services.container import Services

_SETTINGS = {
    "FINNHUB_API_KEY": "finnhub_key",
    "ALPHAVANTAGE_API_KEY": "alphavantage_key",
    "COINDESK_API_KEY": "coindesk_key",
    "FILLWISE_CANDLE_DIR": "candle_dir",
}
_OPTIONAL = ("COINDESK_API_KEY",)
_LISTED = 500


def list_providers(services: Services) -> list[ProviderFacts]:
    """Return every provider: those in use in their order, then the others by name."""
    statuses = {status.slug: status for status in services.quotes.provider_status()}
    given = {name for name, field in _SETTINGS.items() if getattr(services.installation, field)}
    known = known_providers()
    places = {slug: place for place, slug in enumerate(statuses, start=1)}
    order = [*statuses, *sorted(slug for slug in known if slug not in statuses)]
    return [_facts(known[slug], places.get(slug), statuses.get(slug), given) for slug in order]


def list_refusals(services: Services, owner: UserId, *, limit: int = 100) -> list[Refusal]:
    """Return what the gate put aside of the symbols that an owner watches or traded, newest first.

    The cache is everybody's; which symbols others look at is theirs alone.
    """
    mine = {symbol.upper() for symbol in services.watchlists.symbols(owner)}
    mine |= {item.symbol.upper() for book in services.ledger.books(owner) for item in book.instruments}
    mine = {symbol.replace("/", "-") for symbol in mine}
    return [item for item in services.quotes.refusals(_LISTED) if item.symbol in mine][:limit]


def _facts(spec: ProviderSpec, place: int | None, status: ProviderStatus | None, given: set[str]) -> ProviderFacts:
    return ProviderFacts(
        slug=spec.slug,
        title=spec.title,
        place=place,
        status=status,
        offers=spec.asset_classes,
        intervals=tuple(width.value for width in spec.intervals),
        streams=spec.streams,
        limits=", ".join(limit.words for limit in spec.limits),
        setting=spec.key_setting,
        is_set=not spec.key_setting or spec.key_setting in _OPTIONAL or spec.key_setting in given,
        note=spec.note,
    )
