"""Level of detail on the server: any stretch of a history in few candles, for browsers without the chart's kernel.

Indicators are computed over the whole history (TA-Lib takes milliseconds for a million bars) and cut like the candles,
extremes kept: what is drawn is what the kernel would draw.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics.candles import empty_candles
from analytics.level_of_detail import extremes_of_runs, fold_bars, merge_runs
from domain.chart_windows import ChartWindow, RowCut, WindowAsk, WindowStudy, cut_rows
from domain.columns import CandleTable, take
from domain.periods import to_micros
from services.candle_sources import DAILY, find_base
from services.studies import session_zone, study_of

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.charts import ChartChoice, OwnFill, PriceLevel, Study
    from domain.market import BarInterval
    from services.candle_keeping import CandleKeeper
    from services.candles import CandleService
    from services.chart_desk import ChartDeskService
    from services.market import MarketService
    from services.quotes import QuoteService

MOST_KEPT, MOST_UNKEPT = 1_200_000, 20_000
EMPTY_BARS = 9
_DAY = timedelta(days=1) // timedelta(microseconds=1)


class ChartWindowService:
    """Cuts windows out of histories; keeps nothing."""

    def __init__(
        self,
        candles: CandleService,
        keeper: CandleKeeper,
        quotes: QuoteService,
        *,
        market: MarketService,
        desk: ChartDeskService,
    ) -> None:
        self._candles = candles
        self._keeper = keeper
        self._quotes = quotes
        self._market = market
        self._desk = desk

    def window(self, owner: UserId, choice: ChartChoice, ask: WindowAsk) -> ChartWindow:
        """Return what is in view and as much again around it, in at most 800 candles.

        Raises:
            UnknownSymbolError: If no provider knows the symbol.
            QuoteUnavailableError: If the provider that may know it does not answer and nothing is kept.
        """
        choice = self._market.resolve(owner, choice)
        bars = self._history(owner, choice.symbol, choice.interval)
        profile = self._quotes.profile(choice.symbol)
        zone = session_zone(profile)
        studies = [study_of(item, bars, zone=zone) for item in choice.indicators]
        shown = _rows_in_view(bars, ask, ahead=max((_ahead(study) for study in studies), default=0))
        half = (shown[1] - shown[0]) / 2
        cut = cut_rows(shown[0] - half, shown[1] + half, max(len(bars), 1))
        fills, levels = self._own(owner, choice, bars, cut) if choice.fills else ((), ())
        last_candle = take(bars, slice((len(bars) - 1) // cut.per * cut.per, len(bars)))
        return ChartWindow(
            choice=choice,
            profile=profile,
            total=len(bars),
            cut=cut,
            shown=shown,
            candles=merge_runs(take(bars, slice(cut.first, cut.end)), cut.per),
            last=take(bars, slice(max(len(bars) - 1, 0), None)),
            tail=fold_bars(take(last_candle, slice(0, -1))) if cut.end >= len(bars) else empty_candles(),
            studies=tuple(cut_study(study, cut, len(bars)) for study in studies),
            fills=_rows_of(fills, bars, choice.interval),
            levels=levels,
        )

    def _history(self, owner: UserId, symbol: str, interval: BarInterval) -> CandleTable:
        """Return every bar there is, the one that is forming among them."""
        self._keeper.keep_simulated(symbol, interval)
        reader = self._candles.of_owner(owner)
        keys = reader.keys(symbol)
        key = find_base(keys, interval) if keys else None
        if key is None or interval in DAILY:
            return reader.candles(symbol, interval, limit=MOST_UNKEPT)
        return reader.candles(symbol, interval, start=reader.first_kept(key), limit=MOST_KEPT)

    def _own(
        self, owner: UserId, choice: ChartChoice, bars: CandleTable, cut: RowCut
    ) -> tuple[tuple[OwnFill, ...], tuple[PriceLevel, ...]]:
        # A day's bar holds what was executed in any zone's day of that date.
        margin = 0 if choice.interval.is_intraday else _DAY
        since = int(bars.start[cut.first]) - margin if cut.first < len(bars) else None
        until = int(bars.start[cut.end]) + margin if cut.end < len(bars) else None
        marks = self._desk.marks(owner, choice.symbol, since=since, until=until)
        return marks.fills, marks.levels


def _rows_in_view(bars: CandleTable, ask: WindowAsk, *, ahead: int) -> tuple[float, float]:
    if ask.rows is not None:
        low, high = ask.rows
        width = max(high - low, 5.0)
        low = min(max(low, -0.6 * width), len(bars) - 5.0)
        return low, low + width
    if ask.at is not None:
        middle = float(np.searchsorted(bars.start, to_micros(ask.at)))
        return middle - ask.visible / 2, middle + ask.visible / 2
    end = len(bars) + max(EMPTY_BARS, ahead + 2)
    return float(end - ask.visible), float(end)


def _ahead(study: Study) -> int:
    return max((len(column) for column in study.ahead), default=0)


def cut_study(study: Study, cut: RowCut, total: int) -> WindowStudy:
    """Cut an indicator's columns like the candles; behind the last bar goes on what is drawn ahead."""
    ahead = study.ahead or (np.zeros(0),) * len(study.columns)
    parts = [
        column[cut.first : cut.end] if cut.end < total else np.concatenate([column[cut.first :], later])
        for column, later in zip(study.columns, ahead, strict=True)
    ]
    edges = [extremes_of_runs(part, cut.per) for part in parts]
    return WindowStudy(
        indicator=study.indicator,
        least=tuple(low for low, _ in edges),
        most=tuple(high for _, high in edges),
        last=tuple(float(column[-1]) if len(column) else float("nan") for column in study.columns),
    )


def _rows_of(fills: tuple[OwnFill, ...], bars: CandleTable, interval: BarInterval) -> tuple[tuple[int, OwnFill], ...]:
    """Return fills with the rows of the bars that hold them; what lies before the first bar is left out."""
    instants = np.array([to_micros(fill.at) for fill in fills], dtype=np.int64)
    if not interval.is_intraday:
        instants = instants // _DAY * _DAY + _DAY - 1
    rows = np.searchsorted(bars.start, instants, side="right") - 1
    return tuple((row, fill) for row, fill in zip(rows.tolist(), fills, strict=True) if row >= 0)
