"""The tables of a portfolio as CSV: the same figures as on its tabs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.filters import LedgerFilter
from domain.portfolio_figures import IncomeReport, PerformanceReport
from domain.portfolios import Dimension, PortfolioPlan
from services.exports import number, safe_text, write_csv
from services.portfolios import PortfolioBookService

EPOCH = date(1970, 1, 1)
NAMES = ("returns", "contributions", "allocation", "income", "gains", "lots", "orders")


def portfolio_csv(
    book: PortfolioBookService, owner: UserId, name: str, chosen: LedgerFilter, words: Mapping[str, str]
) -> Iterator[str]:
    """Yield one table of the portfolio that a filter means.

    Args:
        book: Portfolios.
        owner: Whose.
        name: One of `NAMES`.
        chosen: The filter; its period counts.
        words: Further words of the address: `by`, `year`, `regime`, `method`.

    Raises:
        NotFoundError: If there is no such table, or the accounts hold nothing.
    """
    plan = book.plans.resolve(owner, chosen)
    if name in ("returns", "contributions"):
        found = book.require(book.performance(owner, plan, chosen.period))
        return _returns(found) if name == "returns" else _contributions(found)
    if name == "allocation":
        return _allocation(book, owner, plan, words.get("by", ""))
    if name == "income":
        return _income(book.require(book.income(owner, plan, chosen.period)))
    if name in ("gains", "lots"):
        return _gains(book, owner, plan, words, lots=name == "lots")
    if name == "orders":
        return _orders(book, owner, plan)
    raise NotFoundError("There is no such table.", hint=f"One of {', '.join(NAMES)}.")


def _returns(found: PerformanceReport) -> Iterator[str]:
    curve = found.curve
    other = [float("nan")] * len(curve) if curve.benchmark is None else curve.benchmark.tolist()
    columns = (curve.portfolio.tolist(), other, curve.drawdown.tolist(), curve.value.tolist(), curve.invested.tolist())
    currency = found.plan.currency.lower()
    header = ("day", "portfolio_return", "benchmark_return", "drawdown", f"value_{currency}", f"invested_{currency}")
    rows = (
        [
            (EPOCH + timedelta(days=day)).isoformat(),
            *("" if math.isnan(value) else number(value) for value in values),
        ]
        for day, *values in zip(curve.day.tolist(), *columns, strict=True)
    )
    return write_csv(header, rows)


def _contributions(found: PerformanceReport) -> Iterator[str]:
    header = ("holding", "weight", "income", "profit", "contribution", "currency")
    rows = (
        [safe_text(item.name), number(item.weight), number(item.income), number(item.profit), number(item.share),
         found.plan.currency]
        for item in found.contributions
    )  # fmt: skip
    return write_csv(header, rows)


def _allocation(book: PortfolioBookService, owner: UserId, plan: PortfolioPlan, by: str) -> Iterator[str]:
    try:
        dimension = Dimension(by or "class")
    except ValueError as error:
        raise NotFoundError("There is no such division.", hint=f"by is one of {', '.join(Dimension)}.") from error
    found = book.require(book.allocation(owner, plan, dimension))
    rows = (
        [safe_text(part.name), number(part.value), plan.currency, number(part.weight), number(part.target),
         number(part.off_target)]
        for part in found.parts
    )  # fmt: skip
    return write_csv((dimension.value, "value", "currency", "weight", "target", "off_target"), rows)


def _income(found: IncomeReport) -> Iterator[str]:
    header = ("day", "kind", "symbol", "account", "amount", "currency", f"value_{found.plan.currency.lower()}")
    rows = (
        [row.day.isoformat(), row.kind, safe_text(row.symbol), safe_text(row.account), number(row.amount), row.currency,
         number(row.value)]
        for row in found.rows
    )  # fmt: skip
    return write_csv(header, rows)


def _gains(
    book: PortfolioBookService, owner: UserId, plan: PortfolioPlan, words: Mapping[str, str], *, lots: bool
) -> Iterator[str]:
    from services.tax_reports import gains_csv, lots_csv  # noqa: PLC0415 - one table of many

    ruled = book.with_rules(plan, words.get("regime", ""), words.get("method", ""))
    year = words.get("year", "")
    report = book.gains(owner, ruled, int(year) if year.isdigit() and len(year) == 4 else None)
    return lots_csv(report) if lots else gains_csv(report)


def _orders(book: PortfolioBookService, owner: UserId, plan: PortfolioPlan) -> Iterator[str]:
    found = book.require(book.orders(owner, plan))
    header = ("symbol", "side", "quantity", "price", "amount", "currency", "before", "target", "after")
    rows = (
        [safe_text(line.symbol), "buy" if line.quantity > 0 else "sell", number(abs(line.quantity)), number(line.price),
         number(abs(line.value)), plan.currency, number(line.before), number(line.target), number(line.after)]
        for line in found.lines
        if line.quantity
    )  # fmt: skip
    return write_csv(header, rows)
