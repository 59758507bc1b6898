"""What trade sets are made of, kept in memory by what they depend on, within a limit of bytes.

A column that several entries share weighs once, and what a set in use is made of is not forgotten before it: building
the frames of a million trades anew takes seconds, a filter over them a fraction of one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from analytics.facts import Facts
from domain.columns import ExitFrame, TradeFrame

CACHED_SETS = 64
CACHED_BYTES = 600_000_000
KEPT_SETS = 6  # stay whatever they weigh: what the page on the screen asks about


class SetCache:
    """Keeps values by key, the last asked for first; safe to share between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, tuple[Any, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def cached(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """Return what was built for a key before, else build and keep it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        value = build()
        columns = tuple(columns_of(value))
        with self._lock:
            self._kept[key] = value, columns
            while len(self._kept) > CACHED_SETS or (len(self._kept) > KEPT_SETS and self._weight() > CACHED_BYTES):
                self._kept.popitem(last=False)
        return value

    def touch(self, is_used: Callable[[Any], bool]) -> None:
        """Count what is used as asked for just now."""
        with self._lock:
            for key in [key for key, (value, _) in self._kept.items() if is_used(value)]:
                self._kept.move_to_end(key)

    def _weight(self) -> int:
        # What dimensions have made of the facts grows, so that it is asked each time.
        weights = {id(column): int(column.nbytes) for _, columns in self._kept.values() for column in columns}
        return sum(weights.values())


def columns_of(value: Any) -> Iterator[Any]:
    """Yield what a value holds that weighs something: columns, and facts."""
    if isinstance(value, np.ndarray | Facts):
        yield value
    elif isinstance(value, TradeFrame | ExitFrame):
        for item in fields(value):
            yield from columns_of(getattr(value, item.name))
    elif isinstance(value, tuple):
        for part in value:
            if not isinstance(part, str):  # names
                yield from columns_of(part)
    elif (parts := getattr(value, "parts", None)) is not None:
        # A set says itself what it is made of. To ask isinstance for a protocol costs ten times as much.
        yield from columns_of(parts)
