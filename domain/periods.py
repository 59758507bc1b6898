"""Time: the clock, half-open date ranges and the presets of the period filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from domain.errors import InvalidInputError

Clock = Callable[[], datetime]
MICROSECONDS = 1_000_000


def utc_now() -> datetime:
    """Return the current instant; the only reading of the machine's clock."""
    return datetime.now(UTC)


def to_micros(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970 UTC, exactly."""
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * MICROSECONDS + delta.microseconds


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant of microseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros))


@dataclass(frozen=True, slots=True)
class DateRange:
    """Trading days from `start` up to but without `end`; None is open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start >= self.end:
            message = f"The period ends ({self.end}) before it starts ({self.start})."
            raise InvalidInputError(message, field="period")

    @property
    def days(self) -> int | None:
        """Number of calendar days, None when open."""
        return (self.end - self.start).days if self.start and self.end else None

    def previous(self) -> DateRange | None:
        """Return the equally long range just before, None when open."""
        if not (self.start and self.end):
            return None
        return DateRange(self.start - (self.end - self.start), self.start)


PRESETS: dict[str, str] = {
    "today": "Today",
    "week": "This week",
    "month": "This month",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "ytd": "Year to date",
    "12m": "Last 12 months",
    "all": "All time",
}


def parse_period(text: str, today: date) -> DateRange:
    """Read a period: a preset of `PRESETS`, or "2026-09-01..2026-11-20" with both days included.

    Raises:
        InvalidInputError: If the text is neither.
    """
    text = (text or "all").strip().lower()
    tomorrow = today + timedelta(days=1)
    starts: dict[str, date | None] = {
        "today": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "30d": tomorrow - timedelta(days=30),
        "90d": tomorrow - timedelta(days=90),
        "ytd": today.replace(month=1, day=1),
        "12m": tomorrow - timedelta(days=365),
        "all": None,
    }
    if text in starts:
        start = starts[text]
        return DateRange(start, tomorrow if start else None)
    return _parse_days(text)


def _parse_days(text: str) -> DateRange:
    first, dots, last = text.partition("..")
    try:
        start = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) + timedelta(days=1) if last else None
    except (ValueError, OverflowError):
        start, dots, end = None, "", None
    if not dots:
        message = f"Period {text!r} is not known."
        raise InvalidInputError(message, field="period", hint="Use all, ytd, 30d or 2026-09-01..2026-11-20.")
    return DateRange(start, end)


def month_shift(day: date, months: int) -> date:
    """Return the first day of the month so many months after (or before) a day's month."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
