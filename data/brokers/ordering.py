"""The direction a file runs in: oldest row first, or newest first as many brokers write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from data.brokers.cells import CellError
from data.brokers.reader import Row

AnyRow = TypeVar("AnyRow", bound=Row)


def oldest_first(rows: Sequence[AnyRow], moment: Callable[[AnyRow], datetime]) -> list[AnyRow]:
    """Return the rows in file order, turned round when the file runs newest first.

    Nothing is sorted: among rows of one instant only the file knows which came first. A file of
    mixed direction keeps its order unless most steps go back in time.

    Args:
        rows: The data rows.
        moment: Reads the time of a row; a row whose time cannot be read is not asked for its place.
    """
    times = list(_readable(rows, moment))
    back = sum(later < earlier for earlier, later in pairwise(times))
    forth = sum(later > earlier for earlier, later in pairwise(times))
    return list(reversed(rows)) if back > forth else list(rows)


def _readable(rows: Sequence[AnyRow], moment: Callable[[AnyRow], datetime]) -> Iterator[datetime]:
    for row in rows:
        try:
            yield moment(row).replace(tzinfo=None)
        except CellError:
            continue
