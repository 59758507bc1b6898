"""The address of the stream, behind the same guard as every other."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import NotImplemented as NotOffered

from domain.charts import check_symbol
from domain.errors import AuthorisationError, InvalidInputError
from domain.market import BarInterval
from web.auth import cookies
from web.context import current_owner, services
from web.live.handover import PATH, ask_handover, can_hand_over

if TYPE_CHECKING:
    from web.live.hub import StreamHub
    from web.live.streams import Wish

BLUEPRINT = Blueprint("live", __name__)
EXTENSION = "fillwise_live"
MOST_SYMBOLS = 250
_MAKING = threading.Lock()


@BLUEPRINT.get(PATH)
def stream_prices() -> Response:
    """Stream the prices of some symbols, and the last candle of one chart, for as long as the session holds."""
    wish = _read_wish()
    if not can_hand_over(request.environ):
        raise NotOffered("This server cannot stream prices; they are renewed by questions instead.")
    hub = _hub()
    hub.check_room(wish.owner)
    ask_handover(request.environ, lambda connection, head: hub.add(connection, head, wish))
    # A proxy in between passes each event on at once.
    return Response(b"", mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def close(server: Flask) -> None:
    """End the streams of an app and wait for their thread."""
    hub: StreamHub | None = server.extensions.pop(EXTENSION, None)
    if hub is not None:
        hub.close()


def _read_wish() -> Wish:
    from services.sessions import hash_token
    from web.live.streams import Wish

    owner, token = current_owner(), cookies.read_cookie(cookies.SESSION)
    if not token:
        raise AuthorisationError("A stream belongs to a session in a browser.", hint="Ask /api/v1/quotes instead.")
    symbols = [check_symbol(text) for text in request.args.get("symbols", "").split(",") if text.strip()]
    if len(symbols) > MOST_SYMBOLS:
        raise InvalidInputError(f"A stream carries at most {MOST_SYMBOLS} symbols.", field="symbols")
    chart = _read_chart(request.args.get("candle", ""))
    if not symbols and chart is None:
        raise InvalidInputError("Name the symbols to stream.", field="symbols", hint="For example symbols=AAPL,MSFT.")
    named = tuple(dict.fromkeys(symbols))
    return Wish(owner=owner, token_hash=hash_token(token), symbols=named, chart=chart)


def _read_chart(text: str) -> tuple[str, BarInterval] | None:
    symbol, _, interval = text.strip().rpartition(" ")
    if not text.strip():
        return None
    if not symbol.strip() or interval.lower() not in set(BarInterval):
        raise InvalidInputError(f"{text[:40]!r} is not a chart.", field="candle", hint="Such as AAPL 1d.")
    return check_symbol(symbol), BarInterval(interval.lower())


def _hub() -> StreamHub:
    """Return the hub of this app, made by the first who streams."""
    kept: dict[str, Any] = current_app.extensions
    with _MAKING:
        if EXTENSION not in kept:
            from web.live.hub import StreamHub

            kept[EXTENSION] = StreamHub(services())
        hub: StreamHub = kept[EXTENSION]
        return hub
