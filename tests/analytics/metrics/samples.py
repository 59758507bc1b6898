"""Inputs whose figures are known: ten trades with everything around them, and series of daily returns."""

from __future__ import annotations

from typing import Any

import numpy as np

from analytics.metrics import HeldPrices, MetricInput
from tests.analytics.samples_of_frames import DAY, figures

PNL = np.array([120, -80, 60, -80, -40, 200, 0, -100, 90, 50], dtype=np.float64)
RETURNS = np.array([0.010, -0.005, 0, 0.012, -0.020, 0.007, 0.004, -0.011, 0.015, -0.003, 0.006, 0.009])
MARKET = np.array([0.008, -0.004, 0.001, 0.010, -0.015, 0.005, 0.002, -0.009, 0.011, -0.001, 0.004, 0.006])
HOUR = DAY // 24
FIRST = 20_458 * DAY
MAE = np.array([-30, -90, -10, -100, -40, -20, -15, -100, 0, np.nan])
MFE = np.array([150, 20, 100, 0, 60, 260, 30, 10, 90, np.nan])


KINDS = {
    "commission": 9.0, "exchange": -1.0, "regulatory": 0.5, "tax": 2.5, "financing": 1.0, "conversion": 0.25,
    "other": 0.75, "estimated": 2.0, "untold": 2.0,
}  # fmt: skip
"""What the 17 of fees were for."""


def rich(money: float = 1.0, **columns: Any) -> MetricInput:
    """The ten trades of the golden set with fees, values, times and excursions; `money` is a currency's rate.

    One trade a day from 10:00 on, held one to ten hours, every third one short; fees of 2 a trade, and a rebate of 1
    on the last; entries of 1,000.
    """
    fees = np.full(10, 2.0)
    fees[-1] = -1.0
    hours = np.arange(1, 11)
    opened = FIRST + np.arange(10) * DAY + 10 * HOUR
    side = np.where(np.arange(10) % 3 == 2, -1, 1).astype(np.int8)
    gross = PNL + fees
    held = HeldPrices(
        mae=MAE * money,
        mfe=MFE * money,
        entry_efficiency=np.array([0.5, 0.25, np.nan, 0.75, 0.5, 1, 0, 0.5, 0.5, np.nan]),
        exit_efficiency=np.array([0.8, 0.1, np.nan, 0.2, 0.3, 0.9, 0.5, 0.1, 1, np.nan]),
        total_efficiency=np.array([0.3, -0.65, np.nan, -0.05, -0.2, 0.9, -0.5, -0.4, 0.5, np.nan]),
        is_whole=np.array([True] * 8 + [False] * 2),
    )
    base: dict[str, Any] = {
        "gross": gross * money,
        "fees": fees * money,
        "risk": np.full(10, 80.0) * money,
        "held_seconds": hours * 3600.0,
        "opened_at": opened,
        "closed_at": opened + hours * HOUR,
        "side": side,
        "entry_value": np.full(10, 1_000.0) * money,
        "exit_value": (1_000 + side * gross) * money,
        "exit_gross": gross * money,
        "fee_kinds": lambda: {kind: share * money for kind, share in KINDS.items()},
        "exit_fees": fees * money,
        "starting_balance": 10_000.0 * money,
        "prices": lambda: held,
    }
    return figures(PNL * money, **{**base, **columns})


def of_returns(returns: np.ndarray, benchmark: np.ndarray | None = None, **columns: Any) -> MetricInput:
    """One trade a day so that the daily returns on the equity are the given ones."""
    before = 10_000 * np.concatenate([[1.0], np.cumprod(1 + returns)[:-1]])
    given = None if benchmark is None else (lambda _: benchmark)
    return figures(before * returns, starting_balance=10_000.0, benchmark=given, **columns)
