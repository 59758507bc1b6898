"""A trade on the candles: what the browser opens its chart with (assets/chart/main.mjs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.chart import chart_request
from domain.periods import from_micros

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.ledger import Trade
    from domain.market import BarInterval


def trade_spec(
    chart_id: str, candles: CandleTable, trade: Trade, *, interval: BarInterval, changed: object = None
) -> dict[str, Any]:
    """Return what the chart shows: the candles around the trade with its fills, entry and plan.

    Args:
        chart_id: Frame of the chart.
        candles: The candles around the trade, at least one.
        trade: The trade.
        interval: Width of the candles.
        changed: Differs when something of the trade has changed, so that its marks are read again.
    """
    first, last = from_micros(int(candles.start[0])), from_micros(int(candles.start[-1])) + interval.width
    return chart_request(
        chart_id, trade.instrument.symbol, interval, span=(first, last), trade=int(trade.id), changed=changed
    )
