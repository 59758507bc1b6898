"""The sections of a report that are about a portfolio: each asks the service of its tab, in the reporting currency.

A private report tells shares and returns alone: no amount, price, quantity or account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import Series
from domain.performance import Unit
from domain.portfolio_words import RETURN_LABELS, SIGNED_RETURNS
from domain.portfolios import Dimension
from domain.report_document import (
    BarChart,
    Cell,
    CellKind,
    CurveChart,
    ReportColumn,
    ReportFigure,
    ReportSection,
    ReportTable,
)
from domain.reports import SECTIONS
from services.report_document import KINDS, ReportContext
from services.report_gains import disposals_section, gains_section
from services.report_points import curve_points

if TYPE_CHECKING:
    from domain.performance import MetricValue
    from domain.portfolio_figures import IncomeReport, PerformanceReport

DAY_MS = 86_400_000.0
NOTHING = "These accounts hold nothing yet."
NO_INCOME = "No income in this period."
RETURNS = ("twr", "twr_annual", "mwr", "dietz", "benchmark", "max_drawdown")
SHOWN_DIVISIONS = (Dimension.CLASS, Dimension.SECTOR, Dimension.CURRENCY, Dimension.ACCOUNT)
KIND_WORDS = {"dividend": "Dividend", "interest": "Interest", "reward": "Reward", "tax": "Tax withheld"}


def column(key: str, label: str, kind: CellKind) -> ReportColumn:
    """Return a column."""
    return ReportColumn(key=key, label=label, kind=kind)


def empty_section(slug: str, text: str) -> ReportSection:
    """Return a section that says why it is empty."""
    return ReportSection(slug=slug, title=SECTIONS[slug], empty=text)


def _performance(context: ReportContext) -> PerformanceReport | None:
    return context.book.performance(context.owner, context.plan, context.chosen.period)


def returns_section(context: ReportContext) -> ReportSection:
    """Return the time-weighted curve with its benchmark, and every figure of return and risk."""
    found = _performance(context)
    if found is None:
        return empty_section("returns", NOTHING)
    curve = found.curve
    x = curve.day.astype(np.float64) * DAY_MS
    benchmark = None
    if curve.benchmark is not None:
        known = np.isfinite(curve.benchmark)
        benchmark = Series(name=found.benchmark_name, x=x[known], y=curve.benchmark[known])
    chart = CurveChart(
        equity=Series(name="Portfolio", x=x, y=curve.portfolio),
        drawdown=Series(name="Drawdown", x=x, y=curve.drawdown),
        drawdown_unit="%",
        benchmark=benchmark,
    )
    with_benchmark = bool(found.benchmark_name)
    figures = tuple(
        _return_figure(item)
        for slug, item in found.figures.items()
        if with_benchmark or item.reason != "No benchmark." or slug not in RETURN_LABELS
    )
    points = curve_points(chart, is_daily=True)
    return ReportSection(
        slug="returns", title=SECTIONS["returns"], unit="%", chart=chart, figures=figures, points=points
    )


def _return_figure(item: MetricValue) -> ReportFigure:
    kind = KINDS[item.unit]
    if item.unit is Unit.FRACTION:
        kind = CellKind.RETURN if item.slug in SIGNED_RETURNS else CellKind.RISK
    label = RETURN_LABELS[item.slug][0]
    return ReportFigure(slug=item.slug, label=label, value=item.value, kind=kind, reason=item.reason, n=item.n)


def value_section(context: ReportContext) -> ReportSection:
    """Return the steps from the value at the start to that at the end; privately as shares of the latter."""
    found = _performance(context)
    if found is None:
        return empty_section("value", NOTHING)
    lines = [(line.name, line.amount) for line in found.bridge]
    if not context.report.is_private:
        columns = (column("step", "Step", CellKind.TEXT), column("amount", found.plan.currency, CellKind.PROFIT))
        return _lines_section("value", columns, lines, unit=found.plan.currency)
    if found.value <= 0:
        return empty_section("value", "The value at the end is not above zero, so there are no shares of it.")
    columns = (column("step", "Step", CellKind.TEXT), column("share", "Share of the end value", CellKind.RETURN))
    return _lines_section("value", columns, [(name, amount / found.value) for name, amount in lines], unit="%")


def _lines_section(
    slug: str, columns: tuple[ReportColumn, ...], lines: Sequence[tuple[Cell, ...]], *, unit: str
) -> ReportSection:
    table = ReportTable(columns=columns, rows=tuple(lines[:-1]), total=lines[-1])
    return ReportSection(slug=slug, title=SECTIONS[slug], unit=unit, table=table)


def contribution_section(context: ReportContext) -> ReportSection:
    """Return what each holding added to the time-weighted return; all parts add up to it."""
    found = _performance(context)
    parts = () if found is None else found.contributions
    if found is None or not parts:
        return empty_section("contribution", NOTHING if found is None else "No holdings in this period.")
    is_private = context.report.is_private
    amounts = () if is_private else (
        column("income", "Income", CellKind.MONEY), column("profit", "P&L", CellKind.PROFIT))  # fmt: skip
    share = column("share", "Contribution", CellKind.RETURN)
    columns = (column("name", "Holding", CellKind.TEXT), column("weight", "Weight", CellKind.SHARE), *amounts, share)
    rows: list[tuple[Cell, ...]] = [
        (item.name, item.weight, *(() if is_private else (item.income, item.profit)), item.share) for item in parts
    ]
    total = ("Total", None, *(() if is_private else (None, found.gain)), sum(item.share for item in parts))
    unit = "%" if is_private else found.plan.currency
    table = ReportTable(columns=columns, rows=tuple(rows), total=total)
    return ReportSection(slug="contribution", title=SECTIONS["contribution"], unit=unit, table=table)


def allocation_section(context: ReportContext) -> ReportSection:
    """Return what the portfolio is made of by class, sector, currency and account; privately without accounts."""
    is_private = context.report.is_private
    rows: list[tuple[Cell, ...]] = []
    classes: list[tuple[str, float]] = []
    for dimension in SHOWN_DIVISIONS:
        found = context.book.allocation(context.owner, context.plan, dimension)
        if found is None:
            return empty_section("allocation", NOTHING)
        if is_private and dimension is Dimension.ACCOUNT:
            continue
        for part in found.parts:
            amount = () if is_private else (part.value,)
            rows.append((dimension.value.capitalize(), _part_name(part.name), *amount, part.weight, part.target))
        if dimension is Dimension.CLASS:
            classes = [(_part_name(part.name), part.weight) for part in found.parts if part.weight is not None]
    amounts = () if is_private else (column("value", "Value", CellKind.MONEY),)
    columns = (
        column("by", "By", CellKind.TEXT), column("part", "Part", CellKind.TEXT), *amounts,
        column("weight", "Weight", CellKind.SHARE), column("target", "Target", CellKind.SHARE),
    )  # fmt: skip
    table = ReportTable(columns=columns, rows=tuple(rows), note="Each division adds up to the whole portfolio.")
    unit = "%" if is_private else context.plan.currency
    chart = BarChart(
        labels=tuple(name for name, _ in classes),
        values=tuple(weight for _, weight in classes),
        is_amount=True,
        unit="%",
    )
    title = SECTIONS["allocation"]
    return ReportSection(slug="allocation", title=title, unit=unit, chart=chart if classes else None, table=table)


def _part_name(name: str) -> str:
    return name[:1].upper() + name[1:]


def _income(context: ReportContext) -> IncomeReport | None:
    found = context.book.income(context.owner, context.plan, context.chosen.period)
    return found if found is not None and found.rows else None


def income_section(context: ReportContext) -> ReportSection:
    """Return dividends and other income by month; privately as shares of all of it."""
    found = _income(context)
    if found is None:
        return empty_section("income", NO_INCOME)
    is_private = context.report.is_private
    whole = found.total if is_private else 1.0
    if not whole:
        return empty_section("income", NO_INCOME)
    kind = CellKind.SHARE if is_private else CellKind.MONEY
    columns = (
        column("month", "Month", CellKind.TEXT), column("dividends", "Dividends", kind),
        column("interest", "Interest and rewards", kind), column("total", "Total", kind),
    )  # fmt: skip
    rows = [
        (f"{month:%b %Y}", dividends / whole, other / whole, (dividends + other) / whole)
        for month, dividends, other in found.months
    ]
    paid = tuple(row for row in rows if row[3])
    total = ("Total", found.dividends / whole, found.interest / whole, found.total / whole)
    chart = BarChart(labels=tuple(row[0] for row in rows), values=tuple(row[3] for row in rows), is_amount=True)
    table = ReportTable(columns=columns, rows=paid, total=total, note=_income_note(found, is_private=is_private))
    unit = "%" if is_private else found.plan.currency
    return ReportSection(slug="income", title=SECTIONS["income"], unit=unit, chart=chart, table=table)


def _income_note(found: IncomeReport, *, is_private: bool) -> str:
    parts = ["Payments on the day they were booked, at that day's exchange rate."]
    if found.yield_on_value is not None:
        parts.append(f"Yield {found.yield_on_value:.2%} a year on the average value.")
    if found.taxes and not is_private:
        parts.append(f"Taxes withheld beside it: {found.taxes:,.2f} {found.plan.currency}.")
    return " ".join(parts).replace("-", "−")


def payments_section(context: ReportContext) -> ReportSection:
    """Return every payment, newest first; privately the share of each payer."""
    found = _income(context)
    if found is None:
        return empty_section("payments", NO_INCOME)
    if context.report.is_private:
        return _payers(found)
    columns = (
        column("day", "Day", CellKind.DAY), column("kind", "Kind", CellKind.TEXT),
        column("symbol", "Symbol", CellKind.TEXT), column("account", "Account", CellKind.TEXT),
        column("amount", "Amount", CellKind.AMOUNT), column("currency", "Currency", CellKind.TEXT),
        column("value", f"In {found.plan.currency}", CellKind.PROFIT),
    )  # fmt: skip
    shown = found.rows[: context.report.trade_rows]
    rows: Iterable[tuple[Cell, ...]] = (
        (row.day, KIND_WORDS.get(row.kind, row.kind), row.symbol, row.account, row.amount, row.currency, row.value)
        for row in shown
    )
    total = ("Total", None, None, None, None, None, sum(row.value for row in found.rows))
    note = "" if len(shown) == len(found.rows) else f"The latest {len(shown)} of {len(found.rows)} payments."
    table = ReportTable(columns=columns, rows=tuple(rows), total=total, note=note)
    return ReportSection(slug="payments", title=SECTIONS["payments"], unit=found.plan.currency, table=table)


def _payers(found: IncomeReport) -> ReportSection:
    columns = (
        column("symbol", "Symbol", CellKind.TEXT), column("count", "Payments", CellKind.COUNT),
        column("share", "Share of the income", CellKind.SHARE),
    )  # fmt: skip
    rows = tuple(
        (symbol or "Interest and other", count, amount / found.total if found.total else None)
        for symbol, count, amount in found.symbols
    )
    return ReportSection(
        slug="payments", title=SECTIONS["payments"], unit="%", table=ReportTable(columns=columns, rows=rows)
    )


SECTION_BUILDERS: Mapping[str, Callable[[ReportContext], ReportSection]] = {
    "returns": returns_section,
    "value": value_section,
    "contribution": contribution_section,
    "allocation": allocation_section,
    "income": income_section,
    "payments": payments_section,
    "gains": gains_section,
    "disposals": disposals_section,
}
