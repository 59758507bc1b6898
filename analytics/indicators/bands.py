"""Bands and clouds around the price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.indicators.averages import ema
from analytics.indicators.calls import Floats, check_period, nothing, require_one_length, run
from analytics.indicators.volatility import atr


def bollinger(close: Floats, period: int = 20, deviations: float = 2.0) -> tuple[Floats, Floats, Floats]:
    """Return the lower, middle and upper Bollinger band: the SMA and `deviations` population deviations around it.

    Warm-up: period - 1 bars. **Source:** J. Bollinger, Bollinger on Bollinger Bands (2001); TA-Lib `BBANDS`.
    """
    upper, middle, lower = run(
        "BBANDS", close, outputs=3, timeperiod=check_period(period, 2), nbdevup=deviations, nbdevdn=deviations
    )
    return lower, middle, upper


def keltner(
    high: Floats, low: Floats, close: Floats, *, period: int = 20, range_period: int = 10, multiple: float = 2.0
) -> tuple[Floats, Floats, Floats]:
    """Return the lower, middle and upper Keltner channel: an EMA and multiples of the average true range around it.

    Warm-up: the longer of period - 1 and range_period bars. **Source:** C. Keltner (1960) as revised by L. Bradford
    Raschke, with the average true range.
    """
    middle = ema(close, period)
    reach = multiple * atr(high, low, close, range_period)
    middle = np.where(np.isnan(reach), np.nan, middle)
    return middle - reach, middle, middle + reach


def donchian(high: Floats, low: Floats, period: int = 20) -> tuple[Floats, Floats, Floats]:
    """Return the lowest low, the middle and the highest high of the last `period` bars, the present one included.

    Warm-up: period - 1 bars. **Source:** R. Donchian; TA-Lib `MIN` and `MAX`.
    """
    lower = run("MIN", low, timeperiod=check_period(period, 2))[0]
    upper = run("MAX", high, timeperiod=check_period(period, 2))[0]
    require_one_length(lower, upper)
    return lower, (lower + upper) / 2, upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Ichimoku:
    """The five lines, each where it is drawn, and the cloud ahead of the last bar.

    Attributes:
        conversion, base: Middle of the range of the shorter and of the longer period.
        span_a, span_b: The cloud: what was computed `shift` bars before.
        lagging: The close `shift` bars later; it knows the future and is no signal of its bar.
        ahead_a, ahead_b: The cloud of the `shift` bars to come.
    """

    conversion: Floats
    base: Floats
    span_a: Floats
    span_b: Floats
    lagging: Floats
    ahead_a: Floats
    ahead_b: Floats


def ichimoku(
    high: Floats, low: Floats, close: Floats, *, conversion: int = 9, base: int = 26, span: int = 52
) -> Ichimoku:
    """Return the Ichimoku lines; the cloud is drawn `base` bars ahead and the lagging line as far behind.

    Warm-up: conversion - 1, base - 1, and for the cloud span + base - 1 bars. **Source:** G. Hosoda (1969).
    """
    require_one_length(high, low, close)
    short, middle = donchian(high, low, conversion)[1], donchian(high, low, base)[1]
    long = donchian(high, low, span)[1]
    leading = (short + middle) / 2
    return Ichimoku(
        conversion=short,
        base=middle,
        span_a=_later(leading, base),
        span_b=_later(long, base),
        lagging=_earlier(close, base),
        ahead_a=_last(leading, base),
        ahead_b=_last(long, base),
    )


def _last(values: Floats, count: int) -> Floats:
    """Return the last values, undefined ones before them where there are fewer."""
    return np.concatenate([nothing(max(count - len(values), 0)), values[-count:]])


def _later(values: Floats, by: int) -> Floats:
    moved = nothing(len(values))
    moved[by:] = values[: max(len(values) - by, 0)]
    return moved


def _earlier(values: Floats, by: int) -> Floats:
    moved = nothing(len(values))
    moved[: max(len(values) - by, 0)] = values[by:]
    return moved
