"""Price alerts: what somebody wants to be told about a price, and what they have been told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from domain.errors import InvalidInputError

MOST_ALERTS = 500
MOST_EVENTS = 500
"""Of one owner; the oldest are forgotten."""
NOTE_LIMIT = 200
QUIET = timedelta(minutes=5)
"""How long an alert that is told every time says nothing after it has spoken: a price dances on a level."""
_LARGEST_PRICE = Decimal(10) ** 12
_LEAST_FRACTION, _LARGEST_FRACTION = Decimal("0.0001"), Decimal(10)


class AlertKind(StrEnum):
    """What has to happen. A level is a price, for `RISES` and `FALLS` a fraction of the previous close."""

    CROSSES = "crosses"
    ABOVE = "above"
    BELOW = "below"
    RISES = "rises"
    FALLS = "falls"

    @property
    def is_of_day(self) -> bool:
        """Whether it looks at the change of the day and not at the price."""
        return self in (AlertKind.RISES, AlertKind.FALLS)

    @property
    def words(self) -> str:
        """How people say it."""
        return {"above": "crosses above", "below": "crosses below"}.get(self.value, self.value)


class AlertState(StrEnum):
    """Whether it is looked at: `FIRED` spoke and is done, `EXPIRED` ran out of time."""

    ARMED = "armed"
    PAUSED = "paused"
    FIRED = "fired"
    EXPIRED = "expired"


class EventKind(StrEnum):
    """What an event tells.

    `CROSSED`: the level was reached while prices came in. `GAP`: it lies in a gap, no price near it was seen, as at an
    opening. `RESTATED`: prices were restated, as by a split; the alert is paused so that its level can be checked.
    """

    CROSSED = "crossed"
    GAP = "gap"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A price that an alert has seen; `previous_close` is that of its day, None when unknown."""

    price: float
    at: datetime
    previous_close: float | None = None
    simulated: bool = False

    @property
    def change(self) -> float | None:
        """Change since the previous close as a fraction."""
        return None if not self.previous_close else self.price / self.previous_close - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAlert:
    """One alert of an owner.

    Attributes:
        level: A price, or for `RISES` and `FALLS` a fraction > 0 (0.02 is 2 %).
        repeats: Whether it is told every time; otherwise once.
        expires_at: It is looked at before this instant, None for ever.
        seen: The last price it is known to have seen; None before the first.
        fired_at, fired_price: When it last spoke, and the price then.
        version: Grows with each change: whoever writes names the one it has read.
    """

    id: int
    owner: int
    symbol: str
    kind: AlertKind
    level: Decimal
    note: str = ""
    repeats: bool = False
    expires_at: datetime | None = None
    state: AlertState = AlertState.ARMED
    created_at: datetime
    seen: Sight | None = None
    fired_at: datetime | None = None
    fired_price: float | None = None
    fired_count: int = 0
    version: int = 0

    def state_at(self, now: datetime) -> AlertState:
        """Return the state as people see it: one that is armed and out of time has expired."""
        is_over = self.expires_at is not None and self.expires_at <= now
        return AlertState.EXPIRED if is_over and self.state is AlertState.ARMED else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """What an owner was told. It keeps what the alert said then; the alert may have changed or be gone since.

    Attributes:
        alert_id: None when the alert is gone.
        ordinal: How many times the alert had spoken with it, from 1: never two events of one.
        price, price_at: The price that did it and its instant at the provider.
        before, before_at: The price seen before it.
    """

    id: int
    alert_id: int | None
    ordinal: int
    kind: EventKind
    symbol: str
    condition: AlertKind
    level: Decimal
    note: str
    price: float
    price_at: datetime
    before: float
    before_at: datetime
    simulated: bool
    told_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """An alert as somebody wants it."""

    symbol: str
    kind: AlertKind
    level: Decimal
    note: str = ""
    repeats: bool = False
    expires_at: datetime | None = None


def check_draft(draft: AlertDraft, now: datetime) -> AlertDraft:
    """Return a draft whose level, note and expiry can be.

    Raises:
        InvalidInputError: If one of them cannot.
    """
    if draft.kind.is_of_day and not _LEAST_FRACTION <= draft.level <= _LARGEST_FRACTION:
        raise InvalidInputError("A day's move is between 0.01 % and 1,000 %.", field="level")
    if not draft.kind.is_of_day and not 0 < draft.level < _LARGEST_PRICE:
        raise InvalidInputError("The level is not a price.", field="level", hint="Type a number above zero.")
    if len(draft.note) > NOTE_LIMIT or not draft.note.isprintable():
        raise InvalidInputError(f"A note has at most {NOTE_LIMIT} characters on one line.", field="note")
    if draft.expires_at is not None and draft.expires_at <= now:
        raise InvalidInputError("The alert would be over already.", field="expires_at", hint="Choose a later day.")
    return draft
