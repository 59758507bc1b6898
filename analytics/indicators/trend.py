"""Trend: its direction, its strength, and stops that follow it."""

from __future__ import annotations

import numpy as np

from analytics.indicators.calls import Floats, check_period, nothing, run
from analytics.indicators.volatility import atr


def macd(close: Floats, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Floats, Floats, Floats]:
    """Return the MACD line (fast less slow EMA), its signal line (EMA of it) and their difference.

    Warm-up of all three: slow + signal - 2 bars. **Source:** G. Appel; TA-Lib `MACD` (both averages seeded on the same
    bar).

    Raises:
        ValueError: If `fast` is not shorter than `slow`.
    """
    if fast >= slow:
        raise ValueError(f"The fast period ({fast}) must be shorter than the slow one ({slow}).")
    periods = {
        "fastperiod": check_period(fast, 2),
        "slowperiod": check_period(slow, 2),
        "signalperiod": check_period(signal, 1),
    }
    line, average, difference = run("MACD", close, outputs=3, **periods)
    return line, average, difference


def adx(high: Floats, low: Floats, close: Floats, period: int = 14) -> tuple[Floats, Floats, Floats]:
    """Return the average directional index and the plus and minus directional indicators, 0 to 100.

    Warm-up: 2 x period - 1 bars for the index, period bars for the others. **Source:** J. Welles Wilder (1978),
    section IV; TA-Lib `ADX`, `PLUS_DI`, `MINUS_DI`.
    """
    checked = check_period(period, 2)
    index, plus, minus = (run(name, high, low, close, timeperiod=checked)[0] for name in ("ADX", "PLUS_DI", "MINUS_DI"))
    return index, plus, minus


def parabolic_sar(high: Floats, low: Floats, *, step: float = 0.02, most: float = 0.2) -> Floats:
    """Return Wilder's parabolic stop-and-reverse price.

    Warm-up: 1 bar. **Source:** J. Welles Wilder (1978), section II; TA-Lib `SAR`.

    Raises:
        ValueError: Unless 0 < step <= most <= 1.
    """
    if not 0 < step <= most <= 1:
        raise ValueError(f"The step ({step}) must be above 0 and not above the most ({most}), and that not above 1.")
    return run("SAR", high, low, acceleration=step, maximum=most)[0]


def supertrend(
    high: Floats, low: Floats, close: Floats, *, period: int = 10, multiple: float = 3.0
) -> tuple[Floats, Floats]:
    """Return the stop that follows the trend, and the trend: +1 above the stop, -1 below it, NaN in the warm-up.

    A band only moves towards the price while the close stays on its side. The trend begins as falling, and turns where
    a close passes the other band. Warm-up: period bars. **Source:** O. Seban; bands at `multiple` average true ranges
    around the middle of the bar.
    """
    reach = multiple * atr(high, low, close, period)
    middle = (high + low) / 2
    stops, trends = nothing(len(close)), nothing(len(close))
    begin = int(np.argmax(~np.isnan(reach))) if (~np.isnan(reach)).any() else len(close)
    if begin < len(close):
        found = _follow(close[begin:].tolist(), (middle - reach)[begin:].tolist(), (middle + reach)[begin:].tolist())
        stops[begin:], trends[begin:] = found
    return stops, trends


def _follow(close: list[float], lower: list[float], upper: list[float]) -> tuple[list[float], list[float]]:
    # Each band depends on the one before and on which side the close was: a recursion no array operation has.
    floor, ceiling, trend, before = lower[0], upper[0], -1.0, close[0]
    stops, trends = [], []
    for price, low, high in zip(close, lower, upper, strict=True):
        floor = low if low > floor or before < floor else floor
        ceiling = high if high < ceiling or before > ceiling else ceiling
        if trend < 0 and price > ceiling:
            trend = 1.0
        elif trend > 0 and price < floor:
            trend = -1.0
        stops.append(floor if trend > 0 else ceiling)
        trends.append(trend)
        before = price
    return stops, trends
