"""The server of the chart benchmark: the whole app with kept bars.

    python -m benchmarks.chart_server FOLDER ROWS

The page of the peers and their files stand below `/bench/` of the app itself, so that every engine is asked for in the
same session, under the same policy, and reads the bars from the app's own addresses. It prints its port and a session
token as JSON and serves until stdin ends.
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, send_from_directory
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app import create_app
from benchmarks.chart_bars import make_bars
from components.chart import study_specs
from config import load_settings
from data.candles.merging import plain_bars
from data.db.users import add_user
from domain.accounts import User, UserId
from domain.candles import SeriesKey
from domain.columns import take
from domain.market import BarInterval
from web.serving import make_server

HERE = Path(__file__).resolve().parent / "charts"
MANY, FEW, FEW_BARS = "BENCH", "BENCHFEW", 1_000


def keep_bars(services, rows):
    """Keep the bars of both symbols as those of somebody's own files."""
    bars = make_bars(rows)
    for symbol, count in ((MANY, rows), (FEW, FEW_BARS)):
        key = SeriesKey(provider="files", symbol=symbol, interval=BarInterval.M1)
        services.candle_archive.series(key).append(plain_bars(take(bars, slice(rows - count, None)), 2**61))


def add_person(services):
    """Return the session token of a new user, whose password is nobody's."""
    now = datetime.now(UTC)
    with services.db.begin() as session:
        user = User(id=UserId(0), username="bench", display_name="", timezone="UTC", base_currency="USD")
        made = add_user(session, user, username_key="bench", password_hash="-", now=now)
    return services.users.start_session(made.id)


def make_bench(policy):
    """Return the page of the engines and the peers' files, under a policy."""
    bench = Flask("bench")
    bench.add_url_rule("/specs.json", "specs", study_specs)
    bench.add_url_rule("/peers/<path:name>", "peers", lambda name: send_from_directory(HERE / "node_modules", name))
    bench.add_url_rule("/<name>", "page", lambda name: send_from_directory(HERE, name))

    @bench.after_request
    def add_policy(response):
        response.headers["Content-Security-Policy"] = policy
        return response

    return bench


def main(folder, rows):
    """Serve until stdin ends."""
    settings = load_settings({"FILLWISE_DATA_DIR": str(folder), "FILLWISE_PORT": "0", "FILLWISE_DEMO": "0"})
    app = create_app(settings)
    services = app.server.extensions["fillwise"]
    keep_bars(services, rows)
    policy = app.server.test_client().get("/signin").headers["Content-Security-Policy"]
    app.server.wsgi_app = DispatcherMiddleware(app.server.wsgi_app, {"/bench": make_bench(policy)})
    server = make_server(app.server, settings)
    threading.Thread(target=server.run, daemon=True).start()
    print(json.dumps({"port": server.effective_port, "token": add_person(services)}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
