"""Filling the candle store: history fetched from providers, gaps repaired, files taken in, the demo market kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.candle_splits import find_restatement, restate_candles
from analytics.trading_days import expected_starts, missing_stretches
from data.candles.merging import MergeCount, plain_bars
from data.candles.widths import width_of
from data.db import candles as table
from data.quotes.gate import MEMORY_OF_BARS, find_unlikely_bars
from domain.candles import CandleGap, GapState, KeepingReport, KnownSplit, SeriesKey
from domain.columns import CandleTable, take
from domain.errors import InvalidInputError, QuoteError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import Clock, from_micros, to_micros
from domain.watching import current_watcher
from services.candle_periods import cut_period, group_gaps, with_memory
from services.candle_sources import DAY, normal_symbol
from services.candles import CandleService

if TYPE_CHECKING:
    from data.candles.archive import CandleArchive
    from data.db.engine import Database
    from domain.quote_feeds import FetchedCandles
    from services.quotes import QuoteService

FILES = "files"
"""Provider of bars that people bring."""
OVERLAP_BARS = 30
"""Kept bars that are fetched again, to see whether the provider has restated them."""
PATIENCE_SECONDS = 120.0
DEMO_BARS = 1_000_000
_FIRST = from_micros(0)
DEMO = "demo"
WHOLE = "whole"
"""Name of a file beside a demo series that goes back as far as it is kept."""


class CandleKeeper:
    """Writes the candle store; safe to share between threads and processes."""

    def __init__(
        self,
        db: Database,
        archive: CandleArchive,
        quotes: QuoteService,
        candles: CandleService,
        clock: Clock,
        *,
        note: Callable[[str], None] | None = None,
    ) -> None:
        self._note = note
        self._db = db
        self._archive = archive
        self._quotes = quotes
        self._candles = candles
        self._clock = clock
        self._lock = threading.Lock()

    def fetch(
        self,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        provider: str | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> KeepingReport:
        """Fetch bars and keep them; without a start, what came since the last bar that is kept.

        Raises:
            InvalidInputError: If the period ends before it starts, or nothing is kept and no start is given.
            UnknownSymbolError, QuoteUnavailableError, RateLimitedError: If the provider does not give them; what came
                before is kept.
        """
        name = normal_symbol(symbol)
        last = min(end, self._clock()) if end else self._clock()
        first = start or self._since(name, interval, provider)
        if first >= last:
            raise InvalidInputError(f"The period ends ({last:%Y-%m-%d}) before it starts ({first:%Y-%m-%d}).")
        total, key, notes, until_bar = MergeCount(), None, list[str](), -1
        watcher = current_watcher()
        watcher.begin("fetch", total=int((last - first).total_seconds() // 86_400) + 1, unit="days")
        for begin, until in cut_period(first, last, interval):
            found = self._quotes.fetch_candles(
                name, interval, begin, until, provider=provider, patience_seconds=patience_seconds
            )
            provider = found.provider
            key = SeriesKey(provider=provider, symbol=name, interval=interval)
            total += self.keep(key, found, notes)
            until_bar = max(until_bar, int(found.bars.start[-1]) if len(found.bars) else -1)
            notes += [fault for fault in found.faults if fault not in notes]
            watcher.reach(int((until - first).total_seconds() // 86_400))
        assert key is not None
        self._archive.series(key).compact()
        end_of_last = from_micros(until_bar) + interval.width if until_bar >= 0 else None
        return replace(_report(key, total, notes), until=end_of_last and min(end_of_last, last))

    def keep(self, key: SeriesKey, found: FetchedCandles, notes: list[str] | None = None) -> MergeCount:
        """Keep what a provider gave: closed bars only, split by split in the units it gave them in."""
        bars = self._closed(found.bars, key)
        series = self._archive.series(key)
        told = [] if notes is None else notes
        if found.is_split_adjusted and len(bars):
            told += [note] if (note := self._note_split(key, bars)) else []
        fault = self._find_fault(key, bars, is_adjusted=found.is_split_adjusted)
        if fault:
            self._quotes.note_candle_fault(key, fault)
            told.append(f"Nothing of this was kept: {fault}.")
            return MergeCount(refused=len(bars))
        basis = to_micros(self._clock()) if found.is_split_adjusted else -1
        return series.append(plain_bars(bars, basis))

    def keep_live(self, key: SeriesKey, bars: CandleTable) -> MergeCount:
        """Keep minutes that a stream closed behind those that are kept; none where the provider's own are not kept."""
        series = self._archive.series(key)
        span = series.span
        if span is None:
            return MergeCount()
        new: CandleTable = take(bars, bars.start > span[1])
        fault = self._find_fault(key, new)
        if fault:
            self._quotes.note_candle_fault(key, fault)
            return MergeCount(refused=len(new))
        return series.append(plain_bars(new, to_micros(self._clock()))) if len(new) else MergeCount()

    def _find_fault(self, key: SeriesKey, bars: CandleTable, *, is_adjusted: bool = True) -> str:
        """Say why bars cannot be those of a series, "" when they can."""
        series = self._archive.series(key)
        span = series.span
        if span is None or not len(bars):
            return ""
        kept = series.read(int(bars.start[0]) - MEMORY_OF_BARS, int(bars.start[-1]) + 1)
        splits = self._candles.splits(key.symbol) if is_adjusted else ()
        return find_unlikely_bars(bars, restate_candles(kept.candles, kept.basis, splits))

    def _closed(self, bars: CandleTable, key: SeriesKey) -> CandleTable:
        """Leave out the bar that is forming; of the demo market the whole day, which changes when it ends."""
        now = to_micros(self._clock())
        limit = now // DAY * DAY if self._archive.is_simulated(key) else now - width_of(key.interval) + 1
        if key.interval is BarInterval.D1 and not self._archive.is_simulated(key):
            sessions = self._candles.sessions(key, now - 7 * DAY, now + DAY)
            over = sessions.day[sessions.closes <= now]
            limit = max(limit, int(over[-1]) + 1) if len(over) else limit
        found: CandleTable = take(bars, slice(0, int(np.searchsorted(bars.start, limit))))
        return found

    def _note_split(self, key: SeriesKey, bars: CandleTable) -> str:
        """Note a split that the provider has taken out of bars that are kept with it; returns a sentence."""
        kept = self._archive.series(key).read(int(bars.start[0]), int(bars.start[-1]) + 1)
        ratio = find_restatement(kept.candles, bars) if len(kept) else None
        if ratio is None:
            return ""
        seen = max(int(kept.basis.max()), int(kept.candles.start[-1])) + 1
        split = KnownSplit(effective_at=from_micros(seen), new=Decimal(ratio[0]), old=Decimal(ratio[1]))
        with self._db.begin() as session:
            table.add_split(session, key.symbol, split, provider=key.provider, seen_at=self._clock())
        return f"{key.provider} has restated {key.symbol} for a {ratio[0]}-for-{ratio[1]} split; older bars follow it."

    def _since(self, symbol: str, interval: BarInterval, provider: str | None) -> datetime:
        spans = [
            span[1]
            for key in self._candles.keys(symbol)
            if key.interval is interval and provider in (None, key.provider)
            if (span := self._archive.series(key).span)
        ]
        if not spans:
            raise InvalidInputError(
                f"Nothing is kept of {symbol} in {interval.value} candles yet.",
                hint="Say from which day on with --from 2026-01-01.",
                field="from",
            )
        return from_micros(max(spans)) - OVERLAP_BARS * interval.width

    # Gaps ---------------------------------------------------------------------------------------------------------

    def find_gaps(
        self, key: SeriesKey, *, start: datetime | None = None, end: datetime | None = None
    ) -> list[CandleGap]:
        """Return the stretches of trading without bars, oldest first, with what is known of each.

        Nothing where the hours of the instrument are not known, or its market is simulated.
        """
        series = self._archive.series(key)
        span = series.span
        if span is None or self._archive.is_simulated(key) or not self._has_sessions(key):
            return []
        first = max(span[0], to_micros(start)) if start else span[0]
        last = min(span[1], to_micros(end)) if end else span[1]
        sessions = self._candles.sessions(key, first, last)
        width = width_of(key.interval)
        expected = expected_starts(sessions, width, first, last)
        starts = series.read(first, last).candles.start
        with self._db.read() as session:
            known = {gap.start: gap for gap in table.list_gaps(session, key)}
        return [
            with_memory(CandleGap(start=from_micros(begin), end=from_micros(until), bars=bars), known)
            for begin, until, bars in missing_stretches(expected, starts, width)
        ]

    def _has_sessions(self, key: SeriesKey) -> bool:
        return key.interval is not BarInterval.W1 and self._candles.knows_hours(key)

    def repair(self, key: SeriesKey, *, start: datetime | None = None, end: datetime | None = None) -> KeepingReport:
        """Fetch what is missing of a series; what the provider has no bars of is remembered and not asked for again.

        Damaged chunks are set aside first and count as missing.

        Raises:
            UnknownSymbolError, QuoteUnavailableError, RateLimitedError: If the provider does not give anything; what
                came before is kept.
        """
        notes = [f"Chunk {name} was damaged and is fetched again." for name in self._archive.series(key).check()]
        total, left = self.mend_gaps(key, start=start, end=end)
        self._archive.series(key).compact()
        return replace(_report(key, total, notes), missing=sum(gap.bars for gap in left))

    def mend_gaps(
        self,
        key: SeriesKey,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> tuple[MergeCount, list[CandleGap]]:
        """Fetch what is missing between the kept bars of a period; returns what came and the gaps that are left.

        Raises:
            QuoteError: As `repair`.
        """
        gaps = [gap for gap in self.find_gaps(key, start=start, end=end) if gap.state is GapState.OPEN]
        total, watcher = MergeCount(), current_watcher()
        watcher.begin("repair", total=len(gaps), unit="gaps")
        done = 0
        for stretch in group_gaps(gaps, key.interval):
            total += self._ask_again(key, stretch, patience_seconds)
            done += len(stretch)
            watcher.reach(done)
        left = self.find_gaps(key, start=start, end=end)
        asked = {gap.start: gap for gap in gaps}
        self._remember(key, left, asked=asked, window=(start or _FIRST, end or self._clock()))
        return total, left

    def count_gaps(self, key: SeriesKey) -> int:
        """Return how many gaps are known that a provider was asked for in vain."""
        with self._db.read() as session:
            return len(table.list_gaps(session, key))

    def _ask_again(self, key: SeriesKey, stretch: Sequence[CandleGap], patience_seconds: float) -> MergeCount:
        total = MergeCount()
        for begin, until in cut_period(stretch[0].start, stretch[-1].end, key.interval):
            try:
                found = self._quotes.fetch_candles(
                    key.symbol, key.interval, begin, until, provider=key.provider, patience_seconds=patience_seconds
                )
            except UnknownSymbolError:
                continue  # as good as no bars in this time
            total += self.keep(key, found)
        return total

    def _remember(
        self,
        key: SeriesKey,
        left: Sequence[CandleGap],
        *,
        asked: dict[datetime, CandleGap],
        window: tuple[datetime, datetime],
    ) -> None:
        """Note what a provider was asked for in vain, and forget what is no gap any more."""
        now, still = self._clock(), {gap.start for gap in left}
        with self._db.read() as session:
            known = [gap.start for gap in table.list_gaps(session, key)]
        over = [moment for moment in known if window[0] <= moment < window[1] and moment not in still]
        if not over and not asked:
            return
        with self._db.begin() as session:
            table.forget_gaps(session, key, over)
            for gap in left:
                before = asked.get(gap.start)
                if before is not None and before.end == gap.end:
                    noted = replace(gap, state=GapState.EMPTY, tries=before.tries + 1)
                    table.save_gap(session, key, noted, checked_at=now)

    # Files and the demo market ---------------------------------------------------------------------------------------

    def import_file(self, path: Path, symbol: str, interval: BarInterval) -> KeepingReport:
        """Keep the bars of a CSV or Parquet file under the provider `files`.

        Raises:
            InvalidInputError: If the file cannot be read or holds no bars of this width.
        """
        from data.quotes.drop_folder import read_candle_file  # noqa: PLC0415 - reads Parquet
        from data.quotes.gate import clean_candles  # noqa: PLC0415 - same

        if not path.is_file():
            raise InvalidInputError(f"There is no file {path}.", hint="Check its name and folder.")
        bars, faults = clean_candles(read_candle_file(path), self._clock())
        if not len(bars):
            raise InvalidInputError(
                f"{path.name} holds no candles.", hint="Columns: time, open, high, low, close, volume."
            )
        if len(bars) > 1 and int(np.diff(bars.start).min()) < width_of(interval):
            raise InvalidInputError(
                f"The bars of {path.name} are closer together than {interval.value}.", hint="Choose another --interval."
            )
        key = SeriesKey(provider=FILES, symbol=normal_symbol(symbol), interval=interval)
        return _report(key, self._archive.series(key).append(plain_bars(bars, -1)), list(faults))

    def keep_simulated(self, symbol: str, interval: BarInterval) -> None:
        """See to it that the demo market's minutes of a symbol are kept up to yesterday, a million of them at most.

        Whoever asks looks at a chart, which is noted: the history of what is charted keeps itself. Costs two seconds
        the first time a chart asks for minutes of a symbol, and nothing at the start.
        """
        name = normal_symbol(symbol)
        if self._note is not None:
            self._note(name)
        if interval in (BarInterval.D1, BarInterval.W1) or not self._quotes.is_simulated(name):
            return
        if any(not self._archive.is_simulated(key) for key in self._archive.list_keys(name)):
            return
        key = SeriesKey(provider=DEMO, symbol=name, interval=BarInterval.M1)
        with self._lock:
            self._keep_demo(key)

    def _keep_demo(self, key: SeriesKey) -> None:
        series = self._archive.series(key)
        today = to_micros(self._clock()) // DAY * DAY
        mark = series.folder / WHOLE
        span = series.span if mark.exists() else None
        if span is not None and span[1] // DAY * DAY >= today - DAY:
            return
        first = from_micros(span[1] + 1) if span else from_micros(today) - _demo_reach(key.symbol)
        try:
            found = self._quotes.fetch_candles(
                key.symbol, key.interval, first, from_micros(today), provider=DEMO, patience_seconds=0.0
            )
        except QuoteError:
            return
        newest: CandleTable = take(found.bars, slice(-DEMO_BARS, None))
        series.append(plain_bars(self._closed(newest, key), to_micros(self._clock())))
        if series.folder.exists():
            mark.touch()


def _demo_reach(symbol: str) -> timedelta:
    """Return how far back a million minutes of the demo market reach: stocks trade 390 minutes on five days a week."""
    return timedelta(days=700) if symbol.endswith("-USD") else timedelta(days=3_800)


def _report(key: SeriesKey, count: MergeCount, notes: Sequence[str]) -> KeepingReport:
    return KeepingReport(
        key=key,
        added=count.added,
        changed=count.changed,
        same=count.same,
        refused=count.refused,
        notes=tuple(notes),
    )
