"""A thread that wakes when something is due; every server of an installation may have one of each kind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from typing_extensions import override

from domain.periods import Clock
from services.rounds import RoundThread

LONGEST_WAIT = timedelta(minutes=1)
_SHORTEST_SECONDS = 0.05


class Timed(Protocol):
    """What has something to do at times. `changed` is set when these may have changed."""

    changed: threading.Event

    def do_due(self) -> int:
        """Do or queue what is due, not too much at a time; returns how much."""

    def next_due(self) -> datetime | None:
        """Return when something is due next, None when nothing ever is."""


class Timekeeper(RoundThread):
    """Wakes a service when something of it is due.

    Args:
        name: Of the thread.
        service: Gives the service inside the thread, so that starting costs nothing.
        clock: The app's time.
    """

    def __init__(self, name: str, service: Callable[[], Timed], clock: Clock) -> None:
        super().__init__(name, pause_seconds=LONGEST_WAIT.total_seconds())
        self._service = service
        self._clock = clock

    @override
    def changed(self) -> threading.Event:
        return self._service().changed

    @override
    def go_round(self) -> float:
        service = self._service()
        service.do_due()
        due = service.next_due()
        wait = LONGEST_WAIT if due is None else min(LONGEST_WAIT, due - self._clock())
        return max(wait.total_seconds(), _SHORTEST_SECONDS)
