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
    """A split of a symbol: `new` units for `old` ones, from an instant on."""

    effective_at: datetime
    new: Decimal
    old: Decimal

    @property
    def factor(self) -> float:
        """New units per old one."""
        return float(self.new / self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingReport:
    """What became of a fetch, a repair or a file.

    Attributes:
        added, changed, same, refused: Bars, see `data.candles.merging.MergeCount`.
        missing: Bars that are still missing in the hours of trading; None where those are not known.
        notes: Sentences for the user.
    """

    key: SeriesKey
    added: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    missing: int | None = None
    notes: tuple[str, ...] = ()
