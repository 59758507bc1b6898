"""Windows of a price chart as a service would cut them, for the tests of its figure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from analytics.level_of_detail import fold_bars, merge_runs
from domain.chart_windows import ChartWindow, cut_rows
from domain.charts import ChartChoice, Indicator, IndicatorKind, OwnFill, PriceLevel, parse_indicators
from domain.columns import CandleTable, take
from domain.market import BarInterval, Profile
from services.chart_windows import cut_study
from services.studies import study_of

MINUTE = 60_000_000
USUAL = parse_indicators("sma5,bb20,ichi,rsi14,macd")
EVERY = tuple(Indicator(kind=kind) for kind in IndicatorKind)


def minutes(count: int, *, last: float | None = None) -> CandleTable:
    """Minutes that swing, the last close as wanted."""
    close = 100 + 10 * np.sin(np.arange(count) / 70) + np.arange(count) * 0.0005
    if last is not None:
        close[-1] = last
    start = 1_780_320_600_000_000 + np.arange(count, dtype=np.int64) * MINUTE
    volume = 1_000.0 + (np.arange(count) % 7).astype(np.float64)
    return CandleTable(start=start, open=close - 0.5, high=close + 1, low=close - 1, close=close, volume=volume)


def window(bars: CandleTable, begin: float, end: float, indicators: Any = USUAL, **choice: Any) -> ChartWindow:
    """What a service would cut out of the bars."""
    cut = cut_rows(begin, end, len(bars))
    last = take(bars, slice((len(bars) - 1) // cut.per * cut.per, len(bars)))
    fill = OwnFill(at=datetime(2026, 6, 1, tzinfo=UTC), price=101.0, quantity=5.0, side=1, account_name="Main")
    return ChartWindow(
        choice=ChartChoice(symbol="XYZ", interval=BarInterval.M1, indicators=indicators, **choice),
        profile=Profile(symbol="XYZ", name="Xyz plc"),
        total=len(bars),
        cut=cut,
        shown=(begin, end),
        candles=merge_runs(take(bars, slice(cut.first, cut.end)), cut.per),
        last=take(bars, slice(len(bars) - 1, None)),
        tail=fold_bars(take(last, slice(0, -1))) if cut.end >= len(bars) else take(bars, slice(0, 0)),
        studies=tuple(cut_study(study_of(item, bars), cut, len(bars)) for item in indicators),
        fills=((len(bars) - 3, fill), (len(bars) - 3, fill)),
        levels=(PriceLevel(kind="stop", price=99.0, label="Stop", since=fill.at),),
    )
