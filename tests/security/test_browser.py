"""Signing in without scripts, and what the policy blocks, in a real Chromium.

That no page breaks the policy is seen in `tests/e2e`, where every violation fails its test.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.web.client import PASSWORD, make_app

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # The development server leaves the file of an unchanged asset to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
    window.violations.push([event.violatedDirective, event.blockedURI, event.sample].join(" "));
});
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server."""
    app = make_app(tmp_path_factory.mktemp("served"))
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_signing_up_out_and_in_without_scripts(browser: Browser, address: str) -> None:
    """With scripts off a visitor registers, changes the password, signs in again and explores the demo."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/trades")
    assert page.url.startswith(f"{address}/signin?next=/trades")
    page.click("text=Create account")
    page.fill("#username", "scriptless")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Create account')")
    assert page.url == f"{address}/"
    page.goto(f"{address}/account/password")
    page.fill("#current_password", PASSWORD)
    page.fill("#new_password", "plum otter bridge")
    page.click("button:has-text('Change password')")
    assert page.url.startswith(f"{address}/settings")
    context.clear_cookies()
    page.goto(f"{address}/signin")
    page.fill("#username", "scriptless")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Sign in')")
    assert "Wrong user name or password" in page.inner_text("[role=alert]")
    page.fill("#password", "plum otter bridge")
    page.click("button:has-text('Sign in')")
    assert page.url == f"{address}/"
    context.clear_cookies()
    page.goto(f"{address}/signin")
    page.click("text=Explore the demo")
    assert page.url == f"{address}/"
    context.close()


def test_the_policy_does_block(browser: Browser, address: str) -> None:
    """The control: an inline script, an inline handler, eval and a foreign image are blocked and reported."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(f"{address}/signin")
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = 1';
            document.body.append(script);
            const image = '<img src="https://evil.example/x.png" onerror="window.ran=2">';
            document.body.insertAdjacentHTML('beforeend', image);
        }"""
    )
    end = time.monotonic() + 60
    while len(page.evaluate("() => window.violations")) < 2 and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert len(page.evaluate("() => window.violations")) >= 2
    assert page.evaluate("() => window.ran") is None
    context.close()
