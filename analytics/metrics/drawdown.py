"""Falls of the realised equity below its peak, the start included in the peak."""

from __future__ import annotations

import numpy as np

from analytics.drawdowns import Drawdown, deepest_drawdown, find_drawdowns
from analytics.metrics import Cost, Figure, Metric, MetricInput
from analytics.risk import ulcer_index
from domain.performance import Direction, Unit

NO_EXIT = "no exit"
NO_FALL = "no drawdown"


def max_drawdown_money(data: MetricInput) -> Figure:
    """Deepest fall below the running peak in money, <= 0."""
    n = len(data.exit_pnl)
    return Figure(data.descent.money, n) if n else Figure(None, 0, NO_EXIT)


def max_drawdown(data: MetricInput) -> Figure:
    """Deepest fall as a fraction of the running peak of the equity, <= 0."""
    n, start = len(data.exit_pnl), data.starting_balance
    if not n:
        return Figure(None, 0, NO_EXIT)
    if not start or start <= 0:
        return Figure(None, n, data.no_balance_reason)
    return Figure(data.descent.fraction, n)


def max_drawdown_days(data: MetricInput) -> Figure:
    """Longest stretch from a peak to its recovery, in calendar days; an open one runs to the last day."""
    if not len(data.days):
        return Figure(None, 0, NO_EXIT)
    found = find_drawdowns(data.days, data.day_pnl)
    return Figure(float(max((item.days for item in found), default=0)), len(data.days))


def _deepest(data: MetricInput) -> Drawdown | Figure:
    """Deepest drawdown of the daily curve, or why there is none."""
    if not len(data.days):
        return Figure(None, 0, NO_EXIT)
    found = deepest_drawdown(data.days, data.day_pnl)
    return Figure(None, len(data.days), NO_FALL) if found is None else found


def days_to_trough(data: MetricInput) -> Figure:
    """Calendar days from the peak to the lowest value of the deepest drawdown."""
    found = _deepest(data)
    return found if isinstance(found, Figure) else Figure(float(found.days_to_trough), len(data.days))


def days_to_recover(data: MetricInput) -> Figure:
    """Calendar days from the lowest value of the deepest drawdown to its recovery."""
    found = _deepest(data)
    if isinstance(found, Figure):
        return found
    days = found.days_to_recover
    return Figure(None if days is None else float(days), len(data.days), "not recovered yet" if days is None else "")


def under_water(data: MetricInput) -> Figure:
    """Share of the session days that end below an earlier peak."""
    n = len(data.days)
    if not n:
        return Figure(None, 0, NO_EXIT)
    curve = np.cumsum(data.day_pnl)
    return Figure(float((curve < np.maximum(np.maximum.accumulate(curve), 0)).mean()), n)


def intra_trade_drawdown_money(data: MetricInput) -> Figure:
    """Deepest fall below the running peak with the worst moment inside each trade, <= 0."""
    held = data.held_prices
    if held is None:
        return Figure(None, 0, "candles are not at hand")
    known = ~np.isnan(held.mae)
    n = int(np.count_nonzero(known))
    if not n:
        return Figure(None, 0, "no candles of these trades")
    before = np.concatenate([[0.0], np.cumsum(data.pnl)[:-1]])
    worst = before + np.where(known, held.mae, np.minimum(data.pnl, 0))
    peaks = np.maximum(np.maximum.accumulate(before), 0)
    closed = before + data.pnl - np.maximum(peaks, before + data.pnl)
    fall = min(float((worst - peaks).min()), float(closed.min()))
    note = "" if n == len(data.pnl) else f"Estimate: candles of {n:,} of {len(data.pnl):,} trades."
    return Figure(fall, n, note=note)


def recovery_factor(data: MetricInput) -> Figure:
    """Realised P&L over the deepest fall in money."""
    n = len(data.exit_pnl)
    if not n:
        return Figure(None, 0, NO_EXIT)
    found = data.descent
    return Figure(found.total / -found.money, n) if found.money < 0 else Figure(None, n, NO_FALL)


def current_drawdown_money(data: MetricInput) -> Figure:
    """Distance to the last peak, <= 0."""
    n = len(data.exit_pnl)
    return Figure(data.descent.current, n) if n else Figure(None, 0, NO_EXIT)


def ulcer(data: MetricInput) -> Figure:
    """Root mean square of the daily drawdowns, a fraction."""
    falls = data.underwater
    if falls is None or not len(falls):
        return Figure(None, len(data.days), data.no_returns_reason if falls is None else NO_EXIT)
    return Figure(ulcer_index(falls), len(falls))


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="max_drawdown_money",
        label="Max drawdown",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="min over exits of equity − running peak, start in the peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="The deepest fall from a peak, in money; never above zero.",
        compute=max_drawdown_money,
    ),
    Metric(
        slug="max_drawdown",
        label="Max drawdown %",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="min over exits of equity ÷ running peak − 1, starting balance in the peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="The deepest fall as a part of the account.",
        compute=max_drawdown,
    ),
    Metric(
        slug="max_drawdown_days",
        label="Longest drawdown",
        unit=Unit.DAYS,
        better=Direction.DOWN,
        formula="longest time from a peak day to the day it is reached again",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How long you had to wait for a new high; an open one counts to the last day.",
        compute=max_drawdown_days,
    ),
    Metric(
        slug="recovery_factor",
        label="Recovery factor",
        unit=Unit.RATIO,
        better=Direction.UP,
        formula="P&L ÷ |max drawdown in money|",
        source="MetaTrader report",
        hint="How often the profit paid for the deepest fall.",
        compute=recovery_factor,
    ),
    Metric(
        slug="current_drawdown_money",
        label="Current drawdown",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="equity − last peak",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="What is missing to the last peak.",
        compute=current_drawdown_money,
    ),
    Metric(
        slug="days_to_trough",
        label="Fall of the deepest drawdown",
        unit=Unit.DAYS,
        better=Direction.NONE,
        formula="calendar days from the peak to the lowest day of the deepest drawdown",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How long the worst fall went on.",
        compute=days_to_trough,
    ),
    Metric(
        slug="days_to_recover",
        label="Recovery of the deepest drawdown",
        unit=Unit.DAYS,
        better=Direction.DOWN,
        formula="calendar days from that lowest day until the peak is reached again",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How long it took to make the worst fall good.",
        compute=days_to_recover,
    ),
    Metric(
        slug="under_water",
        label="Days below the peak",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="session days that end below an earlier peak ÷ session days",
        source="C. Bacon, Practical Portfolio Performance Measurement, 2008",
        hint="How much of the time you looked up at an old high.",
        compute=under_water,
    ),
    Metric(
        slug="ulcer",
        label="Ulcer index",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="√mean(daily drawdown²)",
        source="P. Martin, B. McCann, The Investor's Guide to Fidelity Funds, 1989",
        hint="Depth and length of the falls in one figure.",
        compute=ulcer,
    ),
    Metric(
        slug="intra_trade_drawdown_money",
        label="Max drawdown inside trades",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="min over trades of P&L before the trade + its MAE − running peak; trades one after another, by exit",
        source="Fillwise; MAE: J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="The deepest fall with open losses counted, gross of fees while a trade is open.",
        compute=intra_trade_drawdown_money,
        cost=Cost.CANDLES,
    ),
)
