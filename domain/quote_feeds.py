"""What the live feed and the jobs of history exchange with the quote service, and what its gate put aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.market import ProviderStatus, Quote

if TYPE_CHECKING:
    from domain.columns import CandleTable


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveQuote:
    """A quote of a symbol that somebody watches.

    Attributes:
        sequence: Grows by one with every change of any watched quote.
        age_seconds: Seconds since it was fetched, >= 0.
    """

    quote: Quote
    sequence: int
    age_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChanges:
    """What changed since a sequence; `sequence` is what to ask with next time."""

    sequence: int
    quotes: tuple[LiveQuote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer that the gate put aside.

    Attributes:
        kind: "quote" or "candles".
        value: What was refused, as text.
        last_good: The price that stays, None when there is none.
    """

    provider: str
    symbol: str
    kind: str
    reason: str
    value: str = ""
    last_good: float | None = None
    refused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedCandles:
    """Bars of one provider for one window, through the gate.

    Attributes:
        bars: Ascending and unique, start <= label < end; empty when there was no trading.
        is_split_adjusted: Whether the provider restates prices for later splits.
        faults: What the gate dropped, one sentence each.
    """

    bars: CandleTable
    provider: str
    is_split_adjusted: bool = True
    is_simulated: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """The order in which providers are asked for one kind of instrument.

    Attributes:
        kind, label: The kind, and for people.
        providers: In their order; simulated ones last, whatever their place.
        is_chosen: Whether somebody chose it; else it is that of the environment.
        others: Providers that have this kind and are not in the order.
    """

    kind: str
    label: str
    providers: tuple[ProviderFacts, ...]
    is_chosen: bool
    others: tuple[ProviderFacts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOrders:
    """Every order, and who may change them.

    Attributes:
        may_change: Whether the reader may.
        keeper: Who may.
        changed_by, changed_at: Who did last and when; "" and None when nobody did.
    """

    rows: tuple[OrderRow, ...]
    may_change: bool
    keeper: str
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A quote provider: what it offers, and how it is doing if it is in use.

    Attributes:
        place: Its place in the order, 1 is asked first; None when it is not in use.
        status: How it is doing; None when it is not in use.
        offers: Kinds of instruments, widths of candles, in words.
        streams: Whether it has a stream of prices.
        setting: Name of the setting it needs, "" when it needs none.
        is_set: Whether that setting is given.
        note: What to know before using it.
    """

    slug: str
    title: str
    place: int | None = None
    status: ProviderStatus | None = None
    offers: tuple[str, ...]
    intervals: tuple[str, ...]
    streams: bool
    limits: str
    setting: str = ""
    is_set: bool = True
    note: str = ""
