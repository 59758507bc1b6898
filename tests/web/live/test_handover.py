"""Handing a connection over: the socket moves, the server is left with nothing, others are served as ever."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from web.live.handover import PATH, SOCKET, HandedOver, Handover, ask_handover, can_hand_over

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The server's socket and the browser's."""
    server, browser = socket.socketpair()
    browser.settimeout(5)
    yield server, browser
    server.close()
    browser.close()


def make_app(status: str, taken: list[Any] | None) -> Callable[..., list[bytes]]:
    """An application that wishes for the connection unless `taken` is None."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if taken is not None:
            ask_handover(environ, lambda connection, head: taken.append((connection, head)))
        start_response(status, [("Content-Type", "text/event-stream"), ("Content-Length", "2")])
        return [b"ok"]

    return app


def call(app: Any, name: str, server: socket.socket | None, path: str = PATH) -> tuple[str, list[bytes]]:
    """Call an application as a server does; returns status and body."""
    said: list[Any] = []
    environ = {"PATH_INFO": path} | ({name: server} if server else {})
    body = app(environ, lambda status, headers: said.extend((status, headers)))
    return said[0], list(body)


@pytest.mark.parametrize("name", [SOCKET, "gunicorn.socket"])
def test_the_connection_moves(ends: Ends, name: str) -> None:
    """The taker gets a socket of its own and the head without a length; the server's own end is dead."""
    server, browser = ends
    taken: list[Any] = []
    with pytest.raises(StopIteration):
        call(Handover(make_app("200 OK", taken)), name, server)
    ((connection, head),) = taken
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
    assert b"Content-Length" not in head
    server.settimeout(5)
    assert server.recv(1) == b""
    server.close()
    connection.send(b"still here")
    assert browser.recv(100) == b"still here"
    connection.close()


@pytest.mark.parametrize("status", ["401 UNAUTHORIZED", "500 INTERNAL SERVER ERROR"])
def test_a_refusal_is_answered_by_the_server(ends: Ends, status: str) -> None:
    """Whatever the app made of the request after all: only a good answer moves the connection."""
    taken: list[Any] = []
    assert call(Handover(make_app(status, taken)), SOCKET, ends[0]) == (status, [b"ok"])
    assert taken == []


def test_other_requests_pass(ends: Ends) -> None:
    """No wish, another address, or a server that lends no socket: an ordinary answer."""
    assert call(Handover(make_app("200 OK", None)), SOCKET, ends[0]) == ("200 OK", [b"ok"])
    assert call(Handover(make_app("200 OK", [])), SOCKET, ends[0], "/other") == ("200 OK", [b"ok"])
    assert call(Handover(make_app("200 OK", [])), SOCKET, None) == ("200 OK", [b"ok"])


def test_what_can_be_handed_over(ends: Ends) -> None:
    """A plain socket can, none and something else cannot."""
    assert can_hand_over({SOCKET: ends[0]})
    assert not can_hand_over({})
    assert not can_hand_over({SOCKET: object()})
    assert issubclass(HandedOver, StopIteration)
