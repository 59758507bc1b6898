"""One real server, one browser, and tabs that fail a test for whatever goes wrong in them."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.e2e.broker_files import SCALP, SWING, flex_csv
from tests.e2e.browsing import OUTPUT, Tab, import_file, new_tab, sign_up
from tests.servers import POSTGRES, new_database

START_SECONDS = 300.0
_NAMES = itertools.count(1)
OpenTab = Callable[..., Tab]
OpenTrader = Callable[..., Tab]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `python app.py` with its data in a folder of its own and the demo filled."""
    folder = tmp_path_factory.mktemp("fillwise")
    log = folder / "server.log"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FILLWISE_")}  # noqa: TID251
    env = {**kept, "FILLWISE_DATA_DIR": str(folder / "data"), "FILLWISE_PORT": "0", "PYTHONUNBUFFERED": "1"}
    env["FILLWISE_DATABASE_URL"] = new_database(folder)
    # The pass over all pages as it is shipped, the other with the checks of developers: one page is enough for these.
    env["FILLWISE_CHECK_CALLBACKS"] = "1" if POSTGRES in os.environ else "0"  # noqa: TID251
    with log.open("wb") as out:
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield _wait_until_ready(server, log)
        finally:
            server.terminate()
            server.wait(90)


def _wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        found = re.search(r"ready: (http://\S+)", log.read_text("utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    message = f"the server did not start:\n{log.read_text('utf-8')}"
    raise RuntimeError(message)


@pytest.fixture(scope="session")
def demo_state(browser: Browser, address: str) -> Any:
    """The cookies of a browser that is signed in to the demo."""
    tab = new_tab(browser, address)
    tab.page.goto(f"{address}/signin")
    tab.page.fill("#username", "demo")
    tab.page.fill("#password", "demo123")
    tab.page.click("button:has-text('Sign in')")
    tab.page.wait_for_url(f"{address}/")
    tab.settle(300)
    state = tab.context.storage_state()
    tab.context.close()
    assert tab.watch.unexpected() == []
    return state


@pytest.fixture
def open_tab(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[OpenTab]:
    """Open tabs; at the end none of them may have complained, failed or asked another machine.

    Call it with `user`: "demo", "new" for a new account, or "" for nobody.
    """
    opened: list[Tab] = []

    def make(user: str = "demo", **options: Any) -> Tab:
        if user == "demo":
            options["state"] = request.getfixturevalue("demo_state")
        tab = new_tab(browser, address, **options)
        opened.append(tab)
        if user == "new":
            sign_up(tab, f"trader-{os.getpid()}-{next(_NAMES)}")
        return tab

    yield make
    if getattr(request.node, "has_failed", False):
        _keep_evidence(request.node.name, opened)
    for tab in opened:
        tab.context.close()
    assert [text for tab in opened for text in tab.watch.unexpected()] == []


@pytest.fixture(scope="session")
def trader_state(browser: Browser, address: str) -> Any:
    """The cookies of somebody with 120 trades in the accounts Swing and Scalp."""
    tab = new_tab(browser, address)
    sign_up(tab, "trader")
    import_file(tab, "swing.csv", flex_csv(SWING, "U701"), "Swing")
    import_file(tab, "scalp.csv", flex_csv(SCALP, "U702"), "Scalp")
    state = tab.context.storage_state()
    tab.context.close()
    return state


@pytest.fixture
def trader(open_tab: OpenTab, trader_state: Any) -> OpenTrader:
    """Open a tab of the person with 120 trades."""

    def make(**options: Any) -> Tab:
        return open_tab("", state=trader_state, **options)

    return make


def _keep_evidence(name: str, opened: list[Tab]) -> None:
    OUTPUT.mkdir(exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    for number, tab in enumerate(opened):
        if not tab.page.is_closed():
            tab.page.screenshot(path=OUTPUT / f"failed-{stem}-{number}.png")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Let the fixtures know that a test failed, so that they keep a picture."""
    report = yield
    if call.when == "call" and call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
        item.has_failed = True  # type: ignore[attr-defined]
    return report
