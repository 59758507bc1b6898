"""Builds a report as values: every output prints this document, so all of them say the same.

Each section asks the same service as the page of its topic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from domain.errors import InvalidInputError
from domain.filters import Basis, FigureUnit, LedgerFilter
from domain.performance import MetricValue, Unit
from domain.report_document import CellKind, ReportDocument, ReportFigure, ReportSection
from domain.reports import BREAKDOWN_SECTIONS, SECTIONS, ReportDefinition

if TYPE_CHECKING:
    from domain.accounts import User, UserId
    from domain.periods import Clock
    from services.journal import JournalService
    from services.portfolio import Performance, PortfolioService, Summary

HEADLINES = ("trades", "win_rate", "profit_factor", "expectancy_r", "expectancy", "payoff", "max_drawdown")
KINDS: Mapping[Unit, CellKind] = {
    Unit.MONEY: CellKind.MONEY,
    Unit.FRACTION: CellKind.FRACTION,
    Unit.RATIO: CellKind.RATIO,
    Unit.R: CellKind.R,
    Unit.COUNT: CellKind.COUNT,
    Unit.SECONDS: CellKind.SECONDS,
    Unit.DAYS: CellKind.DAYS,
}
SIGNED = frozenset({"net_pnl", "gross_pnl", "expectancy", "avg_day", "best_day", "worst_day", "median_trade"})
# Sums of P&L, which a change of unit changes with them. Whatever else is money or a number of shares
# stays what it is in any unit, so a private report leaves it out.
PRIVATE_AMOUNTS = frozenset(
    {
        *SIGNED, "fees", "avg_win", "avg_loss", "largest_win", "largest_loss", "max_drawdown_money",
        "current_drawdown_money", "trades", "wins", "losses", "breakevens", "longest_win_streak",
        "longest_loss_streak", "current_streak",
    }
)  # fmt: skip
NO_UNIT = "A private report needs a starting balance or planned stops: percent and R are counted from them."
NO_UNIT_HINT = "Enter the starting balance of the account in the settings, or plan stops in the journal."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """What every section is built from."""

    portfolio: PortfolioService
    journal: JournalService
    owner: UserId
    chosen: LedgerFilter
    report: ReportDefinition
    found: Performance
    summary: Summary
    zone: str

    @property
    def is_gross(self) -> bool:
        """Whether P&L is before fees."""
        return self.chosen.basis is Basis.GROSS


class ReportBuilder:
    """Turns definitions into documents; writes nothing."""

    def __init__(
        self, portfolio: PortfolioService, journal: JournalService, clock: Clock, *, profile: Callable[[UserId], User]
    ) -> None:
        self._portfolio = portfolio
        self._journal = journal
        self._clock = clock
        self._profile = profile

    def filter_of(self, owner: UserId, report: ReportDefinition) -> LedgerFilter:
        """Return the filter of a report; that of a private one counts in percent, or else in R.

        Raises:
            InvalidInputError: If the filter cannot be read, or a private report has neither balance nor stops.
        """
        chosen = LedgerFilter.from_query(dict(parse_qsl(report.query)))
        if not report.is_private:
            return chosen
        in_r, in_percent = chosen.with_(unit=FigureUnit.R), chosen.with_(unit=FigureUnit.PERCENT)
        # Without a starting balance percent stays money: that must not happen here.
        if chosen.unit is not FigureUnit.R and self._portfolio.sets.load(owner, in_percent).unit == "%":
            return in_percent
        found = self._portfolio.sets.load(owner, in_r)
        if len(found.chosen) or not len(found.frame):
            return in_r
        raise InvalidInputError(NO_UNIT, field="private", hint=NO_UNIT_HINT)

    def build(self, owner: UserId, report: ReportDefinition) -> ReportDocument:
        """Compute everything a report prints.

        Raises:
            NotFoundError: If the filter names an account that is not the owner's.
            InvalidInputError: As `filter_of`.
        """
        chosen = self.filter_of(owner, report)
        found, summary = self._portfolio.performance(owner, chosen), self._portfolio.summary(owner, chosen)
        zone = self._profile(owner).timezone
        context = ReportContext(
            portfolio=self._portfolio,
            journal=self._journal,
            owner=owner,
            chosen=chosen,
            report=report,
            found=found,
            summary=summary,
            zone=zone,
        )
        return ReportDocument(
            title=report.name,
            subtitle=_subtitle(context),
            prepared_at=self._clock(),
            zone=zone,
            unit=found.unit,
            brand=report.brand or "Fillwise",
            accent=report.accent,
            logo=report.logo,
            is_private=report.is_private,
            is_accounting=report.is_accounting,
            sections=tuple(build_section(context, slug) for slug in report.sections),
            footer=_footer(context),
        )


def build_section(context: ReportContext, slug: str) -> ReportSection:
    """Build one section of a report."""
    from services import report_sections as parts  # noqa: PLC0415 - with the first report

    if slug == "kpis":
        return ReportSection(slug=slug, title=SECTIONS[slug], figures=headline_figures(context))
    if slug in BREAKDOWN_SECTIONS:
        return parts.breakdown_section(context, slug)
    builders: Mapping[str, Callable[[ReportContext], ReportSection]] = {
        "equity": parts.equity_section,
        "calendar": parts.calendar_section,
        "distribution": parts.distribution_section,
        "metrics": parts.metrics_section,
        "positions": parts.positions_section,
        "notes": parts.notes_section,
        "trades": parts.trades_section,
    }
    return builders[slug](context)


def headline_figures(context: ReportContext) -> tuple[ReportFigure, ...]:
    """Return the key figures: P&L by exit first, then what the strip of the overview shows."""
    basis = context.chosen.basis.value
    first = ReportFigure(
        slug="realised", label=f"{basis.capitalize()} P&L", value=context.found.realised, kind=CellKind.PROFIT
    )
    found = context.found.metrics
    has_r = found["expectancy_r"].value is not None
    left_out = "expectancy" if has_r else "expectancy_r"
    return (first, *(metric_figure(context, found[slug]) for slug in HEADLINES if slug != left_out))


def metric_figure(context: ReportContext, value: MetricValue) -> ReportFigure:
    """Return a metric as a figure of the document."""
    label = context.portfolio.definitions()[value.slug].label
    kind = CellKind.PROFIT if value.slug in SIGNED else KINDS[value.unit]
    return ReportFigure(slug=value.slug, label=label, value=value.value, kind=kind, reason=value.reason, n=value.n)


def _subtitle(context: ReportContext) -> str:
    summary, unit = context.summary, context.found.unit
    words = {"%": "percent of the starting balance", "R": "multiples of the planned risk"}.get(unit, unit)
    accounts = "" if context.report.is_private else summary.accounts_label
    basis = "before fees" if context.is_gross else "after fees"
    return " · ".join(part for part in (summary.period_label, accounts, f"{words}, {basis}") if part)


def _footer(context: ReportContext) -> tuple[str, ...]:
    lines = ["P&L is dated at each exit, partial exits included; statistics are about closed trades."]
    if context.summary.left_out:
        left_out = ", ".join(f"{count} trades in {name}" for name, count in context.summary.left_out.items())
        lines.append(f"Left out: {left_out}.")
    if context.summary.without_unit:
        lines.append(f"Left out: {context.summary.without_unit} trades without a planned stop.")
    if context.report.is_private:
        lines.append("Private: percent and R only; amounts, prices, quantities and notes are left out.")
    return tuple(lines)
