"""The price chart's figure and what a tick changes in it."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from components.price_chart import (
    chart_head,
    draw_chart,
    is_drawn,
    live_changes,
    market_tag,
    price_places,
)
from domain.charts import ChartChoice, ChartData, Indicator, IndicatorKind, parse_indicators
from domain.columns import CandleTable, take
from domain.market import BarInterval, Profile
from domain.market_hours import VENUES, MarketState, MarketStatus, Session
from services.studies import study_of

DAY = 86_400_000_000
ALL = parse_indicators("sma5,ema9,bb20,rsi14,macd")
EVERY = tuple(Indicator(kind=kind) for kind in IndicatorKind)


def candles(count: int = 120, *, last: float | None = None) -> CandleTable:
    """Daily bars that swing, the last close as wanted."""
    close = 100 + 10 * np.sin(np.arange(count) / 7) + np.arange(count) * 0.05
    if last is not None:
        close[-1] = last
    return CandleTable(
        start=(20_000 + np.arange(count, dtype=np.int64)) * DAY,
        open=close - 0.5,
        high=close + 1,
        low=close - 1,
        close=close,
        volume=np.full(count, 1_000.0),
    )


def chart(bars: CandleTable, indicators: Any = ALL, interval: BarInterval = BarInterval.D1) -> ChartData:
    """A chart of bars."""
    return ChartData(
        choice=ChartChoice(symbol="XYZ", indicators=indicators, interval=interval),
        profile=Profile(symbol="XYZ", name="Xyz plc", exchange="LSE"),
        candles=bars,
        studies=tuple(study_of(item, bars) for item in indicators),
        fills=(),
        quote=None,
    )


def draw(data: ChartData, theme: str = "dark") -> Any:
    """The figure and its memo."""
    return draw_chart(data, zone="America/New_York", size=(860, 700), theme=theme)


def changed(figure: dict[str, Any], data: ChartData, memo: dict[str, Any]) -> dict[str, Any]:
    """The figure after a tick."""
    made = copy.deepcopy(figure)
    for path, value in live_changes(data, memo, theme="dark"):
        part: Any = made
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
    return made


def plain(value: Any) -> Any:
    """A figure as lists and numbers, rounded."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item) for item in value]
    return round(float(value), 6) if isinstance(value, float | np.floating) else value


@pytest.mark.parametrize("indicators", [ALL, EVERY], ids=["usual", "every"])
@pytest.mark.parametrize("last", [70.0, 104.0, 140.0])
def test_a_tick_gives_the_figure_that_would_be_drawn_anew(last: float, indicators: Any) -> None:
    """Changed in place, every trace equals the one of a chart drawn with the new price."""
    before, after = chart(candles(), indicators), chart(candles(last=last), indicators)
    drawn = draw(before)
    live = changed(drawn.figure.to_dict(), after, drawn.memo)
    fresh = draw(after).figure.to_dict()
    for old, new in zip(live["data"], fresh["data"], strict=True):
        for name in ("open", "high", "low", "close", "y"):
            assert plain(old.get(name)) == plain(new.get(name)), (new.get("name"), name)
        assert plain(old.get("marker")) == plain(new.get("marker"))
    texts = [note["text"] for note in live["layout"]["annotations"]]
    assert texts == [note["text"] for note in fresh["layout"]["annotations"]]


def test_the_same_bars_are_changed_in_place_and_others_drawn_anew() -> None:
    """A new bar, another interval and other indicators are another figure."""
    data = chart(candles())
    memo = draw(data).memo
    assert is_drawn(chart(candles(last=50.0)), memo)
    assert not is_drawn(chart(candles(121)), memo)
    assert not is_drawn(chart(take(candles(121), slice(1, None))), memo)
    assert not is_drawn(chart(candles(), ALL[:2]), memo)
    assert not is_drawn(chart(candles(), interval=BarInterval.W1), memo)
    assert not is_drawn(data, None)


def test_a_chart_without_indicators_is_drawn_and_moves() -> None:
    """Nothing but candles and volume."""
    drawn = draw(chart(candles(), ()))
    assert len(drawn.figure.data) == 2
    live = changed(drawn.figure.to_dict(), chart(candles(last=99.0), ()), drawn.memo)
    assert live["data"][0]["close"][-1] == 99.0


def test_large_coins_have_no_cents() -> None:
    """A coin above ten thousand is written without decimals, a stock with two."""
    bars = candles()
    coin = replace(bars, close=bars.close * 500)
    data = replace(chart(coin), profile=Profile(symbol="BTC-USD", asset_class="crypto"))
    assert price_places(data) == 0
    assert price_places(chart(bars)) == 2


def test_the_head_says_when_there_is_no_live_price() -> None:
    """A chart without a quote is marked, one with invented prices is named so."""
    said = str([part.to_plotly_json() for part in chart_head(chart(candles()))])
    assert "No live price" in said
    invented = replace(chart(candles()), profile=Profile(symbol="XYZ", simulated=True))
    assert "Simulated prices" in str([part.to_plotly_json() for part in chart_head(invented)])


def test_the_head_says_until_when_the_market_is_open() -> None:
    """Beside the state of the price stands that of its market, with the time left and the reason of a holiday."""
    at = datetime(2026, 11, 20, 16, 42, tzinfo=UTC)
    session = Session(day=at.date(), opens_at=at, closes_at=at, is_half_day=True)
    status = MarketStatus(
        venue=VENUES[0], at=at, state=MarketState.OPEN, session=session, changes_at=at + timedelta(minutes=78)
    )
    assert market_tag(status).children == "Open · half day · closes in 1 h 18 min"
    holiday = MarketStatus(venue=VENUES[0], at=at, state=MarketState.HOLIDAY, holiday="Thanksgiving")
    assert market_tag(holiday).children == "Thanksgiving"
    head = chart_head(replace(chart(candles()), status=status))
    assert "closes in" in str(head[-1])
