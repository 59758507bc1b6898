"""The frame of a candle chart: where bars stand, what is visible, which times the axis leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from components.figures.numerals import price_text
from components.figures.thinning import CANDLE_LIMIT, candle_groups, merge_candles
from components.figures.wall_time import bar_ms, wall_ms

if TYPE_CHECKING:
    from components.figures.chart_marks import Level, Line, View
    from domain.columns import CandleTable

Floats = NDArray[np.float64]
Items = tuple[list[dict[str, Any]], list[dict[str, Any]]]  # shapes and annotations

EMPTY_BARS = 14  # air at the right for price tags
PANE_PIXELS = 92
AXIS_PIXELS = 24
_BREAK_LIMIT = 5_000  # bars; beyond, cutting nights out of the axis costs more than it shows
_AIR_BELOW, _AIR_ABOVE = 0.24, 0.07  # of the price span: volume stands below, tags need air above
_LEVEL_REACH = 0.6  # a level farther away than this part of the span does not stretch the axis


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A chart's geometry.

    Attributes:
        candles: At most 800.
        x: Where they stand: the middle of each bar, wall-clock milliseconds.
        begins: Where they begin.
        width: Milliseconds between bars.
        view: What was asked for.
        places: Decimals of a price.
        rows: Last source row of each candle, to align indicators.
        prices: Range of the price axis.
        floor: Bottom of the price pane, fraction of the plot.
        breaks: Plotly range breaks.
    """

    candles: CandleTable
    x: Floats
    begins: Floats
    width: float
    view: View
    places: int
    rows: NDArray[np.int64]
    prices: tuple[float, float]
    floor: float
    breaks: list[dict[str, Any]]

    @property
    def pixels(self) -> float:
        """Height of the price pane."""
        return (1 - self.floor) * (self.view.height - AXIS_PIXELS)

    def column(self, values: Floats) -> Floats:
        """Return an indicator's values at the candles drawn."""
        picked: Floats = np.asarray(values, dtype=np.float64)[self.rows]
        return picked

    def drawn(self, values: Floats) -> NDArray[np.float32]:
        """Return the same for the browser: half the bytes, seven digits, more than a screen resolves."""
        return self.column(values).astype(np.float32)

    def bar_of(self, at: float) -> int | None:
        """Return the candle that contains an instant (epoch ms UTC), None outside the bars.

        Bars of a day or more are dates: an instant belongs to its date in the view's zone.
        """
        starts, begun = self.candles.start / 1000, at
        if not self.view.interval.is_intraday:
            starts, begun = self.begins, float(wall_ms(np.array([at]), self.view.zone)[0])
        row = int(np.searchsorted(starts, begun, side="right")) - 1
        is_outside = row < 0 or (row == len(starts) - 1 and begun >= starts[-1] + self.width)
        return None if is_outside else row

    def position(self, at: float) -> float:
        """Return where an instant stands on the axis: at its candle, or at the nearest end."""
        row = self.bar_of(at)
        if row is None:
            row = 0 if at * 1000 < self.candles.start[0] else -1
        return float(self.x[row])

    def y_pixels(self, price: float) -> float:
        """Return a price's height in pixels above the bottom of the price pane."""
        low, high = self.prices
        return (price - low) / (high - low) * self.pixels


def frame_of(candles: CandleTable, view: View, lines: tuple[Line, ...], levels: tuple[Level, ...], panes: int) -> Frame:
    """Return the geometry of a chart of at least one candle."""
    drawn = merge_candles(candles, CANDLE_LIMIT)
    begins = bar_ms(drawn.start, view.zone, intraday=view.interval.is_intraday)
    rows = candle_groups(len(candles), CANDLE_LIMIT)[1]
    width = view.interval.width.total_seconds() * 1000 * max(1, -(-len(candles) // CANDLE_LIMIT))
    seen = slice(-view.visible, None)
    edges = [line.y for line in lines] + [e for line in lines for e in (line.lower, line.upper) if e is not None]
    last = float(drawn.close[-1])
    return Frame(
        candles=drawn,
        x=begins + width / 2,
        begins=begins,
        width=width,
        view=view,
        places=price_decimals(last, view.places),
        rows=rows,
        prices=_price_range([drawn.low[seen], drawn.high[seen], *(np.asarray(e)[rows][seen] for e in edges)], levels),
        floor=min(0.75, panes * PANE_PIXELS / (view.height - AXIS_PIXELS)),
        breaks=[] if len(candles) > _BREAK_LIMIT or len(drawn) < len(candles) else range_breaks(begins, width),
    )


def price_decimals(last: float, places: int | None = None) -> int:
    """Return the decimals of prices on a chart: those asked for, or those the last price is written with."""
    return len(price_text(last).partition(".")[2]) if places is None else places


def range_breaks(begins: Floats, width: float) -> list[dict[str, Any]]:
    """Return the spans without bars (nights, weekends, holidays) as Plotly range breaks.

    They come from the gaps between the bars themselves, so a market that never closes has none. A bar fills the
    time from its beginning to the next, so that the candle after a gap is drawn whole.

    Args:
        begins: Where bars begin, milliseconds, ascending.
        width: Milliseconds of a bar.
    """
    gaps = np.flatnonzero(np.diff(begins) > width * 1.5)
    return [{"bounds": [float(begins[k] + width), float(begins[k + 1])]} for k in gaps]


def time_range(frame: Frame) -> list[float]:
    """Return the first view: the last bars and some empty ones."""
    first = frame.x[max(0, len(frame.x) - frame.view.visible)]
    return [float(first - frame.width / 2), float(frame.x[-1] + EMPTY_BARS * frame.width)]


def holding_span(frame: Frame, holding: tuple[float, float]) -> tuple[float, float]:
    """Return where a holding begins and ends on the axis."""
    return frame.position(holding[0]), frame.position(holding[1])


def level_start(frame: Frame, level: Level) -> float | None:
    """Return where a level's line begins on the axis, None at the left edge."""
    return None if level.start is None else frame.position(level.start)


def _price_range(columns: list[Floats], levels: tuple[Level, ...]) -> tuple[float, float]:
    values = np.concatenate([np.asarray(column, dtype=np.float64) for column in columns])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    span = high - low or abs(high) * 0.02 or 1.0
    reached = [
        level.price for level in levels if low - span * _LEVEL_REACH <= level.price <= high + span * _LEVEL_REACH
    ]
    low, high = min([low, *reached]), max([high, *reached])
    span = high - low or span
    return low - span * _AIR_BELOW, high + span * _AIR_ABOVE
