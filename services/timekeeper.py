"""A thread that wakes when something is due; every server of an installation may have one of each kind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import FillwiseError
from domain.periods import Clock

LONGEST_WAIT = timedelta(minutes=1)
_LOG = logging.getLogger("fillwise.timekeeper")


class Timed(Protocol):
    """What has something to do at times. `changed` is set when these may have changed."""

    changed: threading.Event

    def do_due(self) -> int:
        """Do or queue what is due, not too much at a time; returns how much."""

    def next_due(self) -> datetime | None:
        """Return when something is due next, None when nothing ever is."""


class Timekeeper:
    """Wakes a service when something of it is due.

    Args:
        name: Of the thread.
        service: Gives the service inside the thread, so that starting costs nothing.
        clock: The app's time.
    """

    def __init__(self, name: str, service: Callable[[], Timed], clock: Clock) -> None:
        self._name = name
        self._service = service
        self._clock = clock
        self._stop = threading.Event()
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    def start(self, *, delay_seconds: float = 0.0) -> None:
        """Begin to watch the time, after a delay; a second call changes nothing."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, args=(delay_seconds,), name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            self._service().changed.set()
        # The last reference to a service may be dropped in its own thread, which cannot wait for itself.
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=10)

    def _run(self, delay_seconds: float) -> None:
        self._stop.wait(delay_seconds)
        while not self._stop.is_set():
            service = self._service()
            service.changed.clear()
            wait = LONGEST_WAIT
            try:
                service.do_due()
                due = service.next_due()
                wait = LONGEST_WAIT if due is None else min(LONGEST_WAIT, due - self._clock())
            except FillwiseError:
                _LOG.info("the database is busy; %s waits", self._name)
            except Exception:  # noqa: BLE001 - the next look may succeed
                _LOG.exception("%s failed; it is tried again", self._name)
            if self._stop.is_set():
                return
            with suppress(OverflowError):
                service.changed.wait(max(wait.total_seconds(), 0.05))
