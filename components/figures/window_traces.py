"""The traces of a chart that the server draws; their number depends on what is chosen, never on what is in view."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from components.figures.canvas import DAY_HOVER, TIME_HOVER, painted_trace, sign_colors
from components.figures.numerals import price_text, quantity
from components.figures.wall_time import bar_ms, moment
from domain.charts import ChartStyle, IndicatorKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from domain.chart_windows import ChartWindow, WindowStudy
    from domain.charts import IndicatorSpec, OwnFill
    from domain.columns import CandleTable

    Floats = NDArray[np.float64]

_OVERLAYS = ("c3", "c2", "c4", "c5", "c6", "c8", "c1")
_PANES = ("c2", "c3", "c5")
_SIDES = ("profit", "loss")
PRICES = ("open", "high", "low", "close")


def bar_places(window: ChartWindow) -> Floats:
    """Return where the candles stand: the middle of their rows."""
    cut = window.cut
    rows = cut.first + np.arange(len(window.candles), dtype=np.float64) * cut.per
    return rows + (np.minimum(rows + cut.per, cut.end) - rows - 1) / 2


def packed(values: Floats) -> dict[str, str]:
    """Return a column as the browser's typed array: half the bytes, seven digits, more than a screen resolves."""
    return {"dtype": "f4", "bdata": base64.b64encode(np.asarray(values, dtype="<f4").tobytes()).decode()}


def roles_of(spec: IndicatorSpec, overlays: int) -> tuple[str, ...]:
    """Return the colour of each line of an indicator; `overlays` lines stand over the prices before it."""
    count = len(spec.outputs)
    if spec.outputs[0] == "below":
        return _SIDES
    if spec.has_pane:
        return ("c4",) if count == 1 else _PANES[:count]
    step = 0 if spec.is_band else 1
    return tuple(_OVERLAYS[(overlays + step * at) % len(_OVERLAYS)] for at in range(count))


def overlay_roles(window: ChartWindow) -> list[tuple[str, ...]]:
    """Return the colours of every indicator in its order."""
    found, overlays = [], 0
    for study in window.studies:
        spec = study.indicator.spec
        found.append(roles_of(spec, overlays))
        if not spec.has_pane:
            overlays += 1 if spec.is_band or found[-1] == _SIDES else len(spec.outputs)
    return found


def price_traces(window: ChartWindow, *, zone: str, places: int, theme: str) -> list[dict[str, Any]]:
    """Return prices and volume."""
    return [_prices(window, zone=zone, places=places, theme=theme), _volume(window, theme)]


def _prices(window: ChartWindow, *, zone: str, places: int, theme: str) -> dict[str, Any]:
    style, x = window.choice.style, bar_places(window).tolist()
    columns = {name: column.tolist() for name, column in zip(PRICES, _bodies(window), strict=True)}
    if style in (ChartStyle.LINE, ChartStyle.AREA):
        y = [value for pair in zip(columns["low"], columns["high"], strict=True) for value in pair]
        line = {"type": "scatter", "mode": "lines", "x": _twice(window), "y": y, "name": "Price", "hoverinfo": "skip"}
        if window.cut.per == 1:
            line |= {"x": x, "y": columns["close"]}
        paint = {"line.color": "accent"}
        if style is ChartStyle.AREA:
            line["fill"], paint["fillcolor"] = "tozeroy", "accent@0.14"
        return painted_trace(line, "accent", paint, theme)
    trace = {
        "type": "ohlc" if style is ChartStyle.BARS else "candlestick",
        "x": x,
        **columns,
        "name": "Price",
        "customdata": _begins(window, zone),
        "hovertemplate": "%{customdata}<br>" + _price_lines(places) + "<extra></extra>",
    }
    if style is ChartStyle.BARS:
        paint = {"increasing.line.color": "profit", "decreasing.line.color": "loss"}
        return painted_trace({**trace, "line": {"width": 1}}, "candles", paint, theme)
    return {**trace, "meta": {"role": "candles", "paint": {}}}  # its colours are the template's


def _bodies(window: ChartWindow) -> tuple[Floats, Floats, Floats, Floats]:
    bars = window.candles
    if window.choice.style is ChartStyle.HEIKIN_ASHI:
        return smoothed(bars)
    return bars.open, bars.high, bars.low, bars.close


def smoothed(bars: CandleTable) -> tuple[Floats, Floats, Floats, Floats]:
    """Return open, high, low and close of Heikin-Ashi candles; the first ones only settle the average.

    **Source:** S. Nison, Beyond Candlesticks (1994): the close is the mean of the four prices, the open the middle of
    the body before.
    """
    close = (bars.open + bars.high + bars.low + bars.close) / 4
    opening = np.empty(len(close))
    before = float(bars.open[0] + bars.close[0]) / 2 if len(close) else 0.0
    for at, value in enumerate(close.tolist()):
        opening[at] = before
        before = (before + value) / 2
    high, low = np.maximum(bars.high, np.maximum(opening, close)), np.minimum(bars.low, np.minimum(opening, close))
    return opening, high, low, close


def _begins(window: ChartWindow, zone: str) -> list[str]:
    intraday = window.choice.interval.is_intraday
    starts = bar_ms(window.candles.start, zone, intraday=intraday)
    return [f"{moment(at):{TIME_HOVER if intraday else DAY_HOVER}}" for at in starts.tolist()]


def _price_lines(places: int) -> str:
    return "<br>".join(f"{name[0].upper()} %{{{name}:,.{places}f}}" for name in PRICES)


def _volume(window: ChartWindow, theme: str) -> dict[str, Any]:
    bars = window.candles
    trace = {
        "type": "bar",
        "x": bar_places(window).tolist(),
        "y": bars.volume.tolist(),
        "yaxis": "y2",
        "name": "Volume",
        "hoverinfo": "skip",
        "marker": {"color": sign_colors(bars.close - bars.open, theme), "opacity": 0.3, "cornerradius": 0},
    }
    return painted_trace(trace, "pl", {}, theme)


def study_traces(
    window: ChartWindow, study: WindowStudy, roles: tuple[str, ...], axis: str, theme: str
) -> Iterator[Any]:
    """Yield the lines of an indicator; its histogram comes first."""
    spec, columns = study.indicator.spec, list(zip(study.least, study.most, strict=True))
    if spec.has_bars:
        yield _histogram(window, study, axis, theme)
        columns = columns[:-1]
    for at, (least, most) in enumerate(columns):
        name = f"{study.indicator.label} {spec.outputs[at]}".strip()
        trace = {
            "type": "scatter",
            "mode": "markers" if spec.outputs[0] == "below" else "lines",
            "x": packed(_line_places(window, len(least))),
            "y": packed(least if window.cut.per == 1 else np.column_stack([least, most]).ravel()),
            "yaxis": axis,
            "name": name,
            "hoverinfo": "skip",
        }
        yield painted_trace({**trace, **_look(study, at)}, roles[at], _paint(study, at, roles[at]), theme)


def _look(study: WindowStudy, at: int) -> dict[str, Any]:
    spec = study.indicator.spec
    if spec.outputs[0] == "below":
        return {"marker": {"size": 3, "line": {"width": 0}}}
    fill = {"fill": "tonexty"} if _is_filled(study, at) else {}
    return {"line": {"width": 0.75 if spec.is_band and at != 1 else 1.3}, **fill}


def _is_filled(study: WindowStudy, at: int) -> bool:
    """Whether the area to the line before is shaded: a band's upper half and lower half, Ichimoku's cloud."""
    spec = study.indicator.spec
    return (spec.is_band and at > 0) or (study.indicator.kind is IndicatorKind.ICHIMOKU and at == 3)


def _paint(study: WindowStudy, at: int, role: str) -> dict[str, str]:
    if study.indicator.spec.outputs[0] == "below":
        return {"marker.color": role}
    return {"line.color": role, **({"fillcolor": f"{role}@0.07"} if _is_filled(study, at) else {})}


def _line_places(window: ChartWindow, count: int) -> Floats:
    """Return where a line's values stand: two a candle, the least and the greatest, unless a candle is one bar."""
    cut = window.cut
    if cut.per == 1:
        return cut.first + np.arange(count, dtype=np.float64)
    return cut.first - 0.5 + (np.arange(2 * count) + 0.5) * cut.per / 2


def _twice(window: ChartWindow) -> list[float]:
    found: list[float] = _line_places(window, len(window.candles)).tolist()
    return found


def _histogram(window: ChartWindow, study: WindowStudy, axis: str, theme: str) -> dict[str, Any]:
    """Return bars that reach over all values of their candle, and to zero."""
    base = np.fmin(study.least[-1], 0.0)
    height = np.fmax(study.most[-1], 0.0) - base
    rows = window.cut.first + (np.arange(len(base)) + 0.5) * window.cut.per - 0.5
    trace = {
        "type": "bar",
        "x": rows.tolist(),
        "y": _plain(height),
        "base": _plain(base),
        "yaxis": axis,
        "name": f"{study.indicator.label} {study.indicator.spec.outputs[-1]}",
        "hoverinfo": "skip",
        "marker": {"color": sign_colors(np.nan_to_num(study.least[-1] + study.most[-1]), theme), "opacity": 0.45},
    }
    return painted_trace(trace, "pl", {}, theme)


def fill_traces(window: ChartWindow, *, places: int, theme: str) -> list[dict[str, Any]]:
    """Return one's own executions: a triangle for all of a side in one candle."""
    return [_side(window, 1, places=places, theme=theme), _side(window, -1, places=places, theme=theme)]


def _side(window: ChartWindow, side: int, *, places: int, theme: str) -> dict[str, Any]:
    cut, groups = window.cut, dict[int, list["OwnFill"]]()
    for row, fill in window.fills:
        if fill.side == side and cut.first <= row < cut.end:
            groups.setdefault((row - cut.first) // cut.per, []).append(fill)
    name, role = ("Buy", "accent") if side > 0 else ("Sell", "warn")
    amounts = {at: sum(fill.quantity for fill in fills) for at, fills in groups.items()}
    prices = {at: sum(fill.quantity * fill.price for fill in fills) / amounts[at] for at, fills in groups.items()}
    where = bar_places(window)
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [float(where[at]) for at in groups],
        "y": list(prices.values()),
        "name": name,
        "customdata": [f"{name} {quantity(amounts[at])} at {price_text(prices[at], places)}" for at in groups],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"symbol": "triangle-up", "size": 11, "angle": 0 if side > 0 else 180, "standoff": 12},
    }
    return painted_trace(trace, role, {"marker.color": role, "marker.line.color": "surface"}, theme)


def _plain(values: Floats) -> list[float | None]:
    return [round(value, 7) if np.isfinite(value) else None for value in values.tolist()]
