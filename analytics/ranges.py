"""Numbers cut into ranges: where to cut, how a range is written in a filter and read from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from analytics.facts import Coded
from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.columns import Bools, Floats

MOST_EDGES = 60
SAMPLE = 50_000
BUCKETS = 8
FEW_VALUES = 12


def plain_number(value: float) -> str:
    """Write a number as people do: thousands apart, no needless zeros, a true minus."""
    text = f"{abs(value):,.6f}".rstrip("0").rstrip(".") if abs(value) < 1e12 else f"{abs(value):.6g}"
    return f"−{text}" if value < 0 else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How a number is cut and written.

    Attributes:
        edges: Where it is cut unless asked otherwise; () chooses by the data.
        least: Lowest value that can occur, where there is one.
        whole: Whether only whole numbers occur; a range one wide is then written as the number itself.
        signed: Whether zero is always an edge.
        write: Writes one edge for people.
        unit: "money", "r", "seconds", "price", "count", "minutes", "percent" or "ratio": how charts write it.
    """

    edges: tuple[float, ...] = ()
    least: float = -math.inf
    whole: bool = False
    signed: bool = False
    write: Callable[[float], str] = plain_number
    unit: str = "ratio"

    def label(self, low: float, high: float) -> str:
        """Name the range from `low` up to, but without, `high`."""
        if math.isinf(low) and math.isinf(high):
            return "All"
        if self.whole and low < self.least:
            low = self.least
        if math.isinf(low):
            return f"Under {self.write(high)}"
        if self.whole:
            last = high - 1
            return f"{self.write(low)}+" if math.isinf(high) else _joined(self.write(low), self.write(last))
        return f"{self.write(low)} and more" if math.isinf(high) else _joined(self.write(low), self.write(high))


def _joined(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def range_key(low: float, high: float) -> str:
    """Write a range for a filter: "100..500", "..100", "500.."."""
    return f"{'' if math.isinf(low) else _exact(low)}..{'' if math.isinf(high) else _exact(high)}"


def _exact(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def read_range(text: str) -> tuple[float, float]:
    """Read a range of a filter; a single number is the range of just that number.

    Returns:
        Its lowest value, and the lowest value beyond it (infinite where an end is missing).

    Raises:
        InvalidInputError: If it cannot be read, or ends before it starts.
    """
    first, dots, last = text.strip().partition("..")
    try:
        low = float(first) if first.strip() else -math.inf
        high = float(last) if last.strip() else math.inf
    except ValueError:
        low, high = math.nan, math.nan
    if not dots:
        high = math.nextafter(low, math.inf)
    if math.isnan(low) or math.isnan(high) or high < low or (not dots and math.isinf(low)):
        message = f"{text[:40]!r} is not a range of numbers."
        raise InvalidInputError(message, field="where", hint="For example 100..500, ..100 or 500.. .")
    return low, high


def in_range(values: Floats, text: str) -> Bools:
    """Return which numbers lie in a range of a filter; "" keeps those that are missing."""
    if not text.strip():
        missing: Bools = np.isnan(values)
        return missing
    low, high = read_range(text)
    inside: Bools = (values >= low) & (values < high)
    return inside


def read_edges(text: str) -> tuple[float, ...]:
    """Read the ends of ranges from "0, 100, 500".

    Raises:
        InvalidInputError: If one is not a finite number, or there are too many.
    """
    try:
        edges = tuple(sorted({float(part) for part in text.replace(";", ",").split(",") if part.strip()}))
    except ValueError:
        edges = (math.nan,)
    if not all(map(math.isfinite, edges)) or len(edges) > MOST_EDGES:
        message = f"Ranges {text[:60]!r} cannot be read."
        raise InvalidInputError(message, field="edges", hint="Give up to 60 numbers such as 0,100,500.")
    return edges


def code_ranges(values: Floats, edges: Sequence[float], scale: Scale, *, none_label: str) -> Coded:
    """Number the ranges that values fall into; the last bucket holds the missing ones.

    Args:
        values: float64, NaN where there is none.
        edges: Ascending; the first range is all below the first edge, the last all from the last edge on.
        scale: How ranges are named.
        none_label: Name of the bucket without a value.
    """
    bounds = [-math.inf, *edges, math.inf]
    # A comparison an edge is faster than a search a value, and leaves NaN at 0.
    codes = np.zeros(len(values), dtype=np.int8)
    for edge in edges:
        codes += values >= edge
    codes[np.isnan(values)] = len(edges) + 1
    pairs = list(pairwise(bounds))
    return Coded(
        codes=codes,
        keys=(*(range_key(low, high) for low, high in pairs), ""),
        labels=(*(scale.label(low, high) for low, high in pairs), none_label),
    )


def range_edges(values: Floats, scale: Scale) -> tuple[float, ...]:
    """Choose round edges that split values into about eight ranges of like size.

    Few different values are each a range of their own. Zero is an edge where the scale is signed.

    Args:
        values: float64, NaN left out; of very many an even sample is looked at.
        scale: How the number is cut.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return (0.0,) if scale.signed else ()
    known = known[:: max(1, len(known) // SAMPLE)]
    distinct = np.unique(known)
    if len(distinct) <= FEW_VALUES:
        edges = set(distinct.tolist())
    else:
        quantiles = np.quantile(known, np.arange(1, BUCKETS) / BUCKETS).tolist()
        edges = {_round(value, whole=scale.whole) for value in quantiles}
        edges = {edge for edge in edges if distinct[0] < edge <= distinct[-1]}
    if scale.signed and distinct[0] < 0 <= distinct[-1]:
        edges.add(0.0)
    return tuple(sorted(edges))


def _round(value: float, *, whole: bool) -> float:
    """Round to two digits, the second one 0, 2, 4, 5, 6 or 8."""
    if not value:
        return 0.0
    power = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    digits = round(value / power)
    nice = min((0, 2, 4, 5, 6, 8, 10), key=lambda step: abs(abs(digits) % 10 - step))
    rounded = math.copysign((abs(digits) // 10 * 10 + nice), value) * power
    rounded = float(f"{rounded:.2g}")
    return float(round(rounded)) if whole else rounded
