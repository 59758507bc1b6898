"""Quotes and candles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class BarInterval(StrEnum):
    """Candle widths, as written in the API and on the buttons."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"
    W1 = "1w"

    @property
    def width(self) -> timedelta:
        """Length of one bar (a trading day counts 24 hours, a week 7 days)."""
        return _WIDTHS[self]

    @property
    def is_intraday(self) -> bool:
        """Whether several bars fit in a trading day."""
        return self not in (BarInterval.D1, BarInterval.W1)


_WIDTHS = {
    BarInterval.M1: timedelta(minutes=1),
    BarInterval.M5: timedelta(minutes=5),
    BarInterval.M15: timedelta(minutes=15),
    BarInterval.M30: timedelta(minutes=30),
    BarInterval.H1: timedelta(hours=1),
    BarInterval.H4: timedelta(hours=4),
    BarInterval.D1: timedelta(days=1),
    BarInterval.W1: timedelta(days=7),
}

TRADE_INTERVALS = (BarInterval.M1, BarInterval.M5, BarInterval.M15, BarInterval.H1, BarInterval.D1)
"""Widths of the candles around a trade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Last price of a symbol.

    Attributes:
        price: Last price, > 0.
        as_of: Instant of the price at its provider (UTC).
        fetched_at: Instant we received it (UTC).
        provider: Slug of the provider that answered.
        stale: True when it is older than the cache allows and could not be renewed.
        simulated: True for the demo provider; shown wherever the price is.
        previous_close, open, high, low, volume: Of the session, None when unknown. Of pairs that never close:
            previous close and open are the price at midnight UTC; the others those of the last 24 hours.
        bid, ask: Best prices to sell and to buy, None when unknown.
    """

    symbol: str
    price: float
    as_of: datetime
    fetched_at: datetime
    provider: str
    currency: str = "USD"
    previous_close: float | None = None
    open: float | None = None
    high: float | None = None
    low: float | None = None
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    stale: bool = False
    simulated: bool = False

    @property
    def change(self) -> float | None:
        """Price less the previous close."""
        return None if not self.previous_close else self.price - self.previous_close

    @property
    def change_fraction(self) -> float | None:
        """Change as a fraction of the previous close."""
        return None if not self.previous_close else self.price / self.previous_close - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TapePrint:
    """One deal of a market, as its stream tells it: the only thing of which the volume of a minute can be added up.

    Attributes:
        at: Instant of the deal at its market (UTC).
        size: Units that changed hands, >= 0.
    """

    symbol: str
    price: float
    size: float
    at: datetime


Tick = Quote | TapePrint
"""What a stream tells: a price with what is known of the session, or one deal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a symbol is called and where it belongs; empty text when unknown.

    Attributes:
        market_cap: In units of `currency` (providers deliver millions), None when unknown.
        logo: Address of the picture at the provider; browsers get it through our own server only.
        website: Address of the company.
        listed_on: First day of trading as written by the provider (YYYY-MM-DD).
        provider: Slug of who answered, "" when nobody did.
    """

    symbol: str
    name: str = ""
    exchange: str = ""
    currency: str = "USD"
    sector: str = ""
    country: str = ""
    asset_class: str = "stock"
    simulated: bool = False
    market_cap: float | None = None
    logo: str = ""
    website: str = ""
    phone: str = ""
    listed_on: str = ""
    provider: str = ""


class BreakerState(StrEnum):
    """Whether a provider is asked: as ever, not at all, or by one caller who tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatus:
    """How a quote provider is doing, for the status bar and the self-check.

    Attributes:
        slug, title: Its names.
        simulated: True for the demo provider.
        is_ok: False while its last call failed.
        last_error: Sentence of the last failure, "" when there was none since the last success.
        last_success: Instant of the last usable answer, None when there was none yet.
        age_seconds: Seconds since then, None when there was none yet.
        retry_at: Instant before which it is not asked again, None when it may be asked.
        quarantined: Symbol and reason of the answers last refused by the gate.
        breaker: State of its circuit breaker.
        failures: Failed calls in a row.
        stream_error: Why its stream ended, "" while it is heard or was never opened. Meanwhile it is polled.
        calls_left: Calls it may still be asked in the tightest of its windows, None without a limit.
        limits: Its limits as people write them, such as "30/s, 60/min".
        served: Quotes kept at present that came from it.
    """

    slug: str
    title: str
    simulated: bool = False
    is_ok: bool = True
    last_error: str = ""
    last_success: datetime | None = None
    age_seconds: float | None = None
    retry_at: datetime | None = None
    quarantined: tuple[tuple[str, str], ...] = ()
    breaker: BreakerState = BreakerState.CLOSED
    failures: int = 0
    stream_error: str = ""
    calls_left: int | None = None
    limits: str = ""
    served: int = 0
