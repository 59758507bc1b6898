"""Price charts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from components.figures.candlestick import candle_patch, candlestick_figure, describe_candles
from components.figures.chart_frame import range_breaks
from components.figures.chart_levels import spread_tags
from components.figures.chart_marks import Fill, Level, Line, Marks, Pane, View
from components.figures.wall_time import moment
from domain.columns import CandleTable, take
from domain.market import BarInterval
from tests.components.figures.gallery import candles, market

M5 = View(interval=BarInterval.M5, zone="America/New_York")


def test_structure() -> None:
    """Candles first, volume second, then lines, fills and panes, each in its row."""
    figure = market(300, "dark")
    found = [(trace.type, trace.meta["role"], trace.yaxis or "y") for trace in figure.data]
    assert found == [
        ("candlestick", "candles", "y"),
        ("bar", "pl", "y2"),
        ("scatter", "c3", "y"),
        ("scatter", "c2", "y"),
        ("scatter", "c2", "y"),
        ("scatter", "c2", "y"),
        ("scatter", "text", "y"),
        ("scatter", "accent", "y"),
        ("scatter", "text", "y"),
        ("scatter", "text", "y"),
        ("scatter", "c4", "y3"),
        ("bar", "pl", "y4"),
        ("scatter", "c2", "y4"),
        ("scatter", "c3", "y4"),
    ]
    assert figure.layout.xaxis.anchor == "y4"
    assert figure.layout.xaxis.rangeslider.visible is False


def test_panes_are_92_pixels() -> None:
    """Each pane takes 92 px of the height that was announced; the price pane takes the rest."""
    layout = market(300, "dark").layout
    assert layout.yaxis.domain[0] * (620 - 24) == pytest.approx(2 * 92)


def test_volume_stays_at_the_bottom() -> None:
    """The largest volume reaches 16 % of the price pane."""
    bars = candles(50)
    figure = candlestick_figure(bars, M5)
    assert bars.volume.max() / figure.layout.yaxis2.range[1] == pytest.approx(0.16, abs=0.002)


def test_long_history_is_merged() -> None:
    """Six thousand bars become at most 800 candles; extremes stay, and nights are no longer cut out."""
    bars = candles(6_000)
    figure = candlestick_figure(bars, M5, lines=[Line(name="SMA", y=bars.close)])
    drawn = figure.data[0]
    assert len(drawn.x) <= 800
    assert (max(drawn.high), min(drawn.low)) == (bars.high.max(), bars.low.min())
    assert figure.data[2].y[-1] == pytest.approx(bars.close[-1])
    assert not figure.layout.xaxis.rangebreaks


def test_nights_and_weekends_are_cut_out() -> None:
    """The axis leaves out exactly the times without bars: from the end of one session to the next beginning."""
    bars = candles(78 * 6)  # Monday to Monday
    breaks = candlestick_figure(bars, M5).layout.xaxis.rangebreaks
    spans = [[f"{moment(edge):%a %H:%M}" for edge in item.bounds] for item in breaks]
    assert spans[0] == ["Mon 16:00", "Tue 09:30"]
    assert spans[4] == ["Fri 16:00", "Mon 09:30"]
    assert len(spans) == 5


def test_a_market_without_nights_has_no_breaks() -> None:
    """Bars that follow one another leave nothing to cut."""
    assert range_breaks(np.arange(50, dtype=np.float64) * 3.6e6, 3.6e6) == []


def test_candles_stand_in_the_middle_of_their_bar() -> None:
    """A bar from 09:30 to 09:35 is drawn around 09:32:30 and says 09:30."""
    drawn = candlestick_figure(candles(5), M5).data[0]
    assert f"{moment(drawn.x[0]):%H:%M:%S}" == "09:32:30"
    assert drawn.customdata[0] == "Mon 16 Nov 2026, 09:30"


def test_fill_stands_at_its_candle() -> None:
    """A buy is a triangle under its price at the candle that contains it, with its quantity; others are left out."""
    bars = candles(20)
    at = bars.start[4] / 1000 + 61_000
    fills = (Fill(at=at, price=99.5, quantity=150, side=1), Fill(at=at - 9e9, price=50, quantity=7, side=-1))
    figure = candlestick_figure(bars, M5, marks=Marks(fills=fills))
    buys = [trace for trace in figure.data if trace.name == "Buy"]
    assert [(list(trace.x), list(trace.y)) for trace in buys] == [([figure.data[0].x[4]], [99.5])]
    assert buys[0].customdata[0] == "Buy 150 at 99.50"
    assert not [trace for trace in figure.data if trace.name == "Sell"]
    assert [note.text for note in figure.layout.annotations if note.xref != "paper"] == ["150"]


def test_fill_of_a_merged_bar_is_kept() -> None:
    """When several bars are one candle, a fill in the last of them stands at that candle."""
    bars = candles(1_601)
    fill = Fill(at=bars.start[-2] / 1000, price=100, quantity=1, side=1)
    figure = candlestick_figure(bars, M5, marks=Marks(fills=(fill,)))
    assert [trace.x[0] for trace in figure.data if trace.name == "Buy"] == [figure.data[0].x[-1]]


def test_fill_on_a_daily_chart_is_on_its_local_date() -> None:
    """A fill at half past eight in the evening of the 18th in New York is on the 18th, though it is the 19th in UTC."""
    bars = candles(5, session=1, start="2026-11-16T00:00")
    evening = bars.start[3] / 1000 + 1.5 * 3_600_000  # 01:30 UTC on the 19th
    view = View(interval=BarInterval.D1, zone="America/New_York")
    figure = candlestick_figure(bars, view, marks=Marks(fills=(Fill(at=evening, price=100, quantity=1, side=-1),)))
    drawn = figure.data[0]
    assert drawn.customdata[2] == "Wed 18 Nov 2026"
    assert [trace.x[0] for trace in figure.data if trace.name == "Sell"] == [drawn.x[2]]


def test_levels_have_tags_that_do_not_cover_each_other() -> None:
    """Line, label and tag for each level in range; tags near the last price are pushed away from it."""
    bars = candles(100)
    last = float(bars.close[-1])
    levels = (Level(kind="average", price=last * 1.0001), Level(kind="stop", price=last * 0.9999, label="Stop 1R"))
    figure = candlestick_figure(bars, M5, marks=Marks(levels=levels))
    tags = [note for note in figure.layout.annotations if note.xanchor == "left"]
    assert len(tags) == 3
    shifts = sorted(note.yshift or 0 for note in tags)
    assert shifts[0] <= -18
    assert shifts[2] >= 18
    assert {"Stop 1R", "Avg entry"} <= {note.text for note in figure.layout.annotations}


def test_tags_with_room_stay() -> None:
    """Only tags that would touch are moved, and they keep their order."""
    assert spread_tags([10.0, 95.0, 105.0, 300.0], 100.0, 20) == [10.0, 80.0, 120.0, 300.0]
    assert spread_tags([99.0, 99.5, 101.0, 102.0], 100.0, 20) == [60.0, 80.0, 120.0, 140.0]


def test_level_far_away_does_not_flatten_the_candles() -> None:
    """A stop at half the price is not drawn rather than making every candle a dot."""
    bars = candles(100)
    figure = candlestick_figure(bars, M5, marks=Marks(levels=(Level(kind="stop", price=50.0),)))
    assert figure.layout.yaxis.range[0] > 80
    assert len(figure.layout.shapes) == 1


def test_patch_equals_a_new_drawing() -> None:
    """Applying the paths to the drawn figure gives what drawing again would, candle, volume and tag."""
    bars = candles(60)
    moved = take(bars, slice(None))
    close = float(bars.low[-1]) - 0.01
    moved = CandleTable(
        start=moved.start,
        open=moved.open,
        high=moved.high,
        low=np.append(bars.low[:-1], close),
        close=np.append(bars.close[:-1], close),
        volume=np.append(bars.volume[:-1], bars.volume[-1] + 500),
    )
    drawn = json.loads(candlestick_figure(bars, M5).to_json())
    for path, value in candle_patch(moved).items():
        target = drawn
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
    again = json.loads(candlestick_figure(moved, M5).to_json())
    assert drawn["data"] == again["data"]
    assert drawn["layout"]["annotations"][0] == again["layout"]["annotations"][0]
    assert drawn["layout"]["shapes"][0] == again["layout"]["shapes"][0]
    assert again["layout"]["annotations"][0]["name"].count("loss_text") == 2


def test_patch_is_small_and_plain() -> None:
    """A tick is a few hundred bytes of numbers and texts, not arrays."""
    patch = candle_patch(candles(1_000))
    assert all(isinstance(value, int | float | str | dict) for value in patch.values())
    assert len(json.dumps([[list(path), value] for path, value in patch.items()])) < 1_600


def test_last_bar_is_known_to_the_page() -> None:
    """The figure says how many bars it holds and when the last begins, for the decision to patch or redraw."""
    bars = candles(60)
    assert candlestick_figure(bars, M5).layout.meta == {"bars": 60, "last": bars.start[-1] / 1000}


def test_first_view_leaves_air() -> None:
    """The first view shows the last bars and 14 empty ones."""
    bars = candles(500)
    figure = candlestick_figure(bars, View(interval=BarInterval.M5, visible=100))
    low, high = figure.layout.xaxis.range
    assert sum(low <= x <= high for x in figure.data[0].x) == 100
    assert high - figure.data[0].x[-1] == 14 * 300_000


def test_undefined_indicator_values_are_gaps() -> None:
    """The first values of an average are missing: they neither draw nor stretch the axis."""
    bars = candles(50)
    y = np.where(np.arange(50) < 19, np.nan, bars.close)
    figure = candlestick_figure(bars, M5, lines=[Line(name="SMA 20", y=y)], panes=[Pane.rsi(y * np.nan)])
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert figure.layout.annotations[-1].text == "RSI 14 –"


def test_one_flat_bar() -> None:
    """A single bar without movement is drawn on an axis of some height."""
    one = np.array([5.0])
    bar = CandleTable(start=np.array([0]), open=one, high=one, low=one, close=one, volume=np.array([0.0]))
    low, high = candlestick_figure(bar, View(interval=BarInterval.D1)).layout.yaxis.range
    assert low < 5 < high


def test_sentence() -> None:
    """The sentence gives symbol, period, last price and change."""
    bars = candles(78)
    text = describe_candles(bars, M5, symbol="NVDA")
    assert text.startswith("NVDA, 78 bars of 5m from 16 Nov 2026 to 16 Nov 2026: last ")
    assert f"{bars.close[-1]:.2f}" in text
