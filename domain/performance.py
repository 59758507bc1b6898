"""Figures with their meaning: a metric's value always travels with n and, if undefined, a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LOW_SAMPLE = 30


class Unit(StrEnum):
    """How a figure is read."""

    MONEY = "money"
    FRACTION = "fraction"
    RATIO = "ratio"
    R = "r"
    COUNT = "count"
    SECONDS = "seconds"
    DAYS = "days"


class Direction(StrEnum):
    """Whether more is better."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricValue:
    """One computed figure.

    Attributes:
        value: The number; None when undefined, and then `reason` says why. Never a sentinel.
        n: How many trades (or days, or returns) it rests on.
        reason: One sentence, "" when defined.
        note: What to know of the value, such as that some fees are estimates.
        enough: Observations from which it is no low sample.
    """

    slug: str
    value: float | None
    unit: Unit
    n: int
    reason: str = ""
    note: str = ""
    enough: int = LOW_SAMPLE

    @property
    def low_sample(self) -> bool:
        """Whether it rests on too few observations: fewer than 30, or than the metric asks for."""
        return self.n < self.enough


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """What one trading day realised; trades and wins are those whose last exit was that day."""

    day: date
    net: float
    gross: float
    fees: float
    trades: int
    wins: int

    def profit(self, *, gross: bool) -> float:
        """Return net or gross P&L."""
        return self.gross if gross else self.net


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Mean result of a group of trades with its interval.

    Attributes:
        mean: Mean R where `in_r`, else mean money.
        low, high: 95 % interval; None with fewer than ten trades, where it would pretend to know.
    """

    label: str
    n: int
    mean: float
    low: float | None
    high: float | None
    in_r: bool
