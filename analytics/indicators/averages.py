"""Averages of price: simple, exponential, weighted, and weighted by volume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.indicators.calls import Floats, check_period, require_one_length, run


def sma(close: Floats, period: int = 20) -> Floats:
    """Return the simple moving average: the mean of the last `period` closes.

    Warm-up: period - 1 bars. **Source:** arithmetic mean; TA-Lib `SMA`.
    """
    return run("SMA", close, timeperiod=check_period(period, 1))[0]


def ema(close: Floats, period: int = 20) -> Floats:
    """Return the exponential moving average, smoothing 2 / (period + 1), seeded with the first simple average.

    Warm-up: period - 1 bars. **Source:** TA-Lib `EMA` (classic seeding).
    """
    return run("EMA", close, timeperiod=check_period(period, 1))[0]


def wma(close: Floats, period: int = 20) -> Floats:
    """Return the linearly weighted average: the latest close counts `period` times, the oldest once.

    Warm-up: period - 1 bars. **Source:** the definition; TA-Lib `WMA`.
    """
    return run("WMA", close, timeperiod=check_period(period, 2))[0]


def vwap(high: Floats, low: Floats, close: Floats, volume: Floats, *, session: NDArray[np.int64]) -> Floats:
    """Return the volume-weighted average price since the start of each session.

    Each bar counts with its typical price (high + low + close) / 3. NaN until a session has traded any volume.

    Args:
        high: Highest prices.
        low: Lowest prices.
        close: Closing prices.
        volume: Traded volume, >= 0.
        session: A number that is the same for all bars of a session and changes between sessions (the trading day),
            int64.

    **Source:** the definition, cumulative price x volume over cumulative volume.
    """
    require_one_length(high, low, close, volume, session)
    if not len(close):
        return np.empty(0, dtype=np.float64)
    first = np.flatnonzero(np.concatenate([[True], session[1:] != session[:-1]]))
    counts = np.diff(np.append(first, len(session)))
    value = _running_sum(volume * ((high + low + close) / 3), first, counts)
    traded = _running_sum(volume, first, counts)
    average: Floats = np.divide(value, traded, out=np.full(len(close), np.nan), where=traded > 0)
    return average


def anchored_vwap(high: Floats, low: Floats, close: Floats, volume: Floats, *, start: int) -> Floats:
    """Return the volume-weighted average price since one bar, NaN before it.

    Args:
        high: Highest prices.
        low: Lowest prices.
        close: Closing prices.
        volume: Traded volume, >= 0.
        start: Row of the first bar that counts, from 0.

    Raises:
        ValueError: If there is no such bar.

    **Source:** B. Shannon, Maximum Trading Gains with Anchored VWAP (2023); the definition as in `vwap`.
    """
    require_one_length(high, low, close, volume)
    if not 0 <= start < max(len(close), 1):
        raise ValueError(f"There is no bar {start} among {len(close)}.")
    return vwap(
        high, low, close, np.where(np.arange(len(close)) < start, 0.0, volume), session=np.zeros(len(close), np.int64)
    )


def _running_sum(values: Floats, first: NDArray[np.intp], counts: NDArray[np.intp]) -> Floats:
    """Sum within sessions. Each session starts its own sum, so that no rounding of earlier ones is carried over."""
    sums = np.empty(len(values), dtype=np.float64)
    for begin, count in zip(first.tolist(), counts.tolist(), strict=True):
        np.cumsum(values[begin : begin + count], out=sums[begin : begin + count])
    return sums
