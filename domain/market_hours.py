"""When markets trade: sessions, and what a market is doing at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class MarketState(StrEnum):
    """What a market is doing."""

    PRE_OPEN = "pre-open"
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A market whose sessions are known.

    Attributes:
        code: As in the API, "NYSE".
        name: For people.
        zone: Zone of its clock.
        calendar: Name of its calendar at the provider; "" trades around the clock.
        pre_open: How long before the opening orders are taken or matched already.
        marks: Words of an instrument's exchange, in capitals, that mean this venue.
        pause: How long before the end of a full day in its calendar trading rests until the next day begins.
    """

    code: str
    name: str
    zone: str
    calendar: str
    pre_open: timedelta = timedelta(0)
    marks: tuple[str, ...] = ()
    pause: timedelta = timedelta(0)


_AUCTION = timedelta(minutes=15)
_EARLY = timedelta(hours=5, minutes=30)
_AMERICAN = ("NYSE", "NEW YORK STOCK EXCHANGE", "XNYS", "NYQ", "ARCA", "AMEX")
_CRYPTO = ("CRYPTO", "CCC", "COINBASE", "KRAKEN", "BINANCE")
VENUES = (
    Venue(
        code="NYSE",
        name="New York Stock Exchange",
        zone="America/New_York",
        calendar="XNYS",
        pre_open=_EARLY,
        marks=_AMERICAN,
    ),
    Venue(
        code="NASDAQ",
        name="Nasdaq",
        zone="America/New_York",
        calendar="XNAS",
        pre_open=_EARLY,
        marks=("NASDAQ", "XNAS", "NMS", "NGM", "NCM"),
    ),
    # The Indian exchanges keep the same holidays and hours; one calendar holds both.
    Venue(
        code="NSE",
        name="National Stock Exchange of India",
        zone="Asia/Kolkata",
        calendar="XBOM",
        pre_open=_AUCTION,
        marks=("NSE", "XNSE", "NSI"),
    ),
    Venue(
        code="BSE",
        name="Bombay Stock Exchange",
        zone="Asia/Kolkata",
        calendar="XBOM",
        pre_open=_AUCTION,
        marks=("BSE", "XBOM", "BOM"),
    ),
    Venue(
        code="LSE",
        name="London Stock Exchange",
        zone="Europe/London",
        calendar="XLON",
        pre_open=timedelta(minutes=10),
        marks=("LSE", "LONDON", "XLON"),
    ),
    Venue(
        code="XETRA",
        name="Xetra",
        zone="Europe/Berlin",
        calendar="XETR",
        pre_open=timedelta(minutes=10),
        marks=("XETRA", "XETR", "GER", "FRANKFURT"),
    ),
    Venue(
        code="CME",
        name="CME Globex",
        zone="America/Chicago",
        calendar="CMES",
        marks=("CME", "CBOT", "NYMEX", "COMEX"),
        pause=timedelta(hours=1),  # 16:00 to 17:00 in Chicago; the calendar runs on
    ),
    Venue(code="CRYPTO", name="Crypto", zone="UTC", calendar="", marks=_CRYPTO),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session: [opens_at, closes_at), UTC; a half day closes early."""

    day: date
    opens_at: datetime
    closes_at: datetime
    is_half_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketStatus:
    """What a market is doing.

    Attributes:
        session: The running session, else the next one; None where the calendar ends, or around the clock.
        changes_at: When the state changes next; None when it never does or the calendar ends.
        holiday: Name of today's holiday, "" on other days or when it has none.
    """

    venue: Venue
    at: datetime
    state: MarketState
    session: Session | None = None
    changes_at: datetime | None = None
    holiday: str = ""

    @property
    def remaining(self) -> timedelta | None:
        """Time until the state changes."""
        return None if self.changes_at is None else self.changes_at - self.at


def find_venue(exchange: str, *, asset_class: str = "") -> Venue | None:
    """Return the venue that an instrument's exchange text means, None when none is known."""
    if asset_class == "crypto":
        return next(venue for venue in VENUES if venue.code == "CRYPTO")
    words = exchange.upper()
    exact = (venue for venue in VENUES if words in venue.marks)
    begun = (venue for venue in VENUES if words.split(" ")[0].split("GS")[0] in venue.marks)
    return next(exact, None) or next(begun, None)
