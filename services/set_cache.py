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
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def cached(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """Return what was built for a key before, else build and keep it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = build()
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > CACHED_SETS or (len(self._kept) > KEPT_SETS and self._weight() > CACHED_BYTES):
                self._kept.popitem(last=False)
        return value

    def touch(self, is_used: Callable[[Any], bool]) -> None:
        """Count what is used as asked for just now."""
        with self._lock:
            for key in [key for key, value in self._kept.items() if is_used(value)]:
                self._kept.move_to_end(key)

    def _weight(self) -> int:
        return sum({name: weight for value in self._kept.values() for name, weight in weigh(value)}.values())


def weigh(value: Any) -> Iterator[tuple[int, int]]:
    """Yield the identity and the bytes of every column a value holds."""
    if isinstance(value, np.ndarray):
        yield id(value), int(value.nbytes)
    elif isinstance(value, TradeFrame | ExitFrame):
        yield from weigh(tuple(getattr(value, item.name) for item in fields(value)))
    elif isinstance(value, Facts):
        yield id(value), value.nbytes
    elif isinstance(value, tuple):
        for part in value:
            yield from weigh(part)
    elif (parts := getattr(value, "parts", None)) is not None:
        # A set says itself what it is made of. To ask isinstance for a protocol costs ten times as much.
        yield from weigh(parts)
