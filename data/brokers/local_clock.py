"""A wall clock read row by row: gaps are refused, repeated hours are told apart by the order of the rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.brokers.cells import CellError
from domain.errors import ImportFileError
from domain.import_codes import FileCode, RowCode


class LocalClock:
    """Turns the naive times of one file into instants, in the order of its rows. Not thread-safe.

    Where the clock goes back, an hour is printed twice. Of the two instants the earlier is taken, unless the
    rows show that it has passed: their times run one way, and the later one alone keeps them doing so.

    Attributes:
        repeated: How many times fell into such an hour.
    """

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self.repeated = 0
        self._zone = find_zone(timezone)
        self._last: datetime | None = None
        self._steps = 0

    def instant(self, moment: datetime, raw: str, column: str) -> datetime:
        """Return the UTC instant of a naive or aware time.

        Raises:
            CellError: If that local time does not exist.
        """
        instant = moment.astimezone(UTC) if moment.tzinfo else self._localise(moment, raw, column)
        if self._last is not None:
            self._steps += (instant > self._last) - (instant < self._last)
        self._last = instant
        return instant

    def _localise(self, moment: datetime, raw: str, column: str) -> datetime:
        first = moment.replace(tzinfo=self._zone, fold=0).astimezone(UTC)
        back = first.astimezone(self._zone).replace(tzinfo=None)
        if back == moment:
            second = moment.replace(tzinfo=self._zone, fold=1).astimezone(UTC)
            return first if second == first else self._choose(first, second)
        if moment.time() != datetime.min.time():
            reason = f"{raw} does not exist in {self.timezone}: the clock jumps over it."
            raise CellError(column, raw, reason, "Choose the time zone the broker writes in.", code=RowCode.TIME_GAP)
        # Midnight itself is skipped in a few zones: a date-only row belongs to the day's first instant.
        return (moment + timedelta(hours=1)).replace(tzinfo=self._zone).astimezone(UTC)

    def _choose(self, first: datetime, second: datetime) -> datetime:
        self.repeated += 1
        if self._last is None:
            return first
        if self._steps < 0:
            return second if self._last >= second else first
        return second if first < self._last <= second else first


def repeated_note(count: int, timezone: str) -> str:
    """Return what to tell the user about times in an hour that the clock repeats."""
    times = f"{count:,} time{'s' if count > 1 else ''}"
    return (
        f"{times} may mean either of two hours, because the clock of {timezone} went back: "
        "the order of the rows decides, else the earlier one is taken."
    )


def find_zone(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        ImportFileError: If there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"Time zone {name[:40]!r} is not known."
        hint = "Use a name such as America/New_York."
        raise ImportFileError(message, hint=hint, code=FileCode.UNKNOWN_ZONE) from error
