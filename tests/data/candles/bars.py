"""Candles for the tests of the store."""

from __future__ import annotations

import numpy as np

from domain.columns import CandleTable

MINUTE = 60_000_000
MONDAY = 1_795_437_000_000_000
"""2026-11-23 13:30 UTC."""


def minutes(count: int, *, start: int = MONDAY, seed: int = 1, gap_after: int = 0) -> CandleTable:
    """Minute bars of a walk in whole cents; with a gap of an hour after some of them."""
    rng = np.random.default_rng(seed)
    close = 10_000 + np.cumsum(rng.integers(-5, 6, count))
    opened = np.concatenate([[10_000], close[:-1]]) + rng.integers(-1, 2, count)
    starts = start + np.arange(count, dtype=np.int64) * MINUTE
    if gap_after:
        starts[gap_after:] += 60 * MINUTE
    return CandleTable(
        start=starts,
        open=opened / 100,
        high=(np.maximum(opened, close) + rng.integers(0, 4, count)) / 100,
        low=(np.minimum(opened, close) - rng.integers(0, 4, count)) / 100,
        close=close / 100,
        volume=rng.integers(1, 5_000, count).astype(np.float64),
    )


def assert_same(one: CandleTable, other: CandleTable) -> None:
    """Every bit of every column is the same."""
    for name in ("start", "open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
