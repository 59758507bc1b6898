"""A trade on the candles: what the browser opens its chart with (assets/chart/main.mjs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    first, last = (int(candles.start[row]) // 1_000 for row in (0, -1))
    return {
        "id": chart_id,
        "symbol": trade.instrument.symbol,
        "interval": interval.value,
        "trade": int(trade.id),
        "span": [first, last + int(interval.width.total_seconds() * 1_000)],
        "changed": changed,
    }
