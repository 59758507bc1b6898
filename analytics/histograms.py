"""How often results of each size occur: counts in bins of a round width."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

MOST_BINS = 40
SMALLEST_BIN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Counts between edges; `edges` has one more entry than `counts` and always contains 0."""

    edges: Floats
    counts: Ints


def distribution(values: Floats, *, most_bins: int = MOST_BINS) -> Histogram:
    """Count values in bins of a round width, with 0 as an edge so that no bin mixes wins and losses.

    Args:
        values: P&L or R multiples; NaN is left out.
        most_bins: Upper bound on the number of bins, >= 4.

    Returns:
        Bins [edge, next edge), the last one closed; empty for no values.

    **Source:** bin width after D. Freedman, P. Diaconis 1981, rounded up to 1, 2, 2.5 or 5 x 10^k.
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return Histogram(edges=np.zeros(0), counts=np.zeros(0, dtype=np.int64))
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    step = _round_step(_bin_width(values, low, high, most_bins))
    first, last = math.floor(low / step), math.ceil(high / step)
    # A quotient may round onto the edge while the value lies just beyond it.
    first -= first * step > low
    last += last * step < high or last == first
    edges: Floats = np.arange(first, last + 1) * np.float64(step)
    counts, _ = np.histogram(values, bins=edges)
    return Histogram(edges=edges, counts=counts)


def _bin_width(values: Floats, low: float, high: float, most_bins: int) -> float:
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    width = 2 * float(three_quarters - quarter) / len(values) ** (1 / 3)
    # Two bins are lost to rounding at the ends.
    widest = max(width, (high - low) / (most_bins - 2))
    return max(widest, SMALLEST_BIN) if widest > 0 else 1.0


def _round_step(width: float) -> float:
    power = 10.0 ** math.floor(math.log10(width))
    return next((factor * power for factor in (1.0, 2.0, 2.5, 5.0) if width <= factor * power), 10.0 * power)
