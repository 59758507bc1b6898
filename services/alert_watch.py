"""Looks at prices for everybody's alerts: once a price, whoever waits for it and whichever page is open.

Armed symbols are watched like those of an open page, so a price costs the same whether one alert waits for it or a
thousand. Every process may look: an alert speaks in a transaction that names the version it was read at, so of all
processes one does. What an alert has seen is kept when the price changes sides and once a minute, so a restart goes on
where it was.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from analytics.alert_crossings import Calm, Look, calm_of, look_at, sight_of
from data.db import alerts as table
from domain.alerts import AlertEvent, AlertState, EventKind, PriceAlert, Sight
from services.alerts import AlertService, is_due
from services.rounds import RoundThread

if TYPE_CHECKING:
    from data.db.engine import Database, Session
    from domain.market import Quote
    from domain.periods import Clock
    from services.quotes import QuoteService

LOOK_SECONDS = 1.0
IDLE_SECONDS = 20.0
"""How soon an alert that another process has armed is found while none was armed."""
KEEP_SIGHT = timedelta(minutes=1)
AWAKE_SECONDS, REST_SECONDS = 60.0, 600.0
"""How long a symbol is asked for before its market's hours are looked up again, and how long it rests while closed."""


@dataclass(slots=True)
class _Armed:
    """An alert and what it has seen since it was read."""

    alert: PriceAlert
    seen: Sight | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calm:
    """Alerts of a symbol that have seen the same price, until one has to be written down."""

    group: Sequence[_Armed]
    calm: Calm
    until: datetime


class AlertDesk:
    """The armed alerts of all owners, and what prices do to them; for one thread.

    Most prices are near no level: they are shown to a symbol's alerts together, whatever their number.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._stamp: tuple[Any, ...] = ()
        self._armed: dict[int, _Armed] = {}
        self._calm: dict[str, _Calm] = {}

    def renew(self) -> bool:
        """Read the alerts anew if any has changed, and return whether one had."""
        with self._db.read() as session:
            stamp = table.read_stamp(session)
            is_same = stamp == self._stamp
            if not is_same:
                self._take(table.list_armed(session))
        self._stamp = stamp
        return not is_same

    def symbols(self) -> list[str]:
        """Return the symbols that somebody waits for, each once."""
        now = self._clock()
        return sorted({armed.alert.symbol for armed in self._armed.values() if is_due(armed.alert, now)})

    def show(self, quotes: Mapping[str, Quote]) -> int:
        """Show prices to the alerts that wait for them, and return how many spoke.

        Raises:
            ConflictError, StorageError: If it cannot be written down: nothing has been seen then.
        """
        now = self._clock()
        stirred = {symbol: quote for symbol, quote in quotes.items() if not self._pass_over(symbol, quote)}
        self._wake(stirred)
        due = [armed for armed in self._armed.values() if armed.alert.symbol in stirred and is_due(armed.alert, now)]
        looks = [(armed, look_at(armed.alert, armed.seen, stirred[armed.alert.symbol], now)) for armed in due]
        spoken = self._write([pair for pair in looks if _is_lasting(*pair)], now)
        for armed, look in looks:
            armed.seen = look.seen
        self._calm_down(looks)
        return spoken

    def _pass_over(self, symbol: str, quote: Quote) -> bool:
        """Let all alerts of a symbol see a price that does nothing to them; False when each has to look itself."""
        known = self._calm.get(symbol)
        if known is None:
            return False
        fresh = sight_of(quote)
        if quote.stale or fresh.at <= known.calm.seen.at:
            return True
        if not known.calm.lasts(fresh) or fresh.at >= known.until:
            return False
        self._calm[symbol] = replace(known, calm=replace(known.calm, seen=fresh))
        return True

    def _wake(self, symbols: Iterable[str]) -> None:
        """Give each alert of some symbols what they have seen together."""
        for symbol in symbols:
            known = self._calm.pop(symbol, None)
            if known is not None:
                for armed in known.group:
                    armed.seen = known.calm.seen

    def _calm_down(self, looks: Iterable[tuple[_Armed, Look]]) -> None:
        """Put those together that have seen the same price and have nothing to write down."""
        groups: defaultdict[str, list[tuple[_Armed, Look]]] = defaultdict(list)
        for armed, look in looks:
            groups[armed.alert.symbol].append((armed, look))
        for symbol, pairs in groups.items():
            group = [armed for armed, _ in pairs]
            seen = group[0].seen
            kept = [armed.alert.seen for armed in group]
            if seen is None or any(armed.seen != seen for armed in group) or any(_is_lasting(*pair) for pair in pairs):
                continue
            until = min(each.at for each in kept if each is not None) + KEEP_SIGHT
            self._calm[symbol] = _Calm(group=group, calm=calm_of((armed.alert for armed in group), seen), until=until)

    def _take(self, alerts: Iterable[PriceAlert]) -> None:
        """Keep alerts that were read; one that nobody has changed goes on from what it has seen."""
        self._wake(list(self._calm))
        before, self._armed = self._armed, {}
        for alert in alerts:
            known = before.get(alert.id)
            is_same = known is not None and known.alert.version == alert.version
            self._armed[alert.id] = _Armed(alert, known.seen if known is not None and is_same else alert.seen)

    def _write(self, lasting: Sequence[tuple[_Armed, Look]], now: datetime) -> int:
        if not lasting:
            return 0
        quiet = [(armed.alert, look.seen) for armed, look in lasting if look.event is None and look.seen is not None]
        with self._db.begin() as session:
            table.note_sights(session, quiet)
            return sum(_tell(session, armed, look, now) for armed, look in lasting)


class AlertWatch(RoundThread):
    """A thread that shows the watched prices to the alerts; every server of an installation has one.

    Args:
        alerts, quotes: Built inside the thread, so that starting costs nothing.
        desk: The alerts.
        is_trading: Whether a symbol's market may bring prices now. While it is closed its price is asked for rarely.
    """

    def __init__(
        self,
        alerts: Callable[[], AlertService],
        quotes: Callable[[], QuoteService],
        desk: AlertDesk,
        *,
        is_trading: Callable[[str], bool],
    ) -> None:
        super().__init__("fillwise-alerts", pause_seconds=IDLE_SECONDS)
        self._alerts = alerts
        self._quotes = quotes
        self._desk = desk
        self._is_trading = is_trading
        self._sequences: dict[str, int] = {}
        self._rests: dict[str, float] = {}

    @override
    def changed(self) -> threading.Event:
        return self._alerts().changed

    @override
    def go_round(self) -> float:
        return LOOK_SECONDS if self.look() else IDLE_SECONDS

    def look(self) -> bool:
        """Look once at what has changed; False when nobody waits for anything."""
        if self._desk.renew():
            self._sequences = {}
        symbols = self._desk.symbols()
        if not symbols:
            return False
        quotes = self._quotes()
        quotes.watch(self._awake(symbols))
        found = quotes.latest(symbols)
        self._desk.show(
            {name: live.quote for name, live in found.items() if live.sequence != self._sequences.get(name)}
        )
        self._sequences = {name: live.sequence for name, live in found.items()}
        return True

    def _awake(self, symbols: Sequence[str]) -> list[str]:
        """Return the symbols to ask for: those whose market trades, and each other one now and then."""
        now = time.monotonic()
        for symbol in symbols:
            if now >= self._rests.get(symbol, 0.0):
                self._rests[symbol] = now + (AWAKE_SECONDS if self._is_trading(symbol) else REST_SECONDS)
        return [symbol for symbol in symbols if self._rests[symbol] - now <= AWAKE_SECONDS]


def _tell(session: Session, armed: _Armed, look: Look, now: datetime) -> bool:
    """Let an alert speak if it has something to say; True when it spoke and no other process was first."""
    alert, seen, before = armed.alert, look.seen, armed.seen
    if look.event is None or seen is None or before is None:
        return False
    event = _event_of(alert, look.event, before, seen, told_at=now)
    if look.event is EventKind.RESTATED:
        state = AlertState.PAUSED
    else:
        state = AlertState.ARMED if alert.repeats else AlertState.FIRED
    return table.fire(session, alert, event, seen, state=state)


def _is_lasting(armed: _Armed, look: Look) -> bool:
    """Whether what came of a look has to outlast this process."""
    if look.event is not None or look.is_turned:
        return True
    kept = armed.alert.seen
    return look.seen is not None and (kept is None or look.seen.at - kept.at >= KEEP_SIGHT)


def _event_of(alert: PriceAlert, kind: EventKind, before: Sight, seen: Sight, *, told_at: datetime) -> AlertEvent:
    return AlertEvent(
        id=0,
        alert_id=alert.id,
        ordinal=alert.fired_count + 1,
        kind=kind,
        symbol=alert.symbol,
        condition=alert.kind,
        level=alert.level,
        note=alert.note,
        price=seen.price,
        price_at=seen.at,
        before=before.price,
        before_at=before.at,
        simulated=seen.simulated,
        told_at=told_at,
    )
