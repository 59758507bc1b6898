"""Daily bars of the demo market: public-domain history, split-adjusted and moved in time, then simulated days."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.market.bridge import seeded_generator

Ints = NDArray[np.int64]

SHIFT_DAYS = 716 * 7  # 2013-03-01, the last real bar, becomes 2026-11-20: both are Fridays
_FILE = Path(__file__).with_name("daily.csv.gz")
_EPOCH = date(1970, 1, 1).toordinal()
_HORIZON = 512  # simulated days are made in blocks, so that asking daily does not remake them daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One symbol of the demo market.

    Attributes:
        splits: Original dates of splits with shares after per share before.
        level: First price in cents, for simulated coins and indices; 0 for bundled stocks.
        begins: First simulated day (days since 1970), for coins and indices that are invented throughout.
        volume: Usual coins or shares a day, for these.
        swing: Standard deviation of a simulated day's log return.
        members: Symbols that an index is made of, in equal weights every day.
        units: Shares or coins there are, roughly those of its last real day; 0 for what cannot be owned.
    """

    symbol: str
    name: str
    exchange: str
    asset_class: str = "stock"
    sector: str = ""
    country: str = ""
    splits: tuple[tuple[date, int], ...] = ()
    level: int = 0
    begins: int = 0
    volume: int = 0
    swing: float = 0.014
    members: tuple[str, ...] = ()
    units: int = 0

    @property
    def is_continuous(self) -> bool:
        """Whether it trades around the clock, every day."""
        return self.asset_class == "crypto"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyBars:
    """Daily bars as integers; n rows, ascending.

    Attributes:
        day: Days since 1970 of the session, moved in time.
        open, high, low, close: Cents, split-adjusted.
        volume: Shares (coins), split-adjusted.
    """

    day: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints

    def __len__(self) -> int:
        return len(self.day)


_TECH = "Information Technology"
_INVENTED_FROM = date(2021, 1, 1).toordinal() - _EPOCH
LISTINGS: dict[str, Listing] = {
    item.symbol: item
    for item in (
        Listing(
            symbol="AAPL",
            name="Apple Inc.",
            exchange="NASDAQ",
            sector=_TECH,
            country="US",
            splits=((date(2000, 6, 21), 2), (date(2005, 2, 28), 2)),
            units=939_000_000,
        ),
        Listing(
            symbol="FB",
            name="Facebook, Inc.",
            exchange="NASDAQ",
            sector="Communication Services",
            country="US",
            swing=0.022,
            units=2_370_000_000,
        ),
        Listing(
            symbol="GOOG",
            name="Google Inc.",
            exchange="NASDAQ",
            sector="Communication Services",
            country="US",
            units=329_000_000,
        ),
        Listing(
            symbol="IBM",
            name="International Business Machines Corporation",
            exchange="NYSE",
            sector=_TECH,
            country="US",
            swing=0.011,
            units=1_117_000_000,
        ),
        Listing(
            symbol="MSFT",
            name="Microsoft Corporation",
            exchange="NASDAQ",
            sector=_TECH,
            country="US",
            splits=((date(2003, 2, 18), 2),),
            units=8_370_000_000,
        ),
        Listing(
            symbol="BTC-USD",
            name="Bitcoin / US dollar",
            exchange="Demo",
            asset_class="crypto",
            level=3_000_000,
            begins=_INVENTED_FROM,
            volume=24_000,
            swing=0.028,
            units=19_950_000,
        ),
        Listing(
            symbol="ETH-USD",
            name="Ether / US dollar",
            exchange="Demo",
            asset_class="crypto",
            level=180_000,
            begins=_INVENTED_FROM,
            volume=260_000,
            swing=0.034,
            units=120_700_000,
        ),
        Listing(
            symbol="^DMI",
            name="Demo market index",
            exchange="Demo",
            asset_class="index",
            country="US",
            level=100_000,
            members=("AAPL", "GOOG", "IBM", "MSFT"),
        ),
        # Indices by the names that people look for, with levels of their size; their moves are invented.
        *(
            Listing(
                symbol=symbol,
                name=f"{name} (simulated)",
                exchange="Demo",
                asset_class="index",
                country=country,
                level=level,
                begins=_INVENTED_FROM,
                volume=300_000_000,
                swing=swing,
            )
            for symbol, name, country, level, swing in (
                ("^NSEI", "NIFTY 50", "IN", 2_450_000, 0.008),
                ("^NSEBANK", "BANK NIFTY", "IN", 5_200_000, 0.010),
                ("^GSPC", "S&P 500", "US", 600_000, 0.008),
                ("^NDX", "NASDAQ 100", "US", 2_150_000, 0.011),
                ("^DJI", "Dow Jones", "US", 4_300_000, 0.007),
            )
        ),
    )
}


def daily_bars(symbol: str, last_day: int) -> DailyBars:
    """Return a symbol's daily bars up to and with a day.

    Real bars while the (moved) history lasts, simulated ones after it; coins are simulated throughout.
    A bar never changes once it is there: it depends on the symbol and its date alone.

    Args:
        symbol: One of `LISTINGS`.
        last_day: Days since 1970.
    """
    bars = _known_bars(symbol, -(-last_day // _HORIZON) * _HORIZON)
    return cut_bars(bars, int(np.searchsorted(bars.day, last_day, side="right")))


def cut_bars(bars: DailyBars, rows: int) -> DailyBars:
    """Return the first rows of a table of daily bars."""
    return DailyBars(
        day=bars.day[:rows],
        open=bars.open[:rows],
        high=bars.high[:rows],
        low=bars.low[:rows],
        close=bars.close[:rows],
        volume=bars.volume[:rows],
    )


@lru_cache(maxsize=64)
def _known_bars(symbol: str, last_day: int) -> DailyBars:
    listing = LISTINGS[symbol]
    if listing.members:
        return _compose(listing, [_known_bars(member, last_day) for member in listing.members])
    if listing.begins:
        days = np.arange(listing.begins, max(last_day, listing.begins) + 1, dtype=np.int64)
        days = days if listing.is_continuous else _weekdays(days)
        return _simulate(listing, days, start=listing.level, volume=float(listing.volume))
    real = _real_bars()[symbol]
    days = np.arange(int(real.day[-1]) + 1, max(last_day, int(real.day[-1])) + 1, dtype=np.int64)
    days = _weekdays(days)
    later = _simulate(listing, days, start=int(real.close[-1]), volume=float(np.median(real.volume[-60:])))
    return DailyBars(**{name: np.concatenate([getattr(real, name), getattr(later, name)]) for name in _COLUMNS})


def _weekdays(days: Ints) -> Ints:
    found: Ints = days[(days + 3) % 7 < 5]  # day 0 was a Thursday
    return found


def _compose(listing: Listing, members: list[DailyBars]) -> DailyBars:
    """Return the bars of an index: each day the mean of the members' moves since their close the day before.

    It begins at its level on the first day that all members have; a member's prices enter as ratios, so that their
    size does not matter.
    """
    days = reduce(np.intersect1d, (bars.day for bars in members))
    at = [np.searchsorted(bars.day, days) for bars in members]
    before = [bars.close[rows[:-1]].astype(np.float64) for bars, rows in zip(members, at, strict=True)]

    def moves(name: str) -> NDArray[np.float64]:
        columns = [getattr(bars, name)[rows[1:]] for bars, rows in zip(members, at, strict=True)]
        mean: NDArray[np.float64] = np.mean([now / base for now, base in zip(columns, before, strict=True)], axis=0)
        return mean

    closes = listing.level * np.cumprod(moves("close"))
    eve = np.concatenate([[listing.level], closes[:-1]])
    return DailyBars(
        day=days[1:],
        open=np.rint(eve * moves("open")).astype(np.int64),
        high=np.ceil(eve * moves("high")).astype(np.int64),
        low=np.floor(eve * moves("low")).astype(np.int64),
        close=np.rint(closes).astype(np.int64),
        volume=np.sum([bars.volume[rows[1:]] for bars, rows in zip(members, at, strict=True)], axis=0),
    )


_COLUMNS = ("day", "open", "high", "low", "close", "volume")


@lru_cache(maxsize=1)
def _real_bars() -> dict[str, DailyBars]:
    lines = gzip.decompress(_FILE.read_bytes()).decode().splitlines()[1:]
    rows: dict[str, list[list[str]]] = {}
    for line in lines:
        symbol, *cells = line.split(",")
        rows.setdefault(symbol, []).append(cells)
    return {symbol: _adjusted(LISTINGS[symbol], cells) for symbol, cells in rows.items()}


def _adjusted(listing: Listing, rows: list[list[str]]) -> DailyBars:
    """Take the splits out: prices before one are divided (to whole cents), volumes multiplied."""
    days = np.array([row[0] for row in rows], dtype="datetime64[D]").astype(np.int64)
    cents = np.rint(np.array([row[1:5] for row in rows], dtype=np.float64) * 100).astype(np.int64)
    volume = np.array([row[5] for row in rows], dtype=np.int64)
    factor = np.ones(len(rows), dtype=np.int64)
    for split, ratio in listing.splits:
        factor[days < split.toordinal() - _EPOCH] *= ratio
    cents = (cents + factor[:, None] // 2) // factor[:, None]
    prices = [np.ascontiguousarray(column) for column in cents.T]
    return DailyBars(
        day=days + SHIFT_DAYS, open=prices[0], high=prices[1], low=prices[2], close=prices[3], volume=volume * factor
    )


def _simulate(listing: Listing, days: Ints, *, start: int, volume: float) -> DailyBars:
    """Walk on from a price: log returns that lean back to the start, so that years later it is still of its size.

    The draws of a day are those of its row, so a longer walk begins with the shorter one.
    """
    draws = seeded_generator(listing.symbol, "days").standard_normal((len(days), 5))
    away = np.empty(len(days) + 1)
    away[0] = 0.0
    for row, shock in enumerate(draws[:, 0]):
        away[row + 1] = 0.996 * away[row] + listing.swing * shock
    close = start * np.exp(away[1:])
    opening = start * np.exp(away[:-1] + (0.0 if listing.is_continuous else 0.25) * listing.swing * draws[:, 1])
    top = np.maximum(opening, close) * (1 + 0.35 * listing.swing * np.abs(draws[:, 2]))
    bottom = np.minimum(opening, close) / (1 + 0.35 * listing.swing * np.abs(draws[:, 3]))
    return DailyBars(
        day=days,
        open=np.rint(opening).astype(np.int64),
        high=np.ceil(top).astype(np.int64),
        low=np.floor(bottom).astype(np.int64),
        close=np.rint(close).astype(np.int64),
        volume=np.rint(volume * np.exp(0.3 * draws[:, 4])).astype(np.int64),
    )
