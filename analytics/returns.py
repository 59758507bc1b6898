"""What a portfolio returned: time-weighted, money-weighted and by modified Dietz.

The rules, one for every page, export and answer of the API:

- Money that comes in counts from the *start* of its day, money that leaves until the *end* of its day.
- A day's return is (value at its end + what left) / (value the day before + what came in) - 1.
- Days on which there was nothing and nothing came are no days: they have no return and no place in n.
- A day that starts with nothing but debts has no return: the chain breaks there and a new one starts after it.
- A figure is a rate per year only over a year or more; below that it is the return of the period.

Returns are fractions. Undefined is None with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.columns import Bools, Floats, Ints

YEAR_DAYS = 365.0
LEAP_YEAR_DAYS = 365.25
LOWEST_RATE, HIGHEST_RATE = -0.9999, 1e6
_GRID = 600
_SMALLEST = 1e-9
NO_VALUE = "There was nothing in the portfolio in this period."
SAME_SIGN = "Money went one way only, so no rate explains it."
NO_CAPITAL = "The capital at work was not above zero."
NO_ROOT = "No rate between −99.99 % and 1,000,000 explains these flows."
TOO_SHORT = "The period is shorter than a year."


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReturns:
    """Returns of consecutive days.

    Attributes:
        value: Return of each day, float64, NaN where the day has none.
        capital: Value the day before plus what came in: what the day worked with.
        is_break: Days whose return is undefined although money was at work.
    """

    value: Floats
    capital: Floats
    is_break: Bools

    @property
    def known(self) -> Floats:
        """The returns of the days that have one, in order."""
        return self.value[~np.isnan(self.value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Linked returns.

    Attributes:
        growth: Value of 1 invested at the start, after each day, float64; it starts at 1 again after a break.
        total: Growth of the last chain less 1, None when there is none.
        breaks: Rows of the days at which the chain broke.
        first: Row of the first day of the last chain.
    """

    growth: Floats
    total: float | None
    breaks: tuple[int, ...]
    first: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A money-weighted rate.

    Attributes:
        value: Per year, act/365; None with a `reason`.
        period: The same over the whole span of the flows.
        roots: How many rates solve the equation; above one the figure is the one nearest to zero.
    """

    value: float | None
    period: float | None
    roots: int = 0
    reason: str = ""


def link_returns(starts: Sequence[float], ends: Sequence[float]) -> float:
    """Return the time-weighted return of sub-periods between flows.

    Args:
        starts: Value at the start of each sub-period, its flow included, > 0.
        ends: Value at its end, before the next flow.

    Returns:
        Product of end / start, less 1.

    **Source:** GIPS Standards 2020, glossary "time-weighted return".
    """
    return float(np.prod(np.asarray(ends, dtype=np.float64) / np.asarray(starts, dtype=np.float64)) - 1.0)


def daily_returns(value: Floats, inflow: Floats, outflow: Floats, *, before: float = 0.0) -> DailyReturns:
    """Return the flow-adjusted return of each day.

    Args:
        value: Value at the end of each day, n rows, float64 money.
        inflow: What came in that day, >= 0.
        outflow: What left that day, >= 0.
        before: Value at the end of the day before the first.

    **Source:** GIPS Standards 2020; the rule for flows is stated above.
    """
    capital = np.concatenate([[before], value[:-1]]) + inflow
    end = value + outflow
    noise = _SMALLEST * max(1.0, float(np.abs(value).max(initial=0.0)))
    idle = (np.abs(capital) <= noise) & (np.abs(end) <= noise)
    is_break = (capital <= noise) & ~idle
    with np.errstate(divide="ignore", invalid="ignore"):
        found = end / capital - 1.0
    found[idle | is_break] = np.nan
    return DailyReturns(value=found, capital=capital, is_break=is_break)


def chain_returns(returns: DailyReturns) -> Chain:
    """Link daily returns; the result is that of the chain after the last break.

    A day that loses everything ends its chain as well: nothing can be linked to it.
    """
    ruined = returns.value <= -1.0
    broken = returns.is_break | ruined
    factors = np.where(np.isnan(returns.value) | broken, 1.0, 1.0 + returns.value)
    growth: Floats = np.cumprod(factors).astype(np.float64)
    rows = np.flatnonzero(broken)
    for row in rows.tolist():
        growth[row:] /= growth[row]
    first = int(rows[-1]) + 1 if len(rows) else 0
    has_days = bool((~np.isnan(returns.value[first:])).any())
    return Chain(
        growth=growth,
        total=float(growth[-1] - 1.0) if has_days else None,
        breaks=tuple(rows.tolist()),
        first=first,
        reason="" if has_days else NO_VALUE,
    )


def annualise(total: float | None, days: int) -> float | None:
    """Return the rate per year of a total return over so many calendar days, None below a year or after ruin."""
    if total is None or days < YEAR_DAYS or total <= -1.0:
        return None
    return float((1.0 + total) ** (LEAP_YEAR_DAYS / days) - 1.0)


def money_weighted(days: Ints, flows: Floats) -> Rate:
    """Return the rate at which all flows together are worth nothing (XIRR).

    Args:
        days: Day of each flow, any order.
        flows: Seen from the investor: what is paid in below 0, what is taken out and the final value above 0.

    Returns:
        The rate r with sum(flow / (1 + r) ** ((day - first day) / 365)) = 0 in (-0.9999, 1e6), found by Brent's method.

    **Source:** Microsoft Excel XIRR (act/365); Brent 1973.
    """
    if not ((flows > 0).any() and (flows < 0).any()):
        return Rate(value=None, period=None, reason=SAME_SIGN)
    years = (days - days.min()).astype(np.float64) / YEAR_DAYS
    span = float(years.max())
    if span <= 0:
        return Rate(value=None, period=None, reason="All flows fall on one day.")
    roots = _find_roots(years, flows)
    if not roots:
        return Rate(value=None, period=None, reason=NO_ROOT)
    best = min(roots, key=abs)
    return Rate(value=best, period=float((1.0 + best) ** span - 1.0), roots=len(roots))


def _find_roots(years: Floats, flows: Floats) -> list[float]:
    """Return every root that a scan of the range shows, ascending."""
    from scipy.optimize import brentq  # noqa: PLC0415 - only where a rate is asked for

    scaled = flows / np.abs(flows).max()

    def worth(log_rate: float) -> float:
        return float(np.dot(scaled, np.exp(-log_rate * years)))

    low, high = np.log1p(LOWEST_RATE), np.log1p(HIGHEST_RATE)
    grid = np.unique(np.concatenate([np.linspace(low, high, _GRID), np.linspace(-0.7, 0.7, _GRID)]))
    with np.errstate(over="ignore"):
        values = np.array([worth(item) for item in grid.tolist()])
    roots = [float(np.expm1(grid[row])) for row in np.flatnonzero(values == 0).tolist()]
    for row in np.flatnonzero(values[:-1] * values[1:] < 0).tolist():
        root = brentq(worth, float(grid[row]), float(grid[row + 1]), xtol=1e-15, rtol=8.9e-16, maxiter=200)
        roots.append(float(np.expm1(root)))
    return sorted(roots)


def modified_dietz(
    start: float, end: float, flows: Sequence[float] | Floats, weights: Sequence[float] | Floats
) -> float | None:
    """Return the modified Dietz return of a period, None when the capital at work is not above zero.

    Args:
        start: Value before the first day.
        end: Value after the last day.
        flows: What came in (> 0) and left (< 0).
        weights: Share of the period that each flow was there, 0 to 1.

    Returns:
        (end - start - sum(flows)) / (start + sum(weights x flows)).

    **Source:** Dietz 1966; GIPS Standards, "Modified Dietz method".
    """
    moved = np.asarray(flows, dtype=np.float64)
    capital = start + float(np.dot(np.asarray(weights, dtype=np.float64), moved))
    return None if capital <= 0 else (end - start - float(moved.sum())) / capital


def flow_weights(days: Ints, flows: Floats, first: int, last: int) -> Floats:
    """Return the share of the period that each flow was at work: inflows from the start of their day.

    Args:
        days: Day of each flow.
        flows: Their amounts; those below 0 leave at the end of their day.
        first: First day of the period.
        last: Last day, included.
    """
    length = max(1, last - first + 1)
    worked: Floats = (last - days + np.where(flows > 0, 1, 0)).astype(np.float64) / length
    return worked


def portfolio_flows(
    days: Ints, inflow: Floats, outflow: Floats, *, start: float, end: float, first: int, last: int
) -> tuple[Ints, Floats]:
    """Return days and flows of a period as `money_weighted` wants them.

    What is there at the start is paid in on the eve of the first day, the end value is taken out on the last; what
    comes in on a day is paid in on its eve as well, because it works from the start of the day.
    """
    when = np.concatenate([[first - 1], days - 1, days, [last]]).astype(np.int64)
    amount = np.concatenate([[-start], -inflow, outflow, [end]])
    kept = amount != 0
    return when[kept], amount[kept]
