"""By size, price, plan and result: numbers cut into ranges, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Coded, Dimension, Facts
from analytics.dimensions.journal import rows_of
from analytics.durations import DURATIONS, duration_codes
from analytics.facts import small
from analytics.ranges import Scale

if TYPE_CHECKING:
    from domain.columns import Floats

STILL_OPEN, NO_STOP = "Still open", "No stop planned"


def write_seconds(seconds: float) -> str:
    """Write a duration in its largest whole unit: "45 s", "5 min", "36 h", "3 d"."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size and not seconds % size:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s" if seconds < 600 else f"{seconds / 60:.1f} min"


def write_r(value: float) -> str:
    """Write a multiple of the initial risk: "+1.5R"."""
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{abs(value):g}R"


def realised_r(facts: Facts) -> Floats:
    """P&L over initial risk, NaN without a planned stop and for open trades."""
    with np.errstate(divide="ignore", invalid="ignore"):
        multiples = facts.pnl / facts.frame.risk
    return _closed(facts, multiples)


def planned_reward(facts: Facts) -> Floats:
    """Distance of the planned target over that of the planned stop, both from the average entry.

    **Source:** reward-to-risk ratio: V. Tharp, Trade Your Way to Financial Freedom.
    """
    frame = facts.frame
    reward = np.full(len(frame), np.nan)
    told = [
        (trade, account, float(entry.planned_stop), float(entry.planned_target))
        for (account, trade), entry in facts.around.journal.items()
        if entry.planned_stop is not None and entry.planned_target is not None
    ]
    if not told or not len(frame):
        return reward
    columns = list(zip(*told, strict=True))
    ids, accounts = (np.array(column, dtype=np.int64) for column in columns[:2])
    stops, targets = (np.array(column, dtype=np.float64) for column in columns[2:])
    rows, has = rows_of(facts, ids, accounts)
    entry = frame.entry_price[rows]
    distance = np.abs(entry - stops)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(distance > 0, frame.side[rows] * (targets - entry) / distance, np.nan)
    reward[rows[has]] = ratio[has]
    return reward


def _closed(facts: Facts, values: Floats) -> Floats:
    """Return values with NaN for open trades."""
    return np.where(facts.frame.is_open, np.nan, values) if facts.frame.is_open.any() else values


def by_outcome(facts: Facts) -> Coded:
    """Win, loss, breakeven; trades still open last."""
    codes = np.array([1, 2, 0], dtype=np.int8)[facts.outcome.astype(np.intp) + 1]
    codes[facts.frame.is_open] = 3
    return Coded(codes=codes, keys=("win", "loss", "breakeven", ""), labels=("Win", "Loss", "Breakeven", STILL_OPEN))


def by_duration(facts: Facts) -> Coded:
    """Classes of holding times; trades still open last."""
    codes = duration_codes(facts.frame.held_seconds)
    codes = np.where(facts.frame.is_open, len(DURATIONS), codes)
    return Coded(
        codes=small(codes, len(DURATIONS) + 1),
        keys=(*(item.slug for item in DURATIONS), ""),
        labels=(*(item.label for item in DURATIONS), STILL_OPEN),
    )


def held_seconds(facts: Facts) -> Floats:
    """Time from first entry to last exit, NaN for open trades."""
    return facts.frame.held_seconds


R_EDGES = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)
HELD_EDGES = (60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0, 604_800.0, 2_592_000.0)

DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="outcome", label="Outcome", group="Result", about="Win, loss or breakeven in the chosen basis.",
        codes=by_outcome, plain="result",
    ),
    Dimension(
        slug="pnl", label="P&L", group="Result", about="P&L of the trade in the chosen basis, in money.",
        values=lambda facts: _closed(facts, facts.pnl), scale=Scale(signed=True, unit="money"), none_label=STILL_OPEN,
    ),
    Dimension(
        slug="r", label="Realised R", group="Result", about="P&L over the initial risk.",
        values=realised_r, scale=Scale(edges=R_EDGES, signed=True, write=write_r, unit="r"), none_label=NO_STOP,
    ),
    Dimension(
        slug="duration", label="Holding time", group="Result", about="From the first entry to the last exit.",
        codes=by_duration, plain="duration",
    ),
    Dimension(
        slug="held", label="Time held", group="Result",
        about="From the first entry to the last exit, in ranges of your own.",
        values=held_seconds, scale=Scale(edges=HELD_EDGES, write=write_seconds, unit="seconds"), none_label=STILL_OPEN,
    ),
    Dimension(
        slug="fees", label="Fees", group="Result", about="Fees of the trade, in money.",
        values=lambda facts: facts.frame.fees, scale=Scale(unit="money"),
    ),
    Dimension(
        slug="planned_r", label="Planned R", group="Plan",
        about="Planned reward over planned risk: distance of the target over that of the stop.",
        values=planned_reward,
        scale=Scale(edges=(1.0, 1.5, 2.0, 3.0, 5.0), write=lambda value: f"{value:g}R", unit="r"),
        none_label="No target planned",
    ),
    Dimension(
        slug="risk", label="Planned risk", group="Plan", about="Initial risk in money, from the planned stop.",
        values=lambda facts: facts.frame.risk, scale=Scale(unit="money"), none_label=NO_STOP,
    ),
    Dimension(
        slug="size", label="Size", group="Size", about="Largest quantity held.",
        values=lambda facts: facts.frame.quantity, scale=Scale(unit="count"),
    ),
    Dimension(
        slug="value", label="Position value", group="Size",
        about="Largest quantity held times the average entry price, contract sizes left aside.",
        values=lambda facts: facts.frame.quantity * facts.frame.entry_price, scale=Scale(unit="money"),
    ),
    Dimension(
        slug="price", label="Entry price", group="Size", about="Average entry price.",
        values=lambda facts: facts.frame.entry_price, scale=Scale(unit="price"),
    ),
    Dimension(
        slug="exit_price", label="Exit price", group="Size", about="Average exit price so far.",
        values=lambda facts: facts.frame.exit_price, scale=Scale(unit="price"), none_label="No exit yet",
    ),
)  # fmt: skip
