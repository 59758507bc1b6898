"""The chart that the server draws: what is sent first, when it is moved, and with a tick."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from dash import Patch, no_update

from components.figures.row_times import row_ticks
from components.figures.window_traces import smoothed
from components.server_chart import draw_tick, draw_window, is_known_tick, price_places, read_ask
from domain.chart_windows import ChartWindow
from domain.charts import ChartScale, ChartStyle
from services.studies import study_of
from tests.components.windows import EVERY, USUAL, minutes, window


def said(**more: Any) -> dict[str, Any]:
    """What a browser asks."""
    return {"query": "symbol=XYZ", "width": 900, "height": 700, "ask": 1, **more}


def draw(shown: ChartWindow, memo: Any = None, **more: Any) -> Any:
    """The answer."""
    return draw_window(shown, said(**more), memo, zone="America/New_York", theme="dark")


def changed(figure: dict[str, Any], patch: Patch) -> dict[str, Any]:
    """The figure with a patch applied, as the browser does it."""
    made = copy.deepcopy(figure)
    for operation in patch.to_plotly_json()["operations"]:
        assert operation["operation"] == "Assign"
        *parents, leaf = operation["location"]
        part: Any = made
        for step in parents:
            part = part[step]
        part[leaf] = operation["params"]["value"]
    return made


def numbers(column: Any) -> list[float]:
    """A column of the figure as numbers."""
    if isinstance(column, dict):
        return [float(value) for value in np.frombuffer(base64.b64decode(column["bdata"]), dtype="<f4")]
    return [float("nan") if value is None else value for value in column]


@pytest.mark.parametrize("style", ChartStyle)
@pytest.mark.parametrize("indicators", [USUAL, EVERY], ids=["usual", "every"])
def test_a_move_changes_arrays_into_those_of_a_new_drawing(indicators: Any, style: ChartStyle) -> None:
    """From the latest bars to all of them and back: the patched figure is the one that would be drawn anew."""
    bars = minutes(30_000)
    near, far = (window(bars, at, 30_020, indicators, style=style) for at in (29_800, 0))
    figure, memo, _ = draw(near)
    for there in (far, near):
        patch, memo, _ = draw(there, memo, rows=list(there.shown))
        fresh, _, _ = draw(there, rows=list(there.shown))
        figure = changed(figure, patch)
        assert figure["data"] == fresh["data"]
        assert figure["layout"]["yaxis"] == fresh["layout"]["yaxis"]
        assert figure["layout"]["xaxis"]["ticktext"] == fresh["layout"]["xaxis"]["ticktext"]
        size = len(json.dumps(patch.to_plotly_json(), default=float))
        assert size < (300_000 if indicators is USUAL else 450_000)


def test_every_range_is_at_most_800_candles_with_all_extremes() -> None:
    """Whatever is in view, each candle and each line holds the highest and lowest of its bars."""
    bars = minutes(30_000)
    average = study_of(USUAL[0], bars).columns[0]
    for begin in (29_900, 27_000, 15_000, 0):
        figure, memo, _ = draw(window(bars, begin, 30_000))
        prices, line = figure["data"][0], figure["data"][2]
        rows = slice(memo["first"], 30_000)
        assert len(prices["x"]) <= 800
        assert memo["first"] % memo["per"] == 0
        assert (max(prices["high"]), min(prices["low"])) == (bars.high[rows].max(), bars.low[rows].min())
        known = [value for value in numbers(line["y"]) if np.isfinite(value)]
        assert max(known) == np.float32(np.nanmax(average[rows]))
        assert min(known) == np.float32(np.nanmin(average[rows]))
        assert sum(figure["data"][1]["y"]) == bars.volume[rows].sum()


def test_the_cloud_is_drawn_behind_the_last_candle() -> None:
    """The edges of the cloud go on for 26 bars, the lagging line ends as many before the last one."""
    figure, _, _ = draw(window(minutes(500), 400, 540))
    ends = {trace["name"]: numbers(trace["x"])[-1] for trace in figure["data"] if "ICHI" in trace["name"]}
    assert {name.split()[-1]: end for name, end in ends.items()} == {
        "conversion": 499,
        "base": 499,
        "A": 525,
        "B": 525,
        "lagging": 499,
    }


@pytest.mark.parametrize("begin", [29_900, 0], ids=["bars", "candles of many bars"])
@pytest.mark.parametrize("style", [ChartStyle.CANDLES, ChartStyle.BARS, ChartStyle.LINE])
def test_a_tick_changes_the_last_candle_and_the_last_price(begin: int, style: ChartStyle) -> None:
    """The patched figure has the prices and the volume of one drawn with the new price."""
    price = round(float(minutes(30_000).close[-1]) + 0.4, 2)
    after = minutes(30_000, last=price)
    figure, memo, _ = draw(window(minutes(30_000), begin, 30_010, style=style))
    bar = {name: float(getattr(after, name)[-1]) for name in ("open", "high", "low", "close", "volume")}
    bar["start"] = float(after.start[-1]) / 1_000
    assert is_known_tick(memo, said(bar=bar))
    live = changed(figure, draw_tick(memo, bar, theme="dark"))
    fresh, _, _ = draw(window(after, begin, 30_010, style=style))
    assert live["data"][:2] == fresh["data"][:2]
    assert live["layout"]["annotations"][0] == fresh["layout"]["annotations"][0]
    assert live["layout"]["annotations"][0]["text"] == f"{price:.2f}"


def test_what_a_tick_cannot_change_is_asked_for() -> None:
    """A new bar, a price beyond the axis and another address are no ticks; out of view a tick is silent."""
    bars = minutes(2_000)
    figure, memo, _ = draw(window(bars, 1_900, 2_010))
    assert figure["layout"]["meta"]["ask"] == 1
    bar = {name: float(getattr(bars, name)[-1]) for name in ("open", "high", "low", "close", "volume")}
    bar["start"] = float(bars.start[-1]) / 1_000
    assert not is_known_tick(memo, said(bar={**bar, "start": bar["start"] + 60_000}))
    assert not is_known_tick(memo, said(bar={**bar, "high": 900.0}))
    assert not is_known_tick(memo, {**said(bar=bar), "query": "symbol=ABC"})
    assert not is_known_tick(None, said(bar=bar))
    _, away, _ = draw(window(bars, 100, 200))
    assert is_known_tick(away, said(bar=bar))
    assert draw_tick(away, bar, theme="dark") is no_update


def test_a_logarithmic_axis_and_fills() -> None:
    """The scale is that of the address; two purchases in a candle are one triangle."""
    figure, memo, sentence = draw(window(minutes(300), 200, 310, scale=ChartScale.LOG))
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert memo["is_log"]
    assert memo["range"][1] < 3
    buys = figure["data"][-2]
    assert buys["customdata"] == ["Buy 10 at 101.00"]
    assert sentence.startswith("XYZ, 100 bars of 1m from")
    tag = figure["layout"]["annotations"][0]
    assert 10 ** tag["y"] == pytest.approx(figure["layout"]["shapes"][0]["y0"])
    without, _, _ = draw(replace(window(minutes(300), 200, 310, fills=False), fills=()))
    assert {trace["name"] for trace in without["data"]}.isdisjoint({"Buy", "Sell"})


def test_what_is_asked_is_read() -> None:
    """Rows, an instant, or as many of the latest bars as the width has room for."""
    assert read_ask(said(rows=[10, 20.5])).rows == (10.0, 20.5)
    assert read_ask(said(at=1_780_000_000_000)).at == datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)
    assert read_ask(said()).visible == 128
    assert (price_places(60_000.0, "crypto"), price_places(120.0, "stock")) == (0, 2)


def test_times_stand_where_the_clock_changes() -> None:
    """Few candles have hours, many have months and years; never more times than have room."""
    start = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    for step, count, text in ((timedelta(minutes=1), 120, "10:00"), (timedelta(days=1), 700, "Jul")):
        first = int(start.timestamp() * 1e6)
        starts = first + np.arange(count, dtype=np.int64) * (step // timedelta(microseconds=1))
        places, texts = row_ticks(
            starts, np.arange(count, dtype=float), zone="America/New_York", intraday=step < timedelta(days=1), most=8
        )
        assert 3 <= len(texts) <= 8
        assert places == sorted(places)
        assert text in texts


def test_smoothed_candles_are_those_of_the_definition() -> None:
    """The close is the mean of the four prices, the open the middle of the body before."""
    bars = minutes(3)
    opening, high, low, close = smoothed(bars)
    assert close[1] == pytest.approx((bars.open[1] + bars.high[1] + bars.low[1] + bars.close[1]) / 4)
    assert opening[2] == pytest.approx((opening[1] + close[1]) / 2)
    assert high[2] >= max(opening[2], close[2]) >= min(opening[2], close[2]) >= low[2]
