"""The journal as a feed: days with their result, their trades, their note and files, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.accounts import UserId
from domain.attachments import Attachment
from domain.filters import LedgerFilter
from domain.journal import DayNote
from domain.ledger import Trade
from domain.performance import DayTotal
from domain.periods import DateRange
from services.attachments import AttachmentService
from services.journal import JournalService
from services.portfolio import PortfolioService
from services.trade_rows import trade_of
from services.trade_sets import EPOCH, TradeSet

MOST_TRADES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDay:
    """One day; `trades` are the first `MOST_TRADES` of the `closed` ones, in order of closing."""

    day: date
    total: DayTotal | None
    trades: tuple[Trade, ...]
    closed: int
    note: DayNote
    files: tuple[Attachment, ...]
    r_total: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """Some days, newest first; `older` is the day the next page starts before, None at the end."""

    days: tuple[JournalDay, ...]
    older: date | None
    unit: str


class JournalFeedService:
    """Reads trades, notes and files together; writes nothing."""

    def __init__(self, portfolio: PortfolioService, journal: JournalService, attachments: AttachmentService) -> None:
        self._portfolio = portfolio
        self._journal = journal
        self._attachments = attachments

    def page(self, owner: UserId, chosen: LedgerFilter, *, before: date | None = None, number: int = 10) -> JournalPage:
        """Return days that have an exit or a note, and today, all earlier than `before`."""
        closed = chosen.with_(status="closed")
        found = self._portfolio.sets.load(owner, closed)
        totals = self._portfolio.days(owner, chosen)
        notes = {note.day: note for note in self._journal.day_notes(owner)}
        inside = {day for day in notes if _is_inside(day, found.period)}
        days = sorted({*totals, *inside, *_today(found)}, reverse=True)
        days = [day for day in days if before is None or day < before]
        if chosen.day:
            days = [date.fromisoformat(chosen.day)]  # read as a date by the load above, or refused
        shown = days[:number]
        files = self._attachments.of_days(owner, shown)
        made = [_day(day, found, totals.get(day), notes.get(day), files.get(day, ())) for day in shown]
        return JournalPage(days=tuple(made), older=shown[-1] if len(days) > number else None, unit=found.unit)

    def day(self, owner: UserId, chosen: LedgerFilter, day: date) -> JournalDay:
        """Return one day, whether anything happened on it or not."""
        found = self._portfolio.sets.load(owner, chosen.with_(status="closed"))
        total = self._portfolio.days(owner, chosen).get(day)
        files = self._attachments.of_days(owner, [day]).get(day, ())
        return _day(day, found, total, self._journal.day_note(owner, day), files)


def _today(found: TradeSet) -> set[date]:
    return {found.today} if _is_inside(found.today, found.period) else set()


def _is_inside(day: date, period: DateRange) -> bool:
    return (period.start is None or day >= period.start) and (period.end is None or day < period.end)


def _day(
    day: date, found: TradeSet, total: DayTotal | None, note: DayNote | None, files: Sequence[Attachment]
) -> JournalDay:
    frame = found.frame
    rows = found.rows[frame.exit_day[found.rows] == (day - EPOCH) // timedelta(days=1)]
    risk = frame.risk[rows]
    known = risk > 0
    return JournalDay(
        day=day,
        total=total,
        trades=tuple(trade_of(found, int(row)) for row in rows[:MOST_TRADES].tolist()),
        closed=len(rows),
        note=note or DayNote(day=day, note=""),
        files=tuple(files),
        r_total=float((frame.net[rows][known] / risk[known]).sum()) if np.any(known) else None,
    )
