"""The overview as its user composes it: which cards, how wide, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain.errors import InvalidInputError

CARDS: Mapping[str, str] = MappingProxyType(
    {
        "kpis": "Key figures",
        "equity": "Equity",
        "calendar": "Month",
        "recent": "Recent trades",
        "positions": "Open positions",
        "risk": "Risk figures",
        "indices": "Indices",
        "distribution": "Distribution",
        "months": "By month",
        "symbols": "By symbol",
        "setups": "By setup",
        "weekdays": "By weekday",
        "hours": "By hour",
    }
)
"""Slug and title of every card."""
WIDTHS = (4, 5, 6, 7, 8, 12)
"""Columns of twelve that a card may take."""
DEFAULT = "Overview"
NAME_LENGTH = 40
MOST_LAYOUTS = 20
Placed = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewLayout:
    """A named choice of cards; on a phone they stand one under the other in this order.

    Attributes:
        cards: (slug, columns of twelve), first to last.
        is_current: Whether it is what its owner sees.
    """

    name: str
    cards: tuple[Placed, ...]
    is_current: bool = False


PRESETS: Mapping[str, tuple[Placed, ...]] = MappingProxyType(
    {
        DEFAULT: (("kpis", 12), ("equity", 7), ("calendar", 5), ("recent", 7), ("positions", 5)),
        "Trading day": (("indices", 12), ("positions", 7), ("calendar", 5), ("kpis", 12), ("recent", 8), ("hours", 4)),
        "Risk review": (
            ("risk", 12),
            ("equity", 8),
            ("distribution", 4),
            ("positions", 6),
            ("symbols", 6),
            ("months", 6),
            ("weekdays", 6),
        ),
    }
)


def check_cards(cards: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return cards that are known, each once, in widths that are known.

    Raises:
        InvalidInputError: If a card is unknown or stands twice, a width is not one of `WIDTHS`, or none is left.
    """
    for slug, width in cards:
        if slug not in CARDS:
            raise InvalidInputError(f"There is no card {slug[:40]!r}.", field="cards")
        if width not in WIDTHS:
            raise InvalidInputError(f"A card cannot be {width} columns wide.", field="cards")
    if len({slug for slug, _ in cards}) != len(cards):
        raise InvalidInputError("A card stands twice.", field="cards")
    if not cards:
        raise InvalidInputError("Choose at least one card.", field="cards")
    return tuple((slug, width) for slug, width in cards)


def write_cards(cards: Sequence[Placed]) -> str:
    """Return cards as a short text, "kpis:12,equity:7"."""
    return ",".join(f"{slug}:{width}" for slug, width in cards)


def read_cards(text: str) -> tuple[Placed, ...]:
    """Return the cards of a text that `write_cards` wrote.

    Raises:
        InvalidInputError: If it is none.
    """
    parts = [part.partition(":") for part in text.split(",") if part]
    if not all(width.isascii() and width.isdigit() and len(width) < 4 for _, _, width in parts):
        raise InvalidInputError("The cards cannot be read.", field="cards")
    return check_cards([(slug, int(width)) for slug, _, width in parts])


def edit_cards(cards: Sequence[Placed], verb: str, slug: str) -> tuple[Placed, ...]:
    """Return cards with one moved ("up", "down"), resized ("wider", "narrower"), taken out ("off") or put in ("on").

    What cannot be done changes nothing.
    """
    found = list(cards)
    at = next((at for at, (name, _) in enumerate(found) if name == slug), None)
    if at is None:
        return (*cards, (slug, 6)) if verb == "on" and slug in CARDS else tuple(cards)
    if verb == "off":
        del found[at]
    elif verb in ("up", "down"):
        to = min(max(at + (1 if verb == "down" else -1), 0), len(found) - 1)
        found.insert(to, found.pop(at))
    elif verb in ("wider", "narrower"):
        step = WIDTHS.index(found[at][1]) + (1 if verb == "wider" else -1)
        found[at] = (slug, WIDTHS[min(max(step, 0), len(WIDTHS) - 1)])
    return tuple(found)
