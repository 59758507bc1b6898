"""Indicators over the candles of a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from analytics import indicators
from analytics.sessions import trading_days
from domain.charts import Indicator, IndicatorKind, Study

if TYPE_CHECKING:
    from domain.columns import CandleTable, Floats
    from domain.market import Profile

Columns = tuple["Floats", ...]
_ZONES = {"USD": "America/New_York", "CAD": "America/New_York", "INR": "Asia/Kolkata", "GBP": "Europe/London"}
_ZONES |= {"GBp": "Europe/London", "EUR": "Europe/Berlin", "CHF": "Europe/Zurich", "JPY": "Asia/Tokyo"}
_NONE: Floats = np.zeros(0)
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000


def session_zone(profile: Profile) -> str:
    """Return the zone whose midnight parts sessions: the exchange's, UTC for what trades around the clock."""
    return "UTC" if profile.asset_class == "crypto" else _ZONES.get(profile.currency, "UTC")


def study_of(item: Indicator, candles: CandleTable, *, zone: str = "UTC") -> Study:
    """Return an indicator over candles: one value a candle in each column, NaN where it is not defined yet."""
    if item.kind is IndicatorKind.VWAP:
        return Study(indicator=item, columns=(_session_vwap(candles, zone),))
    if item.kind is IndicatorKind.ANCHORED_VWAP:
        return Study(indicator=item, columns=(_anchored_vwap(candles, item.numbers[0]),))
    if item.kind is IndicatorKind.ICHIMOKU:
        return _ichimoku(candles, item)
    return Study(indicator=item, columns=_COMPUTE[item.kind](candles, item.numbers))


def _session_vwap(candles: CandleTable, zone: str) -> Floats:
    days = trading_days(candles.start, zone).astype(np.int64)
    found = indicators.vwap(candles.high, candles.low, candles.close, candles.volume, session=days)
    # A bar that is a whole session has no course within it.
    is_intraday = len(candles) > 1 and int(np.diff(candles.start).min()) < DAY_US
    return found if is_intraday else np.full(len(candles), np.nan)


def _anchored_vwap(candles: CandleTable, anchor_minutes: float) -> Floats:
    first = int(np.searchsorted(candles.start, int(anchor_minutes) * MINUTE_US))
    if first >= len(candles):
        return np.full(len(candles), np.nan)
    return indicators.anchored_vwap(candles.high, candles.low, candles.close, candles.volume, start=first)


def _keltner(candles: CandleTable, numbers: tuple[float, ...]) -> Columns:
    period, range_period, multiple = numbers
    return indicators.keltner(
        candles.high, candles.low, candles.close, period=int(period), range_period=int(range_period), multiple=multiple
    )


def _ichimoku(candles: CandleTable, item: Indicator) -> Study:
    conversion, base, span = (int(value) for value in item.numbers)
    found = indicators.ichimoku(candles.high, candles.low, candles.close, conversion=conversion, base=base, span=span)
    return Study(
        indicator=item,
        columns=(found.conversion, found.base, found.span_a, found.span_b, found.lagging),
        ahead=(_NONE, _NONE, found.ahead_a, found.ahead_b, _NONE),
    )


def _sar(candles: CandleTable, numbers: tuple[float, ...]) -> Columns:
    stops = indicators.parabolic_sar(candles.high, candles.low, step=numbers[0], most=numbers[1])
    return _sides(stops, stops < (candles.high + candles.low) / 2)


def _supertrend(candles: CandleTable, numbers: tuple[float, ...]) -> Columns:
    stops, trends = indicators.supertrend(
        candles.high, candles.low, candles.close, period=int(numbers[0]), multiple=numbers[1]
    )
    return _sides(stops, trends > 0)


def _sides(stops: Floats, is_below: np.ndarray) -> Columns:
    """Return stops below and above the price apart, so that no line joins one to the other."""
    return np.where(is_below, stops, np.nan), np.where(is_below, np.nan, stops)


def _stochastic(candles: CandleTable, numbers: tuple[float, ...]) -> Columns:
    period, smooth, signal = (int(value) for value in numbers)
    return indicators.stochastic(candles.high, candles.low, candles.close, period=period, smooth=smooth, signal=signal)


_COMPUTE: Mapping[IndicatorKind, Callable[[CandleTable, tuple[float, ...]], Columns]] = MappingProxyType(
    {
        IndicatorKind.SMA: lambda bars, n: (indicators.sma(bars.close, int(n[0])),),
        IndicatorKind.EMA: lambda bars, n: (indicators.ema(bars.close, int(n[0])),),
        IndicatorKind.WMA: lambda bars, n: (indicators.wma(bars.close, int(n[0])),),
        IndicatorKind.BOLLINGER: lambda bars, n: indicators.bollinger(bars.close, int(n[0]), n[1]),
        IndicatorKind.KELTNER: _keltner,
        IndicatorKind.DONCHIAN: lambda bars, n: indicators.donchian(bars.high, bars.low, int(n[0])),
        IndicatorKind.SAR: _sar,
        IndicatorKind.SUPERTREND: _supertrend,
        IndicatorKind.RSI: lambda bars, n: (indicators.rsi(bars.close, int(n[0])),),
        IndicatorKind.MACD: lambda bars, n: indicators.macd(bars.close, int(n[0]), int(n[1]), int(n[2])),
        IndicatorKind.STOCHASTIC: _stochastic,
        IndicatorKind.CCI: lambda bars, n: (indicators.cci(bars.high, bars.low, bars.close, int(n[0])),),
        IndicatorKind.ADX: lambda bars, n: indicators.adx(bars.high, bars.low, bars.close, int(n[0])),
        IndicatorKind.ATR: lambda bars, n: (indicators.atr(bars.high, bars.low, bars.close, int(n[0])),),
        IndicatorKind.OBV: lambda bars, _: (indicators.obv(bars.close, bars.volume),),
        IndicatorKind.MFI: lambda bars, n: (indicators.mfi(bars.high, bars.low, bars.close, bars.volume, int(n[0])),),
    }
)
