"""The performance of a portfolio over a period: returns, the benchmark, contributions, and the bridge of values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics.daily_values import contributions
from analytics.fx import RateBook
from analytics.relative import alpha_of, beta_of, correlation_of, information_ratio_of, tracking_error_of
from analytics.returns import (
    NO_CAPITAL,
    NO_VALUE,
    TOO_SHORT,
    Chain,
    DailyReturns,
    annualise,
    chain_returns,
    daily_returns,
    flow_weights,
    modified_dietz,
    money_weighted,
    portfolio_flows,
)
from analytics.risk import excess_returns, sharpe_ratio, sortino_ratio, volatility_per_year
from domain.analysis_rules import AnalysisRules, YearDays
from domain.cash import CashKind
from domain.performance import LOW_SAMPLE, MetricValue, Unit
from domain.periods import DateRange
from domain.portfolio_figures import Contribution, MoneyLine, Notice, PerformanceReport, ReturnCurve
from domain.portfolios import PortfolioPlan
from services.account_days import INCOME
from services.closes import Closes
from services.figure_inputs import EXCHANGE_DAYS, days_of_year, rates_on
from services.portfolio_benchmark import benchmark_growth, rebase
from services.portfolio_days import PortfolioDays

if TYPE_CHECKING:
    from domain.columns import Bools, Floats

EPOCH = date(1970, 1, 1)
CASH_AND_OTHER = "Cash and other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period of a portfolio: rows `low` to `high` (one past) of its grid."""

    days: PortfolioDays
    low: int
    high: int

    @property
    def rows(self) -> slice:
        """The rows."""
        return slice(self.low, self.high)

    @property
    def start_value(self) -> float:
        """Value on the eve of the period."""
        return float(self.days.value[self.low - 1]) if self.low else 0.0

    @property
    def end_value(self) -> float:
        """Value at its end."""
        return float(self.days.value[self.high - 1])

    @property
    def first(self) -> int:
        """First day."""
        return self.days.first + self.low

    @property
    def last(self) -> int:
        """Last day."""
        return self.days.first + self.high - 1


def span_of(days: PortfolioDays, period: DateRange) -> Span:
    """Return the rows of a period that the books reach; the whole book's last day when the period lies before it."""
    low = 0 if period.start is None else (period.start - EPOCH).days - days.first
    high = len(days) if period.end is None else (period.end - EPOCH).days - days.first
    low = min(max(low, 0), len(days) - 1)
    return Span(days=days, low=low, high=min(max(high, low + 1), len(days)))


def report_performance(
    plan: PortfolioPlan,
    span: Span,
    closes: Mapping[str, Closes],
    rates: RateBook,
    currencies: Mapping[str, str],
    *,
    rules: AnalysisRules | None = None,
) -> PerformanceReport:
    """Return the performance of a period.

    Args:
        plan: The portfolio.
        span: The period.
        closes: Of the benchmark's symbols.
        rates: To bring the benchmark into the reporting currency.
        currencies: Of the benchmark's symbols, "" where unknown.
        rules: Days of a year and risk-free rate of the accounts; automatic and zero by default.
    """
    days, rows = span.days, span.rows
    returns = daily_returns(days.value[rows], days.inflow[rows], days.outflow[rows], before=span.start_value)
    chain = chain_returns(returns)
    benchmark, trouble = benchmark_growth(plan, (span.first, span.last), closes, rates, currencies)
    rules = rules or AnalysisRules()
    per_year = days_of_year(rules.year_days, {line.instrument.asset_class.value for line in days.holdings})
    income = sum(line.value for line in days.income if span.low <= line.row < span.high and line.kind in INCOME)
    return PerformanceReport(
        plan=plan,
        first=EPOCH + timedelta(days=span.first),
        last=EPOCH + timedelta(days=span.last),
        curve=_curve(span, chain, benchmark),
        figures=_figures(span, returns, chain, benchmark, rules=rules, per_year=per_year),
        bridge=_bridge(span, income),
        contributions=_contributions(span, returns, chain),
        notices=tuple(_notices(span, chain, trouble)),
        value=span.end_value,
        cash=float(days.cash[span.high - 1]),
        gain=_gain(span),
        benchmark_name=plan.benchmark if benchmark is not None else "",
        year_days=int(per_year),
        is_automatic=rules.year_days is YearDays.AUTO,
    )


def _gain(span: Span) -> float:
    rows = span.rows
    moved = float(span.days.inflow[rows].sum() - span.days.outflow[rows].sum())
    return span.end_value - span.start_value - moved


def _sessions(span: Span, returns: DailyReturns, per_year: float) -> Bools:
    """Return the days that count for statistics: those of a market, on which money was at work.

    A year of 252 days has no weekends: what coins do on them belongs to the Monday after.
    """
    found: Bools = span.days.is_session[span.rows] & ~np.isnan(returns.value)
    if per_year != EXCHANGE_DAYS:
        return found
    weekday = (np.arange(span.first, span.last + 1) + 3) % 7
    workdays: Bools = found & (weekday < 5)
    return workdays if workdays.any() else found


def _session_returns(returns: DailyReturns, sessions: Bools) -> Floats:
    """Return one return for each session; what happens on the days between belongs to the next one."""
    steps = np.log1p(np.where(np.isnan(returns.value) | (returns.value <= -1), 0.0, returns.value))
    total = np.cumsum(steps)[sessions]
    found: Floats = np.expm1(np.diff(total, prepend=0.0))
    return found


def _figures(
    span: Span,
    returns: DailyReturns,
    chain: Chain,
    benchmark: Floats | None,
    *,
    rules: AnalysisRules,
    per_year: float,
) -> dict[str, MetricValue]:
    sessions = _sessions(span, returns, per_year)
    own = _session_returns(returns, sessions)
    rate = rates_on(rules.risk_free, np.arange(span.first, span.last + 1)[sessions])
    excess = excess_returns(own, risk_free=rate, periods_per_year=per_year)
    length = span.last - span.first + 1
    found: list[MetricValue] = [*_money_figures(span, chain, int(sessions.sum()), length)]
    falls = _falls(chain)
    for slug, unit, compute, values in (
        ("volatility", Unit.FRACTION, volatility_per_year, own),
        ("sharpe", Unit.RATIO, sharpe_ratio, excess),
        ("sortino", Unit.RATIO, sortino_ratio, excess),
    ):
        found.append(_figure(slug, compute(values, per_year), unit, len(own), "Returns do not vary."))
    found.append(_figure("max_drawdown", float(falls.min()) if len(own) else None, Unit.FRACTION, len(own), NO_VALUE))
    found += _beside(own, sessions, benchmark, per_year, rate)
    return {item.slug: item for item in found}


def _money_figures(span: Span, chain: Chain, sessions: int, length: int) -> list[MetricValue]:
    days, rows = span.days, span.rows
    annual = annualise(chain.total, length)
    grid = np.arange(span.first, span.last + 1)
    inflow, outflow = days.inflow[rows], days.outflow[rows]
    when, moved = portfolio_flows(
        grid, inflow, outflow, start=span.start_value, end=span.end_value, first=span.first, last=span.last
    )
    rate = money_weighted(when, moved)
    flows = np.concatenate([inflow, -outflow])
    weights = flow_weights(np.concatenate([grid, grid]), flows, span.first, span.last)
    dietz = modified_dietz(span.start_value, span.end_value, flows, weights)
    yearly = length >= 365
    several = f"{rate.roots} rates solve it; this is the one nearest to zero." if rate.roots > 1 else ""
    return [
        _figure("twr", chain.total, Unit.FRACTION, sessions, chain.reason),
        _figure("twr_annual", annual, Unit.FRACTION, sessions, TOO_SHORT if length < 365 else NO_VALUE),
        _figure("mwr", rate.value if yearly else rate.period, Unit.FRACTION, len(moved), rate.reason, note=several),
        _figure("dietz", dietz, Unit.FRACTION, int(np.count_nonzero(flows)), NO_CAPITAL),
    ]


def _figure(slug: str, value: float | None, unit: Unit, n: int, reason: str, *, note: str = "") -> MetricValue:
    enough = 1 if slug in ("twr", "twr_annual", "mwr", "dietz") else LOW_SAMPLE
    return MetricValue(
        slug=slug, value=value, unit=unit, n=n, reason="" if value is not None else reason, note=note, enough=enough
    )


def _falls(chain: Chain) -> Floats:
    peaks = np.maximum.accumulate(np.maximum(chain.growth[chain.first :], 1.0))
    falls: Floats = chain.growth[chain.first :] / peaks - 1.0 if len(peaks) else np.zeros(1)
    return falls


def _beside(
    own: Floats, sessions: Bools, benchmark: Floats | None, per_year: float, rate: float | Floats
) -> list[MetricValue]:
    """Return the figures against the benchmark; `benchmark` is its growth by day, the eve in row 0."""
    makers: dict[str, tuple[Unit, Callable[[Floats, Floats], float | None]]] = {
        "beta": (Unit.RATIO, beta_of),
        "alpha": (Unit.FRACTION, lambda r, b: alpha_of(r, b, per_year)),
        "correlation": (Unit.RATIO, correlation_of),
        "tracking_error": (Unit.FRACTION, lambda r, b: tracking_error_of(r, b, per_year)),
        "information_ratio": (Unit.RATIO, lambda r, b: information_ratio_of(r, b, per_year)),
    }
    if benchmark is None:
        missing = [_figure(slug, None, unit, 0, "No benchmark.") for slug, (unit, _) in makers.items()]
        return [*missing, _figure("benchmark", None, Unit.FRACTION, 0, "No benchmark.")]
    levels = np.concatenate([benchmark[:1], benchmark[1:][sessions]])
    with np.errstate(invalid="ignore", divide="ignore"):
        other = levels[1:] / levels[:-1] - 1.0
    known = np.isfinite(other)
    mine, theirs = (excess_returns(values, risk_free=rate, periods_per_year=per_year)[known] for values in (own, other))
    few = f"Fewer than {LOW_SAMPLE} common days."
    found = [
        _figure(slug, make(mine, theirs) if len(mine) >= LOW_SAMPLE else None, unit, len(mine), few)
        for slug, (unit, make) in makers.items()
    ]
    ends = benchmark[np.isfinite(benchmark)]
    total = float(ends[-1] / ends[0] - 1.0) if len(ends) > 1 else None
    return [*found, _figure("benchmark", total, Unit.FRACTION, len(theirs), few)]


def _curve(span: Span, chain: Chain, benchmark: Floats | None) -> ReturnCurve:
    days, rows = span.days, span.rows
    kept = np.flatnonzero(days.is_session[rows])
    kept = np.unique(np.append(kept, span.high - span.low - 1))
    eve = np.concatenate([[0], kept + 1])
    growth = np.concatenate([[1.0], chain.growth])[eve]
    peaks = np.maximum.accumulate(np.concatenate([[1.0], chain.growth]))[eve]
    value = np.concatenate([[span.start_value], days.value[rows]])[eve]
    moved = np.concatenate([[span.start_value], days.inflow[rows] - days.outflow[rows]])
    return ReturnCurve(
        day=np.arange(span.first - 1, span.last + 1)[eve],
        portfolio=growth - 1.0,
        benchmark=None if benchmark is None else rebase(benchmark)[eve],
        drawdown=np.minimum(growth / peaks - 1.0, 0.0),
        value=value,
        invested=np.cumsum(moved)[eve],
    )


def _bridge(span: Span, income: float) -> tuple[MoneyLine, ...]:
    days, rows = span.days, span.rows
    came, left = float(days.inflow[rows].sum()), float(days.outflow[rows].sum())
    effect = float(days.rate_effect[rows].sum())
    costs = sum(
        line.value
        for line in days.income
        if span.low <= line.row < span.high and line.kind in (CashKind.FEE, CashKind.TAX, CashKind.FUNDING)
    )
    rest = _gain(span) - effect - income - costs
    lines = [
        MoneyLine(name="Value at the start", amount=span.start_value, is_total=True),
        MoneyLine(name="Came in", amount=came, help="Deposits, transfers in, and what accounts held at their start."),
        MoneyLine(name="Left", amount=-left, help="Withdrawals and transfers out."),
        MoneyLine(name="Price gains", amount=rest, help="Positions and trades after fees, in their own currencies."),
        MoneyLine(name="Dividends and interest", amount=income),
        MoneyLine(name="Fees and taxes beside trades", amount=costs),
        MoneyLine(
            name="Exchange rates", amount=effect, help="What the change of rates did to what was held the day before."
        ),
        MoneyLine(name="Value at the end", amount=span.end_value, is_total=True),
    ]
    return tuple(line for line in lines if line.is_total or abs(line.amount) >= 0.005)


def _contributions(span: Span, returns: DailyReturns, chain: Chain) -> tuple[Contribution, ...]:
    size = span.high - span.low
    before = np.concatenate([[1.0], chain.growth[:-1]])
    before[: chain.first] = 0.0
    capital = returns.capital
    profits: dict[str, Floats] = defaultdict(lambda: np.zeros(size))
    values: dict[str, float] = defaultdict(float)
    paid: dict[str, float] = defaultdict(float)
    for line in span.days.holdings:
        low, high = max(line.first, span.low), min(line.first + len(line.profit), span.high)
        if low < high:
            name = line.instrument.symbol
            profits[name][low - span.low : high - span.low] += line.profit[low - line.first : high - line.first]
            values[name] += line.on(span.high - 1)
    for item in span.days.income:
        if span.low <= item.row < span.high and item.symbol and item.symbol in profits:
            profits[item.symbol][item.row - span.low] += item.value
            paid[item.symbol] += item.value
    whole = np.diff(np.concatenate([[span.start_value], span.days.value[span.rows]]))
    whole = whole - span.days.inflow[span.rows] + span.days.outflow[span.rows]
    other = whole - sum(profits.values(), np.zeros(size))
    profits[CASH_AND_OTHER] = other
    values[CASH_AND_OTHER] = span.end_value - sum(values.values())
    worth = span.end_value
    found = [
        Contribution(
            name=name,
            profit=float(profit.sum()),
            share=float(contributions(profit, capital, before).sum()),
            weight=values[name] / worth if worth > 0 else 0.0,
            income=paid[name],
        )
        for name, profit in profits.items()
    ]
    return tuple(sorted(found, key=lambda item: -abs(item.share)))


def _notices(span: Span, chain: Chain, trouble: str) -> list[Notice]:
    days = span.days
    found: list[Notice] = []
    if chain.breaks:
        when = EPOCH + timedelta(days=span.first + chain.breaks[-1])
        found.append(
            Notice(
                title="The chain of returns broke.",
                text=f"On {when} there was no capital above zero; the time-weighted return begins anew after it. "
                "Add a starting balance or the deposits that are missing.",
            )
        )
    if days.below_zero:
        names = ", ".join(days.below_zero)
        found.append(
            Notice(
                title="The capital is not known.",
                text=f"{names} spends money that never came in, as far as the files tell. Add a starting balance "
                "(Settings, Accounts) or import the deposits, and returns become those of the account.",
            )
        )
    found += _unpriced(span)
    if days.simulated_rates:
        text = f"Rates of {', '.join(days.simulated_rates)} come from the demo market."
        found.append(Notice(title="Simulated exchange rates.", text=text))
    if trouble:
        found.append(Notice(title="The benchmark is not shown.", text=trouble))
    return found


def _unpriced(span: Span) -> list[Notice]:
    lines = (line for line in span.days.holdings if line.unpriced and _overlaps(line.first, len(line.value), span))
    names = sorted({line.instrument.symbol for line in lines})
    if not names:
        return []
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    text = f"{shown}: valued at the last fill until there is one."
    return [Notice(title="Some days have no close.", text=text, is_warning=False)]


def _overlaps(first: int, length: int, span: Span) -> bool:
    return first < span.high and first + length > span.low
