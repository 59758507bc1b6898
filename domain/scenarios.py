"""What to try on a book: the settings of a Monte Carlo run and of replayed exits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InvalidInputError

SEED = 20_260_101


class Draw(StrEnum):
    """What a simulated trade is drawn from."""

    R = "r"
    MONEY = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarloChoice:
    """Settings of a Monte Carlo run.

    Attributes:
        draw: R multiples at a fixed share of the equity, or money added to the start.
        trades: Trades ahead.
        risk: Share of the present equity that 1R stands for; used with R.
        start: Money at the start, None for the accounts' starting balance.
        block: Trades drawn together in their order.
        drawdown: Depth asked about, fraction of the peak.
        ruin: Level asked about, fraction of the start.
        paths: How many paths.
        seed: Same seed, same result.
    """

    draw: Draw = Draw.R
    trades: int = 250
    risk: float = 0.01
    start: float | None = None
    block: int = 1
    drawdown: float = 0.2
    ruin: float = 0.5
    paths: int = 10_000
    seed: int = SEED


class Exit(StrEnum):
    """A way out of a trade."""

    TARGET = "target"
    TRAIL = "trail"
    TIME = "time"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitChoice:
    """Settings of replayed exits.

    Attributes:
        kind: Stop and target, trailing stop, after a time, or at the session's close.
        stop: Stop in R against the entry; with `CLOSE` and `TIME` 0 leaves it out.
        amount: Target in R, distance of the trail in R, or minutes; unused at the close.

    Raises:
        InvalidInputError: If a number is not above zero or beyond reason.
    """

    kind: Exit = Exit.TARGET
    stop: float = 1.0
    amount: float = 2.0

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if not 0 <= self.stop <= 100 or (self.stop == 0 and self.kind is Exit.TARGET):
            raise InvalidInputError("The stop is above 0 and at most 100 R.", field="stop")
        if self.kind is not Exit.CLOSE and not 0 < self.amount <= 100_000:
            raise InvalidInputError("The target, distance or time is above zero.", field="amount")

    def describe(self) -> str:
        """Return the way out in words."""
        stop = f"stop at {self.stop:g}R" if self.stop else ""
        words = {
            Exit.TARGET: f"target at {self.amount:g}R",
            Exit.TRAIL: f"stop trailing by {self.amount:g}R",
            Exit.TIME: f"out after {self.amount:g} minutes",
            Exit.CLOSE: "hold to the session's close",
        }[self.kind]
        text = ", ".join(part for part in (words, stop) if part)
        return text[:1].upper() + text[1:]


def read_exit_choice(query: Mapping[str, str]) -> ExitChoice:
    """Read the settings of replayed exits from an address: exit, stop, amount.

    Raises:
        InvalidInputError: If one cannot be read.
    """
    try:
        kind = Exit(query.get("exit") or Exit.TARGET)
        return ExitChoice(kind=kind, stop=float(query.get("stop", "1")), amount=float(query.get("amount") or 2))
    except ValueError as error:
        raise InvalidInputError("The exit cannot be read.", field="exit", hint="For example exit=target.") from error
