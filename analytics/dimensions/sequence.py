"""By what came before: the day's nth trade, and rows of losses or wins until the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Dimension, Facts
from analytics.ranges import Scale

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

NTH_EDGES = tuple(float(edge) for edge in (2, 3, 4, 5, 6, 8, 11))
RUN_EDGES = tuple(float(edge) for edge in (1, 2, 3, 4, 5))


def nth_of_day(facts: Facts) -> Floats:
    """Return each trade's place among the entries of its account's trading day, from 1."""
    frame, order = facts.frame, facts.entry_order
    place = np.zeros(len(frame))
    if not len(frame):
        return place
    account, day = frame.account[order], frame.entry_day[order]
    starts = np.append(True, (account[1:] != account[:-1]) | (day[1:] != day[:-1]))
    rank = np.arange(len(order))
    place[order] = rank - np.maximum.accumulate(np.where(starts, rank, 0)) + 1
    return place


def run_before_entry(facts: Facts, counted: Bools) -> Floats:
    """Return how many of the account's latest closed trades before each entry are counted, in one run.

    Only exits before the instant of the entry are looked at: nothing that was not known then.

    Args:
        facts: The trades, ordered by (closed_at, id).
        counted: Whether a trade prolongs the run; any other closed trade ends it.
    """
    frame = facts.frame
    runs = np.zeros(len(frame))
    for account in np.unique(frame.account).tolist():
        rows = np.flatnonzero(frame.account == account)
        closed = rows[~frame.is_open[rows]]
        length = _run_lengths(counted[closed])
        known = np.searchsorted(frame.closed_at[closed], frame.opened_at[rows], side="left")
        runs[rows] = length[known]
    return runs


def _run_lengths(counted: Bools) -> Ints:
    """Return the length of the run that ends before each place; one entry more than places."""
    place = np.arange(1, len(counted) + 1)
    last_break = np.maximum.accumulate(np.where(counted, 0, place)) if len(counted) else place
    return np.append(0, place - last_break)


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="nth_trade", label="Trade of the day", group="Sequence",
        about="First, second, … entry of the account's trading day.",
        values=nth_of_day, scale=Scale(edges=NTH_EDGES, least=1, whole=True, unit="count"),
    ),
    Dimension(
        slug="after_losses", label="After losses in a row", group="Sequence",
        about="How many losses in a row the account had closed just before the entry; a breakeven ends a row.",
        values=lambda facts: run_before_entry(facts, facts.outcome < 0),
        scale=Scale(edges=RUN_EDGES, least=0, whole=True, unit="count"),
    ),
    Dimension(
        slug="after_wins", label="After wins in a row", group="Sequence",
        about="How many wins in a row the account had closed just before the entry; a breakeven ends a row.",
        values=lambda facts: run_before_entry(facts, facts.outcome > 0),
        scale=Scale(edges=RUN_EDGES, least=0, whole=True, unit="count"),
    ),
)  # fmt: skip
