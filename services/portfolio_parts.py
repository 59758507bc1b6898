"""What a portfolio is made of on its last day, and what it was paid: allocation and income."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.cash import CashKind
from domain.instruments import Instrument
from domain.periods import month_shift
from domain.portfolio_figures import AllocationPart, AllocationReport, IncomeReport, IncomeRow
from domain.portfolios import CASH, Dimension, PortfolioPlan
from services.account_days import INCOME
from services.portfolio_days import PortfolioDays

if TYPE_CHECKING:
    from domain.portfolio_figures import Notice
    from services.portfolio_performance import Span

EPOCH = date(1970, 1, 1)
UNCLASSIFIED = "Not classified"
TEN_CENTS = 0.005


def allocate(
    plan: PortfolioPlan,
    days: PortfolioDays,
    dimension: Dimension,
    sector_of: Callable[[Instrument], str],
    *,
    notices: tuple[Notice, ...] = (),
) -> AllocationReport:
    """Return the parts of a portfolio, cash among them, largest first; those with a target are always listed."""
    values = part_values(days, dimension, sector_of)
    total = float(days.value[-1])
    targets = {item.name: float(item.weight) for item in plan.targets if item.dimension is dimension}
    for name in targets:
        values.setdefault(name, 0.0)
    if targets and dimension is not Dimension.CURRENCY and dimension is not Dimension.ACCOUNT:
        targets.setdefault(CASH, max(0.0, 1.0 - sum(targets.values())))
    is_by_symbol = dimension is Dimension.SYMBOL
    classes = {line.instrument.symbol: line.instrument.asset_class.value for line in days.holdings if is_by_symbol}
    parts = [
        AllocationPart(
            name=name,
            value=value,
            weight=value / total if total > 0 else None,
            target=targets.get(name, 0.0 if targets else None),
            asset_class=classes.get(name, ""),
        )
        for name, value in values.items()
        if abs(value) >= TEN_CENTS or name in targets
    ]
    return AllocationReport(
        plan=plan,
        dimension=dimension,
        parts=tuple(sorted(parts, key=lambda part: -abs(part.value))),
        value=total,
        notices=notices,
    )


def part_values(days: PortfolioDays, dimension: Dimension, sector_of: Callable[[Instrument], str]) -> dict[str, float]:
    """Return the value of each part on the last day, reporting currency."""
    names: Mapping[Dimension, Callable[[Instrument, str], str]] = {
        Dimension.CLASS: lambda item, _: item.asset_class.value,
        Dimension.SECTOR: lambda item, _: sector_of(item) or UNCLASSIFIED,
        Dimension.CURRENCY: lambda item, _: item.currency,
        Dimension.ACCOUNT: lambda _, account: account,
        Dimension.SYMBOL: lambda item, _: item.symbol,
    }
    values: dict[str, float] = defaultdict(float)
    size = len(days)
    for line in days.holdings:
        if line.ends_at(size):
            values[names[dimension](line.instrument, line.account)] += line.on(size - 1)
    for account, currency, amount in days.cash_lines:
        by_place = {Dimension.CURRENCY: currency, Dimension.ACCOUNT: account}
        values[by_place.get(dimension, CASH)] += amount
    return dict(values)


def report_income(plan: PortfolioPlan, span: Span, *, notices: tuple[Notice, ...] = ()) -> IncomeReport:
    """Return dividends, interest, rewards and withheld taxes of a period."""
    days = span.days
    inside = [line for line in days.income if span.low <= line.row < span.high]
    paid = [line for line in inside if line.kind in INCOME]
    taxes = [line for line in inside if line.kind is CashKind.TAX]
    total = sum(line.value for line in paid)
    dividends = sum(line.value for line in paid if line.kind is CashKind.DIVIDEND)
    counts: dict[str, list[float]] = defaultdict(list)
    for line in paid:
        counts[line.symbol].append(line.value)
    symbols = sorted(((name, len(items), sum(items)) for name, items in counts.items()), key=lambda item: -item[2])
    mean = float(days.value[span.rows].mean())
    length = span.high - span.low
    before = [line.value for line in days.income if span.low - length <= line.row < span.low and line.kind in INCOME]
    return IncomeReport(
        plan=plan,
        rows=tuple(
            IncomeRow(
                day=EPOCH + timedelta(days=days.first + line.row),
                kind=line.kind.value,
                symbol=line.symbol,
                account=line.account,
                currency=line.currency,
                amount=line.amount,
                value=line.value,
            )
            for line in sorted([*paid, *taxes], key=lambda line: -line.row)
        ),
        months=tuple(_months(span)),
        symbols=tuple(symbols),
        total=total,
        dividends=dividends,
        interest=total - dividends,
        taxes=sum(line.value for line in taxes),
        previous=sum(before) if span.low >= length else None,
        yield_on_value=total / mean * 365 / length if mean > 0 and length >= 90 else None,
        notices=notices,
    )


def _months(span: Span) -> list[tuple[date, float, float]]:
    """Return every month of the period with its dividends and its other income."""
    first, last = (EPOCH + timedelta(days=day) for day in (span.first, span.last))
    sums: dict[date, list[float]] = {}
    month = first.replace(day=1)
    while month <= last:
        sums[month] = [0.0, 0.0]
        month = month_shift(month, 1)
    for line in span.days.income:
        if span.low <= line.row < span.high and line.kind in INCOME:
            day = EPOCH + timedelta(days=span.days.first + line.row)
            sums[day.replace(day=1)][0 if line.kind is CashKind.DIVIDEND else 1] += line.value
    return [(month, *pair) for month, pair in sums.items()]  # type: ignore[misc]
