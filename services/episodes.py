"""Stretches of a record with the trades and days they consist of: streaks and drawdowns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics.drawdowns import Drawdown, find_drawdowns
from analytics.runs import current_run, longest_run
from domain.columns import take
from services.figure_inputs import inputs_of
from services.trade_sets import EPOCH

if TYPE_CHECKING:
    from services.trade_sets import TradeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """Wins or losses in a row by order of exit.

    Attributes:
        name: "longest_win", "longest_loss" or "current".
        outcome: +1 wins, -1 losses, 0 for none.
        pnl: Their sum, in the unit of the set.
        trades: (account id, trade id) of each, in order.
    """

    name: str
    outcome: int
    pnl: float
    trades: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        return len(self.trades)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A drawdown by its days; `recovery` is None while it is open."""

    start: date
    trough: date
    recovery: date | None
    money: float
    fraction: float | None
    days: int
    days_to_trough: int
    days_to_recover: int | None


def streaks_of(found: TradeSet) -> tuple[Streak, ...]:
    """Return the longest run of wins, the longest of losses, and the current one."""
    closed = take(found.chosen, np.flatnonzero(~found.chosen.is_open))
    data = inputs_of(found)
    outcome = data.outcome
    runs = (("longest_win", longest_run(outcome, 1)), ("longest_loss", longest_run(outcome, -1)))
    return tuple(
        Streak(
            name=name,
            outcome=int(outcome[run.start]) if run.stop > run.start else 0,
            pnl=float(data.pnl[run].sum()),
            trades=tuple(zip(closed.account[run].tolist(), closed.id[run].tolist(), strict=True)),
        )
        for name, run in (*runs, ("current", current_run(outcome)))
    )


def falls_of(found: TradeSet, *, most: int = 10) -> tuple[Fall, ...]:
    """Return the deepest drawdowns of the daily curve, deepest first."""
    data = inputs_of(found)
    every = find_drawdowns(data.days, data.day_pnl, data.starting_balance)
    return tuple(map(_fall, sorted(every, key=lambda item: item.money)[:most]))


def _fall(item: Drawdown) -> Fall:
    return Fall(
        start=EPOCH + timedelta(days=item.start),
        trough=EPOCH + timedelta(days=item.trough),
        recovery=None if item.recovery is None else EPOCH + timedelta(days=item.recovery),
        money=item.money,
        fraction=item.fraction,
        days=item.days,
        days_to_trough=item.days_to_trough,
        days_to_recover=item.days_to_recover,
    )
