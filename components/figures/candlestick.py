"""Candles with volume, averages, indicator panes, one's own fills and the prices that matter.

Trace 0 is always the candles and trace 1 the volume; shape 0 and annotation 0 are the last price. They hold plain
lists, so that a page can update the last candle in place with the paths of `candle_patch`. A candle stands at the
middle of its bar; the text of the bar's beginning is its `customdata`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import (
    DAY_HOVER,
    TIME_HOVER,
    empty_figure,
    paint_trace,
    sign_colors,
    start_figure,
    time_axis,
)
from components.figures.chart_frame import Frame, Items, frame_of, price_decimals, range_breaks, time_range
from components.figures.chart_levels import last_price_items, last_price_paint, level_items
from components.figures.chart_marks import Line, Marks, Pane, View
from components.figures.chart_panes import pane_items
from components.figures.fills import fill_items, holding_shape
from components.figures.numerals import plural, price_text, value_text
from components.figures.theme import palette
from components.figures.thinning import CANDLE_LIMIT, merge_candles
from components.figures.wall_time import bar_ms, day_text, moment

if TYPE_CHECKING:
    from domain.columns import CandleTable

__all__ = ["candle_patch", "candlestick_figure", "describe_candles", "range_breaks"]

_EMPTY = "No prices for this time."
_LINE_ROLES = ("c3", "c2", "c4", "c5", "c6")
_VOLUME_SCALE = 6.2  # the volume axis ends at so many times the largest bar: 16 % of the pane


def candlestick_figure(
    candles: CandleTable,
    view: View,
    *,
    lines: Sequence[Line] = (),
    panes: Sequence[Pane] = (),
    marks: Marks | None = None,
    theme: str = "dark",
) -> go.Figure:
    """Draw a price chart.

    Args:
        candles: Ascending bars; more than 800 are merged into wider ones, extremes kept.
        view: Interval, zone, height and visible bars.
        lines: Averages and bands over the prices, one value a bar of `candles`.
        panes: Indicators below, 92 px each.
        marks: Fills, levels and the span of a holding.
        theme: "dark" or "light".
    """
    if not len(candles):
        return empty_figure(_EMPTY, theme=theme)
    marks = marks or Marks()
    frame = frame_of(candles, view, tuple(lines), marks.levels, len(panes))
    traces = [_candles(frame), _volume(frame, theme)]
    for number, line in enumerate(lines):
        traces += _line_traces(frame, line, line.role or _LINE_ROLES[number % len(_LINE_ROLES)], theme)
    own, (shapes, notes) = _mark_items(frame, marks, theme)
    layout = _layout(frame, candles)
    for row, pane in enumerate(panes):
        more, axis, (edges, labels) = pane_items(frame, pane, (row, len(panes)), theme)
        own, shapes, notes = [*own, *more], [*shapes, *edges], [*notes, *labels]
        layout.update(axis)
    layout["xaxis"]["anchor"] = f"y{len(panes) + 2}" if panes else "y"
    figure = start_figure(theme, view.uirevision or str(view.interval), shapes=shapes, annotations=notes, **layout)
    return figure.add_traces([*traces, *own])


def _mark_items(frame: Frame, marks: Marks, theme: str) -> tuple[list[Any], Items]:
    """Return the traces of the fills, and shapes and texts of everything marked; the last price comes first."""
    shapes, notes = last_price_items(frame, theme)
    lines, tags = level_items(frame, marks.levels, theme)
    held = [holding_shape(frame, marks.holding, theme)] if marks.holding else []
    traces, quantities = fill_items(frame, marks.fills, theme)
    return traces, ([*shapes, *lines, *held], [*notes, *tags, *quantities])


def candle_patch(
    candles: CandleTable, *, theme: str = "dark", places: int | None = None
) -> dict[tuple[str | int, ...], Any]:
    """Return what changes in a drawn figure when its last candle does: a path into the figure and its new value.

    Valid while the last bar is the one drawn last (`figure.layout.meta["last"]` is its start in epoch ms UTC) and
    the number of bars is the same (`meta["bars"]`); otherwise draw again.

    Args:
        candles: The same bars, the last one newer; at least one.
        theme: "dark" or "light".
        places: Decimals of the price, as in `View`.
    """
    drawn = merge_candles(candles, CANDLE_LIMIT)
    last = len(drawn) - 1
    close = float(drawn.close[last])
    is_up = close >= float(drawn.open[last])
    decimals = price_decimals(close, places)
    paths: dict[tuple[str | int, ...], Any] = {
        ("data", 0, name, last): float(getattr(drawn, name)[last]) for name in ("open", "high", "low", "close")
    }
    paths["data", 1, "y", last] = float(drawn.volume[last])
    paths["data", 1, "marker", "color", last] = palette(theme).resolve("profit" if is_up else "loss")
    (line,), (tag,) = last_price_paint(is_up=is_up, theme=theme)
    line, tag = {**line, "y0": close, "y1": close}, {**tag, "y": close, "text": price_text(close, decimals)}
    paths.update({("layout", "shapes", 0, key): value for key, value in line.items()})
    paths.update({("layout", "annotations", 0, key): value for key, value in tag.items()})
    return paths


def describe_candles(candles: CandleTable, view: View, *, symbol: str = "") -> str:
    """Say in one sentence what the chart shows."""
    if not len(candles):
        return _EMPTY
    x = bar_ms(candles.start[[0, -1]], view.zone, intraday=view.interval.is_intraday)
    first, last = float(candles.open[0]), float(candles.close[-1])
    places = price_decimals(last, view.places)
    change = value_text(last / first - 1, "%", places=2, signed=True) if first else "n/a"
    low, high = (price_text(v, places) for v in (candles.low.min(), candles.high.max()))
    bars = f"{plural(len(candles), 'bar')} of {view.interval} from {day_text(x[0])} to {day_text(x[1])}"
    now = f"last {price_text(last, places)}, {change} over the period, between {low} and {high}"
    return f"{symbol or 'Price'}, {bars}: {now}."


def _layout(frame: Frame, candles: CandleTable) -> dict[str, Any]:
    axis = time_axis(intraday=False, range=time_range(frame), rangebreaks=frame.breaks, showgrid=True)
    return {
        "meta": {"bars": len(candles), "last": float(candles.start[-1]) / 1000},
        "hovermode": "x",
        "margin": {"l": 0, "r": 58, "t": 0, "b": 24},
        "bargap": 0.25,
        "xaxis": {**axis, "rangeslider": {"visible": False}},
        "yaxis": {
            "domain": [frame.floor, 1],
            "range": list(frame.prices),
            "tickformat": f",.{frame.places}f",
            "nticks": 12,
            "showspikes": True,
            "automargin": False,
        },
        "yaxis2": {
            "domain": [frame.floor, 1],
            "overlaying": "y",
            "range": [0, _VOLUME_SCALE * (float(np.nanmax(frame.candles.volume)) or 1.0)],
            "visible": False,
            "fixedrange": True,
        },
    }


def _candles(frame: Frame) -> go.Candlestick:
    price = f":,.{frame.places}f"
    columns = {name: getattr(frame.candles, name).tolist() for name in ("open", "high", "low", "close")}
    intraday = frame.view.interval.is_intraday
    lines = [f"{name[0].upper()} %{{{name}{price}}}" for name in columns]
    lines = ["%{customdata}", *lines] if intraday else lines  # the axis says the date
    begins = [f"{moment(at):{TIME_HOVER if intraday else DAY_HOVER}}" for at in frame.begins]
    trace = go.Candlestick(x=frame.x.tolist(), name="Price", customdata=begins, **columns)
    trace.hovertemplate = "<br>".join(lines) + "<extra></extra>"
    trace.meta = {"role": "candles", "paint": {}}  # its colours are the template's
    return trace


def _volume(frame: Frame, theme: str) -> go.Bar:
    colors = sign_colors(frame.candles.close - frame.candles.open, theme)
    trace = go.Bar(x=frame.x.tolist(), y=frame.candles.volume.tolist(), yaxis="y2", name="Volume", hoverinfo="skip")
    trace.marker = {"color": colors, "opacity": 0.26, "cornerradius": 0}
    return paint_trace(trace, "pl", {}, theme)


def _line_traces(frame: Frame, line: Line, role: str, theme: str) -> list[Any]:
    traces = []
    if line.lower is not None and line.upper is not None:
        for edge, fill in ((line.lower, "none"), (line.upper, "tonexty")):
            trace = go.Scatter(
                x=frame.x, y=frame.drawn(edge), mode="lines", fill=fill, hoverinfo="skip", line={"width": 0.75}
            )
            trace.update(name=f"{line.name} {'lower' if fill == 'none' else 'upper'}")
            paint = {"line.color": role, **({"fillcolor": "text3@0.06"} if fill != "none" else {})}
            traces.append(paint_trace(trace, role, paint, theme))
    middle = go.Scatter(
        x=frame.x, y=frame.drawn(line.y), mode="lines", name=line.name, hoverinfo="skip", line={"width": 1.3}
    )
    return [*traces, paint_trace(middle, role, {"line.color": role}, theme)]
