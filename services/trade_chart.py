"""The candles around the time a trade was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.candles import empty_candles
from domain.columns import CandleTable
from domain.errors import QuoteError
from domain.ledger import Trade
from domain.market import TRADE_INTERVALS, BarInterval
from domain.periods import Clock
from services.candles import CandleReader
from services.holdings import QUOTED

INTERVALS = TRADE_INTERVALS
MOST_BARS = 6_000
_FITTING = (
    (timedelta(hours=2), BarInterval.M1),
    (timedelta(hours=8), BarInterval.M5),
    (timedelta(days=2), BarInterval.M15),
    (timedelta(days=9), BarInterval.H1),
)
_BARS_AROUND = 45
_OPEN_SHARE = 0.2  # of the hours that a stock exchange trades


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeCandles:
    """Candles of a trade, or why there are none.

    Attributes:
        reason: "" when there are candles.
        hint: What to do about it.
        simulated: Whether the prices are invented by the demo provider.
    """

    interval: BarInterval
    candles: CandleTable
    simulated: bool = False
    reason: str = ""
    hint: str = ""


class TradeChartService:
    """Reads candles; writes nothing."""

    def __init__(self, candles: CandleReader, clock: Clock) -> None:
        self._candles = candles
        self._clock = clock

    def candles(self, trade: Trade, width: str | None = None) -> TradeCandles:
        """Return the candles of a trade, `width` wide ("5m"), else as fits the time it was held."""
        now = self._clock()
        interval = BarInterval(width) if width in list(INTERVALS) else fitting_interval(trade, now)
        return trade_candles(self._candles, trade, interval, now)


def fitting_interval(trade: Trade, now: datetime) -> BarInterval:
    """Return the bar width that shows the holding period in some dozens of bars."""
    held = (trade.closed_at or now) - trade.opened_at
    return next((interval for longest, interval in _FITTING if held <= longest), BarInterval.D1)


def trade_candles(reader: CandleReader, trade: Trade, interval: BarInterval, now: datetime) -> TradeCandles:
    """Return the candles before, during and after a trade; a provider without them is told, not raised."""
    kind = trade.instrument.asset_class
    if kind not in QUOTED:
        return _none(interval, f"There are no candles for {kind.value.replace('_', ' ')}s.", "The fills stand below.")
    start, end = window(trade, interval, now)
    if (end - start) / interval.width * _OPEN_SHARE > MOST_BARS:
        return _none(interval, f"Too long for {interval.value} candles.", "Choose wider ones.")
    symbol = trade.instrument.symbol
    try:
        candles = reader.candles(symbol, interval, start=start, end=end, limit=MOST_BARS)
    except QuoteError as error:
        return _none(interval, error.message, error.hint)
    if not len(candles):
        return _none(interval, f"The provider has no {interval.value} candles of {symbol} in this time.", "")
    return TradeCandles(interval=interval, candles=candles, simulated=reader.is_simulated(symbol))


def window(trade: Trade, interval: BarInterval, now: datetime) -> tuple[datetime, datetime]:
    """Return the holding period with bars on both sides, not beyond now."""
    closed = trade.closed_at or now
    around = max(_BARS_AROUND * interval.width, (closed - trade.opened_at) / 2)
    return trade.opened_at - around, min(closed + around, max(now, closed)) + interval.width


def _none(interval: BarInterval, reason: str, hint: str) -> TradeCandles:
    return TradeCandles(interval=interval, candles=empty_candles(), reason=reason, hint=hint)
