"""The columns that every metric reads; what several metrics derive from them is worked out at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import sum_by_code
from analytics.inference import Interval, block_interval
from analytics.outcomes import outcomes
from analytics.relative import paired
from analytics.risk import excess_returns, growth_per_year

if TYPE_CHECKING:
    from analytics.simulation import Simulation
    from domain.columns import Bytes, Floats, Ints

RUIN_TRADES, RUIN_PATHS, DEFAULT_RISK = 1_000, 2_000, 0.01
BLOCK = 32_768


def _no_values() -> Floats:
    return np.zeros(0)


def _no_times() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class HeldPrices:
    """What prices did while trades were open, as far as candles are known; one entry a closed trade.

    Attributes:
        mae, mfe: Worst and best unrealised P&L while open, money before fees; mae <= 0 <= mfe; NaN unknown.
        entry_efficiency, exit_efficiency, total_efficiency: Shares of the range held, NaN unknown.
        is_whole: Whether candles cover all of the time held.
    """

    mae: Floats
    mfe: Floats
    entry_efficiency: Floats
    exit_efficiency: Floats
    total_efficiency: Floats
    is_whole: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """What a walk along a curve found.

    Attributes:
        money: Deepest fall below the running peak, <= 0.
        fraction: Deepest fall as a part of the peak, <= 0; meaningless without a starting balance.
        total: Sum of all steps.
        current: Distance of the end to the last peak, <= 0.
    """

    money: float = 0.0
    fraction: float = 0.0
    total: float = 0.0
    current: float = 0.0


def walk_down(steps: Floats, start: float) -> Descent:
    """Walk along a curve of many steps, block by block: what fits into the processor's cache is three times as fast.

    Args:
        steps: Money won or lost, in time order.
        start: Money before the first, part of the peak.
    """
    total, peak, money, fraction = 0.0, 0.0, 0.0, 0.0
    for at in range(0, len(steps), BLOCK):
        curve = steps[at : at + BLOCK].copy()
        curve[0] += total
        np.cumsum(curve, out=curve)
        total = float(curve[-1])
        peaks = np.maximum.accumulate(np.maximum(curve, peak))
        peak = float(peaks[-1])
        curve -= peaks
        lowest = float(curve.min())
        money = min(money, lowest)
        if start > 0 and lowest < 0:
            peaks += start
            curve /= peaks
            fraction = min(fraction, float(curve.min()))
    return Descent(money=money, fraction=fraction, total=total, current=total - peak)


@dataclass(frozen=True, kw_only=True)
class MetricInput:
    """The columns all metrics read; derived ones are computed at most once.

    Attributes:
        pnl: P&L of closed trades in the chosen basis, by exit, float64 money.
        gross, fees: Of the same trades.
        risk: Initial risk in money, NaN where none was planned.
        held_seconds: Time from first entry to last exit.
        opened_at, closed_at: Microseconds UTC; empty when not given.
        side: +1 long, -1 short; empty when not given.
        entry_value, exit_value: Money bought or sold; empty when not given.
        exit_pnl: Realised P&L by exit in the chosen basis, in time order, the partial exits of
            trades still open included.
        exit_gross, exit_fees: Of the same exits.
        days: Session days from first to last exit, days since 1970, ascending; days without an
            exit are included.
        day_pnl: Realised P&L of each, 0 where there was none.
        starting_balance: Money at the start, None when unknown.
        no_balance_reason: Why it is unknown.
        tolerance: Money that still counts as breakeven.
        periods_per_year: Session days a year: 252 on exchanges, 365 around the clock.
        risk_free: Yearly rate, or one for each of `days`.
        known_outcome: Win, loss or breakeven of each trade where it is known already; else by the tolerance.
        benchmark: Returns the returns of a benchmark on some days, NaN where it has none; None without a benchmark.
        prices: Returns the excursions of the trades; asked only by metrics that need candles.
        trials: How many variants were tried before these trades, None when nobody counted.
        fee_kinds: Returns the fees of the exits by kind; asked only by metrics about them.
    """

    pnl: Floats
    gross: Floats
    fees: Floats
    risk: Floats
    held_seconds: Floats
    opened_at: Ints = field(default_factory=_no_times)
    closed_at: Ints = field(default_factory=_no_times)
    side: Bytes = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    entry_value: Floats = field(default_factory=_no_values)
    exit_value: Floats = field(default_factory=_no_values)
    exit_pnl: Floats = field(default_factory=_no_values)
    exit_gross: Floats = field(default_factory=_no_values)
    exit_fees: Floats = field(default_factory=_no_values)
    days: Ints
    day_pnl: Floats
    starting_balance: float | None = None
    no_balance_reason: str = "starting balance unknown"
    tolerance: float = 0.0
    periods_per_year: float = 252.0
    risk_free: float | Floats = 0.0
    known_outcome: Bytes | None = None
    benchmark: Callable[[Ints], Floats | None] | None = None
    prices: Callable[[], HeldPrices] | None = None
    trials: int | None = None
    fee_kinds: Callable[[], Mapping[str, float] | None] | None = None

    @cached_property
    def fees_by_kind(self) -> Mapping[str, float] | None:
        """Fees of the exits by kind, None where nobody tells or the unit is no money."""
        return None if self.fee_kinds is None else self.fee_kinds()

    @cached_property
    def outcome(self) -> Bytes:
        """+1 win, -1 loss, 0 breakeven."""
        if self.known_outcome is not None:
            return self.known_outcome
        return outcomes(self.pnl, self.gross, tolerance=self.tolerance)

    @cached_property
    def wins(self) -> Floats:
        """P&L of the winning trades; by positions, which numpy follows five times as fast as a mask."""
        return self.pnl[np.flatnonzero(self.outcome > 0)]

    @cached_property
    def losses(self) -> Floats:
        """P&L of the losing trades, negative."""
        return self.pnl[np.flatnonzero(self.outcome < 0)]

    @cached_property
    def r_multiples(self) -> Floats:
        """P&L over initial risk, of the trades that had one."""
        planned = self.risk > 0
        if not planned.any():
            return np.zeros(0)
        return self.pnl[planned] / self.risk[planned]

    @cached_property
    def held_by_outcome(self) -> Floats:
        """Sums of holding times of losses, breakevens and wins."""
        return sum_by_code(self.outcome + np.int8(1), self.held_seconds, 3)

    @cached_property
    def held_prices(self) -> HeldPrices | None:
        """Excursions of the trades, None where there is no way to candles."""
        return None if self.prices is None else self.prices()

    @cached_property
    def typical_risk(self) -> float:
        """Share of the starting balance that a planned stop risked, the median; 1 % when unknown."""
        planned = self.risk[self.risk > 0]
        if not self.starting_balance or self.starting_balance <= 0 or not len(planned):
            return DEFAULT_RISK
        return min(1.0, float(np.median(planned)) / self.starting_balance)

    @cached_property
    def simulation(self) -> Simulation | None:
        """The next 1,000 trades, resampled from the R multiples at the typical risk.

        None with fewer than two, or where they grow beyond every number.
        """
        from analytics.simulation import SimulationPlan, simulate  # noqa: PLC0415 - only where somebody asks

        if len(self.r_multiples) < 2:
            return None
        plan = SimulationPlan(start=1.0, steps=RUIN_TRADES, risk_fraction=self.typical_risk, paths=RUIN_PATHS)
        with np.errstate(over="ignore", invalid="ignore"):
            found = simulate(self.r_multiples, plan, points=0)
        return found if bool(np.isfinite(found.paths.drawdown).all()) else None

    @cached_property
    def expectancy_interval(self) -> Interval:
        """95 % bootstrap interval of the mean P&L."""
        return block_interval(self.pnl)

    @cached_property
    def descent(self) -> Descent:
        """Falls of the realised equity below its peak, exit by exit, the start in the peak."""
        return walk_down(self.exit_pnl, self.starting_balance or 0.0)

    @cached_property
    def equity(self) -> Floats | None:
        """Money before the first day and after each; None without a starting balance."""
        if not self.starting_balance or self.starting_balance <= 0:
            return None
        return self.starting_balance + np.concatenate([[0.0], np.cumsum(self.day_pnl)])

    @cached_property
    def returns(self) -> Floats | None:
        """Daily returns on the equity before the day; None without a starting balance or equity."""
        equity = self.equity
        if equity is None or (equity[:-1] <= 0).any():
            return None
        return self.day_pnl / equity[:-1]

    @property
    def no_returns_reason(self) -> str:
        """Why `returns` is None."""
        return "equity fell to zero" if self.starting_balance else self.no_balance_reason

    @cached_property
    def excess(self) -> Floats | None:
        """Daily returns above the risk-free rate."""
        if self.returns is None:
            return None
        return excess_returns(self.returns, risk_free=self.risk_free, periods_per_year=self.periods_per_year)

    @cached_property
    def underwater(self) -> Floats | None:
        """How far the equity of each day lies below its peak, a fraction <= 0, the start in the peak."""
        equity = self.equity
        if equity is None:
            return None
        return (equity / np.maximum.accumulate(equity) - 1)[1:]

    @property
    def mean_risk_free(self) -> float:
        """The yearly risk-free rate, over the days where it changed."""
        return float(np.mean(self.risk_free)) if np.size(self.risk_free) else 0.0

    @cached_property
    def growth(self) -> float | None:
        """Compound annual growth rate."""
        return None if self.returns is None else growth_per_year(self.returns, self.periods_per_year)

    @cached_property
    def benchmark_returns(self) -> Floats | None:
        """Returns of the benchmark on `days`, NaN on days without one; None without a benchmark."""
        return None if self.benchmark is None else self.benchmark(self.days)

    @cached_property
    def beside(self) -> tuple[Floats, Floats] | None:
        """Excess returns and the benchmark's, of the days on which both are known."""
        if self.excess is None or self.benchmark_returns is None:
            return None
        other = excess_returns(self.benchmark_returns, risk_free=self.risk_free, periods_per_year=self.periods_per_year)
        return paired(self.excess, other)
