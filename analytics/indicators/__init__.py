"""Indicators of the price chart: a thin face over TA-Lib, and what it lacks.

All inputs are float64 arrays of one length n, oldest first, without NaN; all outputs are float64 arrays of length n.
Where an indicator does not have enough bars yet (warm-up) the value is NaN, never 0. Shorter input than the warm-up
gives NaN throughout. TA-Lib is loaded at the first call.

Errors: `ValueError` when columns differ in length or a period is out of range.
"""

from __future__ import annotations

from analytics.indicators.averages import anchored_vwap, ema, sma, vwap, wma
from analytics.indicators.bands import Ichimoku, bollinger, donchian, ichimoku, keltner
from analytics.indicators.calls import LONGEST_PERIOD
from analytics.indicators.oscillators import cci, mfi, rsi, stochastic
from analytics.indicators.trend import adx, macd, parabolic_sar, supertrend
from analytics.indicators.volatility import atr
from analytics.indicators.volume import VolumeProfile, obv, volume_profile

__all__ = [
    "LONGEST_PERIOD",
    "Ichimoku",
    "VolumeProfile",
    "adx",
    "anchored_vwap",
    "atr",
    "bollinger",
    "cci",
    "donchian",
    "ema",
    "ichimoku",
    "keltner",
    "macd",
    "mfi",
    "obv",
    "parabolic_sar",
    "rsi",
    "sma",
    "stochastic",
    "supertrend",
    "volume_profile",
    "vwap",
    "wma",
]
