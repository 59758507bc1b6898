"""Takes the socket of a request out of the hands of the server that accepted it.

A WSGI server keeps a thread busy for as long as an answer lasts. The answer of a stream lasts for hours, so its view
only leaves a wish in the environment; when the app has answered, headers and all, the connection is moved to the hub
and the server is told that this request has no answer of its own.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/live/prices"
WISH = "fillwise.live"
SOCKET = "fillwise.socket"
_SOCKETS = (SOCKET, "gunicorn.socket")
Taker = Callable[[socket.socket, bytes], None]
"""Called with the connection and the head of the answer, which it has to send."""


class HandedOver(StopIteration):
    """The request has left the server.

    gunicorn closes its side of a connection whose request raises StopIteration, and writes nothing; the built-in server
    knows this class (web/serving.py).
    """


class Handover:
    """Stands before an app and gives away the connections whose views wished so."""

    def __init__(self, inner: WSGIApplication) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or hand its connection over and raise `HandedOver`."""
        if environ.get("PATH_INFO") != PATH or not can_hand_over(environ):
            return self._inner(environ, start_response)
        heard: list[Any] = []

        def note(*said: Any) -> Callable[[bytes], object]:
            heard[:] = said
            return _write_nothing

        body = self._inner(environ, note)
        take: Taker | None = environ.pop(WISH, None)
        status, headers = heard[0], heard[1]
        if take is None or not status.startswith("200"):
            start_response(*heard)
            return body
        _close(body)
        take(_take_socket(environ), _head(status, headers))
        raise HandedOver


def can_hand_over(environ: WSGIEnvironment) -> bool:
    """Whether the server lends the request's socket; one inside TLS cannot be moved, nor can any on Windows."""
    lent = _find_socket(environ)
    return os.name == "posix" and isinstance(lent, socket.socket) and not isinstance(lent, ssl.SSLSocket)


def ask_handover(environ: WSGIEnvironment, take: Taker) -> None:
    """Ask for the connection of the running request once its answer is ready."""
    environ[WISH] = take


def _find_socket(environ: WSGIEnvironment) -> Any:
    return next((environ[name] for name in _SOCKETS if name in environ), None)


def _take_socket(environ: WSGIEnvironment) -> socket.socket:
    """Return the connection as a socket of our own; the server's now leads nowhere, so that it may shut it down."""
    lent = _find_socket(environ)
    taken = socket.socket(lent.family, lent.type, lent.proto, fileno=os.dup(lent.fileno()))
    near, far = socket.socketpair()
    os.dup2(near.fileno(), lent.fileno())
    near.close()
    far.close()
    taken.settimeout(0)
    return taken


def _head(status: str, headers: list[tuple[str, str]]) -> bytes:
    kept = [f"{name}: {value}" for name, value in headers if name.lower() != "content-length"]
    lines = [f"HTTP/1.1 {status}", *kept, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _close(body: Iterable[bytes]) -> None:
    end = getattr(body, "close", None)
    if end is not None:
        end()


def _write_nothing(_: bytes) -> None:
    """Take the place of WSGI's write function, which no view of ours uses."""
