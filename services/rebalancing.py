"""Rebalancing and the efficient frontier of a portfolio's holdings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics.daily_values import carry_forward
from analytics.fx import RateBook
from analytics.rebalancing import Asset, Order, Rules, rebalance, spread_targets
from domain.analysis_rules import YearDays
from domain.errors import InvalidInputError
from domain.instruments import Instrument
from domain.portfolio_figures import (
    AllocationPart,
    FrontierPoint,
    FrontierReport,
    Notice,
    RebalanceLine,
    RebalanceReport,
)
from domain.portfolios import CASH, Dimension, PortfolioPlan
from services.closes import NO_CLOSES, Closes
from services.figure_inputs import days_of_year
from services.holdings import QUOTED
from services.portfolio_days import PortfolioDays
from services.portfolio_parts import UNCLASSIFIED, part_values

if TYPE_CHECKING:
    from analytics.frontier import Mix
    from domain.columns import Floats

EPOCH = date(1970, 1, 1)
YEAR = 365
FEWEST_YEARS = 3
SMALLEST_SHARE = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one symbol on the last day, over the accounts, in the reporting currency."""

    instrument: Instrument
    quantity: float
    value: float

    @property
    def price(self) -> float:
        """Of one unit, contract size included."""
        return self.value / self.quantity


def held_now(days: PortfolioDays) -> dict[str, Held]:
    """Return the open positions by symbol."""
    quantity: dict[str, float] = defaultdict(float)
    value: dict[str, float] = defaultdict(float)
    instruments: dict[str, Instrument] = {}
    size = len(days)
    for line in days.holdings:
        if line.ends_at(size):
            name = line.instrument.symbol
            quantity[name] += line.quantity
            value[name] += line.on(size - 1)
            instruments.setdefault(name, line.instrument)
    return {
        name: Held(instrument=instruments[name], quantity=quantity[name], value=value[name])
        for name in instruments
        if quantity[name]
    }


def report_rebalance(
    plan: PortfolioPlan,
    days: PortfolioDays,
    *,
    sector_of: Callable[[Instrument], str],
    prices: Mapping[str, float],
    rules: Rules,
    fractions: bool,
) -> RebalanceReport:
    """Return the orders that bring a portfolio to its targets.

    Args:
        plan: With targets of one dimension: symbols where there are any, else classes or sectors.
        days: The portfolio by day.
        sector_of: Sector of an instrument.
        prices: In the reporting currency, of target symbols that are not held.
        rules: Limits.
        fractions: Whether parts of a share can be traded; of coins they always can.
    """
    dimension = target_dimension(plan)
    wanted = {
        item.name: float(item.weight) for item in plan.targets if item.dimension is dimension and item.name != CASH
    }
    held = {name: item for name, item in held_now(days).items() if item.price > 0}
    targets = wanted if dimension is Dimension.SYMBOL else spread_targets(wanted, _members(held, dimension, sector_of))
    fresh = {name: prices[name] for name in wanted if name not in held and name in prices}
    assets = _assets(held, fresh if dimension is Dimension.SYMBOL else {}, fractions=fractions)
    found = rebalance(assets, targets, float(days.cash[-1]), rules)
    names = {name: item.instrument.name for name, item in held.items()}
    quantities = {item.symbol: item.quantity for item in assets}
    lines = [_line(order, names.get(order.symbol, ""), quantities[order.symbol]) for order in found.orders]
    return RebalanceReport(
        plan=plan,
        dimension=dimension,
        lines=tuple(sorted(lines, key=lambda line: -abs(line.value))),
        parts=_parts(days, dimension, sector_of, wanted),
        total=found.total,
        cash_before=found.cash_before,
        cash_after=found.cash_after,
        cash_target=max(0.0, 1.0 - sum(wanted.values())),
        turnover=sum(abs(line.value) for line in lines) / found.total if found.total > 0 else 0.0,
        notices=tuple(_trouble(wanted, targets, held, prices, dimension)),
    )


def _assets(held: Mapping[str, Held], fresh: Mapping[str, float], *, fractions: bool) -> list[Asset]:
    """Return what may be traded: holdings, and symbols that are not held at their prices."""
    found = [
        Asset(
            symbol=name,
            price=item.price,
            quantity=item.quantity,
            step=0.0 if fractions or item.instrument.asset_class.value == "crypto" else 1.0,
        )
        for name, item in held.items()
    ]
    return found + [
        Asset(symbol=name, price=price, quantity=0.0, step=0.0 if fractions else 1.0) for name, price in fresh.items()
    ]


def report_targets(
    plan: PortfolioPlan, days: PortfolioDays, dimension: Dimension, sector_of: Callable[[Instrument], str]
) -> RebalanceReport:
    """Return the parts of a dimension with their targets, and no orders."""
    wanted = {item.name: float(item.weight) for item in plan.targets if item.dimension is dimension}
    cash = float(days.cash[-1])
    return RebalanceReport(
        plan=plan,
        dimension=dimension,
        lines=(),
        parts=_parts(days, dimension, sector_of, wanted),
        total=float(days.value[-1]),
        cash_before=cash,
        cash_after=cash,
        cash_target=max(0.0, 1.0 - sum(wanted.values())),
        turnover=0.0,
        notices=(),
    )


def target_dimension(plan: PortfolioPlan) -> Dimension:
    """Return the dimension that orders follow: symbols, then classes, then sectors."""
    having = {item.dimension for item in plan.targets}
    return next(
        (item for item in (Dimension.SYMBOL, Dimension.CLASS, Dimension.SECTOR) if item in having), Dimension.SYMBOL
    )


def _members(
    held: Mapping[str, Held], dimension: Dimension, sector_of: Callable[[Instrument], str]
) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name, item in held.items():
        kind = item.instrument.asset_class.value
        part = kind if dimension is Dimension.CLASS else sector_of(item.instrument) or UNCLASSIFIED
        found[part].append((name, item.value))
    return dict(found)


def _line(order: Order, name: str, held: float) -> RebalanceLine:
    return RebalanceLine(
        symbol=order.symbol,
        name=name,
        price=order.price,
        held=held,
        before=order.before,
        target=order.target,
        after=order.after,
        quantity=order.quantity,
        value=order.value,
        reason=order.reason,
    )


def _parts(
    days: PortfolioDays, dimension: Dimension, sector_of: Callable[[Instrument], str], wanted: Mapping[str, float]
) -> tuple[AllocationPart, ...]:
    values = part_values(days, dimension, sector_of)
    total = float(days.value[-1])
    names = dict.fromkeys([*sorted(values, key=lambda name: -values[name]), *wanted])
    return tuple(
        AllocationPart(
            name=name,
            value=values.get(name, 0.0),
            weight=values.get(name, 0.0) / total if total > 0 else None,
            target=wanted.get(name),
        )
        for name in names
        if name != CASH
    )


def _trouble(
    wanted: Mapping[str, float],
    targets: Mapping[str, float],
    held: Mapping[str, Held],
    prices: Mapping[str, float],
    dimension: Dimension,
) -> list[Notice]:
    if dimension is Dimension.SYMBOL:
        missing = [name for name in wanted if name not in held and name not in prices]
        text = f"{', '.join(missing)}: no price, so no order."
    else:
        reached = sum(targets.values())
        missing = [] if abs(reached - sum(wanted.values())) < 1e-9 else ["parts"]
        text = "Parts that hold nothing yet have no symbol to buy: set targets by symbol for them."
    return [Notice(title="Some targets cannot be reached.", text=text)] if missing else []


def report_frontier(
    plan: PortfolioPlan,
    days: PortfolioDays,
    closes: Mapping[str, Closes],
    rates: RateBook,
    *,
    years: int,
    year_days: YearDays = YearDays.AUTO,
) -> FrontierReport:
    """Return the efficient frontier of what is held, from its daily closes of some years.

    Daily figures are told as those of a year by the days that the analysis settings say. Automatic is 365 where all
    holdings are coins, else 252: of a mixed portfolio only the days count on which all have a close.
    """
    held = _priced(days, closes)
    left_out = sorted(set(held_now(days)) - set(held))
    last = days.first + len(days) - 1
    names, returns, grid = _common_returns(held, closes, rates, plan.currency, (last - years * YEAR, last))
    invented = any(closes[name].is_simulated for name in names)
    try:
        from analytics.frontier import efficient_frontier  # noqa: PLC0415 - only where a frontier is asked for

        per_year = days_of_year(year_days, {held[name].instrument.asset_class.value for name in names})
        found = efficient_frontier(returns, per_year)
    except InvalidInputError as error:
        return _no_frontier(plan, tuple(left_out), len(returns), error.message)
    return FrontierReport(
        plan=plan,
        curve=tuple(_point(names, mix, "") for mix in found.curve),
        assets=tuple(
            FrontierPoint(name=name, risk=float(risk), mean=float(mean), weights={name: 1.0})
            for name, risk, mean in zip(names, found.risks, found.means, strict=True)
        ),
        present=_present(names, held, returns, per_year),
        least_risk=_point(names, found.least_risk, "Least risk"),
        best_sharpe=_point(names, found.best_sharpe, "Best return for risk"),
        days=found.days,
        first=EPOCH + timedelta(days=int(grid[0])),
        last=EPOCH + timedelta(days=int(grid[-1])),
        shrinkage=found.shrinkage,
        year_days=int(per_year),
        is_automatic=year_days is YearDays.AUTO,
        left_out=tuple(left_out),
        notices=tuple(_honesty(found.days, per_year, invented)),
    )


def _priced(days: PortfolioDays, closes: Mapping[str, Closes]) -> dict[str, Held]:
    """Return what is held long and has closes, by symbol."""
    return {
        name: item
        for name, item in held_now(days).items()
        if item.value > 0 and item.instrument.asset_class in QUOTED and len(closes.get(name, NO_CLOSES))
    }


def _present(names: list[str], held: Mapping[str, Held], returns: Floats, per_year: float) -> FrontierPoint:
    """Return where the holdings lie, by the same means and covariance as the curve."""
    from analytics.frontier import shrink_covariance  # noqa: PLC0415 - only where a frontier is asked for

    total = sum(item.value for item in held.values())
    weights = np.array([held[name].value / total for name in names])
    covariance = shrink_covariance(returns)[0] * per_year
    return FrontierPoint(
        name="Held now",
        risk=float(np.sqrt(weights @ covariance @ weights)),
        mean=float(weights @ returns.mean(axis=0)) * per_year,
        weights=_shares(names, weights),
    )


def _common_returns(
    held: Mapping[str, Held], closes: Mapping[str, Closes], rates: RateBook, currency: str, bounds: tuple[int, int]
) -> tuple[list[str], Floats, np.ndarray]:
    """Return names, daily returns of the days on which all have closes, and those days."""
    names = sorted(held)
    if not names:
        return [], np.zeros((0, 0)), np.zeros(0, dtype=np.int64)
    common = closes[names[0]].day
    for name in names[1:]:
        common = np.intersect1d(common, closes[name].day)
    common = common[(common >= bounds[0]) & (common <= bounds[1])]
    if len(common) < 2:
        return names, np.zeros((0, len(names))), common
    columns = []
    for name in names:
        item = closes[name]
        whole = carry_forward(item.day - int(common[0]), item.close, int(common[-1] - common[0]) + 1)
        level = whole[common - common[0]]
        columns.append(level * rates.require(held[name].instrument.currency, currency, common))
    levels = np.array(columns).T
    return names, levels[1:] / levels[:-1] - 1.0, common


def _point(names: list[str], mix: Mix, name: str) -> FrontierPoint:
    return FrontierPoint(name=name, risk=mix.risk, mean=mix.mean, weights=_shares(names, mix.weights))


def _shares(names: list[str], weights: Floats) -> dict[str, float]:
    return {name: float(weight) for name, weight in zip(names, weights, strict=True) if float(weight) >= SMALLEST_SHARE}


def _honesty(days: int, per_year: float, invented: bool) -> list[Notice]:
    years = days / per_year
    notices = [
        Notice(
            title="Past means are no forecast.",
            text=f"They come from {days:,} common days ({years:.1f} years). The standard error of a yearly mean is the "
            f"yearly risk divided by {np.sqrt(years):.2f}: differences between holdings smaller than that are noise. "
            "Risk is estimated much better than return.",
            is_warning=years < FEWEST_YEARS,
        )
    ]
    if invented:
        notices.append(Notice(title="Simulated prices.", text="Some closes come from the demo market."))
    return notices


def _no_frontier(plan: PortfolioPlan, left_out: tuple[str, ...], days: int, reason: str) -> FrontierReport:
    return FrontierReport(
        plan=plan,
        curve=(),
        assets=(),
        present=None,
        least_risk=None,
        best_sharpe=None,
        days=days,
        first=None,
        last=None,
        shrinkage=0.0,
        left_out=left_out,
        notices=(),
        reason=reason,
    )
