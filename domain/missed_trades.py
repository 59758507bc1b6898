"""Trades that were seen and not taken. They are never part of a figure of the book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTrade:
    """A trade that was not taken; id 0 while it is new.

    Attributes:
        side: 1 long, −1 short.
        seen_at: When it could have been entered.
        until: When it would have been over, None when that is open.
        reason: Why it was not taken.
    """

    id: int
    symbol: str
    side: int
    seen_at: datetime
    until: datetime | None = None
    planned_entry: Decimal | None = None
    planned_stop: Decimal | None = None
    planned_target: Decimal | None = None
    setup: str = ""
    reason: str = ""

    @property
    def planned_r(self) -> Decimal | None:
        """Profit at the target over the loss at the stop, None unless all three prices are planned."""
        if self.planned_entry is None or self.planned_stop is None or self.planned_target is None:
            return None
        risk = abs(self.planned_entry - self.planned_stop)
        return abs(self.planned_target - self.planned_entry) / risk if risk else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """What would have become of a missed trade, read from candles.

    Attributes:
        r_multiple: Result in R, None when it cannot be told.
        outcome: target, stop, time or unknown.
        reason: Why it cannot be told, "" when it can.
        is_simulated: Whether the candles are simulated ones.
    """

    r_multiple: float | None
    outcome: str
    reason: str = ""
    is_simulated: bool = False
