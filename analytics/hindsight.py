"""What would have become of a planned trade, bar by bar."""

from __future__ import annotations

import numpy as np

from domain.columns import CandleTable
from domain.missed_trades import Hindsight


def judge_plan(
    candles: CandleTable, *, side: int, entry: float, stop: float, target: float | None, since: int
) -> Hindsight:
    """Return the result of a plan in R: entered at the planned price once a bar touches it, then stop or target.

    Args:
        candles: Bars from the plan's instant on, ascending.
        side: 1 long, −1 short.
        entry: Planned entry price.
        stop: Planned stop price, on the losing side of the entry.
        target: Planned target price, None without one.
        since: Instant of the plan, microseconds since 1970 UTC; bars that began before it are not looked at.

    Returns:
        Outcome `stop` (−1R), `target`, `time` (valued at the last close) or `unknown` with its reason. Where a bar
        reaches both, the stop counts: within a bar nobody knows which came first.

    **Source:** the worst-case rule of bar-by-bar testing: with stop and target inside one bar, assume the stop.
    """
    risk = abs(entry - stop)
    later = candles.start >= since
    high, low, close = candles.high[later], candles.low[later], candles.close[later]
    if not len(close) or risk <= 0:
        return Hindsight(r_multiple=None, outcome="unknown", reason="There are no candles of that time.")
    entered = np.flatnonzero((low <= entry) & (entry <= high))
    if not len(entered):
        return Hindsight(r_multiple=None, outcome="unknown", reason="The price never reached the planned entry.")
    high, low, close = high[entered[0] :], low[entered[0] :], close[entered[0] :]
    stopped = np.flatnonzero(low <= stop if side > 0 else high >= stop)
    reached = np.zeros(0, dtype=np.int64)
    if target is not None:
        reached = np.flatnonzero(high >= target if side > 0 else low <= target)
    if len(stopped) and (not len(reached) or stopped[0] <= reached[0]):
        return Hindsight(r_multiple=-1.0, outcome="stop")
    if len(reached) and target is not None:
        return Hindsight(r_multiple=abs(target - entry) / risk, outcome="target")
    return Hindsight(r_multiple=float((close[-1] - entry) * side / risk), outcome="time")
