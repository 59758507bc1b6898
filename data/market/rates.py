"""Invented exchange rates of the demo market: a seeded walk for each currency, one rate a weekday."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.market.bridge import seeded_generator

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BEGINS = 10_957
"""2000-01-01, days since 1970."""
_HORIZON = 512
_SWING = 0.0045
_PULL = 0.002
LEVELS: dict[str, float] = {
    "AUD": 0.70,
    "CAD": 0.76,
    "CHF": 1.10,
    "EUR": 1.12,
    "GBP": 1.31,
    "INR": 0.0125,
    "JPY": 0.0078,
}
"""Dollars for one unit, the level that each walk returns to."""


def dollar_rates(currency: str, last_day: int) -> tuple[Ints, Floats]:
    """Return days and invented dollars for one unit of a currency, up to and with a day.

    A rate never changes once it is there: it depends on the currency and its day alone.

    Args:
        currency: One of `LEVELS`.
        last_day: Days since 1970.
    """
    days, rates = _walk(currency, -(-last_day // _HORIZON) * _HORIZON)
    rows = int(np.searchsorted(days, last_day, side="right"))
    return days[:rows], rates[:rows]


@lru_cache(maxsize=32)
def _walk(currency: str, last_day: int) -> tuple[Ints, Floats]:
    days = np.arange(BEGINS, max(last_day, BEGINS) + 1, dtype=np.int64)
    days = days[(days + 3) % 7 < 5]  # day 0 was a Thursday
    shocks = seeded_generator("rate", currency).standard_normal(len(days)) * _SWING
    level = np.empty(len(days))
    now = 0.0
    for row, shock in enumerate(shocks.tolist()):
        now += shock - _PULL * now
        level[row] = now
    rates = np.round(LEVELS[currency] * np.exp(level), 6)
    return days, rates
