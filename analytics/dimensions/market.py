"""By what the market did on the day of the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Coded, Dimension, Facts
from analytics.ranges import Scale, plain_number

if TYPE_CHECKING:
    from domain.columns import Floats

FLAT = 0.0025
"""A benchmark's day within a quarter of a percent is flat."""


def benchmark_change(facts: Facts) -> Floats:
    """Return the benchmark's change, close over the close before, on the day of each entry; NaN where unknown."""
    found = None if facts.around.benchmark is None else facts.around.benchmark()
    change = np.full(len(facts.frame), np.nan)
    if found is None or not len(found.day):
        return change
    days = facts.frame.entry_day
    place = np.minimum(np.searchsorted(found.day, days), len(found.day) - 1)
    has = found.day[place] == days
    change[has] = found.change[place[has]]
    return change


def by_regime(facts: Facts) -> Coded:
    """Up, flat and down days of the benchmark."""
    change = _REGIME.number(facts)
    codes = np.where(change > FLAT, 0, np.where(change < -FLAT, 2, 1))
    codes[np.isnan(change)] = 3
    labels = (f"Up day (over +{FLAT:.2%})", "Flat day", f"Down day (under −{FLAT:.2%})", "No benchmark")
    return Coded(codes=codes.astype(np.int8), keys=("up", "flat", "down", ""), labels=labels)


def _write_percent(value: float) -> str:
    return f"{plain_number(round(value * 100, 4))}%"


_REGIME = Dimension(
    slug="benchmark_change", label="Benchmark's day", group="Market",
    about="Change of the benchmark on the day of the entry, from the close before; known only after that day.",
    values=benchmark_change,
    scale=Scale(edges=(-0.02, -0.01, -0.0025, 0.0025, 0.01, 0.02), write=_write_percent, unit="percent"),
    none_label="No benchmark",
    volatile=True,
)  # fmt: skip

DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="regime", label="Market regime", group="Market",
        about="Whether the benchmark rose or fell by more than 0.25 % on the day of the entry.",
        codes=by_regime, volatile=True,
    ),
    _REGIME,
)  # fmt: skip
