"""The loop: one thread that writes to every stream of a process and never waits for any of them.

What changed is written down once, however many streams want it. Every second the sessions of all streams are checked
with one query, and those that have ended are closed.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from domain.errors import FillwiseError
from web.live.board import PriceBoard
from web.live.feed import PriceFeed, Seen, Wanted
from web.live.streams import Stream

if TYPE_CHECKING:
    from domain.accounts import UserId
    from services.container import Services

_LOG = logging.getLogger("fillwise.live")
BEAT_SECONDS = 0.5
"""How often the feed looks for changes; the board of prices itself changes as often."""
CHECK_SECONDS = 1.0
"""How often all sessions are checked."""
HEARTBEAT_SECONDS = 15.0
LINGER_SECONDS = 30.0
"""How long the threads stay when the last stream has ended."""
UNCHECKED_SECONDS = 10.0
"""How long streams go on while the database cannot say whether their sessions hold."""


class StreamLoop:
    """Owns the sockets of its streams; everything but `take`, `streams`, `start` and `stop` runs in its thread."""

    def __init__(self, services: Services, first: Stream, *, beat_seconds: float) -> None:
        self._users = services.users
        self._alerts = services.alerts
        self._events: Mapping[UserId, int] = {}
        self._clock = services.clock
        self._beat_seconds = beat_seconds
        self._lock = threading.Lock()
        self._new = [first]
        self._streams: frozenset[Stream] = frozenset()
        self._seen: Seen | None = None
        self._wanted = Wanted()
        self._is_stopping = self._has_ended = False
        self._checked_at = self._known_at = self._used_at = self._beat_at = time.monotonic()
        self._board = PriceBoard()
        self._ear, self._bell = socket.socketpair()
        self._ear.settimeout(0)
        self._bell.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._feed = PriceFeed(services.quotes, lambda: self._wanted, self._publish, beat_seconds=beat_seconds)
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def take(self, stream: Stream) -> bool:
        """Take a stream over; False when the loop has just ended."""
        with self._lock:
            if self._has_ended:
                return False
            self._new.append(stream)
        self._wake()
        return True

    def streams(self) -> frozenset[Stream]:
        """Return the streams there are."""
        with self._lock:
            return self._streams | frozenset(self._new)

    def stop(self) -> None:
        """End every stream and wait for the threads."""
        self._is_stopping = True
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _publish(self, seen: Seen) -> None:
        self._seen = seen
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._bell.send(b"!")

    def _run(self) -> None:
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._admit()
        self._feed.start()
        try:
            while not self._may_end():
                self._turn()
        except Exception:  # noqa: BLE001 - whatever it is, the streams have to be closed, and the next one starts anew
            _LOG.exception("The live prices have stopped; the next stream starts them again")
        finally:
            self._end_all()

    def _turn(self) -> None:
        """Wait for something to happen and do what is due."""
        for key, events in self._selector.select(self._beat_seconds):
            if key.fileobj is self._ear:
                with suppress(BlockingIOError):
                    self._ear.recv(4096)
            else:
                self._hear(key.data, events)
        self._admit()
        is_late = time.monotonic() - self._beat_at >= CHECK_SECONDS
        if self._seen is not None or is_late:
            self._beat()

    def _admit(self) -> None:
        """Let new streams in; the feed looks at once when they bring new symbols."""
        with self._lock:
            new, self._new = self._new, []
            self._streams |= frozenset(new)
        for stream in new:
            self._selector.register(stream.connection, selectors.EVENT_READ, stream)
            self._tell(stream)
        if new:
            before = self._wanted
            self._survey()
            if not {*self._wanted.symbols, *self._wanted.charts} <= {*before.symbols, *before.charts}:
                self._feed.hurry()

    def _hear(self, stream: Stream, events: int) -> None:
        """Go on writing to a browser that takes something again; a browser that says anything wants to go."""
        try:
            if events & selectors.EVENT_READ and not stream.connection.recv(4096):
                raise ConnectionResetError
            if events & selectors.EVENT_WRITE:
                stream.flush(time.monotonic())
                self._watch(stream)
        except BlockingIOError:
            return
        except OSError:
            self._drop(stream)

    def _beat(self) -> None:
        """Write what was seen on the board, end what has to end, and tell the others."""
        self._beat_at = now = time.monotonic()
        seen, self._seen = self._seen, None
        if now - self._checked_at >= CHECK_SECONDS:
            self._end_signed_out()
            self._find_events()
        if seen is not None:
            self._board.write(seen.quotes, seen.candles, at=self._clock().timestamp())
        for stream in self._streams:
            self._tell(stream)
        self._survey()

    def _tell(self, stream: Stream) -> None:
        try:
            event = self._events.get(stream.wish.owner, 0)
            stream.tell(self._board, time.monotonic(), heartbeat_seconds=HEARTBEAT_SECONDS, event=event)
            self._watch(stream)
        except OSError:
            self._drop(stream)

    def _watch(self, stream: Stream) -> None:
        """Ask to be told when a browser that is behind takes more."""
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.is_behind else 0)
        if self._selector.get_key(stream.connection).events != events:
            self._selector.modify(stream.connection, events, stream)

    def _end_signed_out(self) -> None:
        """End the streams whose sessions are over: signed out, password changed, expired."""
        hashes = {stream.wish.token_hash for stream in self._streams}
        try:
            holding = self._users.find_holding(hashes) if hashes else set()
            self._checked_at = self._known_at = time.monotonic()
        except FillwiseError:
            self._checked_at = time.monotonic()
            holding = hashes if self._checked_at - self._known_at < UNCHECKED_SECONDS else set()
        for stream in self._streams:
            if stream.wish.token_hash not in holding:
                self._drop(stream, "signed out")

    def _find_events(self) -> None:
        """Note the newest of what alerts have told everybody who looks; while the database is busy it waits."""
        with suppress(FillwiseError):
            self._events = self._alerts.newest({stream.wish.owner for stream in self._streams})

    def _drop(self, stream: Stream, reason: str = "") -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(stream.connection)
        stream.end(reason)
        with self._lock:
            self._streams -= {stream}

    def _survey(self) -> None:
        """Note what is looked at."""
        wishes = [stream.wish for stream in self._streams]
        symbols = dict.fromkeys(symbol for wish in wishes for symbol in wish.symbols)
        charts = dict.fromkeys(wish.chart for wish in wishes if wish.chart)
        if symbols.keys() != set(self._wanted.symbols) or charts.keys() != set(self._wanted.charts):
            self._wanted = Wanted(symbols=tuple(symbols), charts=tuple(charts))
            self._board.forget(symbols, charts)

    def _may_end(self) -> bool:
        """Whether the thread may go; decided under the lock, so that no new stream is left without one."""
        now = time.monotonic()
        with self._lock:
            if self._streams or self._new:
                self._used_at = now
            self._has_ended = self._is_stopping or now - self._used_at > LINGER_SECONDS
            return self._has_ended

    def _end_all(self) -> None:
        with self._lock:
            self._has_ended = True
            left = self._streams | frozenset(self._new)
            self._streams, self._new = frozenset(), []
        for stream in left:
            stream.end()
        self._feed.stop()
        self._feed.join()
        self._selector.close()
        self._ear.close()
        self._bell.close()
