"""The REST interface under /api, its documentation, and the health check.

Its schemas cost a quarter of the whole start, so it is loaded by the first request below its
addresses, or by the warm-up while the server already listens, whichever comes first.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flask import Flask, jsonify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = ("/api", "/platform", "/docs", "/openapi.json")
EXTENSION = "fillwise_interface"


class _Interface:
    """Stands before a server and mounts the interface when somebody asks for it."""

    def __init__(self, server: Flask) -> None:
        self._server = server
        self._inner: WSGIApplication = server.wsgi_app
        self._lock = threading.Lock()
        self._is_mounted = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_mounted and str(environ.get("PATH_INFO", "")).startswith(PREFIXES):
            self.mount()
        return self._inner(environ, start_response)

    def mount(self) -> None:
        """Mount the interface unless it is; one of several callers does, the others wait for it."""
        from web.api import interface

        with self._lock:
            if not self._is_mounted:
                interface.mount(self._server)
                self._is_mounted = True


def install(server: Flask) -> None:
    """Add the health check to a server, and the interface as soon as it is asked for."""
    server.add_url_rule("/health", "health", health)
    server.extensions[EXTENSION] = found = _Interface(server)
    server.wsgi_app = found  # type: ignore[method-assign]


def load(server: Flask) -> None:
    """Mount the interface of a server now."""
    server.extensions[EXTENSION].mount()


def health() -> Any:
    """Answer that the process serves; it looks at nothing else, so that it stays cheap and public."""
    return jsonify(status="ok")
