"""One stream: a socket, what its tab looks at, and what it has been told so far."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass

from domain.accounts import UserId
from domain.market import BarInterval
from web.live.board import PriceBoard

SEND_BUFFER_BYTES = 65_536
GIVE_UP_SECONDS = 30.0
"""How long a browser may take nothing at all before its stream ends."""
HEARTBEAT = b": .\n\n"
_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one tab wants to be told.

    Attributes:
        owner: Whose tab it is.
        token_hash: The session it came with, as the database knows it.
        symbols: Symbols in order, each once.
        chart: Symbol and interval of the chart it shows, None without one.
    """

    owner: UserId
    token_hash: str
    symbols: tuple[str, ...]
    chart: tuple[str, BarInterval] | None = None


class Stream:
    """A connection that is written to without ever waiting for it.

    What the socket does not take stays in `_rest`, at most one message; until it is gone nothing new is written, and
    then only the newest prices: a slow browser skips beats, it never queues them.
    """

    def __init__(self, connection: socket.socket, head: bytes, wish: Wish, *, now: float) -> None:
        self.connection = connection
        self.wish = wish
        self.told_at = now
        self._version = 0
        self._event = 0
        self._rest = head + b"retry: 3000\n\n"
        self._taken_at = now
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if _USER_TIMEOUT is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, int(GIVE_UP_SECONDS * 1000))

    @property
    def is_behind(self) -> bool:
        """Whether the browser has not yet taken what was written before."""
        return bool(self._rest)

    @property
    def waiting_bytes(self) -> int:
        """How much is kept for the browser."""
        return len(self._rest)

    def tell(self, board: PriceBoard, now: float, *, heartbeat_seconds: float, event: int = 0) -> None:
        """Write what is new on the board, or a sign of life when nothing is.

        Args:
            board: What browsers are told of prices.
            now: The instant, in seconds that only grow.
            heartbeat_seconds: How long a stream may be silent.
            event: The newest of what the owner's alerts have told; the tab asks for it when it does not know it.

        Raises:
            OSError: If the browser is gone, or has taken nothing for too long.
        """
        if self.is_behind:
            if now - self._taken_at > GIVE_UP_SECONDS:
                raise TimeoutError
            self.flush(now)
        if self.is_behind:
            return
        message = board.message(self.wish.symbols, self.wish.chart, self._version)
        self._version = board.version
        if event > self._event:
            self._event = event
            message += b"event: alerts\ndata: %d\n\n" % event
        if not message and now - self.told_at < heartbeat_seconds:
            return
        self.told_at = now
        self._rest = message or HEARTBEAT
        self.flush(now)

    def flush(self, now: float) -> None:
        """Write as much of what waits as the socket takes.

        Raises:
            OSError: If the browser is gone.
        """
        try:
            sent = self.connection.send(self._rest)
        except BlockingIOError:
            return
        self._taken_at = now
        self._rest = self._rest[sent:]

    def end(self, reason: str = "") -> None:
        """Close the connection; a reason is told when the browser still takes it."""
        with suppress(OSError):
            if reason and not self.is_behind:
                self.connection.send(f"event: end\ndata: {reason}\n\n".encode())
        self.connection.close()
