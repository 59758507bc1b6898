"""How far prices move."""

from __future__ import annotations

from analytics.indicators.calls import Floats, check_period, run


def atr(high: Floats, low: Floats, close: Floats, period: int = 14) -> Floats:
    """Return Wilder's average true range, in units of price.

    The true range of a bar is the largest of high - low, |high - previous close| and |low - previous close|. Warm-up:
    period bars. **Source:** J. Welles Wilder (1978), section III; TA-Lib `ATR`.
    """
    return run("ATR", high, low, close, timeperiod=check_period(period, 1))[0]
