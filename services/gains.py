"""Realised gains by the rules of a country, kept by what they were made of.

What the rules make of an instrument is kept under a digest of its fills, so a new fill works out one instrument anew.
A few thousand fills are worked out at once; more is a job, and no page waits for it longer than for a look.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from data.gain_shelf import GainShelf
from domain.accounts import AccountId, UserId
from domain.errors import NotReadyError
from domain.jobs import Job, JobKind
from domain.portfolio_figures import GainsReport
from domain.portfolios import PortfolioPlan
from domain.tax import CostMethod, TaxRegime
from domain.watching import current_watcher
from services.gain_tables import GainPart, dump_head, load_part
from services.tax_fills import FillsOf, collect_fills
from services.tax_reports import match_part, report_gains
from services.wash_flags import flag_losses

if TYPE_CHECKING:
    from services.jobs import JobService
    from services.portfolio_plans import PortfolioPlanService
    from services.portfolio_values import PortfolioValueService

RULES_VERSION = 4
"""Grows with a change of what the rules make of the same fills."""
FILLS_AT_ONCE = 3_000
"""Fills that are worked out while a page waits: less than a second's work."""
KEPT_PARTS = 4_000
KEPT_REPORTS = 8
TITLE = "Gains and tax"
STAGE = "gains"


@dataclass(frozen=True, slots=True, kw_only=True)
class GainDesk:
    """Where gains are kept and who works out many.

    Attributes:
        demo: Whether exchange rates may be those of the demo.
    """

    shelf: GainShelf
    jobs: Callable[[], JobService]
    demo: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """The fills of an instrument without the fills: their digest and how many they are."""

    name: str
    fills: int


class GainsService:
    """Gives out the gains of portfolios; safe to share between threads.

    Args:
        values: The books and rates of portfolios.
        plans: Chosen lots.
        desk: Where gains are kept.
        state: What beside the books an owner's rates depend on.
    """

    def __init__(
        self,
        values: PortfolioValueService,
        plans: PortfolioPlanService,
        desk: GainDesk,
        *,
        state: Callable[[UserId], Hashable],
    ) -> None:
        self._values = values
        self._plans = plans
        self._desk = desk
        self._state = state
        self._named: OrderedDict[Hashable, Any] = OrderedDict()
        self._parts: OrderedDict[Hashable, Any] = OrderedDict()
        self._reports: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def report(self, owner: UserId, plan: PortfolioPlan, year: int | None = None) -> GainsReport:
        """Return the realised gains of a tax year; the newest with a disposal by default.

        Raises:
            CurrencyError: If a fill's day has no exchange rate.
            NotReadyError: If there is too much to work out while somebody waits; a job has begun.
        """
        named = self._names(owner, plan)
        key = (owner, plan, year, tuple(item.name for item in named))
        found = self._get(self._reports, key)
        if found is None:
            parts = self._all_parts(owner, plan, named)
            made = flag_losses(report_gains(plan, parts, year=year), parts, self._fills(owner, plan))
            found = self._keep(self._reports, key, made, most=KEPT_REPORTS)
        report: GainsReport = found
        return report

    def job(self, owner: UserId, plan: PortfolioPlan) -> Job | None:
        """Return the job that works the gains out, begun if need be; None when they can be had at once.

        Raises:
            CurrencyError: If a fill's day has no exchange rate.
        """
        try:
            named = self._names(owner, plan)
            self._check(owner, plan, named, self._missing(owner, named))
        except NotReadyError as error:
            return self._desk.jobs().get(owner, error.job_id)
        return None

    def run(self, job: Job) -> dict[str, Any]:
        """Work out what is missing; lives in the process of the job."""
        plan = _read_request(job.request)
        items = self._fills(job.owner, plan)
        named = [_Named(item.digest(self._rules(job.owner, plan, item)), len(item)) for item in items]
        missing = {item.name for item in self._missing(job.owner, named)}
        wanted = [(item, name) for item, name in zip(items, named, strict=True) if name.name in missing]
        current_watcher().begin(STAGE, total=sum(name.fills for _, name in wanted), unit="fills")
        done = 0
        for item, name in wanted:
            part = match_part(plan, item, self._picks(job.owner, plan, item))
            self._desk.shelf.write(job.owner, name.name, dump_head(part), part.rows)
            done += name.fills
            current_watcher().reach(done)
        self._desk.shelf.prune(job.owner)
        return {"instruments": len(wanted), "fills": done}

    def _names(self, owner: UserId, plan: PortfolioPlan) -> Sequence[_Named]:
        books = self._values.books(owner, plan)
        picks = self._plans.lots(owner, [book.account.id for book in books]) if _is_chosen(plan) else {}
        stamp = tuple(book.account for book in books), self._state(owner), str(sorted(picks.items()))
        key = (owner, stamp, plan.regime, plan.method, plan.currency, plan.rate_days)
        found = self._get(self._named, key)
        if found is None:
            items = self._fills(owner, plan)
            named = tuple(_Named(item.digest(self._rules(owner, plan, item)), len(item)) for item in items)
            found = self._keep(self._named, key, named, most=KEPT_REPORTS)
        result: Sequence[_Named] = found
        return result

    def _rules(self, owner: UserId, plan: PortfolioPlan, item: FillsOf) -> str:
        picks = sorted((close, sorted(lots.items())) for close, lots in self._picks(owner, plan, item).items())
        method = plan.method.value if plan.regime is TaxRegime.US else ""
        return f"{RULES_VERSION} {plan.regime.value} {method} {picks}"

    def _picks(self, owner: UserId, plan: PortfolioPlan, item: FillsOf) -> Mapping[int, Mapping[int, Decimal]]:
        """Return the chosen lots of an instrument's own sales and transfers."""
        if not _is_chosen(plan):
            return {}
        every = self._plans.lots(owner, sorted({part.book.account.id for part in item.parts}))
        own = item.refs()
        return {close: lots for close, lots in every.items() if close in own}

    def _missing(self, owner: UserId, named: Sequence[_Named]) -> list[_Named]:
        return [
            item
            for item in named
            if self._get(self._parts, (owner, item.name)) is None and not self._desk.shelf.has(owner, item.name)
        ]

    def _check(self, owner: UserId, plan: PortfolioPlan, named: Sequence[_Named], missing: Sequence[_Named]) -> None:
        """Begin a job where there is too much to work out while somebody waits.

        Raises:
            NotReadyError: If so. A job does all its work itself.
        """
        todo = sum(item.fills for item in missing)
        if todo <= FILLS_AT_ONCE or current_watcher().is_watching:
            return
        job = self._desk.jobs().start(owner, JobKind.GAINS, title=TITLE, request=_write_request(plan))
        raise NotReadyError(
            f"The gains of {sum(item.fills for item in named):,} fills are being worked out.",
            hint="Ask again in a minute; the job says how far it is.",
            job_id=job.id,
        )

    def _all_parts(self, owner: UserId, plan: PortfolioPlan, named: Sequence[_Named]) -> list[GainPart]:
        found = {item.name: self._load(owner, item.name) for item in named}
        missing = [item for item in named if found[item.name] is None]
        if missing:
            self._check(owner, plan, named, missing)
            is_kept = sum(item.fills for item in named) > FILLS_AT_ONCE
            found |= self._work_out(owner, plan, {item.name for item in missing}, is_kept=is_kept)
        return [part for part in (found[item.name] for item in named) if part is not None]

    def _work_out(
        self, owner: UserId, plan: PortfolioPlan, missing: set[str], *, is_kept: bool
    ) -> dict[str, GainPart | None]:
        found: dict[str, GainPart | None] = {}
        for item in self._fills(owner, plan):
            name = item.digest(self._rules(owner, plan, item))
            if name in missing:
                part = match_part(plan, item, self._picks(owner, plan, item))
                if is_kept:
                    self._desk.shelf.write(owner, name, dump_head(part), part.rows)
                found[name] = self._keep(self._parts, (owner, name), part, most=KEPT_PARTS)
        return found

    def _load(self, owner: UserId, name: str) -> GainPart | None:
        kept: GainPart | None = self._get(self._parts, (owner, name))
        if kept is not None:
            return kept
        stored = self._desk.shelf.read(owner, name)
        if stored is None:
            return None
        try:
            part = load_part(*stored)
        except (KeyError, TypeError, ValueError, IndexError):
            return None
        self._keep(self._parts, (owner, name), part, most=KEPT_PARTS)
        return part

    def _fills(self, owner: UserId, plan: PortfolioPlan) -> list[FillsOf]:
        books = self._values.books(owner, plan)
        currencies = sorted({item.currency for book in books for item in book.instruments})
        return collect_fills(books, self._values.rates(owner, plan, currencies), plan.currency)

    def _get(self, kept: OrderedDict[Hashable, Any], key: Hashable) -> Any:
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
            return kept.get(key)

    def _keep(self, kept: OrderedDict[Hashable, Any], key: Hashable, value: Any, *, most: int) -> Any:
        with self._lock:
            kept[key] = value
            while len(kept) > most:
                kept.popitem(last=False)
        return value


def _is_chosen(plan: PortfolioPlan) -> bool:
    return plan.regime is TaxRegime.US and plan.method is CostMethod.SPECIFIC


def _write_request(plan: PortfolioPlan) -> dict[str, Any]:
    return {
        "accounts": [int(item) for item in plan.account_ids],
        "regime": plan.regime.value,
        "method": plan.method.value,
        "currency": plan.currency,
        "rate_days": plan.rate_days,
    }


def _read_request(request: Mapping[str, Any]) -> PortfolioPlan:
    return PortfolioPlan(
        id=None,
        name=TITLE,
        currency=str(request["currency"]),
        account_ids=tuple(AccountId(item) for item in request["accounts"]),
        regime=TaxRegime(request["regime"]),
        method=CostMethod(request["method"]),
        rate_days=int(request["rate_days"]),
    )
