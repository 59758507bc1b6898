"""The sections of a report about realised gains: by tax year, and disposal by disposal, of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from analytics.tax import year_label, year_start
from domain.money import ZERO
from domain.periods import DateRange, parse_period
from domain.report_document import Cell, CellKind, ReportColumn, ReportSection, ReportTable
from domain.reports import SECTIONS
from domain.tax import Disposal, TaxRegime
from services.gain_tables import group_name, join_totals, make_total

if TYPE_CHECKING:
    from domain.portfolio_figures import GainsTotal
    from services.report_document import ReportContext

EPOCH = date(1970, 1, 1)
NO_ADVICE = "A calculation, no tax advice."
NO_DISPOSALS = "Nothing was sold in this period."
METHODS: Mapping[TaxRegime, str] = {TaxRegime.UK: "United Kingdom rules.", TaxRegime.INDIA: "India rules."}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    """The disposals of a tax year that lie in the period, and their sums; a whole year needs no row read."""

    year: int
    rows: Sequence[Disposal]
    groups: Sequence[GainsTotal]


def gains_section(context: ReportContext) -> ReportSection:
    """Return the gains of the period by tax year and group; privately the gain over the cost."""
    years = _years(context)
    if not years:
        return ReportSection(slug="gains", title=SECTIONS["gains"], empty=NO_DISPOSALS)
    regime, is_private = context.plan.regime, context.report.is_private
    table = ReportTable(
        columns=_gain_columns(is_private=is_private),
        rows=tuple(
            (year_label(regime, item.year), group.name, group.count, *_amounts(group, is_private=is_private))
            for item in years
            for group in item.groups
        ),
        total=("Total", None, *_total(years, is_private=is_private)),
        note=_note(context),
    )
    return ReportSection(slug="gains", title=SECTIONS["gains"], unit=_unit(context), table=table)


def _unit(context: ReportContext) -> str:
    return "%" if context.report.is_private else context.plan.currency


def _note(context: ReportContext) -> str:
    plan = context.plan
    rules = METHODS.get(plan.regime, f"United States rules, {plan.method.value.upper()}.")
    return f"{NO_ADVICE} {rules} Of disposals in the period."


def _gain_columns(*, is_private: bool) -> tuple[ReportColumn, ...]:
    first = (
        ReportColumn(key="year", label="Tax year", kind=CellKind.TEXT),
        ReportColumn(key="group", label="Group", kind=CellKind.TEXT),
        ReportColumn(key="count", label="Disposals", kind=CellKind.COUNT),
    )
    return (*first, *(_PRIVATE_COLUMNS if is_private else _AMOUNT_COLUMNS))


_PRIVATE_COLUMNS = (ReportColumn(key="gain", label="Gain on cost", kind=CellKind.RETURN),)
_AMOUNT_COLUMNS = (
    ReportColumn(key="proceeds", label="Proceeds", kind=CellKind.MONEY),
    ReportColumn(key="cost", label="Cost", kind=CellKind.MONEY),
    ReportColumn(key="disallowed", label="Disallowed", kind=CellKind.MONEY),
    ReportColumn(key="gain", label="Gain", kind=CellKind.PROFIT),
)


def _total(years: Sequence[_Year], *, is_private: bool) -> tuple[Cell, ...]:
    whole = join_totals("Total", [group for item in years for group in item.groups])
    return (whole.count, *_amounts(whole, is_private=is_private))


def _amounts(item: GainsTotal | Disposal, *, is_private: bool) -> tuple[Cell, ...]:
    if is_private:
        return (float(item.gain / item.cost) if item.cost else None,)
    return (item.proceeds, item.cost, item.adjustment, item.gain)


def disposals_section(context: ReportContext) -> ReportSection:
    """Return every disposal of the period, newest first."""
    years = _years(context)
    if not years:
        return ReportSection(slug="disposals", title=SECTIONS["disposals"], empty=NO_DISPOSALS)
    is_private, most = context.report.is_private, context.report.trade_rows
    newest = (item.rows[at] for item in years for at in range(len(item.rows) - 1, -1, -1))
    count, *amounts = _total(years, is_private=is_private)
    shown = min(most, int(str(count)))
    cut = "" if shown == count else f" The latest {shown} of {count} disposals."
    table = ReportTable(
        columns=_disposal_columns(is_private=is_private),
        rows=tuple(_disposal_row(context.plan.regime, item, is_private=is_private) for item in islice(newest, shown)),
        total=("Total", *(None,) * (3 if is_private else 4), *amounts),
        note=_note(context) + cut,
    )
    return ReportSection(slug="disposals", title=SECTIONS["disposals"], unit=_unit(context), table=table)


def _disposal_columns(*, is_private: bool) -> tuple[ReportColumn, ...]:
    quantity = () if is_private else (ReportColumn(key="quantity", label="Quantity", kind=CellKind.QUANTITY),)
    return (
        ReportColumn(key="symbol", label="Symbol", kind=CellKind.TEXT),
        *quantity,
        ReportColumn(key="acquired", label="Acquired", kind=CellKind.DAY),
        ReportColumn(key="sold", label="Sold", kind=CellKind.DAY),
        ReportColumn(key="group", label="Group", kind=CellKind.TEXT),
        *(_PRIVATE_COLUMNS if is_private else _AMOUNT_COLUMNS),
    )


def _disposal_row(regime: TaxRegime, item: Disposal, *, is_private: bool) -> tuple[Cell, ...]:
    symbol = item.instrument.symbol + (" (short)" if item.is_short else "")
    quantity: tuple[Cell, ...] = () if is_private else (round(item.quantity, 8),)
    group = group_name(regime, item) + (", wash sale" if item.code else "")
    return (symbol, *quantity, item.acquired, item.sold, group, *_amounts(item, is_private=is_private))


def _years(context: ReportContext) -> list[_Year]:
    """Return the tax years with a disposal in the report's period, newest first."""
    period, regime = _period(context), context.plan.regime
    book, owner, plan = context.book, context.owner, context.plan
    found = []
    for year, _, _ in book.gains(owner, plan).years:
        first, end = year_start(regime, year), year_start(regime, year + 1)
        if (period.end is not None and first >= period.end) or (period.start is not None and end <= period.start):
            continue
        report = book.gains(owner, plan, year)
        if _is_in(period, first) and _is_in(period, end - timedelta(days=1)):
            found.append(_Year(year=year, rows=report.disposals, groups=report.totals))
            continue
        rows = [item for item in report.disposals if _is_in(period, item.sold)]
        if rows:
            found.append(_Year(year=year, rows=rows, groups=list(_groups(regime, rows))))
    return found


def _groups(regime: TaxRegime, rows: Sequence[Disposal]) -> Iterator[GainsTotal]:
    groups: dict[str, list[Disposal]] = defaultdict(list)
    for item in rows:
        groups[group_name(regime, item)].append(item)
    for name in sorted(groups):
        yield make_total(
            name,
            len(groups[name]),
            proceeds=sum((item.proceeds for item in groups[name]), ZERO),
            cost=sum((item.cost for item in groups[name]), ZERO),
            adjustment=sum((item.adjustment for item in groups[name]), ZERO),
        )


def _period(context: ReportContext) -> DateRange:
    books = context.book.values.books(context.owner, context.plan)
    return parse_period(context.chosen.period, EPOCH + timedelta(days=context.book.values.today(books)))


def _is_in(period: DateRange, day: date) -> bool:
    return (period.start is None or day >= period.start) and (period.end is None or day < period.end)
