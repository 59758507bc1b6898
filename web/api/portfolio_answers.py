"""How reports about portfolios are written as answers."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

from web.api.portfolio_schemas import (
    AllocationAnswer,
    BridgeRow,
    ContributionRow,
    CurveRow,
    DisposalRow,
    FigureRow,
    FrontierAnswer,
    GainsAnswer,
    IncomeAnswer,
    LotRow,
    MixRow,
    MonthRow,
    NoticeRow,
    OrderRow,
    PartRow,
    PaymentRow,
    PerformanceAnswer,
    PortfolioRow,
    RebalanceAnswer,
    SymbolIncomeRow,
    TargetRow,
    TotalRow,
    YearRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.portfolio_figures import (
        AllocationPart,
        AllocationReport,
        FrontierPoint,
        FrontierReport,
        GainsReport,
        GainsTotal,
        IncomeReport,
        Notice,
        PerformanceReport,
        RebalanceReport,
    )
    from domain.portfolios import PortfolioPlan
    from domain.tax import Disposal, HeldLot

EPOCH = date(1970, 1, 1)


def write_portfolio(plan: PortfolioPlan) -> PortfolioRow:
    """Return a portfolio."""
    return PortfolioRow(
        id=plan.id or 0,
        name=plan.name,
        currency=plan.currency,
        account_ids=[int(item) for item in plan.account_ids],
        benchmark=plan.benchmark,
        regime=plan.regime.value,
        method=plan.method.value,
        rate_days=plan.rate_days,
        targets=[TargetRow(by=item.dimension.value, name=item.name, weight=item.weight) for item in plan.targets],
    )


def _notices(found: Sequence[Notice]) -> list[NoticeRow]:
    return [NoticeRow(title=item.title, text=item.text, is_warning=item.is_warning) for item in found]


def write_performance(found: PerformanceReport) -> PerformanceAnswer:
    """Return the performance of a portfolio."""
    curve = found.curve
    other = [None] * len(curve) if curve.benchmark is None else list(map(_known, curve.benchmark.tolist()))
    columns = (curve.portfolio, curve.drawdown, curve.value, curve.invested)
    return PerformanceAnswer(
        portfolio=write_portfolio(found.plan),
        first=found.first,
        last=found.last,
        currency=found.plan.currency,
        value=found.value,
        cash=found.cash,
        gain=found.gain,
        figures={
            slug: FigureRow(
                value=item.value, unit=item.unit.value, n=item.n, low_sample=item.low_sample, reason=item.reason,
                note=item.note,
            )
            for slug, item in found.figures.items()
        },
        bridge=[BridgeRow(name=line.name, amount=line.amount, is_total=line.is_total) for line in found.bridge],
        contributions=[
            ContributionRow(
                name=item.name, profit=item.profit, income=item.income, share=item.share, weight=item.weight
            )
            for item in found.contributions
        ],
        curve=[
            CurveRow(
                day=EPOCH + timedelta(days=day), portfolio=own, benchmark=beside, drawdown=fall, value=value,
                invested=put_in,
            )
            for day, beside, own, fall, value, put_in in zip(
                curve.day.tolist(), other, *(column.tolist() for column in columns), strict=True
            )
        ],
        notices=_notices(found.notices),
        year_days=found.year_days,
        year_days_automatic=found.is_automatic,
    )  # fmt: skip


def _part(part: AllocationPart) -> PartRow:
    return PartRow(name=part.name, value=part.value, weight=part.weight, target=part.target, off_target=part.off_target)


def write_allocation(found: AllocationReport) -> AllocationAnswer:
    """Return what a portfolio is made of."""
    return AllocationAnswer(
        portfolio=write_portfolio(found.plan),
        by=found.dimension.value,
        value=found.value,
        currency=found.plan.currency,
        parts=[_part(part) for part in found.parts],
    )


def write_income(found: IncomeReport) -> IncomeAnswer:
    """Return the income of a portfolio."""
    return IncomeAnswer(
        portfolio=write_portfolio(found.plan),
        currency=found.plan.currency,
        total=found.total,
        dividends=found.dividends,
        interest=found.interest,
        taxes=found.taxes,
        previous=found.previous,
        yield_on_value=found.yield_on_value,
        months=[MonthRow(month=month, dividends=paid, other=other) for month, paid, other in found.months],
        symbols=[SymbolIncomeRow(symbol=name, payments=count, amount=amount) for name, count, amount in found.symbols],
        items=[
            PaymentRow(
                day=row.day,
                kind=row.kind,
                symbol=row.symbol,
                account=row.account,
                currency=row.currency,
                amount=row.amount,
                value=row.value,
            )
            for row in found.rows
        ],
    )


def write_gains(found: GainsReport) -> GainsAnswer:
    """Return the gains of a tax year."""
    return GainsAnswer(
        portfolio=write_portfolio(found.plan),
        regime=found.regime.value,
        method=found.method.value,
        method_is_prescribed=found.prescribed,
        currency=found.plan.currency,
        year=found.year,
        years=[YearRow(year=year, name=name, gain=gain) for year, name, gain in found.years],
        total=_total(found.total),
        totals=[_total(item) for item in found.totals],
        items=[_disposal(item, found) for item in found.disposals],
        open_lots=[_lot(lot) for lot in found.held],
        notices=_notices(found.notices),
    )


def _total(item: GainsTotal) -> TotalRow:
    return TotalRow(
        name=item.name,
        count=item.count,
        proceeds=item.proceeds,
        cost=item.cost,
        adjustment=item.adjustment,
        gain=item.gain,
    )


def _disposal(item: Disposal, found: GainsReport) -> DisposalRow:
    return DisposalRow(
        symbol=item.instrument.symbol,
        asset_class=item.instrument.asset_class,
        account=item.account,
        side="short" if item.is_short else "long",
        quantity=item.quantity,
        acquired=item.acquired,
        sold=item.sold,
        proceeds=item.proceeds,
        cost=item.cost,
        adjustment=item.adjustment,
        gain=item.gain,
        term=item.term.value,
        code=item.code,
        check=item.sale_ref in found.flagged and item.gain < 0,
        rule=item.rule,
        category=item.category,
        sale_id=item.sale_ref,
        lot_id=item.lot_ref,
    )


def _lot(lot: HeldLot) -> LotRow:
    return LotRow(
        symbol=lot.instrument.symbol,
        account=lot.account,
        side="short" if lot.is_short else "long",
        acquired=lot.acquired,
        quantity=lot.quantity,
        cost=lot.cost,
        unit_cost=lot.unit_cost,
    )


def write_rebalance(found: RebalanceReport) -> RebalanceAnswer:
    """Return the orders."""
    return RebalanceAnswer(
        portfolio=write_portfolio(found.plan),
        by=found.dimension.value,
        currency=found.plan.currency,
        total=found.total,
        cash_before=found.cash_before,
        cash_after=found.cash_after,
        turnover=found.turnover,
        items=[
            OrderRow(
                symbol=line.symbol,
                price=line.price,
                held=line.held,
                quantity=line.quantity,
                value=line.value,
                before=line.before,
                target=line.target,
                after=line.after,
                reason=line.reason,
            )
            for line in found.lines
        ],
        notices=_notices(found.notices),
    )


def _mix(item: FrontierPoint) -> MixRow:
    return MixRow(name=item.name, risk=item.risk, mean=item.mean, weights=item.weights)


def write_frontier(found: FrontierReport) -> FrontierAnswer:
    """Return the frontier."""
    marked = [None if item is None else _mix(item) for item in (found.present, found.least_risk, found.best_sharpe)]
    return FrontierAnswer(
        portfolio=write_portfolio(found.plan),
        days=found.days,
        first=found.first,
        last=found.last,
        shrinkage=found.shrinkage,
        year_days=found.year_days,
        curve=[_mix(item) for item in found.curve],
        holdings=[_mix(item) for item in found.assets],
        present=marked[0],
        least_risk=marked[1],
        best_sharpe=marked[2],
        left_out=list(found.left_out),
        reason=found.reason,
        notices=_notices(found.notices),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
