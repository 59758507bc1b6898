"""The page of the documentation: from our own server, under the strict policy, with a working Authorize button."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.web.api.client import FILLS, PASSWORD, csv_of, join, services_of
from tests.web.client import make_app

WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
    window.violations.push([event.violatedDirective, event.blockedURI, event.sample].join(" "));
});
"""
pytestmark = [
    pytest.mark.reads,
    pytest.mark.slow,
    # The development server leaves the file of an unchanged asset to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server on which ann has a book."""
    app = make_app(tmp_path_factory.mktemp("docs"))
    join(app, "ann").send(csv_of(*FILLS), account="Main", timezone="UTC")
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    services_of(app).db.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that notes every violation of the policy."""
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(WATCH)
    yield opened
    context.close()


def test_the_page_loads_and_authorises(page: Page, address: str) -> None:
    """Every request goes to our own server; after Authorize, Try it out answers the user's trades."""
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/docs")
    page.click("h3[data-tag='Trades'] button")
    page.wait_for_selector("#operations-Trades-list_trades")
    authorise(page)
    page.click("#operations-Trades-list_trades .opblock-summary-control")
    page.click("#operations-Trades-list_trades .try-out__btn")
    page.click("#operations-Trades-list_trades .execute")
    page.wait_for_selector("#operations-Trades-list_trades .live-responses-table .response-col_status")
    shown = page.inner_text("#operations-Trades-list_trades .live-responses-table")
    assert "200" in shown
    assert '"net_pnl": "98"' in shown
    assert page.evaluate("window.violations") == []
    assert faults == []
    assert {url for url in asked if not url.startswith((address, "data:", "blob:"))} == set()


def test_every_heading_opens_to_its_operations(page: Page, address: str) -> None:
    """Each topic of the document is a heading, and opened it lists all operations of that topic."""
    document = page.request.get(f"{address}/openapi.json").json()
    tags = [operation["tags"] for path in document["paths"].values() for operation in path.values()]
    page.goto(f"{address}/docs")
    for heading in document["tags"]:
        name = heading["name"]
        page.click(f"h3[data-tag='{name}'] button")
        listed = page.locator(f".opblock-tag-section:has(h3[data-tag='{name}']) .opblock")
        listed.nth(tags.count([name]) - 1).wait_for()
        assert listed.count() == tags.count([name]) > 0
        page.click(f"h3[data-tag='{name}'] button")


def authorise(page: Page) -> None:
    """Fill in the password form behind the button."""
    page.click(".auth-wrapper .authorize")
    form = page.locator(".auth-container", has=page.locator("#oauth_username"))
    form.locator("#oauth_username").fill("ann")
    form.locator("#oauth_password").fill(PASSWORD)
    form.locator("button.authorize").click()
    page.wait_for_selector(".auth-container button:has-text('Logout')")
    page.click(".auth-container .btn-done >> nth=0")
