"""Whether a price does what an alert waits for: pure functions of two sights.

An alert remembers the last price it saw. It speaks when that price was on one side of the level and the next one has
reached the level or lies beyond it. So nothing is told twice, an alert that is set beyond the price waits until the
price comes back, and a restart loses nothing. Days work alike, with the change since the previous close for a price.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf

from domain.alerts import QUIET, AlertKind, EventKind, PriceAlert, Sight
from domain.market import Quote

GAP = timedelta(minutes=15)
"""Longer than this between two prices, nobody saw what happened between them."""
SPLITS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 50.0, 100.0)
SPLIT_TOLERANCE = 0.02
_MARGIN = 1e-9
"""Share of a price within which it may or may not be at a level: rounding decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What came of showing a price to an alert.

    Attributes:
        seen: What it remembers from now on.
        event: What is told, None when nothing.
        is_turned: Whether the price is on another side of the level than the one before.
    """

    seen: Sight | None
    event: EventKind | None = None
    is_turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """Prices that leave all alerts of a symbol where they are.

    Attributes:
        seen: What all of them saw last.
        low, high: Between these, both excluded, no price is on another side of a level than that one.
    """

    seen: Sight
    low: float
    high: float

    def lasts(self, fresh: Sight) -> bool:
        """Whether a later price changes nothing for any of them but what they have seen."""
        is_same_day = fresh.previous_close == self.seen.previous_close and fresh.simulated == self.seen.simulated
        is_between = all(self.low < price < self.high for price in (self.seen.price, fresh.price))
        return is_same_day and is_between and fresh.at - self.seen.at <= GAP


def calm_of(alerts: Iterable[PriceAlert], seen: Sight) -> Calm:
    """Return the prices around the last one at which nothing happens to alerts that have all seen it."""
    levels = [_level_price(alert, seen) for alert in alerts]
    below, above = [each for each in levels if each < seen.price], [each for each in levels if each >= seen.price]
    return Calm(seen=seen, low=max(below, default=0.0) * (1 + _MARGIN), high=min(above, default=inf) * (1 - _MARGIN))


def sight_of(quote: Quote) -> Sight:
    """Return what an alert remembers of a price."""
    return Sight(price=quote.price, at=quote.as_of, previous_close=quote.previous_close, simulated=quote.simulated)


def look_at(alert: PriceAlert, seen: Sight | None, quote: Quote, now: datetime) -> Look:
    """Show a price to an alert.

    Args:
        alert: What is waited for; whether it is armed is the caller's question.
        seen: The price it saw before, None when it saw none.
        quote: The price that has come.
        now: For the silence between two events of an alert that is told every time.

    Prices that are old, that are older than the one before, or that lack what the condition needs leave everything as
    it is. After the first price, and when invented prices give way to real ones, there is nothing to compare with.
    """
    fresh = sight_of(quote)
    if quote.stale or (seen is not None and fresh.at <= seen.at) or place_of(alert, fresh) is None:
        return Look(seen=seen)
    if seen is None or seen.simulated != fresh.simulated:
        return Look(seen=fresh, is_turned=True)
    is_gap = fresh.at - seen.at > GAP
    if is_gap and is_restated(seen, fresh):
        return Look(seen=fresh, event=EventKind.RESTATED, is_turned=True)
    before, after = place_of(alert, _at_opening(alert, seen, fresh) if is_gap else seen), place_of(alert, fresh)
    is_turned = before != after
    if not _is_crossed(alert.kind, before, after) or _is_quiet(alert, now):
        return Look(seen=fresh, is_turned=is_turned)
    return Look(seen=fresh, event=EventKind.GAP if is_gap else EventKind.CROSSED, is_turned=True)


def place_of(alert: PriceAlert, sight: Sight) -> int | None:
    """Return the side of the level that a price is on: -1 below, 0 at it, 1 above; None where it is not defined."""
    level = float(alert.level)
    value = sight.change if alert.kind.is_of_day else sight.price
    if value is None:
        return None
    if alert.kind is AlertKind.FALLS:
        level = -level
    return (value > level) - (value < level)


def is_restated(seen: Sight, fresh: Sight) -> bool:
    """Whether prices were restated by a split's ratio between two sights.

    A day's previous close is the last price of the day before; if they differ by the ratio of a split, it was divided.
    """
    if not fresh.previous_close or fresh.previous_close == seen.previous_close:
        return False
    ratio = seen.price / fresh.previous_close
    size = max(ratio, 1 / ratio)
    return any(abs(size / split - 1) <= SPLIT_TOLERANCE for split in SPLITS)


def _level_price(alert: PriceAlert, seen: Sight) -> float:
    level = float(alert.level)
    if not alert.kind.is_of_day:
        return level
    return (seen.previous_close or 0.0) * (1 + (-level if alert.kind is AlertKind.FALLS else level))


def _at_opening(alert: PriceAlert, seen: Sight, fresh: Sight) -> Sight:
    """Return what a new day began from: a day's change begins at zero, a price at the last one."""
    if not alert.kind.is_of_day or fresh.previous_close == seen.previous_close:
        return seen
    close = fresh.previous_close or seen.price
    return replace(seen, price=close, previous_close=close)


def _is_crossed(kind: AlertKind, before: int | None, after: int | None) -> bool:
    if before is None or after is None:
        return False
    is_up, is_down = before < 0 <= after, before > 0 >= after
    if kind is AlertKind.CROSSES:
        return is_up or is_down
    return is_up if kind in (AlertKind.ABOVE, AlertKind.RISES) else is_down


def _is_quiet(alert: PriceAlert, now: datetime) -> bool:
    return alert.repeats and alert.fired_at is not None and now - alert.fired_at < QUIET
