"""The demo provider: five stocks and two coins, offline, simulated.

The stocks' daily bars are real public-domain history of 2000 to 2013 **moved 716 weeks into the future** (the last real
bar, 1 March 2013, is shown as 20 November 2026), so that charts end today; weekdays are kept, exchange holidays are the
original ones. Days after that, all minute bars, the live price and both coins are simulated from fixed seeds. A bar
never changes once its day is over, so trades recorded against it stay on it. Everything is marked simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from data.market.emblems import SCHEME
from data.market.history import LISTINGS, Listing
from data.market.tape import daily_candles, has_begun, live_day, minute_candles
from data.quotes import NotStreaming, ProviderOptions, ProviderSpec, QuoteProvider
from domain.columns import CandleTable, take
from domain.errors import QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote
from domain.periods import Clock, from_micros, to_micros


class DemoProvider(NotStreaming):
    """Serves the demo market at the clock's instant."""

    def __init__(self, clock: Clock) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._clock = clock

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the prices of this second."""
        now = self._clock()
        return {symbol: _quote_of(symbol, now) for symbol in symbols if has_begun(symbol, now)}

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return minute or daily bars; the last one follows the live price."""
        now = self._clock()
        if not has_begun(_listing_of(symbol).symbol, now):
            raise QuoteUnavailableError(f"The demo market has no prices of {symbol} before {now:%Y-%m-%d}.")
        first, last = to_micros(start), to_micros(end)
        if interval is BarInterval.M1:
            return minute_candles(symbol, first, last, now)
        if interval is not BarInterval.D1:
            raise QuoteUnavailableError(f"The demo market serves 1m and 1d candles, not {interval.value}.")
        bars = daily_candles(symbol, now)
        rows = np.searchsorted(bars.start, [first, last])
        found: CandleTable = take(bars, slice(int(rows[0]), int(rows[1])))
        return found

    def profile(self, symbol: str) -> Profile:
        """Return the listing, with what all of it was worth at the last close."""
        listing = _listing_of(symbol)
        days = daily_candles(symbol, self._clock())
        is_owned = listing.units > 0 and len(days) > 1
        return replace(_profile_of(listing), market_cap=float(days.close[-2]) * listing.units if is_owned else None)

    def search(self, text: str) -> list[Profile]:
        """Return the listings whose symbol or name contains the text; symbols first."""
        wanted = text.strip().lower()
        found = [item for item in LISTINGS.values() if wanted in item.symbol.lower() or wanted in item.name.lower()]
        found.sort(key=lambda item: (not item.symbol.lower().startswith(wanted), item.symbol))
        return [_profile_of(item) for item in found]


def _listing_of(symbol: str) -> Listing:
    if symbol not in LISTINGS:
        raise UnknownSymbolError(
            f"The demo market has no symbol {symbol!r}.", hint=f"It has {', '.join(sorted(LISTINGS))}."
        )
    return LISTINGS[symbol]


def _profile_of(listing: Listing) -> Profile:
    return Profile(
        symbol=listing.symbol,
        name=listing.name,
        exchange=listing.exchange,
        sector=listing.sector,
        country=listing.country,
        asset_class=listing.asset_class,
        simulated=True,
        logo=f"{SCHEME}{listing.symbol}",
    )


def _quote_of(symbol: str, now: datetime) -> Quote:
    live = live_day(symbol, now)
    return Quote(
        symbol=symbol,
        price=live.price,
        as_of=from_micros(live.second),
        fetched_at=now,
        provider=PROVIDER.slug,
        previous_close=live.previous_close,
        open=live.open,
        high=live.high,
        low=live.low,
        simulated=True,
    )


def _build(options: ProviderOptions) -> QuoteProvider:
    return DemoProvider(options.clock)


PROVIDER = ProviderSpec(
    slug="demo",
    title="Demo (simulated)",
    build=_build,
    asset_classes=("stock", "crypto"),
    intervals=(BarInterval.M1, BarInterval.D1),
    simulated=True,
    quote_ttl_seconds=1.0,
    note="Invented prices that move all day; asked only for symbols of which no real provider ever gave a price.",
)
