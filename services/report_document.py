"""Builds a report as values: every output prints this document, so all of them say the same.

Each section asks the same service as the page of its topic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from domain.analysis_rules import RiskFreeRate, YearDays
from domain.errors import FillwiseError, InvalidInputError
from domain.filters import Basis, FigureUnit, LedgerFilter
from domain.performance import MetricValue, Unit
from domain.report_document import CellKind, ReportDocument, ReportFigure, ReportSection
from domain.reports import BREAKDOWN_SECTIONS, PORTFOLIO_SECTIONS, SECTIONS, ReportDefinition
from services.rule_words import rule_words

if TYPE_CHECKING:
    from domain.accounts import User, UserId
    from domain.periods import Clock
    from domain.portfolios import PortfolioPlan
    from services.journal import JournalService
    from services.portfolio import Performance, PortfolioService, Summary
    from services.portfolios import PortfolioBookService

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
    book: PortfolioBookService
    owner: UserId
    chosen: LedgerFilter
    report: ReportDefinition
    found: Performance
    summary: Summary
    zone: str

    @property
    def plan(self) -> PortfolioPlan:
        """The portfolio that the filter means."""
        return self.book.plans.resolve(self.owner, self.chosen)

    @property
    def unit(self) -> str:
        """Unit of amounts: what trades are counted in; percent where a private report is about portfolios alone."""
        unit = self.found.unit
        return "%" if self.report.is_private and unit not in ("%", "R") else unit

    @property
    def is_gross(self) -> bool:
        """Whether P&L is before fees."""
        return self.chosen.basis is Basis.GROSS


class ReportBuilder:
    """Turns definitions into documents; writes nothing."""

    def __init__(
        self,
        portfolio: PortfolioService,
        journal: JournalService,
        clock: Clock,
        *,
        profile: Callable[[UserId], User],
        book: PortfolioBookService,
    ) -> None:
        self._book = book
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
        if set(report.sections) <= set(PORTFOLIO_SECTIONS):
            return in_percent  # returns and shares need no balance
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
        context = self._context(owner, report)
        return ReportDocument(
            title=report.name,
            subtitle=_subtitle(context),
            prepared_at=self._clock(),
            zone=context.zone,
            unit=context.unit,
            brand=report.brand or "Fillwise",
            accent=report.accent,
            logo=report.logo,
            is_private=report.is_private,
            is_accounting=report.is_accounting,
            sections=tuple(self._section(context, slug) for slug in report.sections),
            footer=_footer(context),
        )

    def check(self, owner: UserId, report: ReportDefinition) -> None:
        """Check that the filters of a report and of its sections can be read; errors as `filter_of`."""
        self.filter_of(owner, report)
        for slug, _ in report.section_queries:
            self.filter_of(owner, report.alone(slug))

    def _context(self, owner: UserId, report: ReportDefinition) -> ReportContext:
        chosen = self.filter_of(owner, report)
        return ReportContext(
            portfolio=self._portfolio,
            journal=self._journal,
            book=self._book,
            owner=owner,
            chosen=chosen,
            report=report,
            found=self._portfolio.performance(owner, chosen),
            summary=self._portfolio.summary(owner, chosen),
            zone=self._profile(owner).timezone,
        )

    def _section(self, whole: ReportContext, slug: str) -> ReportSection:
        """Return a section; one with a filter of its own says which, and in which unit its amounts are."""
        if slug not in dict(whole.report.section_queries):
            return build_section(whole, slug)
        own = self._context(whole.owner, whole.report.alone(slug))
        section = build_section(own, slug)
        return replace(section, unit=section.unit or own.unit, subtitle=section.subtitle or _subtitle(own))


def build_section(context: ReportContext, slug: str) -> ReportSection:
    """Build one section of a report."""
    from services import report_sections as parts  # noqa: PLC0415 - with the first report

    if slug == "kpis":
        return ReportSection(slug=slug, title=SECTIONS[slug], figures=headline_figures(context))
    if slug in BREAKDOWN_SECTIONS:
        return parts.breakdown_section(context, slug)
    if slug in PORTFOLIO_SECTIONS:
        return _portfolio_section(context, slug)
    builders: Mapping[str, Callable[[ReportContext], ReportSection]] = {
        "equity": parts.equity_section,
        "calendar": parts.calendar_section,
        "fees": parts.fees_section,
        "distribution": parts.distribution_section,
        "metrics": parts.metrics_section,
        "positions": parts.positions_section,
        "notes": parts.notes_section,
        "trades": parts.trades_section,
    }
    return builders[slug](context)


def _portfolio_section(context: ReportContext, slug: str) -> ReportSection:
    from services import report_portfolio as parts  # noqa: PLC0415 - with the first report of a portfolio

    try:
        return parts.SECTION_BUILDERS[slug](context)
    except FillwiseError as error:  # a missing exchange rate, most often: the other sections are not to blame
        return ReportSection(slug=slug, title=SECTIONS[slug], empty=f"{error.message} {error.hint}".strip())


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
    summary, unit = context.summary, context.unit
    words = {"%": "percent of the starting balance", "R": "multiples of the planned risk"}.get(unit, unit)
    if set(context.report.sections) <= set(PORTFOLIO_SECTIONS):
        words = "shares and returns" if context.report.is_private else context.plan.currency
        accounts = "" if context.report.is_private else context.plan.name
        return " · ".join(part for part in (summary.period_label, accounts, words) if part)
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
    lines += _worked_out_by(context)
    if context.report.is_private:
        lines.append("Private: percent and R only; amounts, prices, quantities and notes are left out.")
    return tuple(lines)


def _worked_out_by(context: ReportContext) -> list[str]:
    """Return the analysis settings that differ from none; a private report keeps the tolerance to itself."""
    found = context.portfolio.sets.load(context.owner, context.chosen)
    names = () if context.report.is_private or not found.rules.tolerances else ("breakeven",)
    if found.rules.year_days is not YearDays.AUTO:
        names = (*names, "year_days")
    if found.rules.risk_free != RiskFreeRate():
        names = (*names, "risk_free")
    words = [f"{word.label.lower()} {word.text}" for word in rule_words(found, names)]
    return [f"Worked out with {', '.join(words)}."] if words else []
