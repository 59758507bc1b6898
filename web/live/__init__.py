"""Prices as they move: one stream of server-sent events for each visible tab.

A stream costs no thread. The request passes the guard like any other; then its socket is taken out of the server's
hands (`handover.py`) and kept, with all others, by one thread of the process (`hub.py`, `loop.py`), which writes each
change down once (`feed.py`, `board.py`) and ends the streams of sessions that have ended. Where a server does not give
its socket away, the browser is told so and falls back to its interval (assets/js/stream.js).
"""

from __future__ import annotations

from flask import Flask

from web.live.handover import Handover
from web.live.routes import BLUEPRINT, close

__all__ = ["close", "install"]


def install(server: Flask) -> None:
    """Add the stream to a server."""
    server.register_blueprint(BLUEPRINT)
    server.wsgi_app = Handover(server.wsgi_app)  # type: ignore[method-assign]
