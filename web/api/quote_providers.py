"""Where prices come from, and those that were put aside."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from domain.errors import NotFoundError
from domain.provider_order import OrderClass
from web.api.contract import Topic
from web.api.values import FloatText, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.quote_feeds import ProviderFacts

TOPIC = Topic(
    "Market",
    "/api/v1",
    "Where prices come from: the order, how each provider is doing, and answers that the gate put aside.",
)


class ProviderRow(Schema):
    """A quote provider."""

    slug: str
    title: str
    place: int | None = Field(description="1 is asked first; null when it is not in use.")
    asset_classes: list[str]
    intervals: list[str] = Field(description="Widths of candles that it serves itself.")
    streams: bool
    limits: str = Field(description="Such as `30/s, 60/min`; empty without limits.")
    setting: str = Field(description="Name of the setting that it needs or can use.")
    is_set: bool = Field(description="Whether it has what it needs.")
    note: str
    state: str | None = Field(description="`closed` is well, `open` rests, `half-open` is tried; null when not in use.")
    failures: int | None = Field(description="Failed calls in a row.")
    last_error: str | None
    stream_error: str | None = Field(
        description="Why its stream ended; empty while it is heard. It is polled meanwhile."
    )
    last_success: datetime | None
    age_seconds: float | None = Field(description="Seconds since its last good answer.")
    retry_at: datetime | None = Field(description="It is not asked before.")
    calls_left: int | None = Field(description="In the tightest of its windows; null without limits.")
    quotes_kept: int | None = Field(description="Last good prices that are from it.")


class ProviderList(Schema):
    """Providers in use in their order, then the others."""

    items: list[ProviderRow]


class RefusalRow(Schema):
    """An answer that was put aside."""

    provider: str
    symbol: str
    kind: str = Field(description="`quote` or `candles`.")
    reason: str
    value: str = Field(description="What came.")
    last_good: FloatText | None = Field(description="The price that stays; null when there is none.")
    refused_at: datetime


class RefusalList(Schema):
    """What was put aside of the symbols that you watch or traded, newest first."""

    items: list[RefusalRow]


@TOPIC.get("/quote-providers", ProviderList)
def list_quote_providers() -> ProviderList:
    """Return where prices come from and how each provider is doing."""
    from services.quote_providers import list_providers

    return ProviderList(items=[_row(item) for item in list_providers(services())])


@TOPIC.get("/quote-refusals", RefusalList)
def list_quote_refusals() -> RefusalList:
    """Return the answers of providers that were put aside."""
    from services.quote_providers import list_refusals

    names = tuple(RefusalRow.model_fields)
    found = list_refusals(services(), current_owner())
    return RefusalList(items=[RefusalRow(**{name: getattr(item, name) for name in names}) for item in found])


class OrderRow(Schema):
    """The order for one kind of instrument."""

    kind: OrderClass
    label: str
    providers: list[str] = Field(description="Slugs, the first is asked first.")
    is_chosen: bool = Field(description="False while the order of `FILLWISE_QUOTES` holds.")
    others: list[str] = Field(description="Providers that have this kind and are not asked.")


class OrderList(Schema):
    """The order of providers for each kind of instrument; it holds for everybody."""

    items: list[OrderRow]
    may_change: bool = Field(description="Whether you may change it.")
    keeper: str = Field(description="Who may.")
    changed_by: str
    changed_at: datetime | None


class OrderBody(Schema):
    """An order."""

    providers: list[Printable] = Field(min_length=1, max_length=20, description="Slugs, first choice first.")


@TOPIC.get("/quote-providers/order", OrderList)
def get_provider_order() -> OrderList:
    """Return in which order providers are asked, for each kind of instrument."""
    from services.quote_providers import list_orders

    found = list_orders(services(), current_owner())
    return OrderList(
        items=[
            OrderRow(
                kind=OrderClass(row.kind),
                label=row.label,
                providers=[item.slug for item in row.providers],
                is_chosen=row.is_chosen,
                others=[item.slug for item in row.others],
            )
            for row in found.rows
        ],
        may_change=found.may_change,
        keeper=found.keeper,
        changed_by=found.changed_by,
        changed_at=found.changed_at,
    )


@TOPIC.put("/quote-providers/order/<kind>", OrderList, body=OrderBody, errors=(403, 404))
def put_provider_order(kind: str, body: OrderBody) -> OrderList:
    """Choose the order for a kind of instrument; it holds everywhere within two seconds.

    Only the keeper of the installation may: the first person who signed up.
    """
    services().provider_order.save(current_owner(), _kind(kind), body.providers)
    return get_provider_order()


@TOPIC.delete("/quote-providers/order/<kind>", OrderList, errors=(403, 404))
def delete_provider_order(kind: str) -> OrderList:
    """Go back to the order of `FILLWISE_QUOTES` for a kind of instrument."""
    services().provider_order.reset(current_owner(), _kind(kind))
    return get_provider_order()


def _kind(text: str) -> OrderClass:
    try:
        return OrderClass(text)
    except ValueError as error:
        names = ", ".join(OrderClass)
        raise NotFoundError("There is no such kind of instrument.", hint=f"Use {names}.") from error


def _row(item: ProviderFacts) -> ProviderRow:
    status = item.status
    return ProviderRow(
        slug=item.slug,
        title=item.title,
        place=item.place,
        asset_classes=list(item.offers),
        intervals=list(item.intervals),
        streams=item.streams,
        limits=item.limits,
        setting=item.setting,
        is_set=item.is_set,
        note=item.note,
        state=status.breaker.value if status else None,
        failures=status.failures if status else None,
        last_error=status.last_error if status else None,
        stream_error=status.stream_error if status else None,
        last_success=status.last_success if status else None,
        age_seconds=status.age_seconds if status else None,
        retry_at=status.retry_at if status else None,
        calls_left=status.calls_left if status else None,
        quotes_kept=status.served if status else None,
    )
