"""What the trader adds to the record: notes, tags, setups and planned risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from domain.executions import ExecutionId

PLANNED_STOP = "planned_stop"
PLANNED_TARGET = "planned_target"
"""Fields of a journal, as an error names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label on trades. `group` is one of tag, mistake, quality."""

    id: int
    name: str
    group: str = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeJournal:
    """The journal of one trade, keyed to its opening execution."""

    trade_id: ExecutionId
    note: str = ""
    setup: str = ""
    tags: tuple[str, ...] = field(default_factory=tuple)
    planned_stop: Decimal | None = None
    planned_target: Decimal | None = None
    rating: int | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNote:
    """The note of one trading day."""

    day: date
    note: str
    updated_at: datetime | None = None
