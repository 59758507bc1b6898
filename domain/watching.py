"""Who watches long work: where it reports how far it is, without knowing to whom.

The watcher hangs on the context and not on every signature between a job and the innermost loop.
Work reports by the block and never by the row, so that nobody watching costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, TypeVar

BLOCK_ROWS = 4_096
"""Rows between two reports of a loop in Python."""
Item = TypeVar("Item")


class Watcher:
    """Takes reports and does nothing with them: what watches when nobody does."""

    @property
    def is_watching(self) -> bool:
        """Whether anybody learns of the reports; what costs something is counted for such only."""
        return type(self) is not Watcher

    def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
        """Note that a stage begins, and how much it has to do."""

    def reach(self, done: int) -> None:
        """Note how much of the stage is done."""

    def seal(self, transaction: Any, result: Mapping[str, Any]) -> None:
        """Take part in the transaction that makes the work last, right before its end.

        Raises:
            ConflictError: If the work is not wanted any more; nothing of it must last.
        """


_WATCHER: ContextVar[Watcher] = ContextVar("watcher", default=Watcher())  # noqa: B039 - it holds no state


def current_watcher() -> Watcher:
    """Return who watches the work of this thread."""
    return _WATCHER.get()


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    """Let all reports inside the block go to a watcher."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def report_rows(
    rows: Iterable[Item], *, stage: str = "rows", total: int | None = None, rows_each: int = 1
) -> Iterable[Item]:
    """Return the rows as they are; whoever takes them one by one has the watcher told how far it is.

    Args:
        rows: What will be gone through once.
        stage: Name of the stage.
        total: How many items there are, where `rows` does not know it itself.
        rows_each: How many rows of the file one item stands for.
    """
    watcher = current_watcher()
    if not watcher.is_watching:
        return rows
    count = len(rows) if total is None and isinstance(rows, Sized) else total
    if count is not None and count * rows_each <= BLOCK_ROWS:
        return rows
    watcher.begin(stage, total=(count or 0) * rows_each, unit="rows")
    return _reported(rows, watcher, rows_each)


def report_places(pieces: Iterable[Item], place: Callable[[Item], int], *, total: int) -> Iterator[Item]:
    """Yield the pieces of a text; who watches is told how far into the text they reach.

    Args:
        pieces: What will be gone through once.
        place: Position of a piece.
        total: Length of the text.
    """
    watcher = current_watcher()
    watcher.begin("open", total=total, unit="bytes")
    for count, piece in enumerate(pieces, start=1):
        if count % BLOCK_ROWS == 0:
            watcher.reach(place(piece))
        yield piece


def _reported(rows: Iterable[Item], watcher: Watcher, rows_each: int) -> Iterator[Item]:
    block = max(1, BLOCK_ROWS // rows_each)
    items, done, taken = iter(rows), 0, block
    while taken == block:
        taken = 0
        for item in islice(items, block):
            yield item
            taken += 1
        done += taken * rows_each
        watcher.reach(done)
