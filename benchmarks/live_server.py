"""The server of the live benchmark: the whole app with many signed-in users and a market that moves once a second.

Each of them waits for alerts too, and the threads that a server starts (`app.py`) are at work.

    python -m benchmarks.live_server FOLDER USERS

It prints its port and one session token a user as JSON, then answers each line on stdin with what it has used so far.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app import create_app
from config import load_settings
from data.db.users import add_user
from data.quotes import build_providers
from domain.accounts import User, UserId
from domain.alerts import AlertDraft, AlertKind
from services.quotes import QuoteService
from web.live.routes import EXTENSION
from web.serving import make_server

FAR = Decimal(1_000_000_000)
SYMBOLS = ("AAPL", "MSFT", "GOOG", "IBM", "FB", "BTC-USD", "ETH-USD")


class Counting:
    """A provider that counts how often it is asked."""

    def __init__(self, inner):
        self._inner = inner
        self.spec = inner.spec
        self.calls = 0

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def quotes(self, symbols):
        """Count, and ask."""
        self.calls += 1
        return self._inner.quotes(symbols)


def add_people(services, count):
    """Return session tokens of new users; their passwords are nobody's."""
    tokens = []
    for number in range(count):
        now = datetime.now(UTC)
        with services.db.begin() as session:
            user = User(id=UserId(0), username=f"user{number}", display_name="", timezone="UTC", base_currency="USD")
            made = add_user(session, user, username_key=f"user{number}", password_hash="-", now=now)
        services.watchlists.create(made.id, "Mine", SYMBOLS)
        for symbol in SYMBOLS:
            services.alerts.create(made.id, AlertDraft(symbol=symbol, kind=AlertKind.ABOVE, level=FAR))
        tokens.append(services.users.start_session(made.id))
    return tokens


def main(folder, users):
    """Serve until stdin ends."""
    settings = load_settings({"FILLWISE_DATA_DIR": str(folder), "FILLWISE_PORT": "0", "FILLWISE_DEMO": "0"})
    app = create_app(settings)
    services = app.server.extensions["fillwise"]
    counting = Counting(build_providers(("demo",))[0])
    services._built["quotes"] = QuoteService((counting,), Path(folder) / "cache")  # noqa: SLF001 - no setting names it
    tokens = add_people(services, users)
    server = make_server(app.server, settings)
    threading.Thread(target=server.run, daemon=True).start()
    for keeper in (services.report_clock, services.history_clock, services.alert_watch):
        keeper.start()
    print(json.dumps({"port": server.effective_port, "tokens": tokens}), flush=True)
    for _ in sys.stdin:
        hub = app.server.extensions.get(EXTENSION)
        streams = hub.streams() if hub else ()
        used = {
            "cpu": time.process_time(),
            "at": time.monotonic(),
            "calls": counting.calls,
            "streams": len(streams),
            "waiting": sum(stream.waiting_bytes for stream in streams),
            "threads": threading.active_count(),
        }
        print(json.dumps(used), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
