"""Slices of a book for the leak finder: the properties of closed trades as codes that can be crossed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import dense_codes, sum_by_code
from analytics.dimensions import Coded, Facts, find_dimension

if TYPE_CHECKING:
    from domain.columns import Codes, Floats, Ints

SEARCHED = (
    "setup",
    "symbol",
    "side",
    "asset_class",
    "weekday",
    "hour",
    "nth_trade",
    "after_losses",
    "after_wins",
    "value",
    "duration",
    "tag",
)
"""What a leak is searched by: what can be acted upon. A month cannot be avoided, an outcome not chosen."""
QUARTERS = ("in the smallest quarter", "in the second quarter", "in the third quarter", "in the largest quarter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicing:
    """One property of every closed trade.

    Attributes:
        by: Slug of the dimension.
        title: Its name for people.
        codes: Position of each trade's value in `labels`, integers; -1 for none.
        labels: Names of the values.
        keys: What a condition of the filter takes for each.
        crosses: Whether it is also searched together with others.
    """

    by: str
    title: str
    codes: Codes
    labels: tuple[str, ...]
    keys: tuple[str, ...]
    crosses: bool = True


def slicings(facts: Facts, rows: Ints) -> tuple[Slicing, ...]:
    """Return the properties of some trades by which a leak is searched.

    Args:
        facts: All trades of the accounts.
        rows: The closed ones to search, ascending.

    Returns:
        One entry a property; a tag is a property of its own, had or not. Trades without a value
        (no setup noted) are in none of its slices.
    """
    return tuple(item for by in SEARCHED for item in _slice(facts, rows, by))


def _slice(facts: Facts, rows: Ints, by: str) -> Iterator[Slicing]:
    dimension = find_dimension(by)
    edges = _quarters(dimension.number(facts)[rows]) if by == "value" else ()
    coded = dimension.coded(facts, edges=edges)
    if coded.members is not None:
        yield from _overlapping(coded, rows, by, dimension.label)
        return
    labels = QUARTERS if len(edges) == len(QUARTERS) - 1 and len(coded) >= len(QUARTERS) else coded.labels
    named = [position for position, key in enumerate(coded.keys) if key]
    if len(named) < 2:
        return
    place = np.full(coded.cells, -1, dtype=np.int32)
    place[named] = np.arange(len(named))
    yield Slicing(
        by=by,
        title=dimension.label,
        codes=place[coded.codes[rows]],
        labels=tuple(labels[position] for position in named),
        keys=tuple(coded.keys[position] for position in named),
    )


def _overlapping(coded: Coded, rows: Ints, by: str, title: str) -> Iterator[Slicing]:
    """Yield one property for each tag: a trade may have several."""
    if coded.members is None:
        return
    codes = coded.codes[rows]
    for key, label, has in zip(coded.keys, coded.labels, coded.members, strict=True):
        if key and has.any():
            own = np.where(has, 0, -1).astype(np.int32)[codes]
            yield Slicing(by=by, title=title, codes=own, labels=(label,), keys=(key,), crosses=False)


def _quarters(values: Floats) -> tuple[float, ...]:
    """Return three cuts that leave a quarter of the values between them; () where they coincide."""
    known = values[np.isfinite(values)]
    cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75])) if len(known) else known
    return tuple(cuts.tolist()) if len(cuts) == len(QUARTERS) - 1 else ()


def day_rank(days: Codes, opened_at: Ints) -> Ints:
    """Return the place of each trade among those entered on the same day, from 1."""
    order = np.lexsort((opened_at, days))
    ordered = days[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(days) else np.zeros(0, np.int64)
    rank = np.empty(len(days), dtype=np.int64)
    rank[order] = np.arange(len(days)) - np.repeat(starts, np.diff(np.append(starts, len(days)))) + 1
    return rank


def time_clusters(days: Ints | Codes, most: int) -> tuple[Ints, int]:
    """Return a cluster for each trade: its day, or neighbouring days together, and how many there are.

    Trades of a day share news and mood, so the day and not the trade is what luck draws.

    Args:
        days: Days since 1970.
        most: Clusters at most.
    """
    distinct, codes = dense_codes(days.astype(np.int64))
    count = len(distinct)
    if count <= most:
        return codes, count
    return codes * most // count, most


def cluster_sums(clusters: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of the values of each cluster."""
    return sum_by_code(clusters, values, count)
