"""The quote providers there are: which are in use and in what order, how each is doing, what was put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.quotes import ProviderSpec, known_providers
from domain.provider_order import OrderClass
from domain.quote_feeds import OrderRow, ProviderFacts, ProviderOrders, Refusal
from services.provider_order import keeper_of

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.market import ProviderStatus
    from services.container import Installation, Services

_SETTINGS = {
    "FINNHUB_API_KEY": "finnhub_key",
    "ALPHAVANTAGE_API_KEY": "alphavantage_key",
    "COINDESK_API_KEY": "coindesk_key",
    "FILLWISE_CANDLE_DIR": "candle_dir",
}
_LISTED = 500


def list_providers(services: Services) -> list[ProviderFacts]:
    """Return every provider: those in use in their order, then the others by name."""
    statuses = {status.slug: status for status in services.quotes.provider_status()}
    given = given_settings(services.installation)
    known = known_providers()
    places = {slug: place for place, slug in enumerate(statuses, start=1)}
    order = [*statuses, *sorted(slug for slug in known if slug not in statuses)]
    return [_facts(known[slug], places.get(slug), statuses.get(slug), given) for slug in order]


def list_orders(services: Services, owner: UserId) -> ProviderOrders:
    """Return the order of providers for each kind of instrument, and who may change it."""
    facts = {item.slug: item for item in list_providers(services)}
    order, quotes = services.provider_order.order(), services.quotes
    with services.db.read() as session:
        keeper = keeper_of(session)
    rows = []
    for kind in OrderClass:
        mine = [slug for slug in quotes.order_of_kind(kind) if kind.is_served_by(known_providers()[slug].asset_classes)]
        others = [spec.slug for spec in known_providers().values() if kind.is_served_by(spec.asset_classes)]
        rows.append(
            OrderRow(
                kind=kind.value,
                label=kind.label,
                providers=tuple(facts[slug] for slug in mine),
                is_chosen=kind in order.chosen,
                others=tuple(facts[slug] for slug in others if slug not in mine),
            )
        )
    return ProviderOrders(
        rows=tuple(rows),
        may_change=int(keeper.id) == int(owner),
        keeper=keeper.username,
        changed_by=order.changed_by,
        changed_at=order.changed_at,
    )


def change_order(services: Services, owner: UserId, kind: OrderClass, action: str, slug: str) -> str:
    """Move a provider of a kind up or down, add or remove it, or go back to the default; returns what was done.

    Raises:
        ForbiddenError, InvalidInputError: As `ProviderOrderService.save`.
    """
    if action == "reset":
        services.provider_order.reset(owner, kind)
        return f"{kind.label}: asked in the default order again"
    row = next(item for item in list_orders(services, owner).rows if item.kind == kind.value)
    order = [item.slug for item in row.providers]
    if action == "add":
        order.append(slug)
    elif slug in order:
        place = order.index(slug)
        order.pop(place)
        if action in ("up", "down"):
            order.insert(max(0, place - 1) if action == "up" else place + 1, slug)
    found = services.provider_order.save(owner, kind, order)
    return f"{kind.label}: {', '.join(found.chosen[kind])}"


def given_settings(installation: Installation) -> frozenset[str]:
    """Return the names of the settings of providers that are set."""
    return frozenset(name for name, field in _SETTINGS.items() if getattr(installation, field))


def list_refusals(services: Services, owner: UserId, *, limit: int = 100) -> list[Refusal]:
    """Return what the gate put aside of the symbols that an owner watches or traded, newest first.

    The cache is everybody's; which symbols others look at is theirs alone.
    """
    mine = {symbol.upper() for symbol in services.watchlists.symbols(owner)}
    mine |= {item.symbol.upper() for book in services.ledger.books(owner) for item in book.instruments}
    mine = {symbol.replace("/", "-") for symbol in mine}
    return [item for item in services.quotes.refusals(_LISTED) if item.symbol in mine][:limit]


def _facts(
    spec: ProviderSpec, place: int | None, status: ProviderStatus | None, given: frozenset[str]
) -> ProviderFacts:
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
        is_set=not spec.needs_setting or spec.key_setting in given,
        note=spec.note,
    )
