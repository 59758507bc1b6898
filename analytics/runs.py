"""Runs of equal outcomes: the longest, the current one, and whether there are fewer than chance would give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Bytes


def longest_run(outcome: Bytes, kind: int) -> slice:
    """Return the rows of the longest run of an outcome, the first of several; empty when there is none.

    Args:
        outcome: +1 win, -1 loss, 0 breakeven by order of exit, int8; a breakeven ends a run.
        kind: +1 or -1.
    """
    edges = np.flatnonzero(np.diff(outcome == kind, prepend=False, append=False))
    if not len(edges):
        return slice(0, 0)
    longest = int(np.argmax(edges[1::2] - edges[::2]))
    return slice(int(edges[2 * longest]), int(edges[2 * longest + 1]))


def current_run(outcome: Bytes) -> slice:
    """Return the rows of the run the last trade belongs to; empty without a trade or after a breakeven."""
    n = len(outcome)
    if not n or not outcome[-1]:
        return slice(n, n)
    # Runs are short: look at ever longer ends instead of the whole record.
    reach = 64
    while True:
        others = np.flatnonzero(outcome[max(0, n - reach) :] != outcome[-1])
        if len(others):
            return slice(max(0, n - reach) + int(others[-1]) + 1, n)
        if reach >= n:
            return slice(0, n)
        reach *= 8


def runs_z_score(outcome: Bytes) -> float | None:
    """Return how many standard deviations the number of runs lies above what independence gives.

    Breakevens are left out. Below 0 wins and losses come in streaks, above 0 they take turns.

    Args:
        outcome: +1, -1 or 0 by order of exit, int8.

    Returns:
        (runs - mean) / sd; None without a win and a loss.

    **Source:** A. Wald, J. Wolfowitz, On a Test Whether Two Samples are from the Same Population, 1940.
    """
    decided = outcome[outcome != 0]
    n, wins = len(decided), int((decided > 0).sum())
    if not 0 < wins < n:
        return None
    runs = 1 + int(np.count_nonzero(decided[1:] != decided[:-1]))
    twice = 2 * wins * (n - wins)
    variance = twice * (twice - n) / (n * n * (n - 1))
    return (runs - twice / n - 1) / math.sqrt(variance) if variance > 0 else None
