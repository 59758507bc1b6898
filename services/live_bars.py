"""Bars that streams close go to the store, and what a stream missed is fetched."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.candles import SeriesKey
from domain.errors import FillwiseError
from domain.market import BarInterval

if TYPE_CHECKING:
    from domain.columns import CandleTable
    from domain.periods import Clock
    from services.candle_keeping import CandleKeeper
    from services.history import HistoryService

_LOG = logging.getLogger("fillwise.history")
FETCHED_AFTER = timedelta(seconds=90)
"""After a stream began: by then the minute that was going on is over."""


class LiveBars:
    """What the live feed hands its closed bars to; a full disk or a busy database never ends the feed."""

    def __init__(self, keeper: CandleKeeper, history: HistoryService, clock: Clock) -> None:
        self._keeper = keeper
        self._history = history
        self._clock = clock

    def keep(self, provider: str, symbol: str, bars: CandleTable) -> None:
        """Keep closed bars of one minute under their provider, where its history is kept."""
        try:
            self._keeper.keep_live(SeriesKey(provider=provider, symbol=symbol, interval=BarInterval.M1), bars)
        except (FillwiseError, OSError) as error:
            _LOG.warning("live bars of %s are not kept: %s", symbol, error)

    def resume(self, provider: str, symbols: Sequence[str]) -> None:
        """Have the minutes fetched that were missed before a stream began."""
        try:
            self._history.hurry(symbols, self._clock() + FETCHED_AFTER)
        except FillwiseError as error:
            _LOG.info("what the stream of %s missed is fetched later: %s", provider, error.message)
