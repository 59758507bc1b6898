"""A local HTTP(S) server that speaks a vendor's wire format and fails in every way a vendor can."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOR_EVER = 3600.0
"""Seconds no test lives: whoever comes back from such a hang came back by its own deadline."""


@dataclass
class Answer:
    """One HTTP answer.

    `hang_seconds` waits before it, `drip_seconds` sends a byte at a time, `is_head_slow` the head as well, and `cut`
    ends the body early.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    hang_seconds: float = 0.0
    drip_seconds: float = 0.0
    cut: int = 0
    is_zipped: bool = False
    is_head_slow: bool = False

    def payload(self) -> bytes:
        """The bytes of the body."""
        if isinstance(self.body, bytes):
            data = self.body
        elif isinstance(self.body, str):
            data = self.body.encode()
        else:
            data = json.dumps(self.body).encode()
        data = data[: len(data) - self.cut]
        return gzip.compress(data) if self.is_zipped else data


class Vendor:
    """The server: `answer` decides what a path and its query get, `calls` says what was asked.

    Args:
        certificate: File with a key and a certificate; then it speaks TLS.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.answer: Callable[[str, dict[str, str]], Answer] = lambda _path, _query: Answer({}, 404)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()
        self._scheme = "http" if certificate is None else "https"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def asked(self, part: str) -> int:
        """How many calls had this in their path."""
        return sum(part in path for path, _ in self.calls)

    def close(self) -> None:
        """Stop answering; hanging answers end now."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def write_certificate(folder: Path) -> Path:
    """Write a key and a certificate that nobody vouches for."""
    from cryptography import x509  # noqa: PLC0415 - only where TLS is spoken
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - same
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - same

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    return path


def _handler_of(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: ",".join(values) for name, values in parse_qs(parts.query).items()}
            path = parts.path.replace("//", "/")
            vendor.calls.append((path, query))
            answer = vendor.answer(path, query)
            if answer.hang_seconds:
                vendor.released.wait(answer.hang_seconds)
            try:
                self._send(answer, answer.payload())
            except OSError:
                return  # the client has given up, which is what a hang is for

        def _send(self, answer: Answer, body: bytes) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if answer.is_zipped:
                self.send_header("Content-Encoding", "gzip")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.is_head_slow:
                body = b"".join(self._headers_buffer) + b"\r\n" + body
                self._headers_buffer: list[bytes] = []
            else:
                self.end_headers()
            if not answer.drip_seconds:
                self.wfile.write(body)
                return
            for position in range(len(body)):
                self.wfile.write(body[position : position + 1])
                if vendor.released.wait(answer.drip_seconds):
                    return

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
