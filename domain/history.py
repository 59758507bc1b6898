"""History that keeps itself: what is kept current, how far it is, and when it is looked at next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.market import BarInterval


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One symbol in one width.

    Attributes:
        provider: Who gave the bars last, "" before the first time.
        next_at: When it is looked at next.
        fetched_to: End of the last bar that its provider gave; bars behind it came live.
        last_at: When it was looked at last, None before the first time.
        added: Bars that came then.
        gaps: Stretches of trading without bars that are left to ask for.
        failures: Failed looks in a row.
        error: Why the last look failed or waits, "" when it did not.
    """

    symbol: str
    interval: BarInterval
    next_at: datetime
    provider: str = ""
    fetched_to: datetime | None = None
    last_at: datetime | None = None
    added: int = 0
    gaps: int = 0
    failures: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryState:
    """How the history of what is in use is doing.

    Attributes:
        is_on: Whether it keeps itself.
        may_change: Whether the reader may switch it.
        keeper: Who may, for the others.
        items: By symbol and width.
        unserved: Symbols in use of which no provider has bars that may be kept; a simulated market's are among them.
        looked_at: When what is in use was listed last.
    """

    is_on: bool
    may_change: bool
    keeper: str
    items: tuple[HistoryItem, ...] = ()
    unserved: int = 0
    looked_at: datetime | None = None

    @property
    def last_at(self) -> datetime | None:
        """When anything was looked at last."""
        return max((item.last_at for item in self.items if item.last_at), default=None)

    @property
    def next_at(self) -> datetime | None:
        """When anything is looked at next."""
        return min((item.next_at for item in self.items), default=None) if self.is_on else None

    @property
    def added(self) -> int:
        """Bars that the last look of each brought."""
        return sum(item.added for item in self.items)

    @property
    def gaps(self) -> int:
        """Gaps that are left."""
        return sum(item.gaps for item in self.items)

    @property
    def failing(self) -> int:
        """How many failed the last time."""
        return sum(1 for item in self.items if item.failures)
