"""What the account returned, from daily returns on the equity; deposits and withdrawals are not in it."""

from __future__ import annotations

from analytics.metrics import Figure, Metric, MetricInput
from analytics.risk import volatility_per_year
from domain.performance import Direction, Unit

SHORT = "Annualised from less than a year."


def _is_short(data: MetricInput) -> bool:
    return len(data.days) < data.periods_per_year


def total_return(data: MetricInput) -> Figure:
    """P&L of all days over the starting balance."""
    equity = data.equity
    if equity is None or not len(data.days):
        return Figure(None, len(data.days), data.no_returns_reason if len(data.days) else "no exit")
    return Figure(float(equity[-1] / equity[0]) - 1, len(data.days))


def cagr(data: MetricInput) -> Figure:
    """Compound annual growth rate."""
    n = len(data.days)
    if data.returns is None or not n:
        return Figure(None, n, data.no_returns_reason if n else "no exit")
    if data.growth is None:
        fell = float(data.day_pnl.sum()) < 0
        return Figure(None, n, "equity fell to zero" if fell else "too few days for a rate a year")
    return Figure(data.growth, n, note=SHORT if _is_short(data) else "")


def volatility(data: MetricInput) -> Figure:
    """Annualised volatility of daily returns."""
    returns = data.returns
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    value = volatility_per_year(returns, data.periods_per_year)
    return Figure(value, len(returns), "" if value is not None else "fewer than two trading days")


def winning_days_return(data: MetricInput) -> Figure:
    """Mean return of the days in profit."""
    returns = data.returns
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    gains = returns[returns > 0]
    return Figure(float(gains.mean()), len(gains)) if len(gains) else Figure(None, 0, "no winning day")


def losing_days_return(data: MetricInput) -> Figure:
    """Mean return of the days in loss, negative."""
    returns = data.returns
    if returns is None:
        return Figure(None, len(data.days), data.no_returns_reason)
    falls = returns[returns < 0]
    return Figure(float(falls.mean()), len(falls)) if len(falls) else Figure(None, 0, "no losing day")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="total_return",
        label="Return",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="P&L of all days ÷ starting balance",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="What the period returned on the money it began with.",
        compute=total_return,
    ),
    Metric(
        slug="cagr",
        label="CAGR",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="(end ÷ start)^(P ÷ session days) − 1",
        source="CFA Institute, Global Investment Performance Standards, 2020",
        hint="The return as a yearly rate; from less than a year it is a projection.",
        compute=cagr,
    ),
    Metric(
        slug="volatility",
        label="Volatility",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="√P × sd(r), r daily, n − 1",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much a year of daily returns swings.",
        compute=volatility,
    ),
    Metric(
        slug="winning_days_return",
        label="Average winning day",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="mean(r) over days with r > 0",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="What a good day returns.",
        compute=winning_days_return,
    ),
    Metric(
        slug="losing_days_return",
        label="Average losing day",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="mean(r) over days with r < 0, negative",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="What a bad day costs.",
        compute=losing_days_return,
    ),
)
