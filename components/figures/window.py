"""The price chart that the server draws, and what of it changes when another stretch comes into view.

Candles stand at their rows, so that nights and weekends take no room and a candle of many bars stands where they are.
Trace 0 is the prices, trace 1 the volume; shape 0 and annotation 0 are the last price. Every figure of the same choice
has the same traces: another stretch is other arrays in them (`window_patch`), a tick is some numbers (`tick_patch`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from components.figures.canvas import base_layout, level_line, painted_item, value_axis, value_range
from components.figures.numerals import plural, price_text, value_text
from components.figures.row_times import row_ticks
from components.figures.theme import palette
from components.figures.wall_time import bar_ms, day_text
from components.figures.window_traces import (
    PRICES,
    bar_places,
    fill_traces,
    overlay_roles,
    price_traces,
    study_traces,
)
from domain.charts import ChartScale, ChartStyle, IndicatorKind

if TYPE_CHECKING:
    from domain.chart_windows import ChartWindow, WindowStudy
    from domain.charts import PriceLevel

Path = tuple[str | int, ...]
_PANE_PIXELS, _AXIS_PIXELS, _LABEL_PIXELS = 92, 24, 96
_AIR_BELOW, _AIR_ABOVE = 0.24, 0.09  # of the price span: volume stands below, names need air above
_VOLUME_SCALE = 6.2  # the volume axis ends at so many times the largest bar: 16 % of the pane
_GAP = 0.012
_ARRAYS = ("x", "y", "base", "customdata", *PRICES)
_LEVELS = {"average": ("accent", "4px,3px"), "stop": ("loss_text", "4px,3px"), "target": ("profit_text", "4px,3px")}


def window_figure(window: ChartWindow, *, zone: str, size: tuple[int, int], places: int, theme: str) -> dict[str, Any]:
    """Draw a window with at least one candle.

    Args:
        window: What is in view.
        zone: Zone of the clock.
        size: Width and height in pixels.
        places: Decimals of a price.
        theme: "dark" or "light".
    """
    panes = [study for study in window.studies if study.indicator.spec.has_pane]
    floor = min(0.75, len(panes) * _PANE_PIXELS / max(size[1] - _AXIS_PIXELS, 1))
    data = price_traces(window, zone=zone, places=places, theme=theme)
    for study, roles in zip(window.studies, overlay_roles(window), strict=True):
        axis = f"y{panes.index(study) + 3}" if study in panes else "y"
        data += study_traces(window, study, roles, axis, theme)
    data += fill_traces(window, places=places, theme=theme) if window.choice.fills else []
    shapes, notes = _marked(window, panes, floor, places, theme)
    layout = base_layout(
        theme,
        f"{window.choice.symbol} {window.choice.interval}",
        dragmode="pan",
        hovermode="closest" if window.choice.style in (ChartStyle.LINE, ChartStyle.AREA) else "x",
        hoverdistance=40,
        margin={"l": 0, "r": 64, "t": 0, "b": 24},
        bargap=0.25,
        shapes=shapes,
        annotations=notes,
        xaxis=_time_axis(window, zone, size[0], len(panes)),
        yaxis=_price_axis(window, floor, places),
        yaxis2=_volume_axis(window, floor),
        **{f"yaxis{at + 3}": _pane_axis(window, study, (at, len(panes)), floor) for at, study in enumerate(panes)},
    )
    return {"data": data, "layout": layout}


def window_memo(window: ChartWindow) -> dict[str, Any]:
    """Return what a later tick must know of the figure, in JSON."""
    tail = {name: float(getattr(window.tail, name)[0]) for name in (*PRICES, "volume")} if len(window.tail) else None
    return {
        "query": window.choice.to_query(),
        "style": window.choice.style.value,
        "total": window.total,
        "shown": list(window.shown),
        "first": window.cut.first,
        "per": window.cut.per,
        "count": len(window.candles),
        "last": float(window.last.start[-1]) / 1_000 if window.has_last else None,
        "range": list(_price_range(window)),
        "is_log": _is_log(window),
        "tail": tail,
    }


def window_patch(figure: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield what differs between figures of one choice: paths and their new values, arrays above all."""
    for at, trace in enumerate(figure["data"]):
        yield from ((("data", at, name), trace[name]) for name in _ARRAYS if name in trace)
        if isinstance(trace.get("marker", {}).get("color"), list):
            yield ("data", at, "marker", "color"), trace["marker"]["color"]
    layout = figure["layout"]
    yield ("layout", "xaxis", "tickvals"), layout["xaxis"]["tickvals"]
    yield ("layout", "xaxis", "ticktext"), layout["xaxis"]["ticktext"]
    for name in (name for name in layout if name.startswith("yaxis")):
        yield from (
            (("layout", name, key), layout[name][key])
            for key in ("range", "tickvals", "ticktext")
            if key in layout[name]
        )
    yield ("layout", "shapes", 0), layout["shapes"][0]
    yield ("layout", "annotations", 0), layout["annotations"][0]
    if "meta" in layout:
        yield ("layout", "meta"), layout["meta"]


def tick_patch(
    memo: Mapping[str, Any], bar: Mapping[str, float], *, places: int, theme: str
) -> Iterator[tuple[Path, Any]]:
    """Yield what changes with the last bar: its candle, and the last price.

    Args:
        memo: Of the figure (`window_memo`), which has the last bar.
        bar: Open, high, low, close and volume of the last bar.
        places: Decimals of a price.
        theme: "dark" or "light".
    """
    tail, last = memo["tail"], memo["count"] - 1
    low, high, opening, volume = bar["low"], bar["high"], bar["open"], bar["volume"]
    if tail:
        low, high, opening = min(low, tail["low"]), max(high, tail["high"]), tail["open"]
        volume += tail["volume"]
    yield from _last_candle(memo, {"open": opening, "high": high, "low": low, "close": bar["close"]})
    yield ("data", 1, "y", last), volume
    yield ("data", 1, "marker", "color", last), palette(theme).resolve("profit" if bar["close"] >= opening else "loss")
    (line, tag) = _last_price(bar["close"], is_up=bar["close"] >= bar["open"], places=places, theme=theme)
    yield ("layout", "shapes", 0), line
    yield ("layout", "annotations", 0), _on_axis(tag, is_log=memo["is_log"])


def _last_candle(memo: Mapping[str, Any], prices: Mapping[str, float]) -> Iterator[tuple[Path, Any]]:
    last, style = memo["count"] - 1, ChartStyle(memo["style"])
    if style is ChartStyle.HEIKIN_ASHI:  # the average settles when the candle is complete
        return
    if style not in (ChartStyle.LINE, ChartStyle.AREA):
        yield from ((("data", 0, name, last), value) for name, value in prices.items())
    elif memo["per"] == 1:
        yield ("data", 0, "y", last), prices["close"]
    else:
        yield ("data", 0, "y", 2 * last), prices["low"]
        yield ("data", 0, "y", 2 * last + 1), prices["high"]


def describe_window(window: ChartWindow, *, zone: str, places: int) -> str:
    """Say in one sentence what the chart shows."""
    bars = window.candles
    if not len(bars):
        return "No prices for this time."
    x = bar_ms(bars.start[[0, -1]], zone, intraday=window.choice.interval.is_intraday)
    low, high = (price_text(value, places) for value in (bars.low.min(), bars.high.max()))
    count = plural(min(window.cut.end, window.total) - window.cut.first, "bar")
    between = f"from {day_text(x[0])} to {day_text(x[1])}, between {low} and {high}"
    last = price_text(float(window.last.close[-1]), places)
    return f"{window.choice.symbol}, {count} of {window.choice.interval} {between}; last price {last}."


def _in_view(window: ChartWindow, values: np.ndarray) -> np.ndarray:
    """Return the values of the candles that are in view, of a column that may go on behind the last one."""
    cut = window.cut
    begin, end = (int((row - cut.first) // cut.per) for row in window.shown)
    found = values[max(begin, 0) : max(end + 1, 1)]
    return found if len(found) else values


def _price_range(window: ChartWindow) -> tuple[float, float]:
    """Return the range of the prices' axis, in logarithms of ten where it is logarithmic."""
    bars = window.candles
    columns = [_in_view(window, bars.low), _in_view(window, bars.high)]
    for study in window.studies:
        if not study.indicator.spec.has_pane:
            columns += [_in_view(window, column) for column in (*study.least, *study.most)]
    values = np.concatenate(columns)
    values = values[np.isfinite(values)]
    if _is_log(window):
        values = np.log10(values[values > 0])
    low, high = float(values.min()), float(values.max())
    span = high - low or abs(high) * 0.02 or 1.0
    return low - span * _AIR_BELOW, high + span * _AIR_ABOVE


def _is_log(window: ChartWindow) -> bool:
    return window.choice.scale is ChartScale.LOG and bool((window.candles.low > 0).all())


def _time_axis(window: ChartWindow, zone: str, width: int, panes: int) -> dict[str, Any]:
    seen = max(1, width // _LABEL_PIXELS)
    most = round(seen * len(window.candles) * window.cut.per / max(window.shown[1] - window.shown[0], 1))
    intraday = window.choice.interval.is_intraday
    places, texts = row_ticks(
        window.candles.start, bar_places(window), zone=zone, intraday=intraday, most=min(max(most, 1), 60)
    )
    return {
        "range": [window.shown[0] - 0.5, window.shown[1] - 0.5],
        "tickmode": "array",
        "tickvals": places,
        "ticktext": texts,
        "tickangle": 0,
        "showgrid": True,
        "zeroline": False,
        "showspikes": True,
        "rangeslider": {"visible": False},
        "minallowed": -60 - 0.3 * window.total,
        "maxallowed": 460 + 1.3 * window.total,
        "anchor": f"y{panes + 2}" if panes else "y",
    }


def _price_axis(window: ChartWindow, floor: float, places: int) -> dict[str, Any]:
    return {
        "domain": [floor, 1],
        "range": list(_price_range(window)),
        "type": "log" if _is_log(window) else "linear",
        "tickformat": f",.{places}f",
        "nticks": 12,
        "side": "right",
        "showspikes": True,
        "automargin": False,
        "fixedrange": True,  # prices fit the bars in view
    }


def _volume_axis(window: ChartWindow, floor: float) -> dict[str, Any]:
    most = float(np.nanmax(_in_view(window, window.candles.volume))) or 1.0
    return {
        "domain": [floor, 1],
        "overlaying": "y",
        "range": [0, _VOLUME_SCALE * most],
        "visible": False,
        "fixedrange": True,
    }


def _pane_axis(window: ChartWindow, study: WindowStudy, place: tuple[int, int], floor: float) -> dict[str, Any]:
    (row, count), spec = place, study.indicator.spec
    columns = [_in_view(window, column) for column in (*study.least, *study.most)]
    is_total = study.indicator.kind is IndicatorKind.OBV  # whose distance from zero says nothing
    span = spec.span or value_range(*columns, zero=spec.has_bars, pad=0.12)
    axis = value_axis(span, "", count=2 if is_total else 3, automargin=False, showgrid=False)
    if spec.levels:
        axis.update(tickvals=list(spec.levels), ticktext=[f"{level:g}" for level in spec.levels])
    top, bottom = floor * (count - row) / count, floor * (count - row - 1) / count
    return {**axis, "domain": [bottom + _GAP, top - _GAP], "anchor": "x", "side": "right", "zeroline": False}


def _marked(
    window: ChartWindow, panes: list[WindowStudy], floor: float, places: int, theme: str
) -> tuple[list[Any], list[Any]]:
    """Return shapes and texts: the last price first, levels, names of the indicators, levels of the panes."""
    last = window.last
    line, tag = _last_price(
        float(last.close[-1]), is_up=float(last.close[-1]) >= float(last.open[-1]), places=places, theme=theme
    )
    shapes, notes = [line], [tag]
    for level in window.levels:
        for found, item in zip((shapes, notes), _level_items(level, places, theme), strict=True):
            found.append(item)
    over = 0
    for study, roles in zip(window.studies, overlay_roles(window), strict=True):
        if study in panes:
            row = panes.index(study)
            top = floor * (len(panes) - row) / len(panes) - _GAP
            notes.append(_name_note(study, roles[0], places, theme, y=top, shift=0))
            shapes += [
                level_line(value, theme, axis=f"y{row + 3}", role="axis") for value in study.indicator.spec.levels or ()
            ]
        else:
            notes.append(_name_note(study, roles[0], places, theme, y=1, shift=-4 - 17 * over))
            over += 1
    return shapes, [_on_axis(note, is_log=_is_log(window)) for note in notes]


def _on_axis(note: dict[str, Any], *, is_log: bool) -> dict[str, Any]:
    """Return a text whose price is where the library wants it: on a logarithmic axis at the price's logarithm."""
    return {**note, "y": math.log10(note["y"])} if is_log and note["yref"] == "y" and note["y"] > 0 else note


def _last_price(close: float, *, is_up: bool, places: int, theme: str) -> tuple[dict[str, Any], dict[str, Any]]:
    role = "profit_text" if is_up else "loss_text"
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": close, "y1": close, "layer": "below"}
    tag = {"text": price_text(close, places), "y": close, "yanchor": "middle", "xanchor": "left", "xshift": 2}
    paint = {"font.color": "tag_text", "bgcolor": role, "bordercolor": role}
    return (
        painted_item({**line, "line": {"width": 1, "dash": "2px,3px"}}, {"line.color": role}, theme),
        painted_item({**_note(), **tag, "x": 1, "borderpad": 3, "borderwidth": 0}, paint, theme),
    )


def _note() -> dict[str, Any]:
    return {"xref": "paper", "yref": "y", "showarrow": False, "font": {"size": 11}}


def _level_items(level: PriceLevel, places: int, theme: str) -> tuple[dict[str, Any], dict[str, Any]]:
    role, dash = _LEVELS.get(level.kind, ("warn", "2px,3px"))
    ends = {"xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": level.price, "y1": level.price}
    text = {"text": f"{level.label} {price_text(level.price, places)}", "y": level.price, "yanchor": "bottom"}
    return (
        painted_item({"type": "line", **ends, "line": {"width": 1, "dash": dash}}, {"line.color": role}, theme),
        painted_item({**_note(), **text, "x": 1, "xanchor": "right", "xshift": -6}, {"font.color": role}, theme),
    )


def _name_note(study: WindowStudy, role: str, places: int, theme: str, *, y: float, shift: int) -> dict[str, Any]:
    """Return the name of an indicator with its values at the last bar."""
    spec, label = study.indicator.spec, study.indicator.label
    own = 0 if study.indicator.kind is IndicatorKind.OBV else 1 if spec.levels else 2
    texts = [
        value_text(value, "", places=own if spec.has_pane else places) for value in study.last if np.isfinite(value)
    ]
    place = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": 4, "yref": "paper", "y": y, "yanchor": "top"}
    text = " ".join([label, *texts])
    paint = {"font.color": role, "bgcolor": "surface@0.7"}
    return painted_item({**_note(), **place, "yshift": shift, "text": text}, paint, theme)
