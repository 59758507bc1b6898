"""What the closed trades earned, how often and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from analytics.moments import median
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

NO_TRADES = "no closed trade"
NO_LOSER = "no losing trade"


def _total(values: Floats) -> Figure:
    return Figure(float(values.sum()), len(values)) if len(values) else Figure(None, 0, "no exit")


def _mean(values: Floats, reason: str) -> Figure:
    return Figure(float(values.mean()), len(values)) if len(values) else Figure(None, 0, reason)


def net_pnl(data: MetricInput) -> Figure:
    """Realised gross P&L less its fees."""
    return _total(data.exit_gross - data.exit_fees)


def gross_pnl(data: MetricInput) -> Figure:
    """Realised P&L before fees."""
    return _total(data.exit_gross)


def fees(data: MetricInput) -> Figure:
    """Fees of what was realised."""
    return _total(data.exit_fees)


def trades(data: MetricInput) -> Figure:
    """Number of closed trades."""
    return Figure(float(len(data.pnl)), len(data.pnl))


def wins(data: MetricInput) -> Figure:
    """Number of winning trades."""
    return Figure(float(len(data.wins)), len(data.pnl))


def losses(data: MetricInput) -> Figure:
    """Number of losing trades."""
    return Figure(float(len(data.losses)), len(data.pnl))


def breakevens(data: MetricInput) -> Figure:
    """Number of breakeven trades."""
    return Figure(float(len(data.pnl) - len(data.wins) - len(data.losses)), len(data.pnl))


def win_rate(data: MetricInput) -> Figure:
    """W / (W + L)."""
    decisive = len(data.wins) + len(data.losses)
    return Figure(len(data.wins) / decisive, decisive) if decisive else Figure(None, 0, "no winning or losing trade")


def win_rate_all(data: MetricInput) -> Figure:
    """W / N, breakevens included."""
    n = len(data.pnl)
    return Figure(len(data.wins) / n, n) if n else Figure(None, 0, NO_TRADES)


def profit_factor(data: MetricInput) -> Figure:
    """Sum of positive P&L over the absolute sum of negative P&L, every trade included."""
    lost = -float(np.minimum(data.pnl, 0).sum())
    if lost > 0:
        return Figure(float(np.maximum(data.pnl, 0).sum()) / lost, len(data.pnl))
    return Figure(None, len(data.pnl), NO_LOSER if len(data.pnl) else NO_TRADES)


def expectancy(data: MetricInput) -> Figure:
    """Mean P&L of a trade."""
    return _mean(data.pnl, NO_TRADES)


def median_trade(data: MetricInput) -> Figure:
    """Median P&L of a trade."""
    return Figure(median(data.pnl), len(data.pnl)) if len(data.pnl) else Figure(None, 0, NO_TRADES)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="net_pnl",
        label="Net P&L",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="Σ gross − Σ fees over all exits",
        source="Bookkeeping identity",
        hint="Realised profit after all fees, partial exits of open trades included.",
        compute=net_pnl,
    ),
    Metric(
        slug="gross_pnl",
        label="Gross P&L",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="Σ (exit − entry) × quantity × multiplier × direction",
        source="Bookkeeping identity",
        hint="Realised profit before fees.",
        compute=gross_pnl,
    ),
    Metric(
        slug="fees",
        label="Fees",
        unit=Unit.MONEY,
        better=Direction.DOWN,
        formula="Σ fees of closed quantity, both sides",
        source="Bookkeeping identity",
        hint="What the broker and the exchange took from realised trades.",
        compute=fees,
    ),
    Metric(
        slug="trades",
        label="Trades",
        unit=Unit.COUNT,
        better=Direction.NONE,
        formula="N = round trips closed, flat to flat",
        source="Lean TradeBuilder, FlatToFlat grouping",
        hint="How many round trips everything else rests on.",
        compute=trades,
    ),
    Metric(
        slug="wins",
        label="Wins",
        unit=Unit.COUNT,
        better=Direction.UP,
        formula="W = trades with P&L > tolerance",
        source="Fillwise",
        hint="Trades that earned money.",
        compute=wins,
    ),
    Metric(
        slug="losses",
        label="Losses",
        unit=Unit.COUNT,
        better=Direction.DOWN,
        formula="L = trades with P&L < −tolerance",
        source="Fillwise",
        hint="Trades that lost money.",
        compute=losses,
    ),
    Metric(
        slug="breakevens",
        label="Breakevens",
        unit=Unit.COUNT,
        better=Direction.NONE,
        formula="B = N − W − L; P&L or price result within the tolerance",
        source="Fillwise",
        hint="Scratches: neither won nor lost, fees aside.",
        compute=breakevens,
    ),
    Metric(
        slug="win_rate",
        label="Win rate",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="W ÷ (W + L)",
        source="Fillwise; breakevens are shown beside it",
        hint="How often a decided trade wins; means little without the payoff.",
        compute=win_rate,
    ),
    Metric(
        slug="win_rate_all",
        label="Win rate of all",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="W ÷ N",
        source="Common use in trading platforms",
        hint="How often any trade wins, breakevens counted against it.",
        compute=win_rate_all,
    ),
    Metric(
        slug="profit_factor",
        label="Profit factor",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="Σ P&L > 0 ÷ |Σ P&L < 0|",
        source="MetaTrader report; R. Pardo 2008",
        hint="Money won for each unit of money lost; above 1 is profitable.",
        compute=profit_factor,
    ),
    Metric(
        slug="expectancy",
        label="Expectancy",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="Σ P&L ÷ N",
        source="V. Tharp, Trade Your Way to Financial Freedom",
        hint="What an average trade earned.",
        compute=expectancy,
    ),
    Metric(
        slug="median_trade",
        label="Median trade",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="median P&L",
        source="Common use",
        hint="What a trade in the middle of the list earned.",
        compute=median_trade,
    ),
)
