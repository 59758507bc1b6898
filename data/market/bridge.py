"""Random paths between known prices: from an open to a close, touching a high and a low, the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """One bar in whole cents, the frame of a path."""

    open: int
    high: int
    low: int
    close: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A path of n steps.

    Attributes:
        nodes: n + 1 prices in cents; the first is the open, the last the close.
        top, bottom: Step in which the high and the low are touched.
    """

    nodes: Ints
    top: int
    bottom: int


def seeded_generator(*parts: object) -> np.random.Generator:
    """Return a generator whose stream depends on the parts alone, in every process and on every machine."""
    text = "|".join(str(part) for part in parts)
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "big")
    return np.random.Generator(np.random.PCG64(seed))


def draw_path(bar: Extent, steps: int, generator: np.random.Generator, *, least_swing: float = 0.0) -> Path:
    """Draw a path of whole cents through a bar.

    A Brownian bridge through four points: open, high, low (in random order) and close. Between them it stays
    inside the bar, and off its edges where the bar is wide enough.

    Args:
        bar: The frame.
        steps: Number of steps, > 3.
        generator: Source of chance.
        least_swing: Smallest standard deviation of one step, cents.
    """
    top = _touching_step(bar.high, bar, steps, generator)
    bottom = _touching_step(bar.low, bar, steps, generator)
    if top == bottom and bar.high != bar.low:
        bottom = bottom + 1 if bottom < steps - 2 else bottom - 1
    order = np.argsort([top, bottom])
    times = np.array([0.0, *np.array([top + 0.5, bottom + 0.5])[order], steps])
    levels = np.array([bar.open, *np.array([bar.high, bar.low])[order], bar.close], dtype=np.float64)
    swing = max(least_swing, 0.6 * (bar.high - bar.low) / steps**0.5)
    nodes = _fold(_bridge(times, levels, swing * generator.standard_normal(steps)), bar)
    nodes[0], nodes[-1] = bar.open, bar.close
    return Path(nodes=nodes, top=top, bottom=bottom)


def _touching_step(level: int, bar: Extent, steps: int, generator: np.random.Generator) -> int:
    inner = int(generator.integers(1, steps - 1))  # drawn in any case: the stream must not depend on the bar
    if bar.open == level:
        return 0
    return steps - 1 if bar.close == level else inner


def _bridge(times: Floats, levels: Floats, shocks: Floats) -> Floats:
    steps = np.arange(len(shocks) + 1, dtype=np.float64)
    walk = np.concatenate([[0.0], np.cumsum(shocks)])
    pinned = walk - np.interp(steps, times, np.interp(times, steps, walk))
    return np.asarray(np.interp(steps, times, levels) + pinned)


def _fold(path: Floats, bar: Extent) -> Ints:
    """Reflect a path at the edges of the bar and round it to whole cents."""
    margin = 1 if bar.high - bar.low >= 2 else 0
    low, width = bar.low + margin, bar.high - bar.low - 2 * margin
    if width <= 0:
        return np.full(len(path), low, dtype=np.int64)
    offset = np.mod(path - low, 2 * width)
    return np.asarray(np.rint(low + np.minimum(offset, 2 * width - offset)), dtype=np.int64)


def spread_volume(total: int, steps: int, generator: np.random.Generator) -> Ints:
    """Split a volume into whole parts that are large at both ends and add up exactly."""
    place = np.linspace(-1.0, 1.0, steps)
    weights = (0.35 + 1.3 * place**2) * np.exp(0.4 * generator.standard_normal(steps))
    reached = np.rint(np.cumsum(weights) / weights.sum() * total).astype(np.int64)
    parts: Ints = np.diff(reached, prepend=0)
    return parts
