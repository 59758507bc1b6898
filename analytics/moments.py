"""Spread and shape of a sample: one definition for every ratio that rests on them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Floats

FLAT = 1e-12
MANY = 50_000
SAMPLE = 4_096
REACH = 128


def deviation(values: Floats) -> float | None:
    """Return the sample standard deviation (n - 1); None when there is none to speak of."""
    if len(values) < 2:
        return None
    value = float(values.std(ddof=1))
    return value if value > FLAT * (1 + abs(float(values.mean()))) else None


def skewness(values: Floats) -> float | None:
    """Return the third standardised moment m3 / m2^1.5 (biased, as a population's); None when constant.

    **Source:** D. Joanes, C. Gill, Comparing measures of sample skewness and kurtosis, 1998 (g1).
    """
    return _standardised(values, 3)


def kurtosis(values: Floats) -> float | None:
    """Return the fourth standardised moment m4 / m2^2 (biased, raw: 3 for a normal); None when constant.

    **Source:** as `skewness` (g2 + 3).
    """
    return _standardised(values, 4)


def _standardised(values: Floats, power: int) -> float | None:
    if deviation(values) is None:
        return None
    centred = values - values.mean()
    # Products, not powers: numpy's power takes twenty times as long.
    square = centred * centred
    second = float(square.mean())
    moment = float((square * (centred if power == 3 else square)).mean())
    return float(moment / second ** (power / 2))


def median(values: Floats) -> float:
    """Return the median; of many values four times as fast as numpy's, and the same to the last bit.

    The middle of a sample brackets the median, so only the values inside the bracket have to be ranked.

    Args:
        values: At least one, float64 without NaN.

    **Source:** R. Floyd, R. Rivest, Expected Time Bounds for Selection, 1975.
    """
    n = len(values)
    if n < MANY:
        return float(np.median(values))
    sample = np.sort(values[:: n // SAMPLE])
    middle = len(sample) // 2
    low, high = sample[middle - REACH], sample[middle + REACH]
    below = int(np.count_nonzero(values < low))
    inside = values[np.flatnonzero((values >= low) & (values <= high))]
    first, second = (n - 1) // 2 - below, n // 2 - below
    if first < 0 or second >= len(inside):
        return float(np.median(values))
    ranked = np.partition(inside, (first, second))
    return float(np.mean((ranked[first], ranked[second])))


def quantile(values: Floats, probability: float) -> float:
    """Return a quantile by linear interpolation, numpy's and R's default (type 7), without sorting all values.

    **Source:** R. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages, 1996.
    """
    place = probability * (len(values) - 1)
    low = math.floor(place)
    split = np.partition(values, low)
    if place == low:
        return float(split[low])
    return float(split[low] + (split[low + 1 :].min() - split[low]) * (place - low))
