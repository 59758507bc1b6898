"""How much was traded, and how much of the time and of the money was at work."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analytics.metric_columns import BLOCK
from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

MICROSECONDS = 1e6
NO_TRADES = "no closed trade"
NO_VALUES = "traded values are not known"


def volume(data: MetricInput) -> Figure:
    """Money bought and sold by the closed trades."""
    n = len(data.entry_value)
    return Figure(float(data.entry_value.sum() + data.exit_value.sum()), n) if n else Figure(None, 0, NO_TRADES)


def trades_per_day(data: MetricInput) -> Figure:
    """Closed trades over session days from first to last exit."""
    days = len(data.days)
    return Figure(len(data.pnl) / days, days) if days else Figure(None, 0, NO_TRADES)


def open_seconds(data: MetricInput) -> float:
    """Return the length of the union of the times at which a trade was open.

    An instant between two exits lies in a trade when one that ends later began before it, so the
    earliest entry among the later exits is all that has to be known.
    """
    n, total, earliest = len(data.opened_at), 0, int(data.closed_at[-1]) if len(data.closed_at) else 0
    for end in range(n, 0, -BLOCK):
        start = max(0, end - BLOCK)
        opened = np.minimum.accumulate(np.minimum(data.opened_at[start:end][::-1], earliest))[::-1]
        earliest = int(opened[0])
        ends = data.closed_at[max(0, start - 1) : end]
        before = ends[:-1] if start else np.concatenate([opened[:1], ends[:-1]])
        covered = data.closed_at[start:end] - np.maximum(before, opened)
        total += int(np.maximum(covered, 0, out=covered).sum())
    return total / MICROSECONDS


def time_exposure(data: MetricInput) -> Figure:
    """Share of the time from first entry to last exit in which a trade was open."""
    n = len(data.opened_at)
    if not n:
        return Figure(None, 0, NO_TRADES)
    span = float(data.closed_at[-1] - data.opened_at.min()) / MICROSECONDS
    return Figure(open_seconds(data) / span, n) if span > 0 else Figure(None, n, "no time passed")


def _inner(left: Floats, right: Floats) -> float:
    """Sum of products on one thread; the product of long vectors would wake one a core."""
    return float(np.einsum("i,i->", left, right))


def _mean_equity(data: MetricInput) -> float | None:
    if data.equity is None:
        return None
    mean = float(data.equity[:-1].mean()) if len(data.equity) > 1 else float(data.equity[0])
    return mean if mean > 0 else None


def _no_equity(data: MetricInput) -> str:
    return data.no_balance_reason if data.equity is None else "mean equity is not above zero"


def capital_exposure(data: MetricInput) -> Figure:
    """Mean money in positions at entry prices over mean equity."""
    n, equity = len(data.entry_value), _mean_equity(data)
    if not n or equity is None:
        return Figure(None, n, _no_equity(data) if n else NO_TRADES)
    span = float(data.closed_at[-1] - data.opened_at.min()) / MICROSECONDS if len(data.closed_at) else 0.0
    if not span > 0:
        return Figure(None, n, "no time passed")
    return Figure(_inner(data.entry_value, data.held_seconds) / span / equity, n)


def turnover(data: MetricInput) -> Figure:
    """Lesser of purchases and sales over mean equity, a year."""
    n, equity = len(data.entry_value), _mean_equity(data)
    if not n or equity is None or not len(data.days):
        return Figure(None, n, _no_equity(data) if n else NO_TRADES)
    both = float(data.entry_value.sum() + data.exit_value.sum())
    side = data.side.astype(np.float64)
    balance = _inner(data.entry_value, side) - _inner(data.exit_value, side)
    # Bought less sold is the balance: entries of longs and exits of shorts are purchases.
    value = (both - abs(balance)) / 2 / equity * data.periods_per_year / len(data.days)
    return Figure(value, n) if math.isfinite(value) else Figure(None, n, NO_VALUES)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="volume",
        label="Volume",
        unit=Unit.MONEY,
        better=Direction.NONE,
        formula="Σ entry values + Σ exit values; value = price × quantity × multiplier",
        source="Common use",
        hint="Money that was turned over, both sides counted.",
        compute=volume,
    ),
    Metric(
        slug="trades_per_day",
        label="Trades a day",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="N ÷ session days from first to last exit",
        source="Common use",
        hint="How busy the record is; overtrading shows here.",
        compute=trades_per_day,
    ),
    Metric(
        slug="time_exposure",
        label="Time in the market",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="length of the union of [entry, exit] ÷ time from first entry to last exit, nights included",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much of the time anything was at risk.",
        compute=time_exposure,
    ),
    Metric(
        slug="capital_exposure",
        label="Capital at work",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="Σ (entry value × time held) ÷ time from first entry to last exit ÷ mean equity",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="Mean size of the positions against the account; above 100 % is leverage.",
        compute=capital_exposure,
    ),
    Metric(
        slug="turnover",
        label="Turnover",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="min(Σ bought, Σ sold) ÷ mean equity × P ÷ session days",
        source="US Securities and Exchange Commission, Form N-1A, item 13",
        hint="How often a year the account was turned over.",
        compute=turnover,
    ),
)
