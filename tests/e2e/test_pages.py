"""Every page, dark, light and on a phone: it draws, nothing is cut, nothing complains, the keyboard gets about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import dash
import pytest
from playwright.sync_api import Browser

from tests.e2e.browsing import DESKTOP, PHONE, Tab, new_tab, sign_up
from tests.e2e.conftest import OpenTab
from tests.e2e.probes import CUT, EMPTY_CHARTS, FAINT, FOCUSED, SMALL, TEXTS, UNNAMED, WIDE
from tests.web.client import make_app

pytestmark = pytest.mark.reads

LOOKS: dict[str, dict[str, Any]] = {
    "dark": {"theme": "dark", "size": DESKTOP},
    "light": {"theme": "light", "size": DESKTOP},
    "phone": {"theme": "dark", "size": PHONE},
}
PAGES = {
    "overview": "/",
    "trades": "/trades",
    "fills": "/fills",
    "calendar": "/calendar",
    "journal": "/journal",
    "playbooks": "/journal/playbooks",
    "tags": "/journal/tags",
    "missed": "/journal/missed",
    "templates": "/journal/templates",
    "analytics": "/analytics",
    "edge": "/edge",
    "reports": "/reports",
    "market": "/market?symbol=AAPL",
    "watchlists": "/watchlists",
    "company": "/company/AAPL",
    "screener": "/screener",
    "alerts": "/alerts",
    "portfolio": "/portfolio",
    "lots": "/portfolio/lots",
    "cash": "/cash",
    "data-health": "/data-health",
    "import": "/import",
    "settings": "/settings",
    "appearance": "/settings/appearance",
    "accounts": "/settings/accounts",
    "portfolios": "/settings/portfolios",
    "analysis-settings": "/settings/analysis",
    "market-data": "/settings/market-data",
    "security": "/settings/security",
    "api": "/settings/api",
    "about": "/settings/about",
    "trade": "/trade/",
}
WITH_CHARTS = {"overview", "calendar", "analytics", "edge", "market", "portfolio", "cash", "trade"}

BAD_WORDS = (
    r"\b(NaN|None|undefined|null|Infinity)\b|[-\u2212][$\u20ac\u00a3]?0(\.0+)?(?![\d.,:])|(^|\s)-[$\u20ac\u00a3]?\d"
)


@pytest.fixture(scope="module")
def opened() -> Iterator[dict[str, Tab]]:
    """The tabs of this file by look: a tab that is kept has read the scripts already."""
    tabs: dict[str, Tab] = {}
    yield tabs
    for tab in tabs.values():
        tab.context.close()


@pytest.fixture
def looks(browser: Browser, address: str, demo_state: Any, opened: dict[str, Tab]) -> Iterator[Callable[[str], Tab]]:
    """One tab a look, signed in to the demo; each is opened when it is first asked for."""

    def get(name: str) -> Tab:
        if name not in opened:
            opened[name] = new_tab(browser, address, state=demo_state, **LOOKS[name])
        opened[name].watch.troubles.clear()
        return opened[name]

    yield get
    _leave(opened.values())


def _leave(tabs: Iterable[Tab]) -> None:
    """Forget what was chosen, and leave: a page with live prices would go on drawing them beside the next test."""
    for tab in tabs:
        if tab.page.url.startswith("http"):
            tab.page.evaluate("localStorage.clear()")
        tab.page.goto("about:blank")


def _open(tab: Tab, name: str) -> None:
    tab.open(PAGES[name] if name != "trade" else PAGES[name] + _some_trade(tab))


def _some_trade(tab: Tab) -> str:
    answer = tab.context.request.get(f"{tab.watch.address}/api/v1/trades?limit=1").json()
    return str(answer["items"][0]["id"])


def test_no_page_is_forgotten(looks: Callable[[str], Tab], tmp_path: Path) -> None:
    """Every page and tab that is not in the list above opens whole and without complaint."""
    make_app(tmp_path)
    pages = {str(page["path"]) for page in dash.page_registry.values() if not page.get("path_template")}
    tab = looks("dark")
    for path in sorted(pages - {path.partition("?")[0] for path in PAGES.values()}):
        tab.open(path)
        tab.photograph(f"tab{path.replace('/', '-')}-dark")
        _check(tab, path, "dark")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_in_both_themes(looks: Callable[[str], Tab], name: str) -> None:
    """It draws whole in light, repaints whole in dark, and Tab walks through it in a visible ring."""
    tab = looks("light")
    tab.context.add_cookies([{"name": "fw_theme", "value": "light", "url": tab.watch.address}])
    _open(tab, name)
    tab.photograph(f"{name}-light")
    _check(tab, name, "light")
    tab.page.keyboard.press("t")
    tab.until(lambda: _theme(tab) == "dark", what="the dark theme")
    tab.settle()
    tab.photograph(f"{name}-dark")
    _check(tab, name, "dark")
    _check_keyboard(tab)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_a_phone(looks: Callable[[str], Tab], name: str) -> None:
    """At 390 pixels it loads without complaint, as wide as the window, with no cut figure, odd word or empty chart.

    Whatever can be pressed is large enough for a finger.
    """
    tab = looks("phone")
    _open(tab, name)
    tab.photograph(f"{name}-phone")
    _check(tab, name, "dark")
    assert tab.page.evaluate(SMALL) == []
    assert tab.page.evaluate(WIDE) == []


def _theme(tab: Tab) -> str:
    return str(tab.page.evaluate("document.documentElement.dataset.bsTheme"))


def _check(tab: Tab, name: str, theme: str) -> None:
    page = tab.page
    if name in WITH_CHARTS:
        tab.until(lambda: not page.evaluate(EMPTY_CHARTS), what="every chart to be drawn")
    assert tab.watch.unexpected() == []
    assert _theme(tab) == theme
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= page.evaluate("innerWidth")
    assert page.evaluate("document.scrollingElement.scrollHeight") <= page.evaluate("innerHeight")
    assert page.locator(".fw-toast:visible").all_inner_texts() == []
    assert page.evaluate(CUT) == []
    # Colours glide from one theme to the other.
    tab.until(lambda: not page.evaluate(FAINT), what="every text to be readable")
    assert _odd_words(page.evaluate(TEXTS)) == []
    assert page.evaluate(UNNAMED) == []


def _odd_words(text: str) -> list[str]:
    return [text[max(0, found.start() - 30) : found.end() + 20] for found in re.finditer(BAD_WORDS, text)]


def _check_keyboard(tab: Tab) -> None:
    tab.find("main").focus()
    seen: dict[str, bool] = {}
    names: dict[str, str] = {}
    for _ in range(12):
        tab.page.keyboard.press("Tab")
        at = tab.page.evaluate(FOCUSED)
        for _ in range(50):  # a colour may take its time
            if at is None or at["shown"]:
                break
            tab.page.wait_for_timeout(100)
            at = tab.page.evaluate(FOCUSED)
        if at is not None:
            seen[at["key"]] = at["shown"]
            names[at["key"]] = at["name"]
    assert len(seen) >= 5, names
    assert [names[key] for key, shown in seen.items() if not shown] == []


@pytest.mark.parametrize("path", ["/signin", "/signup"])
@pytest.mark.parametrize("look", LOOKS)
def test_the_doors_are_whole(browser: Browser, address: str, path: str, look: str) -> None:
    """Signing in and up fit the window, in both themes, and say what they are."""
    tab = new_tab(browser, address, **LOOKS[look])
    tab.page.goto(address + path)
    tab.photograph(f"{path[1:]}-{look}")
    assert tab.page.locator("h1").inner_text() == {"/signin": "Sign in", "/signup": "Create account"}[path]
    assert tab.page.evaluate("document.scrollingElement.scrollWidth") <= tab.page.evaluate("innerWidth")
    assert tab.page.evaluate("document.activeElement.id") == "username"
    assert tab.page.evaluate("document.documentElement.dataset.bsTheme") == LOOKS[look]["theme"]
    assert tab.watch.unexpected() == []
    tab.context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/trades",
        "/fills",
        "/calendar",
        "/journal",
        "/journal/playbooks",
        "/journal/tags",
        "/journal/missed",
        "/analytics",
        "/portfolio",
        "/market",
        "/cash",
        "/data-health",
        "/import",
    ],
)
def test_an_empty_workspace_is_designed(empty: Tab, path: str) -> None:
    """Without a single trade every page still says what it is for, without odd words, toasts or complaints."""
    tab = empty
    tab.watch.troubles.clear()
    tab.open(path)
    tab.photograph(f"empty-{path.strip('/') or 'overview'}")
    assert tab.watch.unexpected() == []
    assert tab.page.locator("h1").inner_text().strip()
    assert tab.page.evaluate("document.scrollingElement.scrollWidth") <= tab.page.evaluate("innerWidth")
    assert tab.page.locator(".fw-toast:visible").all_inner_texts() == []
    assert _odd_words(tab.page.evaluate(TEXTS)) == []
    if path not in ("/market", "/data-health", "/import"):
        assert tab.page.locator("main a[href='/import']:visible").count() >= 1


@pytest.fixture
def empty(browser: Browser, address: str, opened: dict[str, Tab]) -> Iterator[Tab]:
    """The tab of somebody who has just signed up."""
    if "empty" not in opened:
        opened["empty"] = new_tab(browser, address)
        sign_up(opened["empty"], "newcomer")
    yield opened["empty"]
    _leave([opened["empty"]])


def test_an_unknown_address_says_so(open_tab: OpenTab) -> None:
    """A page that does not exist is a designed 404 with a way back, and so is a trade that does not exist."""
    tab = open_tab("demo")
    tab.watch.expected.append("404 GET")
    tab.page.goto(f"{tab.watch.address}/no-such-page")
    assert tab.page.locator("h1").inner_text().strip()
    assert tab.page.locator("a[href='/']").count() >= 1
    tab.open("/trade/999999")
    assert "No such trade" in tab.text("main")


@pytest.mark.parametrize(
    ("script", "noted"),
    [
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('thrown'); })", "page error: thrown"),
        ("fetch('/assets/no-such-file.js')", "404 GET"),
        ("new Image().src = 'https://elsewhere.example/x.png'", "elsewhere.example"),
        ("open('https://elsewhere.example/')", "asked another machine: https://elsewhere.example/"),
        (
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))",
            "against the policy: script-src-elem inline",
        ),
        ("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"1\">')", "against the policy: script-src-attr"),
    ],
)
def test_a_complaint_is_noticed(browser: Browser, address: str, script: str, noted: str) -> None:
    """The control of all these tests: whatever goes wrong in a tab, or leaves the machine, is noted."""
    tab = new_tab(browser, address)
    tab.page.goto(f"{address}/signup")
    tab.page.evaluate(f"() => {{ {script}; }}")
    tab.until(lambda: any(noted in text for text in tab.watch.unexpected()), what=noted)
    assert tab.page.evaluate("window.ran") is None
    tab.context.close()
