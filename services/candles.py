"""Candles for everybody who reads them: kept history first, the providers for what it lacks.

The bars of one provider are never laid between those of another within a day; real ones never beside simulated ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from analytics.candle_splits import merge_splits, restate_candles, take_entered
from analytics.candles import empty_candles, resample
from analytics.level_of_detail import join_edges, reduce_candles, rows_between
from analytics.trading_days import SessionTable, clock_days, daily_candles, session_table
from data.db import candles as table
from data.db.corporate_actions import list_actions
from domain.accounts import UserId
from domain.candles import KeptSeries, KnownSplit, SeriesKey
from domain.columns import CandleTable, take
from domain.errors import QuoteError
from domain.market import BarInterval
from domain.market_hours import find_venue
from domain.periods import Clock, from_micros, to_micros
from services.candle_sources import (
    DAILY,
    DAY,
    EVER,
    fill_days,
    find_base,
    needs_restating,
    normal_symbol,
    stated_splits,
    window_of,
)

if TYPE_CHECKING:
    from data.candles.archive import CandleArchive
    from data.db.engine import Database
    from services.market_hours import MarketHoursService
    from services.quotes import QuoteService

MOST_READ = 50_000
"""Bars that are asked of a provider to draw a period of which nothing is kept."""
_MICROSECOND = timedelta(microseconds=1)


class CandleReader(Protocol):
    """Where candles are read from."""

    def candles(
        self,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 500,
    ) -> CandleTable:
        """Return the last `limit` candles with start <= label < end."""

    def is_simulated(self, symbol: str) -> bool:
        """Whether prices of this symbol come from the demo provider."""


class CandleService:
    """Reads candles; writes nothing. Safe to share between threads.

    Args:
        db: For splits.
        archive: The kept bars.
        quotes: For what is not kept.
        hours: For the sessions of exchanges.
        clock: Source of the current instant.
        splits: By symbol, beside those that the providers made known.
    """

    def __init__(
        self,
        db: Database,
        archive: CandleArchive,
        quotes: QuoteService,
        hours: MarketHoursService,
        clock: Clock,
        *,
        splits: Mapping[str, Sequence[KnownSplit]] | None = None,
    ) -> None:
        self._db = db
        self.archive = archive
        self._quotes = quotes
        self._hours = hours
        self._clock = clock
        self._more_splits = splits or {}

    def is_simulated(self, symbol: str) -> bool:
        """Whether the candles of this symbol are not the market's."""
        keys = self.keys(symbol)
        real = any(not self.archive.is_simulated(key) for key in keys)
        return not real and self._quotes.is_simulated(symbol)

    def candles(
        self,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        limit: int = 500,
    ) -> CandleTable:
        """Return the last `limit` candles with start <= label < end, restated for the splits that are known.

        Arguments and errors are those of `QuoteService.candles`; what is kept is not asked for again.
        """
        keys = self.keys(symbol)
        kept = self._kept(keys, interval, start=start, end=end, limit=limit) if keys else empty_candles()
        if not len(kept):
            return self._quotes.candles(symbol, interval, start=start, end=end, limit=limit)
        if self.archive.is_simulated(keys[0]) == self._quotes.is_simulated(symbol):
            kept = self._with_rest(kept, symbol, interval, start=start, end=end, limit=limit)
        found: CandleTable = take(kept, slice(max(0, len(kept) - limit), None))
        return found

    def _with_rest(
        self,
        kept: CandleTable,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> CandleTable:
        """Return kept bars with what providers have before and after them; without it when they do not answer."""
        first, last = from_micros(int(kept.start[0])), from_micros(int(kept.start[-1]))
        before = after = empty_candles()
        if (end or self._clock()) > last + interval.width:
            with suppress(QuoteError):
                # The last kept bar of a wider width may be one that grew since: the provider's takes its place.
                after = self._quotes.candles(symbol, interval, start=last, end=end, limit=limit)
        if len(kept) + len(after) < limit and (start is None or start < first - interval.width):
            with suppress(QuoteError):
                most = min(limit - len(kept) - len(after), MOST_READ)
                before = self._quotes.candles(symbol, interval, start=start, end=first, limit=most)
        if len(after):
            kept = rows_between(kept, -EVER, int(after.start[0]))
        return join_edges(before, kept, after)

    def keys(self, symbol: str) -> list[SeriesKey]:
        """Return the series of a symbol, real ones in the order of its providers; simulated ones only alone."""
        found = [key for key in self.archive.list_keys(normal_symbol(symbol)) if self.archive.series(key).span]
        real = [key for key in found if not self.archive.is_simulated(key)]
        rank = {slug: place for place, slug in enumerate(self._quotes.order_of(symbol))}
        chosen = real or (found if self._quotes.is_simulated(symbol) else [])
        return sorted(chosen, key=lambda key: (rank.get(key.provider, len(rank)), key.provider, key.interval.width))

    def _kept(
        self,
        keys: Sequence[SeriesKey],
        interval: BarInterval,
        *,
        start: datetime | None,
        end: datetime | None,
        limit: int,
    ) -> CandleTable:
        """Return kept bars, of the first provider that has a day of them."""
        last = to_micros(end) if end else EVER
        if start is not None:
            return self._between(keys, interval, to_micros(start), last)
        ends = [span[1] for key in keys if (span := self.archive.series(key).span)]
        reach = 4 * limit * (interval.width // _MICROSECOND) + 5 * DAY
        earliest = min(span[0] for key in keys if (span := self.archive.series(key).span))
        while True:
            first = min(last, max(ends) + 1) - reach
            found = self._between(keys, interval, first, last)
            if len(found) >= limit or first <= earliest:
                return found
            reach *= 4

    def _between(self, keys: Sequence[SeriesKey], interval: BarInterval, first: int, last: int) -> CandleTable:
        splits = self.splits(keys[0].symbol)
        found = empty_candles()
        for provider in dict.fromkeys(key.provider for key in keys):
            key = find_base([key for key in keys if key.provider == provider], interval)
            if key is not None:
                found = fill_days(found, self._table(key, interval, (first, last), splits))
        return found

    def first_kept(self, key: SeriesKey) -> datetime | None:
        """Return the start of the first bar of a series, None without bars."""
        span = self.archive.series(key).span
        return from_micros(span[0]) if span else None

    def last_kept(self, symbol: str, interval: BarInterval, provider: str) -> datetime | None:
        """Return the start of the last bar of a provider's series, None without bars."""
        span = self.archive.series(SeriesKey(provider=provider, symbol=normal_symbol(symbol), interval=interval)).span
        return from_micros(span[1]) if span else None

    def splits(self, symbol: str) -> list[KnownSplit]:
        """Return the splits of a symbol that are known, each once."""
        with self._db.read() as session:
            inferred, stated = table.list_splits(session, symbol), table.list_stated(session, symbol)
        found = merge_splits(stated_splits(stated, self._quotes.order_of(symbol)), inferred)
        return take_entered(found, self._more_splits.get(symbol, ()))

    def with_splits(self, splits: Mapping[str, Sequence[KnownSplit]]) -> CandleService:
        """Return a reader that knows of these splits too, by symbol."""
        return CandleService(self._db, self.archive, self._quotes, self._hours, self._clock, splits=splits)

    def of_owner(self, owner: UserId) -> CandleService:
        """Return a reader that knows of the splits that an owner has entered."""
        with self._db.read() as session:
            actions = list_actions(session, owner)
        found: dict[str, list[KnownSplit]] = {}
        for action in actions:
            if action.kind.is_split and action.ratio_new and action.ratio_old:
                split = KnownSplit(effective_at=action.effective_at, new=action.ratio_new, old=action.ratio_old)
                found.setdefault(normal_symbol(action.symbol), []).append(split)
        return self.with_splits(found) if found else self

    def _table(
        self, key: SeriesKey, interval: BarInterval, window: tuple[int, int], splits: Sequence[KnownSplit]
    ) -> CandleTable:
        """Return the bars of a series in a width it has or that is made of it, first <= label < last."""
        series = self.archive.series(key)
        if interval is key.interval:
            kept = series.read(*window)
            return restate_candles(kept.candles, kept.basis, splits)
        if interval in DAILY and key.interval not in DAILY:
            return self._days(key, interval, window, splits)
        if interval is BarInterval.W1 or needs_restating(series, splits):
            first = window[0] - interval.width // _MICROSECOND
            kept = series.read(first, window[1])
            return rows_between(resample(restate_candles(kept.candles, kept.basis, splits), interval), *window)
        return rows_between(series.level(interval), *window)

    def _days(
        self, key: SeriesKey, interval: BarInterval, window: tuple[int, int], splits: Sequence[KnownSplit]
    ) -> CandleTable:
        base = max((key.interval, BarInterval.M15), key=lambda item: item.width)
        span = self.archive.series(key).span or (0, 0)
        first, last = max(window[0] - 8 * DAY, span[0]), min(window[1] + 2 * DAY, span[1] + 1)
        bars = self._table(key, base, (first, last), splits)
        if not len(bars):
            return bars
        days = daily_candles(bars, self.sessions(key, first, last))
        return rows_between(resample(days, interval) if interval is BarInterval.W1 else days, *window)

    def sessions(self, key: SeriesKey, first: int, last: int) -> SessionTable:
        """Return the sessions of a series' exchange around [first, last), microseconds since 1970 UTC.

        Days of UTC where the exchange is not known, trades around the clock, or is simulated.
        """
        profile = self._quotes.profile(key.symbol)
        venue = find_venue(profile.exchange, asset_class=profile.asset_class)
        if venue is None or not venue.calendar or self.archive.is_simulated(key):
            return clock_days(first, last)
        days = from_micros(first - 2 * DAY).date(), from_micros(last + 2 * DAY).date()
        return session_table(self._hours.sessions(venue, *days))

    def knows_hours(self, key: SeriesKey) -> bool:
        """Whether it is known when the instrument of a series trades."""
        profile = self._quotes.profile(key.symbol)
        return find_venue(profile.exchange, asset_class=profile.asset_class) is not None

    def reduced(
        self, symbol: str, interval: BarInterval, *, start: datetime | None, end: datetime | None, points: int
    ) -> CandleTable:
        """Return at most `points` bars that together hold every bar with start <= label < end.

        Raises:
            UnknownSymbolError, QuoteUnavailableError: As `candles`.
        """
        keys = self.keys(symbol)
        first, last = to_micros(start) if start else -EVER, to_micros(end) if end else EVER
        key = find_base(keys, interval) if keys else None
        if key is None or interval in DAILY or needs_restating(self.archive.series(key), self.splits(key.symbol)):
            begin = start or (self.first_kept(key) if key else None)
            return reduce_candles(self.candles(symbol, interval, start=begin, end=end, limit=MOST_READ), points)
        kept = window_of(self.archive.series(key), key, interval, (first, last), points)
        return reduce_candles(join_edges(kept, self._behind(key, interval, end), empty_candles()), points)

    def _behind(self, key: SeriesKey, interval: BarInterval, end: datetime | None) -> CandleTable:
        """Return what providers have behind the kept bars of a series, nothing when they do not answer."""
        span = self.archive.series(key).span or (0, 0)
        start = from_micros(span[1]) + key.interval.width
        is_alike = self.archive.is_simulated(key) == self._quotes.is_simulated(key.symbol)
        if not is_alike or (end or self._clock()) <= start:
            return empty_candles()
        try:
            return self._quotes.candles(key.symbol, interval, start=start, end=end, limit=MOST_READ)
        except QuoteError:
            return empty_candles()

    def list_series(self) -> list[KeptSeries]:
        """Return everything that is kept."""
        found = []
        for key in self.archive.list_keys():
            series = self.archive.series(key)
            span = series.span
            if span is not None:
                found.append(
                    KeptSeries(
                        key=key,
                        bars=sum(chunk.bars for chunk in series.chunks()) + len(series.tail()),
                        first=from_micros(span[0]),
                        last=from_micros(span[1]),
                        size_bytes=self.archive.size_bytes(key),
                        simulated=self.archive.is_simulated(key),
                    )
                )
        return found


def reader_with_splits(reader: CandleReader, symbol: str, splits: Sequence[KnownSplit]) -> CandleReader:
    """Return a reader of kept bars that knows of a symbol's splits; any other reader as it is."""
    if not splits or not isinstance(reader, CandleService):
        return reader
    return reader.with_splits({normal_symbol(symbol): splits})


def reader_of(reader: CandleReader, owner: UserId) -> CandleReader:
    """Return a reader of kept bars that knows of an owner's splits; any other reader as it is."""
    return reader.of_owner(owner) if isinstance(reader, CandleService) else reader
