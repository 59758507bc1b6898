"""What a figure says about estimated fees in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from domain.performance import MetricValue
from services.trade_sets import TradeSet


def count_estimated(found: TradeSet) -> int:
    """Return how many of the chosen trades hold estimated fees."""
    total = 0
    for key, book in found.books.items():
        marks = book.estimated_trades
        if marks is not None:
            rows = found.rows[found.frame.account[found.rows] == key]
            total += int(np.count_nonzero(marks[found.frame.row[rows]]))
    return total


def note_estimates(found: TradeSet, metrics: Mapping[str, MetricValue]) -> dict[str, MetricValue]:
    """Return the metrics with a note at the fees and the net P&L when some fees are estimates."""
    noted = dict(metrics)
    number = count_estimated(found)
    if number:
        note = f"Includes estimated fees on {number:,} {'trade' if number == 1 else 'trades'}."
        noted |= {slug: replace(noted[slug], note=note) for slug in ("fees", "net_pnl") if slug in noted}
    return noted
