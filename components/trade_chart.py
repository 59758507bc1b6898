"""A trade on the candles: its fills, its entry and plan, the time it was held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from components.figures.candlestick import candlestick_figure, describe_candles
from components.figures.chart_marks import Fill, Level, Marks, View
from components.trade_detail import CHART_HEIGHT
from domain.money import to_float
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.journal import TradeJournal
    from domain.ledger import Trade, TradeExecution
    from domain.market import BarInterval


def draw_trade(
    candles: CandleTable, trade: Trade, marks: Marks, *, interval: BarInterval, timezone: str, theme: str
) -> tuple[Any, str]:
    """Return the figure and its sentence."""
    view = View(
        interval=interval,
        zone=timezone,
        height=CHART_HEIGHT,
        visible=max(1, len(candles)),
        uirevision=f"{trade.id} {interval}",
    )
    figure = candlestick_figure(candles, view, marks=marks, theme=theme)
    return figure, describe_candles(candles, view, symbol=trade.instrument.symbol)


def marks_of(trade: Trade, lines: Sequence[TradeExecution], plan: TradeJournal, now: datetime) -> Marks:
    """Return what of a trade is drawn on its candles."""
    start = _milliseconds(trade.opened_at)
    levels = [Level(kind="average", price=to_float(trade.entry_price), label="Avg entry", start=start)]
    if plan.planned_stop is not None:
        levels.append(Level(kind="stop", price=to_float(plan.planned_stop), label="Stop", start=start))
    if plan.planned_target is not None:
        levels.append(Level(kind="target", price=to_float(plan.planned_target), label="Target", start=start))
    return Marks(
        fills=tuple(
            Fill(
                at=_milliseconds(line.executed_at),
                price=to_float(line.price),
                quantity=to_float(line.quantity),
                side=int(line.side),
            )
            for line in lines
        ),
        levels=tuple(levels),
        holding=(start, _milliseconds(trade.closed_at or now)),
    )


def _milliseconds(when: datetime) -> float:
    return to_micros(when) / 1000
