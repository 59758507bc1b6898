"""Oscillators: where the price stands within its recent past."""

from __future__ import annotations

import numpy as np

from analytics.indicators.calls import Floats, check_period, require_one_length, run


def rsi(close: Floats, period: int = 14) -> Floats:
    """Return Wilder's relative strength index, 0 to 100; NaN (undefined) as long as the price has never moved.

    Warm-up: period bars. **Source:** J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section VI;
    TA-Lib `RSI`.
    """
    (values,) = run("RSI", close, timeperiod=check_period(period, 2))
    values[: _first_move(close)] = np.nan
    return values


def _first_move(close: Floats) -> int:
    """Return the row of the first close that differs from the first one, the length when none does."""
    seen = 0
    while seen < len(close):
        # Most prices move soon: a look at a few rows spares one at all of them.
        differs = close[seen : 2 * seen + 64] != close[0]
        if differs.any():
            return seen + int(differs.argmax())
        seen = min(2 * seen + 64, len(close))
    return len(close)


def stochastic(
    high: Floats, low: Floats, close: Floats, *, period: int = 14, smooth: int = 3, signal: int = 3
) -> tuple[Floats, Floats]:
    """Return %K and %D of the slow stochastic, 0 to 100: the close within the range, and its simple average.

    While the range of the period is zero TA-Lib counts 0. Warm-up: period + smooth + signal - 3 bars. **Source:**
    G. Lane; TA-Lib `STOCH` with simple averages.
    """
    periods = {
        "fastk_period": check_period(period, 1),
        "slowk_period": check_period(smooth, 1),
        "slowd_period": check_period(signal, 1),
    }
    fast, slow = run("STOCH", high, low, close, outputs=2, **periods)
    return fast, slow


def cci(high: Floats, low: Floats, close: Floats, period: int = 20) -> Floats:
    """Return the commodity channel index: the typical price's distance from its mean in 0.015 mean deviations.

    Warm-up: period - 1 bars. **Source:** D. Lambert, Commodities (1980); TA-Lib `CCI`.
    """
    return run("CCI", high, low, close, timeperiod=check_period(period, 2))[0]


def mfi(high: Floats, low: Floats, close: Floats, volume: Floats, period: int = 14) -> Floats:
    """Return the money flow index, 0 to 100; NaN (undefined) as long as no money has flown either way.

    Warm-up: period bars. **Source:** G. Quong, A. Soudack, Stocks & Commodities (1989); TA-Lib `MFI`.
    """
    require_one_length(high, low, close, volume)
    (values,) = run("MFI", high, low, close, volume, timeperiod=check_period(period, 2))
    typical = high + low + close
    has_flown = np.logical_or.accumulate(
        np.append(False, (typical[1:] != typical[:-1]) & (volume[1:] > 0))[: len(close)]
    )
    return np.where(has_flown, values, np.nan)
