"""Fetching and repairing kept history as jobs: a call queues it, a process of its own does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from domain.accounts import UserId
from domain.candles import KeepingReport, SeriesKey
from domain.errors import InvalidInputError
from domain.jobs import Job, JobKind
from domain.market import BarInterval
from services.candle_sources import normal_symbol
from services.candles import CandleService

if TYPE_CHECKING:
    from services.candle_keeping import CandleKeeper
    from services.jobs import JobService

FETCH, REPAIR = "fetch", "repair"
MOST_SERIES = 50


class CandleJobService:
    """Queues the work on the candle store, and does it inside the process of a job."""

    def __init__(self, jobs: JobService, candles: CandleService, keeper: CandleKeeper) -> None:
        self._jobs = jobs
        self._candles = candles
        self._keeper = keeper

    def start_fetch(
        self,
        owner: UserId,
        symbol: str,
        interval: BarInterval,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        provider: str = "",
    ) -> Job:
        """Queue the fetching of a symbol's history.

        Raises:
            InvalidInputError: If there is no symbol, or too many jobs are waiting.
        """
        name = _checked(symbol)
        request = {
            "action": FETCH,
            "symbol": name,
            "interval": interval.value,
            "from": start.isoformat() if start else "",
            "to": end.isoformat() if end else "",
            "provider": provider,
        }
        return self._jobs.start(owner, JobKind.CANDLES, title=f"{name} {interval.value} candles", request=request)

    def start_fetch_from(self, owner: UserId, symbol: str, width: str, day: str) -> Job:
        """Queue the fetching of a symbol's history since a day in UTC, as a form states it.

        Raises:
            InvalidInputError: If a field is not valid, nothing is kept of the symbol yet and no day is given, or too
                many jobs are waiting.
        """
        name, interval, start = _checked(symbol), _width(width), _day(day)
        if start is None and not any(key.interval is interval for key in self._candles.keys(name)):
            raise InvalidInputError(
                f"Nothing is kept of {name} in {interval.value} candles yet.",
                hint="Say from which day on.",
                field="from",
            )
        return self.start_fetch(owner, name, interval, start=start)

    def start_repair(self, owner: UserId, symbol: str = "", interval: BarInterval | None = None) -> Job:
        """Queue the repair of what is kept, of everything without a symbol.

        Raises:
            InvalidInputError: If nothing of the symbol is kept, or too many jobs are waiting.
        """
        name = normal_symbol(symbol)
        if not self.series(name, interval):
            raise InvalidInputError(
                f"Nothing is kept of {name} that could be repaired."
                if name
                else "Nothing is kept that could be repaired.",
                hint="Fetch history first. A simulated market has no gaps.",
                field="symbol",
            )
        request = {"action": REPAIR, "symbol": name, "interval": interval.value if interval else ""}
        return self._jobs.start(owner, JobKind.CANDLES, title=f"Repair {name or 'all candles'}", request=request)

    def series(self, symbol: str = "", interval: BarInterval | None = None) -> list[SeriesKey]:
        """Return the kept series that a repair looks at, at most fifty; simulated ones have no gaps."""
        archive = self._candles.archive
        found = [
            key
            for key in archive.list_keys(normal_symbol(symbol))
            if interval in (None, key.interval) and not archive.is_simulated(key) and archive.series(key).span
        ]
        return found[:MOST_SERIES]

    def run(self, job: Job) -> dict[str, Any]:
        """Do a job and return what came of it, series by series.

        Raises:
            QuoteError, InvalidInputError: As `CandleKeeper.fetch` and `CandleKeeper.repair`.
        """
        asked = job.request
        width = BarInterval(asked["interval"]) if asked["interval"] else None
        if asked["action"] == REPAIR:
            found = [self._keeper.repair(key) for key in self.series(asked["symbol"], width)]
        else:
            found = [self._fetch(asked)]
        return {"series": [report_values(item) for item in found]}

    def _fetch(self, asked: Mapping[str, Any]) -> KeepingReport:
        return self._keeper.fetch(
            asked["symbol"],
            BarInterval(asked["interval"]),
            start=datetime.fromisoformat(asked["from"]) if asked["from"] else None,
            end=datetime.fromisoformat(asked["to"]) if asked["to"] else None,
            provider=asked["provider"] or None,
        )


def report_values(found: KeepingReport) -> dict[str, Any]:
    """Return what became of a series as plain values."""
    return {
        "provider": found.key.provider,
        "symbol": found.key.symbol,
        "interval": found.key.interval.value,
        "added": found.added,
        "changed": found.changed,
        "same": found.same,
        "refused": found.refused,
        "missing": found.missing,
        "notes": list(found.notes),
    }


def _checked(symbol: str) -> str:
    name = normal_symbol(symbol)
    if not name or len(name) > 64 or not name.isprintable():
        raise InvalidInputError("Which symbol?", hint="For example AAPL or BTC-USD.", field="symbol")
    return name


def _width(text: str) -> BarInterval:
    try:
        return BarInterval(text)
    except ValueError as error:
        raise InvalidInputError(f"{text[:20]!r} is not a width of candles.", field="interval") from error


def _day(text: str) -> datetime | None:
    """Return the beginning of a day in UTC, None for no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC) if text else None
    except ValueError as error:
        raise InvalidInputError(f"{text[:20]!r} is not a day.", hint="For example 2026-01-31.", field="from") from error
