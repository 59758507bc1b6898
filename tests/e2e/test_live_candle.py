"""A streamed price on the chart: last candle, next candle, a lost connection, a hidden tab, the end of a session."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from typing_extensions import override

from app import build_services, create_app
from domain.market import BarInterval, Quote
from domain.periods import to_micros
from services.container import Services
from services.quotes import QuoteService
from tests.conftest import NOW
from tests.data.candles.bars import MINUTE, minutes
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted
from tests.e2e.browsing import Tab, new_tab
from tests.e2e.test_live import HIDE
from tests.web.client import make_settings
from web import api, live
from web.live.routes import EXTENSION as HUB
from web.serving import make_server

SECONDS = 60
CHART = "fillwise.chart.chartOf('market-chart')?.chart"


class Trading(ScriptedProvider):
    """A provider whose stream says the price that the test has set, again and again."""

    said = (100.0, NOW)

    @override
    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Quote]:
        """The price of every symbol, and when it was traded."""
        while not stop.wait(0.05):
            price, at = self.said
            for symbol in symbols:
                yield Quote(symbol=symbol, price=price, as_of=at, fetched_at=at, provider=self.spec.slug)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A running installation with that provider, and a tab that is signed in to it."""

    services: Services
    provider: Trading
    clock: SteppedClock
    hub: Any
    token: str
    tab: Tab

    def say(self, price: float, *, later: float = 1.0) -> None:
        """Let time go on and a price be traded."""
        self.clock.advance(later)
        self.provider.said = (price, self.clock.now)

    def ask(self, what: str) -> Any:
        """Something of the chart."""
        return self.tab.page.evaluate(f"() => {{ const CHART = {CHART}; return CHART?.scene ? CHART.{what} : null; }}")

    def until_last(self, close: float) -> None:
        """Wait until the last bar closes at a price, and the tag on the axis says so."""
        self.tab.until(
            lambda: (
                self.ask("bars.row(CHART.bars.length - 1).close") == close
                and self.ask("scene.last?.text") == f"{close:.2f}"
            ),
            seconds=SECONDS,
            what=f"{close} on the chart",
        )

    def until_streams(self, count: int) -> None:
        """Wait until the server has so many streams."""
        self.tab.until(lambda: len(self.hub().streams()) == count, seconds=SECONDS, what=f"{count} streams")


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """The whole app with its real hub, streams and server; only the provider is the test's."""
    clock = SteppedClock(NOW)
    made = make_scripted(clock, "script")
    provider = Trading(replace(made.spec, intervals=(BarInterval.M1, BarInterval.D1), streams=True), clock)
    provider.prices = {"ACME": 100.0}
    provider.bars = minutes(300, start=to_micros(NOW) // MINUTE * MINUTE - 299 * MINUTE)
    settings = make_settings(tmp_path, quotes=("stooq",), port=0, demo=False)
    services = build_services(settings)
    services.clock = clock
    services._built["quotes"] = QuoteService((provider,), tmp_path / "cache", clock)
    app = create_app(settings, services=services)
    api.load(app.server)
    server = make_server(app.server, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    owner = services.users.register("ann", "four unrelated words").id
    token = services.users.start_session(owner)
    address = f"http://127.0.0.1:{server.effective_port}"
    tab = new_tab(browser, address)
    tab.context.add_cookies([{"name": "fillwise_session", "value": token, "url": address}])
    yield Desk(
        services=services,
        provider=provider,
        clock=clock,
        hub=lambda: app.server.extensions[HUB],
        token=token,
        tab=tab,
    )
    tab.context.close()
    live.close(app.server)
    server.close()
    thread.join(SECONDS)
    services.quotes.close()
    services.stop_jobs()
    services.db.close()


def test_a_streamed_price_moves_the_chart(desk: Desk) -> None:
    """The last candle and its tag follow, the next minute begins the next bar, and a hidden tab hears nothing."""
    tab = desk.tab
    tab.open("/market?symbol=ACME&interval=1m&ind=none")
    stream = "() => document.documentElement.dataset.fwStream"
    tab.until(lambda: desk.ask("bars.length") == 300, seconds=SECONDS, what="the chart")
    tab.until(lambda: tab.page.evaluate(stream) == "open", seconds=SECONDS, what="the stream")
    desk.say(101.5)
    desk.until_last(101.5)
    assert desk.ask("bars.length") == 300
    assert desk.ask("bars.row(299).high") >= 101.5
    desk.say(102.25, later=60)
    desk.until_last(102.25)
    assert desk.ask("bars.length") == 301
    assert desk.ask("bars.row(299).close") == 101.5, "the bar before is closed"
    assert desk.ask("bars.row(300).open") == 102.25
    # A connection that breaks is made again.
    (lost,) = desk.hub().streams()
    lost.connection.shutdown(socket.SHUT_RDWR)
    tab.until(lambda: lost not in desk.hub().streams(), seconds=SECONDS, what="the stream to break")
    desk.until_streams(1)
    desk.say(101.75)
    desk.until_last(101.75)
    # A tab that nobody looks at has none; when somebody looks again it goes on.
    tab.page.evaluate(HIDE, True)
    desk.until_streams(0)
    desk.say(103.5)
    tab.page.evaluate(HIDE, False)
    desk.until_last(103.5)
    # With the session the stream ends, and the tab leads to the sign-in page.
    desk.services.users.end_session(desk.token)
    desk.until_streams(0)
    tab.page.wait_for_url("**/signin**")
    assert [text for text in tab.watch.unexpected() if "401" not in text] == []
