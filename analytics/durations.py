"""Holding-time classes, shared by the breakdown and the filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationClass:
    """Holding times from the end of the class before up to, but without, `below_seconds`."""

    slug: str
    label: str
    below_seconds: float


DURATIONS = (
    DurationClass(slug="1m", label="Under 1 min", below_seconds=60),
    DurationClass(slug="5m", label="1–5 min", below_seconds=300),
    DurationClass(slug="15m", label="5–15 min", below_seconds=900),
    DurationClass(slug="1h", label="15–60 min", below_seconds=3_600),
    DurationClass(slug="4h", label="1–4 h", below_seconds=14_400),
    DurationClass(slug="1d", label="4–24 h", below_seconds=86_400),
    DurationClass(slug="1w", label="1–7 d", below_seconds=604_800),
    DurationClass(slug="1M", label="7–30 d", below_seconds=2_592_000),
    DurationClass(slug="long", label="Over 30 d", below_seconds=float("inf")),
)
_EDGES = np.array([item.below_seconds for item in DURATIONS[:-1]])


def duration_codes(held_seconds: Floats) -> Ints:
    """Return the position in `DURATIONS` of each holding time (NaN, a trade still open, is the last)."""
    codes: Ints = np.searchsorted(_EDGES, held_seconds, side="right")
    return codes
