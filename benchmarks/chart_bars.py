"""The bars of the chart benchmark."""

from __future__ import annotations

import numpy as np

from domain.columns import CandleTable

MINUTE = 60_000_000
YEARS_END = 1_790_000_000_000_000 // MINUTE * MINUTE


def make_bars(count: int) -> CandleTable:
    """Return one-minute bars of cents that wander."""
    random = np.random.default_rng(1)
    close = np.round(200 + np.cumsum(random.normal(0, 0.05, count)), 2)
    opening = np.concatenate([[200.0], close[:-1]])
    return CandleTable(
        start=YEARS_END + np.arange(-count, 0, dtype=np.int64) * MINUTE,
        open=opening,
        high=np.round(np.maximum(opening, close) + random.uniform(0, 0.05, count), 2),
        low=np.round(np.minimum(opening, close) - random.uniform(0, 0.05, count), 2),
        close=close,
        volume=np.floor(random.uniform(10, 20_000, count)),
    )
