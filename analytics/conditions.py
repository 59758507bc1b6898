"""The conditions of a filter on trades and on exits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.dimensions import Coded, Dimension, Facts, find_dimension
from analytics.ranges import in_range
from domain.conditions import Condition

if TYPE_CHECKING:
    from domain.columns import Bools, Codes


def meets_all(facts: Facts, conditions: Iterable[Condition]) -> Bools:
    """Return which trades meet every condition.

    Args:
        facts: The trades.
        conditions: Of the filter.

    Raises:
        InvalidInputError: If a property is not known, or a range cannot be read.
    """
    mask = np.ones(len(facts.frame), dtype=np.bool_)
    for condition in conditions:
        mask &= _meets(facts, condition)
    return mask


def days_meet_all(days: Codes, conditions: Iterable[Condition]) -> Bools:
    """Return which days meet every condition on the day of an exit; other conditions are not looked at."""
    mask = np.ones(len(days), dtype=np.bool_)
    for condition in conditions:
        of_days = find_dimension(condition.by, field="where").of_days
        if of_days is not None:
            mask &= _signed(condition, has_key(of_days(days), condition.values))
    return mask


def is_of_exits(condition: Condition) -> bool:
    """Return whether a condition is about the day of each exit and not about the trade."""
    return find_dimension(condition.by, field="where").of_days is not None


def _meets(facts: Facts, condition: Condition) -> Bools:
    dimension = find_dimension(condition.by, field="where")
    if dimension.is_number:
        found = _has_number(facts, dimension, condition.values)
    else:
        found = has_key(dimension.coded(facts), condition.values)
    return _signed(condition, found)


def _has_number(facts: Facts, dimension: Dimension, ranges: Iterable[str]) -> Bools:
    numbers = dimension.number(facts)
    mask = np.zeros(len(numbers), dtype=np.bool_)
    for text in ranges:
        mask |= in_range(numbers, text)
    return mask


def has_key(coded: Coded, keys: Iterable[str]) -> Bools:
    """Return which rows belong to one of the buckets with these keys; keys that do not occur hold no row."""
    wanted = set(keys)
    buckets = np.array([key in wanted for key in coded.keys], dtype=np.bool_)
    cells: Any = buckets if coded.members is None else coded.members[buckets].any(axis=0)
    mask: Bools = cells[coded.codes] if len(coded.codes) else np.zeros(0, dtype=np.bool_)
    return mask


def _signed(condition: Condition, mask: Bools) -> Bools:
    return ~mask if condition.negated else mask
