"""The hub: every stream of a process, how many there may be, and the thread that keeps them."""

from __future__ import annotations

import resource
import socket
import threading
import time
from typing import TYPE_CHECKING

from domain.errors import ThrottledError
from web.live.loop import BEAT_SECONDS, StreamLoop
from web.live.streams import Stream, Wish

if TYPE_CHECKING:
    from domain.accounts import UserId
    from services.container import Services

MOST_STREAMS = 600
MOST_OF_ONE_OWNER = 16
_SPARE_FILES = 256
"""Files that a process needs beside its streams."""


class StreamHub:
    """Takes streams in; its thread begins with the first stream and ends a while after the last."""

    def __init__(self, services: Services, *, beat_seconds: float = BEAT_SECONDS) -> None:
        self._services = services
        self._beat_seconds = beat_seconds
        self._lock = threading.Lock()
        self._loop: StreamLoop | None = None
        self._is_closed = False
        self._limit = min(MOST_STREAMS, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES))

    def check_room(self, owner: UserId) -> None:
        """Refuse a stream too many.

        Raises:
            ThrottledError: If the owner, or the process, has as many as it may have.
        """
        streams = self.streams()
        mine = sum(stream.wish.owner == owner for stream in streams)
        if mine >= MOST_OF_ONE_OWNER or len(streams) >= self._limit:
            raise ThrottledError("There are too many live tabs.", hint="Close some of them.", retry_after_seconds=60)

    def add(self, connection: socket.socket, head: bytes, wish: Wish) -> None:
        """Take over a connection; the head of the answer is written first."""
        stream = Stream(connection, head, wish, now=time.monotonic())
        with self._lock:
            if self._is_closed:
                stream.end()
                return
            if self._loop is None or not self._loop.take(stream):
                self._loop = StreamLoop(self._services, stream, beat_seconds=self._beat_seconds)
                self._loop.start()

    def streams(self) -> frozenset[Stream]:
        """Return the streams there are."""
        with self._lock:
            return self._loop.streams() if self._loop else frozenset()

    def close(self) -> None:
        """End every stream and wait for the threads."""
        with self._lock:
            self._is_closed, loop = True, self._loop
        if loop is not None:
            loop.stop()
