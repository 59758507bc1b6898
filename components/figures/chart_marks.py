"""What can be drawn on and under candles: lines, panes, fills, price levels and the span of a holding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from domain.market import BarInterval

Floats = NDArray[np.float64]
LevelKind = Literal["stop", "target", "average", "alert", "last"]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How candles are looked at.

    Attributes:
        interval: Width of a bar.
        zone: IANA zone whose clock the axis shows.
        height: Pixels of the graph; the panes take 92 of them each, tags are kept apart by it.
        visible: Bars on screen at first; the rest is reached by dragging.
        places: Decimals of prices; None takes them from the last price.
        uirevision: Zoom is kept while this stays the same; "" stands for the interval.
    """

    interval: BarInterval
    zone: str = "UTC"
    height: int = 620
    visible: int = 160
    places: int | None = None
    uirevision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line over the prices, such as an average; with `lower` and `upper` a band (Bollinger).

    Attributes:
        name: As in the readout, "SMA 20".
        y: One value a candle, NaN where it is not defined yet.
        lower, upper: Edges of a band, as `y`.
        role: Colour role of the theme; "" takes the next of c3, c2, c4, c5, c6.
    """

    name: str
    y: Floats
    lower: Floats | None = None
    upper: Floats | None = None
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """An indicator with a scale of its own under the prices.

    Attributes:
        name: As in the pane's label, "RSI 14".
        lines: (colour role, values) of each line; values as `Line.y`.
        bars: Values drawn as bars in the colours of profit and loss.
        band: Two levels with a shade between.
        span: Fixed range of the scale, None for that of the values.
        places: Decimals of its readout.
    """

    name: str
    lines: tuple[tuple[str, Floats], ...]
    bars: Floats | None = None
    band: tuple[float, float] | None = None
    span: tuple[float, float] | None = None
    places: int = 2

    @classmethod
    def rsi(cls, values: ArrayLike, *, name: str = "RSI 14") -> Pane:
        """Return the pane of a relative strength index, 0 to 100."""
        line = ("c4", np.asarray(values, dtype=np.float64))
        return cls(name=name, lines=(line,), band=(30.0, 70.0), span=(10.0, 90.0), places=1)

    @classmethod
    def macd(cls, macd: ArrayLike, signal: ArrayLike, histogram: ArrayLike, *, name: str = "MACD 12 26 9") -> Pane:
        """Return the pane of a moving average convergence/divergence."""
        first, second, bars = (np.asarray(values, dtype=np.float64) for values in (macd, signal, histogram))
        return cls(name=name, lines=(("c2", first), ("c3", second)), bars=bars)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution on the chart: `at` in epoch milliseconds UTC, `side` +1 buy or -1 sell."""

    at: float
    price: float
    quantity: float
    side: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A price that matters.

    Attributes:
        kind: Decides colour and dash: stop, target, average, alert, last.
        price: The price.
        label: Text left of the tag; "" takes the kind's usual one.
        start: Epoch milliseconds UTC where the line begins; None is the left edge.
    """

    kind: LevelKind
    price: float
    label: str = ""
    start: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What belongs to one's own trade.

    Attributes:
        fills: Executions; those outside the bars are not drawn.
        levels: Price levels.
        holding: First and last instant held, epoch milliseconds UTC.
    """

    fills: tuple[Fill, ...] = ()
    levels: tuple[Level, ...] = ()
    holding: tuple[float, float] | None = None
