"""Layouts of the overview: which cards it shows, how wide and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from web.api.contract import Topic
from web.api.values import Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.overview import OverviewLayout

TOPIC = Topic(
    "Overview",
    "/api/v1/overview",
    "The first page as its user composes it. What its cards show lies under metrics, equity, calendar, trades, "
    "positions, distribution and breakdowns.",
)
Card = Literal[
    "kpis", "equity", "calendar", "recent", "positions", "risk", "indices", "distribution", "months", "symbols",
    "setups", "weekdays", "hours",
]  # fmt: skip


class CardRow(Schema):
    """A card and how many columns of twelve it takes."""

    card: Card
    width: Literal[4, 5, 6, 7, 8, 12]


class LayoutBody(Schema):
    """A layout; the one that has the name is replaced, and it is what is shown from now on."""

    name: Printable = Field(min_length=1, max_length=40)
    cards: list[CardRow] = Field(min_length=1, max_length=13, description="First to last, each card once.")


class LayoutRow(Schema):
    """A named layout."""

    name: str
    cards: list[CardRow]
    is_shown: bool


class LayoutList(Schema):
    """The presets, as they were changed, and the layouts of one's own."""

    items: list[LayoutRow]
    next_cursor: str | None = None


class NameQuery(Schema):
    """Which layout."""

    name: Printable = Field(min_length=1, max_length=40)


@TOPIC.get("/layouts", LayoutList)
def list_overview_layouts() -> LayoutList:
    """List the layouts of the overview."""
    service, owner = services().overview_layouts, current_owner()
    shown = service.current(owner).name
    return LayoutList(items=[_row(item, shown) for item in service.list_layouts(owner)])


@TOPIC.put("/layouts", LayoutRow, body=LayoutBody)
def save_overview_layout(body: LayoutBody) -> LayoutRow:
    """Save a layout under its name and show it."""
    cards = [(item.card, item.width) for item in body.cards]
    found = services().overview_layouts.save(current_owner(), body.name, cards)
    return _row(found, found.name)


@TOPIC.delete("/layouts", LayoutRow, query=NameQuery)
def reset_overview_layout(query: NameQuery) -> LayoutRow:
    """Forget what was made of a layout: a preset is as it was, another one is gone. Returns what is shown now."""
    found = services().overview_layouts.reset(current_owner(), query.name)
    return _row(found, found.name)


def _row(item: OverviewLayout, shown: str) -> LayoutRow:
    rows = [CardRow.model_validate({"card": slug, "width": width}) for slug, width in item.cards]
    return LayoutRow(name=item.name, cards=rows, is_shown=item.name == shown)
