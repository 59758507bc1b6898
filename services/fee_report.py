"""What trading cost, by kind, with the figures beside it: the one source of the card, the report, the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.dimensions.fees import KINDS
from analytics.metrics import all_metrics
from analytics.metrics.costs import NO_KINDS
from domain.conditions import Condition
from services.figure_inputs import inputs_of

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.filters import LedgerFilter
    from domain.performance import MetricValue
    from services.trade_sets import TradeSets

FIGURES = ("fees", "fee_drag", "fee_rate", "avg_fee", "fees_paid", "rebates")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeKindLine:
    """Fees of one kind.

    Attributes:
        kind: Its word; `slug` the figure that explains it.
        amount: In the report's unit, below 0 a rebate.
        share: Of all fees; None where these are 0 or less.
        filter: Leads to the trades with fees of this kind.
    """

    kind: str
    slug: str
    label: str
    amount: float
    share: float | None
    filter: LedgerFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeReport:
    """Fees of a filter's exits.

    Attributes:
        unit: Currency code, "%" or "R".
        figures: All fees, drag, rate and so on by slug, in the order of `FIGURES`.
        lines: Kinds with any fees, the largest first; they add up to all fees. () where the unit is no money.
        reason: Why there are no lines, "" when there are.
    """

    unit: str
    figures: dict[str, MetricValue]
    lines: tuple[FeeKindLine, ...]
    reason: str = ""

    @property
    def total(self) -> float | None:
        """All fees."""
        return self.figures["fees"].value


def make_fee_report(sets: TradeSets, owner: UserId, chosen: LedgerFilter) -> FeeReport:
    """Return what the trades of a filter cost.

    Raises:
        NotFoundError: If an account is not the owner's.
    """
    found = sets.load(owner, chosen)
    data = inputs_of(found)
    known = all_metrics()
    figures = {slug: known[slug].measure(data) for slug in FIGURES}
    kinds = data.fees_by_kind
    total = figures["fees"].value or 0.0
    amounts = {} if kinds is None else {kind: amount for kind, amount in kinds.items() if amount}
    lines = [
        FeeKindLine(
            kind=kind,
            slug=f"fees_{kind}",
            label=label,
            amount=amounts[kind],
            share=amounts[kind] / total if total > 0 else None,
            filter=chosen.with_(where=(*chosen.where, Condition(by="fee_kind", values=(kind,)))),
        )
        for kind, label in KINDS
        if kind in amounts
    ]
    reason = "" if lines else NO_KINDS if kinds is None else "no fees in this period"
    return FeeReport(
        unit=found.unit, figures=figures, lines=tuple(sorted(lines, key=lambda line: -line.amount)), reason=reason
    )
