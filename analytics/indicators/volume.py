"""Volume: its balance over time, and at which prices it was traded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.indicators.calls import Floats, require_one_length, run

VALUE_AREA = 0.7


def obv(close: Floats, volume: Floats) -> Floats:
    """Return the on-balance volume: volume added at a higher close, taken off at a lower one, from the first bar's.

    No warm-up. **Source:** J. Granville (1963); TA-Lib `OBV`.
    """
    return run("OBV", close, volume)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeProfile:
    """Volume by price.

    Attributes:
        edges: Prices between the levels, ascending, one more than levels.
        volume: Volume of each level.
        control: Level with the most volume; None without any.
        low, high: First and last level of the value area, both included: 70 % of the volume around the control.
    """

    edges: Floats
    volume: Floats
    control: int | None
    low: int | None
    high: int | None


def volume_profile(high: Floats, low: Floats, volume: Floats, *, levels: int = 24) -> VolumeProfile:
    """Return how much volume was traded at which prices, each bar's spread evenly over its range.

    The levels reach from the lowest low to the highest high of all bars.

    Args:
        high: Highest prices.
        low: Lowest prices.
        volume: Traded volume, >= 0.
        levels: How many levels of equal height, from 1 to 1,000.

    Raises:
        ValueError: If `levels` is out of range.

    **Source:** J. P. Steidlmayer, Market Profile (1984), with volume for time; value area as CBOT (1991) defines it.
    """
    require_one_length(high, low, volume)
    if not 1 <= levels <= 1_000:
        raise ValueError(f"There are {levels} levels; there must be from 1 to 1000.")
    traded = volume > 0
    if not traded.any():
        empty: Floats = np.zeros(0)
        return VolumeProfile(edges=empty, volume=empty, control=None, low=None, high=None)
    edges = np.linspace(low.min(), high.max(), levels + 1)
    high, low, volume = high[traded], low[traded], volume[traded]
    parts = np.diff([_volume_below(edge, high, low, volume) for edge in edges[:-1]] + [float(volume.sum())])
    control = int(parts.argmax())
    first, last = _value_area(parts.tolist(), control)
    return VolumeProfile(edges=edges, volume=parts, control=control, low=first, high=last)


def _volume_below(price: float, high: Floats, low: Floats, volume: Floats) -> float:
    height = high - low
    share = np.divide(price - low, height, out=(low < price).astype(np.float64), where=height > 0)
    return float(volume @ np.clip(share, 0, 1))


def _value_area(parts: list[float], control: int) -> tuple[int, int]:
    """Grow from the control towards the heavier neighbour until the area holds its share."""
    first = last = control
    wanted, held = VALUE_AREA * sum(parts), parts[control]
    while held < wanted and (first > 0 or last < len(parts) - 1):
        below = parts[first - 1] if first > 0 else -1.0
        above = parts[last + 1] if last < len(parts) - 1 else -1.0
        first, last = (first, last + 1) if above >= below else (first - 1, last)
        held += max(above, below)
    return first, last
