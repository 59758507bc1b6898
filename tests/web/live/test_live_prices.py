"""Streams of the whole app over the built-in server: prices arrive, sessions end them, strangers get nothing."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from dash import Dash

from config import Settings
from domain.accounts import UserId
from domain.alerts import AlertDraft, AlertKind
from services.alert_watch import AlertDesk
from services.container import Services
from tests.web.client import PASSWORD, make_app
from web import live
from web.context import EXTENSION
from web.live import hub as hubs
from web.live.routes import EXTENSION as HUB
from web.serving import make_server

NUMBERS = itertools.count(1)
PATIENCE = 120.0
"""For what happens at once on a machine that is not busy."""


class Browser:
    """A connection to the server that follows a stream."""

    def __init__(
        self, port: int, token: str = "", path: str = "/live/prices?symbols=AAPL,MSFT", more: str = ""
    ) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        cookie = f"Cookie: fillwise_session={token}\r\n" if token else ""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}{more}\r\n".encode())
        self._lines = self._socket.makefile("rb")
        self.status = int(self._lines.readline().split()[1])
        self.headers = dict(line.decode().rstrip().split(": ", 1) for line in iter(self._lines.readline, b"\r\n"))

    def event(self, name: str) -> str:
        """The data of the next event of a name; "" when the stream has ended."""
        at = ""
        for line in self._lines:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                at = text[7:]
            elif text.startswith("data: ") and at == name:
                return text[6:]
        return ""

    def close(self) -> None:
        """Go away."""
        self._lines.close()
        self._socket.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """The whole app with the demo's prices; every test has people of its own in it."""
    return make_app(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def services(app: Dash) -> Services:
    """Its services."""
    found: Services = app.server.extensions[EXTENSION]
    return found


@pytest.fixture(scope="module")
def port(app: Dash, services: Services) -> Iterator[int]:
    """The port of the built-in server with two threads only."""
    settings = Settings(data_dir=services.installation.data_dir, database_url="", port=0, threads=2)
    server = make_server(app.server, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield int(server.effective_port)
    live.close(app.server)
    server.close()
    thread.join(PATIENCE)
    services.quotes.close()


@pytest.fixture
def token(services: Services) -> str:
    """A session of a user."""
    return services.users.start_session(add_user(services))


@pytest.fixture
def follow(port: int) -> Iterator[Callable[..., Browser]]:
    """Open streams; all are closed in the end."""
    opened: list[Browser] = []

    def open_one(*arguments: str, **more: str) -> Browser:
        opened.append(Browser(port, *arguments, **more))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def add_user(services: Services) -> UserId:
    """A new user, whose password nobody has but who has forgotten none."""
    return services.users.register(f"person{next(NUMBERS)}", PASSWORD).id


def until(check: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not check():
        assert time.monotonic() < end
        time.sleep(0.02)


def streams(app: Dash) -> int:
    """How many streams the app has."""
    return len(app.server.extensions[HUB].streams())


def test_prices_arrive_and_cost_no_thread(app: Dash, follow: Callable[..., Browser], token: str, port: int) -> None:
    """Nine streams of a server with two threads hear prices, and a page is still answered."""
    found = [follow(token) for _ in range(9)]
    for each in found:
        assert each.status == 200
        assert each.headers["Content-Type"].startswith("text/event-stream")
        assert each.headers["Cache-Control"] == "no-store"
        lines = json.loads(each.event("prices"))["q"]
        assert {line["s"] for line in lines} <= {"AAPL", "MSFT"}
    assert follow(token, path="/health").status == 200
    until(lambda: streams(app) == 9)


def test_a_candle_arrives(follow: Callable[..., Browser], token: str) -> None:
    """The chart that a tab names gets its last bar."""
    stream = follow(token, path="/live/prices?symbols=&candle=AAPL%201m")
    bar = json.loads(stream.event("candle"))
    assert (bar["s"], bar["i"]) == ("AAPL", "1m")
    assert bar["l"] <= bar["c"] <= bar["h"]


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_strangers_get_no_stream(follow: Callable[..., Browser], token: str) -> None:
    """Without a session, or with a made-up one, the guard answers before anything streams."""
    stream = follow(token)
    assert stream.status == 401
    assert "text/event-stream" not in stream.headers.get("Content-Type", "")


def test_a_stream_is_for_browsers(follow: Callable[..., Browser], services: Services) -> None:
    """A bearer token opens no stream, and another site's page neither."""
    owner = add_user(services)
    bearer = services.users.issue_access_token(services.users.get(owner))
    assert follow("", more=f"Authorization: Bearer {bearer}\r\n").status == 401
    session = services.users.start_session(owner)
    assert follow(session, more="Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n").status == 403


def test_signing_out_ends_the_stream(app: Dash, follow: Callable[..., Browser], services: Services, token: str) -> None:
    """Signed out in another tab: the stream is told and closed, and one of somebody else goes on."""
    other = services.users.start_session(add_user(services))
    mine, theirs = follow(token), follow(other)
    assert mine.event("prices")
    services.users.end_session(token)
    assert mine.event("end") == "signed out"
    assert mine.event("prices") == ""
    assert theirs.event("prices")
    until(lambda: streams(app) == 1)


def test_a_changed_password_ends_the_streams(follow: Callable[..., Browser], services: Services) -> None:
    """Every session is over with the old password, and with them their streams."""
    owner = add_user(services)
    found = [follow(services.users.start_session(owner)) for _ in range(2)]
    assert all(each.event("prices") for each in found)
    services.users.change_password(owner, PASSWORD, "five quite unrelated words")
    assert [each.event("end") for each in found] == ["signed out", "signed out"]


def test_a_disabled_user_hears_nothing_more(follow: Callable[..., Browser], services: Services, token: str) -> None:
    """Whoever may not sign in any more has no stream either."""
    from data.db import users  # noqa: PLC0415 - what no service offers

    stream = follow(token)
    assert stream.event("prices")
    found = services.users.resolve_session(token)
    assert found is not None
    with services.db.begin() as session:
        users.set_disabled(session, found[1].id, is_disabled=True)
    assert stream.event("end") == "signed out"


def test_who_leaves_is_forgotten(app: Dash, follow: Callable[..., Browser], token: str) -> None:
    """A closed tab is noticed at once, not when the next price would be sent."""
    stream = follow(token)
    until(lambda: streams(app) == 1)
    stream.close()
    until(lambda: streams(app) == 0)


def test_one_person_has_a_limited_number_of_streams(
    app: Dash, follow: Callable[..., Browser], services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stream too many is refused with a way out; somebody else still gets one."""
    monkeypatch.setattr(hubs, "MOST_OF_ONE_OWNER", 2)
    assert [follow(token).status for _ in range(2)] == [200, 200]
    until(lambda: streams(app) == 2)
    refused = follow(token)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert follow(services.users.start_session(add_user(services))).status == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("symbols=%3Cscript%3E", 422),
        ("symbols=" + ",".join(f"S{n}" for n in range(251)), 422),
        ("symbols=AAPL&candle=AAPL%209y", 422),
        ("symbols=AAPL&candle=1m", 422),
    ],
)
def test_what_cannot_be_streamed_is_explained(
    follow: Callable[..., Browser], token: str, query: str, status: int
) -> None:
    """Nothing asked for, no symbol, too many symbols, no interval."""
    assert follow(token, path=f"/live/prices?{query}").status == status


def test_a_server_that_keeps_its_sockets_says_so(app: Dash, token: str) -> None:
    """Where the connection cannot be taken over the browser is told, and uses its interval."""
    client = app.server.test_client()
    client.set_cookie("fillwise_session", token)
    answer = client.get("/live/prices?symbols=AAPL")
    assert answer.status_code == 501


def test_an_alert_that_has_spoken_is_announced(follow: Callable[..., Browser], services: Services, app: Dash) -> None:
    """The streams of its owner hear the number of what was told, also one that opens later; others hear nothing."""
    owner, other = add_user(services), add_user(services)
    mine = follow(services.users.start_session(owner))
    theirs = follow(services.users.start_session(other))
    assert mine.event("prices")
    number = let_an_alert_speak(services, owner)
    assert mine.event("alerts") == str(number)
    assert follow(services.users.start_session(owner)).event("alerts") == str(number)
    assert theirs.event("prices")


def let_an_alert_speak(services: Services, owner: UserId) -> int:
    """Arm an alert above the price, show a price above it, and return the number of what was told."""
    quote = services.quotes.quote("IBM")
    level = Decimal(f"{quote.price * 1.5:.2f}")
    services.alerts.create(owner, AlertDraft(symbol="IBM", kind=AlertKind.ABOVE, level=level))
    desk = AlertDesk(services.db, services.clock)
    desk.renew()
    at = quote.as_of + timedelta(minutes=10)
    assert desk.show({"IBM": replace(quote, price=quote.price * 2, as_of=at, fetched_at=at)}) == 1
    return services.alerts.events(owner)[0].id
