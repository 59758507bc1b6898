"""Kept candles: which series there are, what of them is missing, and how far each reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.market import BarInterval


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesKey:
    """One series: the bars of one width of one symbol, as one provider told them."""

    provider: str
    symbol: str
    interval: BarInterval


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSeries:
    """What is kept of a series.

    Attributes:
        first, last: Starts of the first and the last bar.
        size_bytes: On the disk.
    """

    key: SeriesKey
    bars: int
    first: datetime
    last: datetime
    size_bytes: int
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChunk:
    """A piece of a series as it is sent; `is_closed` when no bar of its period can come any more."""

    key: str
    bars: int
    first: datetime
    last: datetime
    etag: str
    size_bytes: int
    is_closed: bool


class GapState(StrEnum):
    """What is known of a stretch without bars in the hours of trading.

    OPEN: not asked for yet, or the provider did not answer. EMPTY: the provider has no bars there.
    """

    OPEN = "open"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleGap:
    """A stretch [start, end) of trading without bars.

    Attributes:
        bars: How many bars are missing.
        tries: How often a provider was asked for them.
    """

    start: datetime
    end: datetime
    bars: int
    state: GapState = GapState.OPEN
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSplit:
    """A split of a symbol: `new` units for `old` ones, from an instant on.

    Attributes:
        effective_at: First instant at which the new units are traded.
        restated_at: When the provider of kept bars was seen to have taken it out of them; None when that was not seen.
        source: Slug of the provider that stated it, "" when it was inferred or entered.
    """

    effective_at: datetime
    new: Decimal
    old: Decimal
    restated_at: datetime | None = None
    source: str = ""

    @property
    def factor(self) -> float:
        """New units per old one."""
        return float(self.new / self.old)


class ActionWord(StrEnum):
    """What a provider states of a symbol."""

    SPLIT = "split"
    DIVIDEND = "dividend"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAction:
    """A split or a dividend as a provider states it.

    Attributes:
        effective_at: Midnight UTC of the first day in new units, or without the dividend.
        new, old: Units of a split, None of a dividend.
        amount: Of a dividend a share, as the provider restates it; None of a split.
        seen_at: When it was told first.
    """

    symbol: str
    provider: str
    word: ActionWord
    effective_at: datetime
    new: Decimal | None = None
    old: Decimal | None = None
    amount: Decimal | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConflict:
    """Two sources that do not agree about a split of a symbol."""

    symbol: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingReport:
    """What became of a fetch, a repair or a file.

    Attributes:
        added, changed, same, refused: Bars, see `data.candles.merging.MergeCount`.
        missing: Bars that are still missing in the hours of trading; None where those are not known.
        until: End of the last bar that came, None when none did.
        notes: Sentences for the user.
    """

    key: SeriesKey
    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    missing: int | None = None
    until: datetime | None = None
    notes: tuple[str, ...] = ()
