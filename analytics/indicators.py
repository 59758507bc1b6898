"""Indicators of the price chart: a thin face over TA-Lib.

All inputs are float64 arrays of one length n, oldest first, without NaN; all outputs are float64 arrays of length n.
Where an indicator does not have enough bars yet (warm-up) the value is NaN, never 0. Shorter input than the warm-up
gives NaN throughout. TA-Lib is loaded at the first call.

Errors: `ValueError` when columns differ in length or a period is out of range.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LONGEST_PERIOD = 10_000


def sma(close: Floats, period: int = 20) -> Floats:
    """Return the simple moving average: the mean of the last `period` closes.

    Warm-up: period - 1 bars. **Source:** arithmetic mean; TA-Lib `SMA`.
    """
    return _run("SMA", close, timeperiod=_checked(period, 1))[0]


def ema(close: Floats, period: int = 20) -> Floats:
    """Return the exponential moving average, smoothing 2 / (period + 1), seeded with the first simple average.

    Warm-up: period - 1 bars. **Source:** TA-Lib `EMA` (classic seeding).
    """
    return _run("EMA", close, timeperiod=_checked(period, 1))[0]


def rsi(close: Floats, period: int = 14) -> Floats:
    """Return Wilder's relative strength index, 0 to 100; NaN (undefined) as long as the price has never moved.

    Warm-up: period bars. **Source:** J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section VI;
    TA-Lib `RSI`.
    """
    (values,) = _run("RSI", close, timeperiod=_checked(period, 2))
    has_moved = np.logical_or.accumulate(close != close[:1])
    return np.where(has_moved, values, np.nan)


def macd(close: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Floats, Floats, Floats]:
    """Return the MACD line (fast less slow EMA), its signal line (EMA of it) and their difference.

    Warm-up of all three: slow + signal - 2 bars. **Source:** G. Appel; TA-Lib `MACD` (both averages seeded on the same
    bar).

    Raises:
        ValueError: If `fast` is not shorter than `slow`.
    """
    if fast >= slow:
        raise ValueError(f"The fast period ({fast}) must be shorter than the slow one ({slow}).")
    periods = {"fastperiod": _checked(fast, 2), "slowperiod": _checked(slow, 2), "signalperiod": _checked(signal, 1)}
    line, average, difference = _run("MACD", close, outputs=3, **periods)
    return line, average, difference


def bollinger(close: Floats, period: int = 20, deviations: float = 2.0) -> tuple[Floats, Floats, Floats]:
    """Return the lower, middle and upper Bollinger band: the SMA and `deviations` population deviations around it.

    Warm-up: period - 1 bars. **Source:** J. Bollinger, Bollinger on Bollinger Bands (2001); TA-Lib `BBANDS`.
    """
    upper, middle, lower = _run(
        "BBANDS", close, outputs=3, timeperiod=_checked(period, 2), nbdevup=deviations, nbdevdn=deviations
    )
    return lower, middle, upper


def atr(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Return Wilder's average true range, in units of price.

    The true range of a bar is the largest of high - low, |high - previous close| and |low - previous close|. Warm-up:
    period bars. **Source:** J. Welles Wilder (1978), section III; TA-Lib `ATR`.
    """
    return _run("ATR", high, low, close, timeperiod=_checked(period, 1))[0]


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
    _same_length(high, low, close, volume, session)
    if not len(close):
        return np.empty(0, dtype=np.float64)
    first = np.flatnonzero(np.concatenate([[True], session[1:] != session[:-1]]))
    counts = np.diff(np.append(first, len(session)))
    value = _running_sum(volume * ((high + low + close) / 3), first, counts)
    traded = _running_sum(volume, first, counts)
    average: Floats = np.divide(value, traded, out=np.full(len(close), np.nan), where=traded > 0)
    return average


def _running_sum(values: Floats, first: NDArray[np.intp], counts: NDArray[np.intp]) -> Floats:
    """Sum within sessions. Each session starts its own sum, so that no rounding of earlier ones is carried over."""
    sums = np.empty(len(values), dtype=np.float64)
    for begin, count in zip(first.tolist(), counts.tolist(), strict=True):
        np.cumsum(values[begin : begin + count], out=sums[begin : begin + count])
    return sums


def _run(name: str, *columns: Floats, outputs: int = 1, **options: Any) -> tuple[Floats, ...]:
    """Call TA-Lib, which refuses empty input and fills short input with NaN itself."""
    _same_length(*columns)
    if not len(columns[0]):
        return tuple(np.empty(0, dtype=np.float64) for _ in range(outputs))
    import talib  # noqa: PLC0415 - a compiled library of some megabytes

    found = getattr(talib, name)(*(np.ascontiguousarray(column, dtype=np.float64) for column in columns), **options)
    return found if outputs > 1 else (found,)


def _same_length(*columns: NDArray[Any]) -> None:
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"Columns of one table have one length; these have {sorted(lengths)}.")


def _checked(period: int, least: int) -> int:
    if not least <= period <= LONGEST_PERIOD:
        raise ValueError(f"The period is {period}; it must be from {least} to {LONGEST_PERIOD}.")
    return period
