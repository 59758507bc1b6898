"""A local HTTP server that speaks a vendor's wire format and fails in every way a vendor can."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOR_EVER = 3600.0
"""Seconds no test lives: whoever comes back from such a hang came back by its own deadline."""


@dataclass
class Answer:
    """One HTTP answer; `hang_seconds` waits before it, `cut` ends the body early."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    hang_seconds: float = 0.0
    cut: int = 0

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            data = self.body
        elif isinstance(self.body, str):
            data = self.body.encode()
        else:
            data = json.dumps(self.body).encode()
        return data[: len(data) - self.cut]


class Vendor:
    """The server: `answer` decides what a path and its query get, `calls` says what was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[str, dict[str, str]], Answer] = lambda _path, _query: Answer({}, 404)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def asked(self, part: str) -> int:
        """How many calls had this in their path."""
        return sum(part in path for path, _ in self.calls)

    def close(self) -> None:
        """Stop answering; hanging answers end now."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            path = parts.path.replace("//", "/")
            vendor.calls.append((path, query))
            answer = vendor.answer(path, query)
            if answer.hang_seconds:
                vendor.released.wait(answer.hang_seconds)
            body = answer.payload()
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # the client has given up, which is what a hang is for

        def log_message(self, format: str, *args: Any) -> None:  # type: ignore[explicit-override]  # noqa: A002
            return

    return Handler


FAULTS = {
    "hang": Answer({}, hang_seconds=FOR_EVER),
    "too many": Answer("Too Many Requests", 429, {"Retry-After": "77"}, "text/plain"),
    "too many, no hint": Answer({"error": "API limit reached."}, 429),
    "server error": Answer({"error": "oops"}, 500),
    "web page": Answer("<html><body>Welcome</body></html>", content_type="text/html"),
    "web page called JSON": Answer("<html><body>Welcome</body></html>"),
    "truncated": Answer({"c": 1.5, "t": 1, "chart": {"result": [{"meta": {}}]}}, cut=9),
    "empty list": Answer([]),
    "empty object": Answer({}),
    "null": Answer(None),
    "text": Answer('"hello"'),
    "wrong types": Answer({"c": "abc", "t": [], "chart": {"result": [{"meta": {"regularMarketPrice": "abc"}}]}}),
    "refused access": Answer({"error": "You don't have access to this resource."}, 403),
}
