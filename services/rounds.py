"""A thread of a server that goes its round again and again until it is stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from domain.errors import FillwiseError

_LOG = logging.getLogger("fillwise.rounds")
_JOIN_SECONDS = 10.0


class RoundThread(ABC):
    """Goes its rounds in a thread of its own; a round that fails is tried again.

    Args:
        name: Of the thread.
        pause_seconds: How long it waits after a round that failed.
    """

    def __init__(self, name: str, *, pause_seconds: float) -> None:
        self._name = name
        self._pause_seconds = pause_seconds
        self._stop = threading.Event()
        self._lock = threading.RLock()  # a service that is dropped may stop its thread at any line of `start`
        self._thread: threading.Thread | None = None

    @abstractmethod
    def go_round(self) -> float:
        """Do what there is to do and return how many seconds may pass until the next round."""

    @abstractmethod
    def changed(self) -> threading.Event:
        """Return what is set when the next round should not wait."""

    def start(self, *, delay_seconds: float = 0.0) -> None:
        """Begin, after a delay; a second call changes nothing."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._run, args=(delay_seconds,), name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        with self._lock:
            thread = self._thread
        if thread is None:
            return
        self.changed().set()
        # The last reference to a service may be dropped in its own thread, which cannot wait for itself.
        if thread is not threading.current_thread():
            thread.join(timeout=_JOIN_SECONDS)

    def _run(self, delay_seconds: float) -> None:
        self._stop.wait(delay_seconds)
        while not self._stop.is_set():
            changed = self.changed()
            changed.clear()
            wait_seconds = self._go_safely()
            if self._stop.is_set():
                return
            changed.wait(wait_seconds)

    def _go_safely(self) -> float:
        try:
            return self.go_round()
        except FillwiseError as error:
            _LOG.info("%s waits: %s", self._name, error.message)
        except Exception:  # noqa: BLE001 - the next round may succeed
            _LOG.exception("%s failed; it is tried again", self._name)
        return self._pause_seconds
