"""Fetching a logo: which addresses are asked at all, and which answers are taken."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

from data.quotes.logos import LARGEST_BYTES, fetch_logo
from domain.errors import QuoteUnavailableError


class _Host(BaseHTTPRequestHandler):
    """Answers by path: /<status>/<type>/<bytes>."""

    def do_GET(self) -> None:
        status, kind, size = self.path.strip("/").split("/")
        self.send_response(int(status))
        self.send_header("Content-Type", kind.replace("-", "/"))
        if status == "302":
            self.send_header("Location", "https://logos.example/200/image-png/4")
        self.end_headers()
        self.wfile.write(b"x" * int(size))

    @override
    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a host with pictures."""
    server = HTTPServer(("127.0.0.1", 0), _Host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(port: int, path: str) -> bytes:
    """Fetch from the local host as if it were a public one."""
    return fetch_logo(
        f"https://logos.example/{path}",
        resolve=lambda _: ["93.184.215.14"],
        connect=lambda _host, _address: http.client.HTTPConnection("127.0.0.1", port, timeout=30),
    )


def test_a_small_picture_is_taken(port: int) -> None:
    """Its bytes come as they are."""
    assert fetch(port, "200/image-png/10") == b"x" * 10
    assert len(fetch(port, f"200/image-jpeg/{LARGEST_BYTES}")) == LARGEST_BYTES


@pytest.mark.parametrize(
    "path",
    [
        "404/image-png/4",
        "302/image-png/4",
        "200/image-svg+xml/4",
        "200/text-html/4",
        f"200/image-png/{LARGEST_BYTES + 1}",
    ],
)
def test_anything_else_is_refused(port: int, path: str) -> None:
    """An error, a second address, another type, too much."""
    with pytest.raises(QuoteUnavailableError):
        fetch(port, path)


@pytest.mark.parametrize(
    "url",
    [
        "http://logos.example/a.png",
        "https://logos.example:8443/a.png",
        "https://user:word@logos.example/a.png",
        "file:///etc/passwd",
        "https://",
        "//logos.example/a.png",
        "https://logos.example/a b.png",
        "https://logos.example/\u00e4.png",
        "https://logos.example/" + "a" * 2_001,
        "https://[::1/a.png",
    ],
)
def test_only_plain_https_is_asked(url: str) -> None:
    """Nobody is even looked up for any other address."""

    def resolve(host: str) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(QuoteUnavailableError):
        fetch_logo(url, resolve=resolve)


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
    ],
)
def test_no_machine_of_this_network_is_asked(addresses: list[str]) -> None:
    """One private address among those of a name is enough to leave it alone."""

    def connect(host: str, address: str) -> http.client.HTTPConnection:
        raise AssertionError(host + address)

    with pytest.raises(QuoteUnavailableError):
        fetch_logo("https://logos.example/a.png", resolve=lambda _: addresses, connect=connect)


def test_the_checked_address_is_the_one_that_is_asked() -> None:
    """The name is looked up once: a second answer for it cannot lead elsewhere."""
    asked: list[tuple[str, str]] = []

    def connect(host: str, address: str) -> http.client.HTTPConnection:
        asked.append((host, address))
        raise OSError

    with pytest.raises(OSError):
        fetch_logo("https://logos.example/a.png", resolve=lambda _: ["93.184.215.14"], connect=connect)
    assert asked == [("logos.example", "93.184.215.14")]
