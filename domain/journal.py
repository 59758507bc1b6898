"""What the trader adds to the record: notes, tags, setups and planned risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.executions import ExecutionId

PLANNED_STOP = "planned_stop"
PLANNED_TARGET = "planned_target"
PLANNED_RISK = "planned_risk"
"""Fields of a journal, as an error names them."""

CATEGORIES = ("intraday", "swing", "long-term")
GROUP_KINDS = ("tag", "mistake", "quality")
COLOURS = ("grey", "accent", "green", "red", "amber", "blue", "violet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label on trades. `group` is its kind, one of `GROUP_KINDS`; `group_id` the group it stands in, if any."""

    id: int
    name: str
    group: str = "tag"
    group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeJournal:
    """The journal of one trade, keyed to its opening execution.

    Attributes:
        planned_risk: Initial risk in money of the instrument's currency. A planned stop goes before it:
            the stop says what the size really risked.
        category: One of `CATEGORIES` where the trader says so, "" lets the holding time decide.
        reviewed_at: When the trader called the review done, None while it is in the queue.
    """

    trade_id: ExecutionId
    note: str = ""
    setup: str = ""
    tags: tuple[str, ...] = field(default_factory=tuple)
    planned_stop: Decimal | None = None
    planned_target: Decimal | None = None
    rating: int | None = None
    updated_at: datetime | None = None
    planned_risk: Decimal | None = None
    category: str = ""
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNote:
    """The note of one trading day; `plan` is what was written before it, `mood` is 1 (bad) to 5 (good)."""

    day: date
    note: str
    updated_at: datetime | None = None
    plan: str = ""
    mood: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagGroup:
    """A named, coloured group of tags; `kind` is one of `GROUP_KINDS`, id 0 while it is new."""

    id: int
    name: str
    kind: str = "tag"
    colour: str = "grey"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTemplate:
    """A text to start a note with; `kind` is trade or day, id 0 while it is new."""

    id: int
    kind: str
    name: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCost:
    """What the closed trades with a tag made.

    Attributes:
        trades: How many there are.
        net: Sum of their net P&L.
        mean_r: Mean R of those with an initial risk, None when none has one.
        with_r: How many have one.
    """

    tag: Tag
    trades: int
    net: float
    mean_r: float | None
    with_r: int
    wins: int = 0
