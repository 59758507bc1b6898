"""The REST interface under /api, and the health check."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify


def install(server: Flask) -> None:
    """Add the interface to a server."""
    server.add_url_rule("/health", "health", health)


def health() -> Any:
    """Answer that the process serves; it looks at nothing else, so that it stays cheap and public."""
    return jsonify(status="ok")
