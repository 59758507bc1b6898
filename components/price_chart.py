"""The plain price chart, which stands in where a browser cannot draw ours, its ticks, and the head of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from dash import Patch, html

from components import format as fmt
from components import marks
from components.figures.candlestick import candle_patch, candlestick_figure, describe_candles
from components.figures.chart_frame import EMPTY_BARS
from components.figures.chart_marks import Fill, Line, Marks, Pane, View
from components.figures.numerals import value_text
from components.figures.theme import palette
from components.market_tools import INTERVAL_NAMES
from domain.charts import ChartData, IndicatorKind, Study
from domain.market_hours import MarketState
from domain.periods import to_micros

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from domain.columns import Floats
    from domain.market_hours import MarketStatus

_ROLES = ("c3", "c2", "c4", "c5", "c6")
_PANE_ROLES = ("c2", "c3", "c5")
_STATES = {
    MarketState.PRE_OPEN: "Pre-open",
    MarketState.OPEN: "Open",
    MarketState.CLOSED: "Closed",
    MarketState.HOLIDAY: "Holiday",
}
_NEXT = {
    MarketState.PRE_OPEN: "opens",
    MarketState.OPEN: "closes",
    MarketState.CLOSED: "begins",
    MarketState.HOLIDAY: "begins",
}
_SIDES = {"below": "profit", "above": "loss"}
_FIRST_LINE = 2  # behind the candles and the volume
_DIGITS = 7
_BAR_PIXELS, _FEWEST_BARS, _MOST_BARS = 5.0, 40, 260
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure and what a later tick must know of it.

    Attributes:
        memo: JSON: query, bars, start of the last bar, and where indicators stand in the figure.
    """

    figure: go.Figure
    memo: dict[str, Any]


def draw_chart(data: ChartData, *, zone: str, size: tuple[int, int], theme: str) -> Drawn:
    """Return the figure of a chart with at least one candle.

    Args:
        data: The chart.
        zone: Zone whose clock the axis shows.
        size: Width and height in pixels.
        theme: "dark" or "light".
    """
    view = _view(data, zone, size)
    overlays, panes = _overlays(data), _panes(data)
    own = tuple(
        Fill(at=to_micros(fill.at) / 1_000, price=fill.price, quantity=fill.quantity, side=fill.side)
        for fill in data.fills
    )
    figure = candlestick_figure(data.candles, view, lines=overlays, panes=panes, marks=Marks(fills=own), theme=theme)
    # The readout above the chart says open, high, low and close: a box at the pointer would only hide candles.
    figure.data[0].update(hoverinfo="none", hovertemplate=None)
    figure.update_yaxes(fixedrange=True)  # prices fit the bars in view (assets/js/market.js)
    places = [
        at
        for at, trace in enumerate(figure.data)
        if at >= _FIRST_LINE and (trace.type == "bar" or trace.mode == "lines")
    ]
    for at, column in zip(places, _columns(data), strict=True):
        figure.data[at].y = None  # equal values would not be assigned, and an array cannot be patched
        figure.data[at].y = _plain_list(column)
    names = {_pane_name(study): number for number, study in enumerate(_with_pane(data))}
    notes = {
        names[name]: at
        for at, note in enumerate(figure.layout.annotations)
        if (name := _starts(note.text, names)) is not None
    }
    for at in notes.values():
        figure.layout.annotations[at].xshift = 3  # the first letter would touch the edge
    memo = {
        "query": data.choice.to_query(),
        **figure.layout.meta,
        "traces": places,
        "notes": [notes[k] for k in sorted(notes)],
    }
    return Drawn(figure=figure, memo=memo)


def is_drawn(data: ChartData, memo: Mapping[str, Any] | None) -> bool:
    """Whether a figure shows the same chart up to the same last bar, so that a tick can change it in place."""
    if not memo or not len(data.candles):
        return False
    same_bars = memo["bars"] == len(data.candles) and memo["last"] == float(data.candles.start[-1]) / 1_000
    return bool(same_bars and memo["query"] == data.choice.to_query())


def live_changes(data: ChartData, memo: Mapping[str, Any], *, theme: str) -> Iterator[tuple[Path, Any]]:
    """Yield paths into the figure and their new values: last candle, price tag, indicators, pane labels."""
    yield from candle_patch(data.candles, theme=theme, places=price_places(data)).items()
    last = len(data.candles) - 1
    columns = list(_columns(data))
    for at, column in zip(memo["traces"], columns, strict=True):
        yield ("data", at, "y", last), _plain(column[-1])
    for at, study in zip(memo["notes"], _with_pane(data), strict=True):
        yield ("layout", "annotations", at, "text"), _pane_text(study)
        if study.indicator.spec.has_bars:
            bars = next(at for at, column in zip(memo["traces"], columns, strict=True) if column is study.columns[-1])
            role = "profit" if study.columns[-1][-1] >= 0 else "loss"
            yield ("data", bars, "marker", "color", last), palette(theme).resolve(role)


def live_patch(data: ChartData, memo: Mapping[str, Any], *, theme: str) -> Patch:
    """Return the changes of a tick as a patch of the figure."""
    patch = Patch()
    for path, value in live_changes(data, memo, theme=theme):
        part = patch
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
    return patch


def describe_chart(data: ChartData, *, zone: str) -> str:
    """Say in one sentence what the chart shows."""
    return describe_candles(data.candles, _view(data, zone, (860, 620)), symbol=data.choice.symbol)


def chart_head(data: ChartData) -> list[Any]:
    """Return symbol, name, interval, exchange, the state of the price and whether prices are invented."""
    quote, profile = data.quote, data.profile
    words = [profile.name, INTERVAL_NAMES[data.choice.interval], profile.exchange]
    state = "off" if quote is None else "stale" if quote.stale else "live"
    title = {"off": "No live price", "stale": "The last price is old", "live": "Live"}[state]
    parts: list[Any] = [
        html.B(data.choice.symbol),
        html.Span(" · ".join(word for word in words if word), className="nm ell"),
        html.Span(marks.dot(state), title=title),
    ]
    if data.is_simulated:
        parts.append(marks.tag("Simulated prices", tone="warn"))
    elif state != "live":
        parts.append(marks.tag(title, tone="warn"))
    if data.status is not None:
        parts.append(market_tag(data.status))
    return parts


def market_tag(status: MarketStatus) -> Any:
    """Return whether a market is open, and until when."""
    left = status.remaining
    then = "" if left is None else f" · {_NEXT[status.state]} in {fmt.duration_long(left.total_seconds())}"
    half = " · half day" if status.session is not None and status.session.is_half_day else ""
    words = status.holiday or _STATES[status.state]
    return marks.tag(f"{words}{half}{then}", tone="pos" if status.state is MarketState.OPEN else "")


def price_places(data: ChartData) -> int:
    """Return the decimals of the symbol's prices."""
    if not len(data.candles):
        return 2
    text = fmt.price(float(data.candles.close[-1]), asset_class=data.profile.asset_class)
    return len(text.partition(".")[2])


def _view(data: ChartData, zone: str, size: tuple[int, int]) -> View:
    visible = max(_FEWEST_BARS, min(_MOST_BARS, int(size[0] / _BAR_PIXELS) - EMPTY_BARS))
    revision = f"{data.choice.symbol} {data.choice.interval}"
    return View(
        interval=data.choice.interval,
        zone=zone,
        height=size[1],
        visible=visible,
        uirevision=revision,
        places=price_places(data),
    )


def _overlays(data: ChartData) -> list[Line]:
    lines: list[Line] = []
    for study in data.studies:
        spec, label = study.indicator.spec, study.indicator.label
        if spec.has_pane:
            continue
        if spec.is_band:
            lower, middle, upper = study.columns
            lines.append(Line(name=label, y=middle, lower=lower, upper=upper, role=_role(len(lines))))
        else:
            lines += [
                Line(name=f"{label} {name}".strip(), y=column, role=_SIDES.get(name) or _role(len(lines) + number))
                for number, (name, column) in enumerate(zip(spec.outputs, study.columns, strict=True))
            ]
    return lines


def _role(number: int) -> str:
    return _ROLES[number % len(_ROLES)]


def _with_pane(data: ChartData) -> list[Study]:
    return [study for study in data.studies if study.indicator.spec.has_pane]


def _panes(data: ChartData) -> list[Pane]:
    return [_pane(study) for study in _with_pane(data)]


def _pane(study: Study) -> Pane:
    spec = study.indicator.spec
    lines = study.columns[:-1] if spec.has_bars else study.columns
    roles = ("c4",) if len(lines) == 1 else _PANE_ROLES
    return Pane(
        name=_pane_name(study),
        lines=tuple(zip(roles, lines, strict=False)),
        bars=study.columns[-1] if spec.has_bars else None,
        band=spec.levels,
        span=_level_span(study) if study.indicator.kind is IndicatorKind.OBV else spec.span,
        places=_pane_places(study),
    )


def _level_span(study: Study) -> tuple[float, float] | None:
    """Return the range of a running total, whose distance from zero says nothing."""
    values = study.columns[0][np.isfinite(study.columns[0])]
    if not len(values) or values.min() == values.max():
        return None
    low, high = float(values.min()), float(values.max())
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def _columns(data: ChartData) -> Iterator[Floats]:
    """Yield the values of every indicator in the order of their traces."""
    for line in _overlays(data):
        yield from (column for column in (line.lower, line.upper, line.y) if column is not None)
    for study in _with_pane(data):
        yield from (study.columns[-1], *study.columns[:-1]) if study.indicator.spec.has_bars else study.columns


def _pane_name(study: Study) -> str:
    return study.indicator.label


def _pane_text(study: Study) -> str:
    return f"{_pane_name(study)} {value_text(float(study.columns[0][-1]), '', places=_pane_places(study))}"


def _pane_places(study: Study) -> int:
    return 0 if study.indicator.kind is IndicatorKind.OBV else 1 if study.indicator.spec.levels else 2


def _starts(text: str | None, names: Mapping[str, int]) -> str | None:
    return next((name for name in names if (text or "").startswith(f"{name} ")), None)


def _plain(value: float) -> float | None:
    return None if not np.isfinite(value) else round(float(value), _DIGITS)


def _plain_list(column: Floats) -> list[float | None]:
    """Return values a patch can change one by one; None where undefined."""
    return [_plain(value) for value in column.tolist()]
