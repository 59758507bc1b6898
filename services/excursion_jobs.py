"""Worst and best moments of many trades: measured on candles by a job that begins by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.jobs import Job, JobKind
from domain.periods import Clock
from domain.watching import current_watcher
from services.excursions import AT_ONCE

if TYPE_CHECKING:
    from domain.filters import LedgerFilter
    from services.jobs import JobService
    from services.ledger import LedgerService
    from services.portfolio import PortfolioService
    from services.trade_sets import TradeSet

MOST_BY_ITSELF = 200_000
"""Closed trades up to which a job begins without being asked for."""
AGAIN = timedelta(hours=1)
"""What a job could not measure is tried again after so long: candles may have come."""
TITLE = "Worst and best moments of trades"
STAGE = "excursions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """How far the trades of a filter are measured.

    Attributes:
        job: The job that measures them, None when none is at work.
        is_settled: Whether figures from candles can be computed now; what has no candles stays unknown.
        missing: Closed trades that nobody has measured.
    """

    job: Job | None
    is_settled: bool
    missing: int

    @property
    def reason(self) -> str:
        """Why figures from candles cannot be computed now, "" when they can."""
        if self.is_settled:
            return ""
        return "being measured on candles" if self.job is not None else "not measured on candles yet"


class ExcursionJobs:
    """Begins the jobs and does their work; safe to share between threads."""

    def __init__(
        self, portfolio: PortfolioService, ledger: LedgerService, jobs: Callable[[], JobService], clock: Clock
    ) -> None:
        self._portfolio = portfolio
        self._ledger = ledger
        self._jobs = jobs
        self._clock = clock
        self._begun: dict[tuple[UserId, tuple[tuple[int, int], ...]], int] = {}

    def look(self, owner: UserId, chosen: LedgerFilter, *, is_asked: bool = False) -> Measuring:
        """Return how far the trades of a filter are measured; many begin a job, very many only when it is asked for.

        Raises:
            NotFoundError: If an account is not the owner's.
        """
        found = self._portfolio.sets.load(owner, chosen)
        missing = self._portfolio.excursions.count_missing(found)
        if missing <= AT_ONCE:
            return Measuring(job=None, is_settled=True, missing=missing)
        job = self._last(owner, found)
        if job is None and missing > MOST_BY_ITSELF and not is_asked:
            return Measuring(job=None, is_settled=False, missing=missing)
        if job is None or is_asked:
            job = self._begin(owner, found)
        return Measuring(job=None if job.is_over else job, is_settled=job.is_over, missing=missing)

    def run(self, job: Job) -> dict[str, Any]:
        """Measure the closed trades of the accounts; lives in the process of the job."""
        books = self._ledger.books(job.owner, tuple(AccountId(number) for number in job.request["accounts"]))
        measured = closed = 0
        for book in books:
            mine = int((~book.matched.trades.is_open).sum())
            current_watcher().begin(STAGE, total=mine, unit="rows")
            measured += self._portfolio.excursions.measure(book)
            closed += mine
        return {"measured": measured, "trades": closed}

    def _begin(self, owner: UserId, found: TradeSet) -> Job:
        request = {"accounts": sorted(int(number) for number in found.books)}
        job = self._jobs().start(owner, JobKind.EXCURSIONS, title=TITLE, request=request)
        self._begun[_key(owner, found)] = job.id
        return job

    def _last(self, owner: UserId, found: TradeSet) -> Job | None:
        """Return the job that was begun for these books as they are, None when it may begin anew."""
        number = self._begun.get(_key(owner, found))
        if number is None:
            return None
        try:
            job = self._jobs().get(owner, number)
        except NotFoundError:
            return None
        is_old = job.finished_at is not None and self._clock() - job.finished_at > AGAIN
        return None if is_old else job


def _key(owner: UserId, found: TradeSet) -> tuple[UserId, tuple[tuple[int, int], ...]]:
    return owner, tuple(sorted((int(number), book.revision) for number, book in found.books.items()))
