"""The feed: says what everybody looks at and takes the prices that changed, in a thread of its own.

The prices come from the board that all processes share (`data/quotes/board.py`): providers are asked once for each
symbol, however many streams there are. Whatever is slow makes prices late; it delays no heartbeat and no end of a
session.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.columns import CandleTable
from domain.errors import FillwiseError, QuoteError
from domain.market import Quote
from web.live.board import Chart

if TYPE_CHECKING:
    from services.quotes import QuoteService

_LOG = logging.getLogger("fillwise.live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What changed within a beat; the streams' own spelling of the symbols."""

    quotes: Mapping[str, Quote] = field(default_factory=dict)
    candles: Mapping[Chart, CandleTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that is looked at; each once."""

    symbols: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


class PriceFeed:
    """Fetches until it is stopped.

    Args:
        quotes: Where prices come from.
        wanted: Says what is looked at now.
        publish: Takes what was found; called in the feed's thread.
        beat_seconds: From one beat to the next.
    """

    def __init__(
        self,
        quotes: QuoteService,
        wanted: Callable[[], Wanted],
        publish: Callable[[Seen], None],
        *,
        beat_seconds: float,
    ) -> None:
        self._quotes = quotes
        self._wanted = wanted
        self._publish = publish
        self._beat_seconds = beat_seconds
        self._sequences: dict[str, int] = {}
        self._stop = threading.Event()
        self._ask = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live prices", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def hurry(self) -> None:
        """Begin the next beat now: somebody has begun to look at something."""
        self._ask.set()

    def stop(self) -> None:
        """End after the running beat; does not wait for a provider."""
        self._stop.set()
        self._ask.set()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._ask.clear()
            seen = self._look()
            if seen.quotes or seen.candles:
                self._publish(seen)
            self._ask.wait(self._beat_seconds)

    def _look(self) -> Seen:
        """Return what has changed since the last look."""
        wanted = self._wanted()
        try:
            changed = self._changed(wanted)
            charts = [chart for chart in wanted.charts if chart[0] in changed]
            candles = {chart: bars for chart in charts if (bars := self._candles(chart)) is not None}
            return Seen(
                quotes={name: quote for name, quote in changed.items() if name in wanted.symbols}, candles=candles
            )
        except FillwiseError as error:
            _LOG.warning("No prices for the streams: %s", error.message)
        except Exception:  # noqa: BLE001 - a provider's library may raise anything; the feed goes on
            _LOG.exception("No prices for the streams")
        return Seen()

    def _changed(self, wanted: Wanted) -> dict[str, Quote]:
        """Return the prices that differ from those of the last look, by the streams' own spelling."""
        names = dict.fromkeys([*wanted.symbols, *(symbol for symbol, _ in wanted.charts)])
        self._quotes.watch(names)
        latest = self._quotes.latest(names)
        found = {name: latest[plain] for name in names if (plain := self._quotes.normal(name)) in latest}
        changed = {name: live.quote for name, live in found.items() if self._sequences.get(name) != live.sequence}
        self._sequences = {name: live.sequence for name, live in found.items()}
        return changed

    def _candles(self, chart: Chart) -> CandleTable | None:
        try:
            return self._quotes.latest_candles(*chart)
        except QuoteError:
            return None
