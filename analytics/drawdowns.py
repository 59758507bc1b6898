"""Drawdowns one by one: from which peak, how deep, and when it was made up for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

ROUNDING = 1e-12
Days = TypeVar("Days", bound="np.ndarray[Any, Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """One stretch below a peak; days since 1970.

    Attributes:
        start: Day of the peak; the first day when the start itself is the peak.
        trough: Day of the lowest value.
        recovery: First day on which the peak is reached again, None while it is not.
        end: `recovery`, or the last day while it is open.
        money: Lowest value less the peak, < 0.
        fraction: Of the peak, None without a starting balance.
    """

    start: int
    trough: int
    recovery: int | None
    end: int
    money: float
    fraction: float | None

    @property
    def days(self) -> int:
        """Calendar days from the peak to its recovery, or to the last day."""
        return self.end - self.start

    @property
    def days_to_trough(self) -> int:
        """Calendar days from the peak to the lowest value."""
        return self.trough - self.start

    @property
    def days_to_recover(self) -> int | None:
        """Calendar days from the lowest value to the recovery, None while there is none."""
        return None if self.recovery is None else self.recovery - self.trough


def find_drawdowns(days: Ints, day_pnl: Floats, starting_balance: float | None = None) -> list[Drawdown]:
    """Return every drawdown of a daily curve, in time order.

    Args:
        days: Days since 1970, ascending.
        day_pnl: P&L of each, money.
        starting_balance: Money before the first day, None when unknown; the start is part of the peak.

    **Source:** C. Bacon, Practical Portfolio Performance Measurement, 2008.
    """
    if not len(days):
        return []
    curve = np.concatenate([[0.0], np.cumsum(day_pnl)])
    dates = np.concatenate([days[:1], days])
    # Sums of the same amounts in another currency differ in the last digits; that makes no new peak or trough.
    peaks = np.flatnonzero(curve >= np.maximum.accumulate(curve) - _noise(curve))
    ends = np.append(peaks[1:], len(curve))
    below = ends - peaks > 1
    balance = starting_balance if starting_balance and starting_balance > 0 else None
    return [
        _drawdown(curve, dates, start=start, end=end, balance=balance)
        for start, end in zip(peaks[below].tolist(), ends[below].tolist(), strict=True)
    ]


def deepest_drawdown(days: Ints, day_pnl: Floats, starting_balance: float | None = None) -> Drawdown | None:
    """Return the drawdown that is deepest in money, the first of several; None when there is none."""
    found = find_drawdowns(days, day_pnl, starting_balance)
    deepest = min((item.money for item in found), default=0.0)
    return next((item for item in found if item.money <= deepest * (1 - ROUNDING)), None)


def _noise(curve: Floats) -> float:
    return ROUNDING * float(np.abs(curve).max())


def _drawdown(curve: Floats, dates: Ints, *, start: int, end: int, balance: float | None) -> Drawdown:
    part = curve[start:end]
    trough = start + int(np.argmax(part <= part.min() + _noise(curve)))
    money = float(curve[trough] - curve[start])
    is_open = end == len(curve)
    last = int(dates[-1 if is_open else end])
    return Drawdown(
        start=int(dates[start]),
        trough=int(dates[trough]),
        recovery=None if is_open else last,
        end=last,
        money=money,
        fraction=None if balance is None else money / (balance + float(curve[start])),
    )


def fall_spans(days: Days, below_peak: Floats, rows: Ints | None = None) -> tuple[Days, Days]:
    """Return for some points the first and last day of the fall each lies in; its own day at a peak.

    Args:
        days: Days since 1970, ascending, one a point.
        below_peak: The distance to the running peak, <= 0, of the same points.
        rows: Which points; all by default.
    """
    is_below = below_peak < 0
    edges = np.flatnonzero(np.diff(is_below, prepend=False, append=False))
    asked = np.arange(len(days)) if rows is None else rows
    first, last = days[asked], days[asked]
    falling = is_below[asked]
    place = np.searchsorted(edges[::2], asked[falling], side="right") - 1
    first[falling] = days[edges[::2][place]]
    last[falling] = days[edges[1::2][place] - 1]
    return first, last  # type: ignore[return-value]
