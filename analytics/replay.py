"""Exits replayed on candles: what the same entries would have brought with another way out.

Only candles that begin after the entry are looked at, because what happened before it within its own candle
is not known. Where a candle touches stop and target alike, the stop is taken to have come first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable

if TYPE_CHECKING:
    from domain.columns import Bools, Floats

TOLERANCE = 0.02
"""A fill may lie this far outside its candle before the candles are not believed."""


class ExitReason(StrEnum):
    """Why a replayed trade ended."""

    STOP = "stop"
    TARGET = "target"
    TRAIL = "trail"
    TIME = "time"
    CLOSE = "close"


class Gap(StrEnum):
    """Why a trade cannot be replayed."""

    NO_STOP = "no planned stop"
    NO_CANDLES = "no candles"
    MISMATCH = "prices do not match the candles"
    NO_LATER = "no candle after the entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitPolicy:
    """A way out; several parts may be combined, the first that is touched ends the trade.

    Attributes:
        stop_r: Stop so many R against the entry, None for none.
        target_r: Target so many R in favour, None for none.
        trail_r: Stop that follows the best price at a distance of so many R, None for none.
        minutes: Ends the trade after so long, None to hold until the last candle given.
    """

    stop_r: float | None = None
    target_r: float | None = None
    trail_r: float | None = None
    minutes: float | None = None

    @property
    def needs_risk(self) -> bool:
        """Whether it is stated in R and so needs a planned stop."""
        return self.stop_r is not None or self.target_r is not None or self.trail_r is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One trade's way in.

    Attributes:
        at: Microseconds UTC.
        price: Average entry price.
        side: +1 long, -1 short.
        risk: Distance from the entry to the planned stop in price, None without a stop.
    """

    at: int
    price: float
    side: int
    risk: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedExit:
    """How a replayed trade ended.

    Attributes:
        price: Exit price.
        at: Start of the candle in which it ended, microseconds UTC.
    """

    price: float
    at: int
    reason: ExitReason


def replay_exit(entry: Entry, policy: ExitPolicy, candles: CandleTable) -> ReplayedExit | Gap:
    """Let a trade run on candles under an exit policy.

    Args:
        entry: The way in.
        policy: The way out.
        candles: From the candle of the entry to where the trade ends at the latest (the session's
            close); ascending.

    Returns:
        Where it ended, or why that cannot be known. A gap through the stop fills at the open, a gap
        through the target at the target: never better than ordered.

    **Source:** the orders' own meaning; the order of touches within a candle is taken against the trader.
    """
    if policy.needs_risk and not entry.risk:
        return Gap.NO_STOP
    first = int(np.searchsorted(candles.start, entry.at, side="right")) - 1
    if first < 0 or not len(candles):
        return Gap.NO_CANDLES
    if not _matches(entry.price, candles, first):
        return Gap.MISMATCH
    last = _last_row(entry, policy, candles)
    if first + 1 > last:
        return Gap.NO_LATER
    rows = slice(first + 1, last + 1)
    return _walk(_Path(entry, candles, rows), policy, candles.start[rows])


def _matches(price: float, candles: CandleTable, row: int) -> bool:
    """Return whether a fill lies in its candle, give or take; splits and other symbols do not pass."""
    room = TOLERANCE * price
    return bool(candles.low[row] - room <= price <= candles.high[row] + room)


def _last_row(entry: Entry, policy: ExitPolicy, candles: CandleTable) -> int:
    if policy.minutes is None:
        return len(candles) - 1
    until = entry.at + round(policy.minutes * 60e6)
    return int(np.searchsorted(candles.start, until, side="left")) - 1


class _Path:
    """The candles after the entry, seen from the trade: favourable is up."""

    __slots__ = ("close", "entry", "high", "low", "open")

    def __init__(self, entry: Entry, candles: CandleTable, rows: slice) -> None:
        sign = entry.side
        best, worst = (candles.high, candles.low) if sign > 0 else (candles.low, candles.high)
        self.entry = entry
        self.open: Floats = (candles.open[rows] - entry.price) * sign
        self.high: Floats = (best[rows] - entry.price) * sign
        self.low: Floats = (worst[rows] - entry.price) * sign
        self.close: Floats = (candles.close[rows] - entry.price) * sign

    def price(self, gain: float) -> float:
        """Return the price at a gain per unit."""
        return self.entry.price + gain * self.entry.side


def _walk(path: _Path, policy: ExitPolicy, starts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> ReplayedExit:
    stops, is_trailing = _stop_levels(path, policy)
    risk = path.entry.risk or 0.0
    target = np.inf if policy.target_r is None else policy.target_r * risk
    stopped: Bools = path.low <= stops
    reached: Bools = path.high >= target
    touched = np.flatnonzero(stopped | reached)
    if not len(touched):
        reason = ExitReason.CLOSE if policy.minutes is None else ExitReason.TIME
        return ReplayedExit(price=path.price(float(path.close[-1])), at=int(starts[-1]), reason=reason)
    row = int(touched[0])
    if stopped[row]:
        gain = min(float(stops[row]), float(path.open[row]))
        reason = ExitReason.TRAIL if is_trailing[row] else ExitReason.STOP
    else:
        gain, reason = target, ExitReason.TARGET
    return ReplayedExit(price=path.price(gain), at=int(starts[row]), reason=reason)


def _stop_levels(path: _Path, policy: ExitPolicy) -> tuple[Floats, Bools]:
    """Return the stop that stands during each candle, as gain per unit, and whether it is the trailing one.

    The trail follows the best price of the candles before: within a candle the low may come first.
    """
    risk = path.entry.risk or 0.0
    fixed = np.full(len(path.low), -np.inf if policy.stop_r is None else -policy.stop_r * risk)
    if policy.trail_r is None:
        return fixed, np.zeros(len(fixed), dtype=np.bool_)
    best = np.maximum.accumulate(np.append(0.0, path.high))[:-1]
    trail = best - policy.trail_r * risk
    return np.maximum(fixed, trail), trail > fixed
