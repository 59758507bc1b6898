"""Streams of prices over WebSocket: one connection, one thread, plain text messages.

ccxt.pro would bring asyncio, aiohttp and a second copy of every exchange; the public ticker channels are a few lines of
JSON each, so `websockets` (already there for yfinance) with its threading client is all that is used.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data.quotes.session import read_answer
from domain.errors import QuoteUnavailableError
from domain.market import Tick

_WAIT_SECONDS = 0.5
_SILENCE_SECONDS = 60.0
_LONGEST_MESSAGE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How one provider's stream is spoken.

    Attributes:
        title: Name for people.
        url: Address, wss://.
        hello: Messages that subscribe.
        read: Gives the prices and deals of a message, deals first; an empty list when it has none. Raises `QuoteError`
            when it says a fault.
        ping: Text sent every 20 seconds, "" where the protocol's own pings do.
        timeout_seconds: Longest wait for the connection.
    """

    title: str
    url: str
    hello: Sequence[str]
    read: Callable[[dict[str, Any]], list[Tick]]
    ping: str = ""
    timeout_seconds: float = 5.0


def follow(feed: Feed, stop: threading.Event) -> Iterator[Tick]:
    """Yield the prices and deals of a stream until `stop` is set.

    Raises:
        QuoteUnavailableError: If it cannot be opened, ends, falls silent for a minute or says nonsense.
    """
    from websockets.exceptions import WebSocketException  # noqa: PLC0415 - 40 ms
    from websockets.sync.client import connect  # noqa: PLC0415 - same

    try:
        with connect(
            feed.url, open_timeout=feed.timeout_seconds, close_timeout=1, max_size=_LONGEST_MESSAGE, proxy=None
        ) as connection:
            for message in feed.hello:
                connection.send(message)
            yield from _read_messages(connection, feed, stop)
    except (WebSocketException, OSError, EOFError) as error:
        raise QuoteUnavailableError(f"The stream of {feed.title} ended ({type(error).__name__}).") from error


def _read_messages(connection: Any, feed: Feed, stop: threading.Event) -> Iterator[Tick]:
    heard = pinged = time.monotonic()
    while not stop.is_set():
        try:
            message = connection.recv(timeout=_WAIT_SECONDS)
            heard = time.monotonic()
            yield from _ticks_of(feed, message)
        except TimeoutError:
            if time.monotonic() - heard > _SILENCE_SECONDS:
                raise QuoteUnavailableError(f"The stream of {feed.title} fell silent.") from None
        if feed.ping and time.monotonic() - pinged > _SILENCE_SECONDS / 3:
            connection.send(feed.ping)
            pinged = time.monotonic()


def _ticks_of(feed: Feed, message: str | bytes) -> list[Tick]:
    if message in ("pong", b"pong"):
        return []
    try:
        found = json.loads(message)
    except ValueError as error:
        raise QuoteUnavailableError(f"The stream of {feed.title} is not JSON.") from error
    if not isinstance(found, dict):
        return []
    ticks: list[Tick] = read_answer(feed.title, lambda: feed.read(found))
    return ticks
