"""A price chart that the server draws: a stretch of the history in few candles, cut as the browser's kernel cuts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.charts import ChartChoice, Indicator, OwnFill, PriceLevel
    from domain.columns import CandleTable, Floats
    from domain.market import Profile

MOST_CANDLES = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCut:
    """How rows are cut: candles of `per` bars each from row `first` up to `end`, which is not included."""

    first: int
    per: int
    end: int


def cut_rows(begin: float, end: float, total: int, most: int = MOST_CANDLES) -> RowCut:
    """Return the finest cut of the rows [begin, end) into at most `most` candles.

    A candle has a power of two of bars and begins at a multiple of it, so that candles stay what they are while the
    chart is moved.

    Args:
        begin: First row, of any size.
        end: Last row and one more.
        total: Number of rows there are, > 0.
        most: Most candles, > 1.
    """
    low = min(max(int(begin), 0), total - 1)
    high = max(min(int(end), total), low + 1)
    per = 1
    while (high - low) / per > most - 1:
        per *= 2
    return RowCut(first=low // per * per, per=per, end=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowAsk:
    """What somebody wants to see.

    Attributes:
        rows: First and last row in view, which may lie beyond the bars; None shows the latest ones.
        at: An instant to bring into the middle, in place of rows.
        visible: How many bars are in view where no rows are given.
    """

    rows: tuple[float, float] | None = None
    at: datetime | None = None
    visible: int = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowStudy:
    """An indicator in a window: for each of its columns the least and greatest value of each candle, NaN without any.

    A column that is drawn ahead of the prices goes on behind the last candle.

    Attributes:
        last: Value of each column at the last bar of the history.
    """

    indicator: Indicator
    least: tuple[Floats, ...]
    most: tuple[Floats, ...]
    last: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartWindow:
    """A stretch of a chart.

    Attributes:
        total: Bars of the whole history.
        shown: First and last row in view; the candles reach beyond them on both sides.
        candles: At most 800, none where there are no bars.
        last: The last bar of the history, alone.
        tail: The last candle without its last bar; none where that is all of it, or where it is not in the window.
        fills: Own executions, each with its row.
        levels: Prices of what is open.
    """

    choice: ChartChoice
    profile: Profile
    total: int
    cut: RowCut
    shown: tuple[float, float]
    candles: CandleTable
    last: CandleTable
    tail: CandleTable
    studies: tuple[WindowStudy, ...]
    fills: tuple[tuple[int, OwnFill], ...] = ()
    levels: tuple[PriceLevel, ...] = ()

    @property
    def has_last(self) -> bool:
        """Whether the last bar is among the candles."""
        return self.cut.end >= self.total
