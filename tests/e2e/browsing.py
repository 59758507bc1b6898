"""A browser tab that notes everything that goes wrong in it, and waits until a page has come to rest."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Download,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
)

DESKTOP: ViewportSize = {"width": 1440, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
PASSWORD = "seven grey herons"
OUTPUT = Path(__file__).resolve().parent.parent / "output"
REST_SECONDS = 0.2
CALLBACKS = "/_dash-update-component"
# Dash keeps what it still has to do in its store; a skeleton or an undrawn chart is work as well.
LOADING = """() => {
    const state = window.store?.getState();
    if (document.getElementById("fw-first")) return true;
    if (!state || state.appLifecycle !== "HYDRATED" || state.isLoading) return true;
    if (Object.values(state.callbacks || {}).some((each) => Array.isArray(each) && each.length)) return true;
    const isVisible = (each) => each.offsetParent !== null;
    return [...document.querySelectorAll(".skel, .fw-skel-bars")].some(isVisible)
        || [...document.querySelectorAll(".fw-graph")]
            .some((each) => isVisible(each) && !each.querySelector(".js-plotly-plot"))
        || [...document.querySelectorAll(".fw-pc[data-fw-pc-state='loading']")].some(isVisible);
}"""


KPI = """(label) => {
    const isNamed = (cell) => cell.querySelector(".l")?.firstChild?.textContent.includes(label);
    const found = [...document.querySelectorAll(".fw-kpi")].find(isNamed);
    return found ? found.querySelector(":scope > .v").innerText : "";
}"""


@dataclass
class Watch:
    """What a tab may not do: complain, be refused, fail, or ask another machine for anything.

    Attributes:
        address: The server under test; everything else is aborted and noted.
        troubles: What went wrong.
        expected: Parts of texts that a test provokes on purpose.
        pending: Requests without an answer yet.
        callbacks: Outputs of the callbacks that were sent, with the time.
    """

    address: str
    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    pending: set[Request] = field(default_factory=set)
    callbacks: list[tuple[float, str]] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a trouble."""
        self.troubles.append(text[:600])

    def follow(self, context: BrowserContext) -> None:
        """Note what any tab of a context asks of another machine; the browser itself reaches none (servers.py).

        Routes would do as well, but with them Chromium reads and compiles every script anew for every page.
        """
        context.on("request", self._note_foreign)

    def _note_foreign(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.note(f"asked another machine: {request.url}")

    def listen(self, page: Page) -> None:
        """Note what happens in a tab."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.note(f"page error: {error}"))
        page.on("response", self._response)
        page.on("request", self._request)
        page.on("requestfinished", self._settled)
        page.on("requestfailed", self._settled)

    def _console(self, message: ConsoleMessage) -> None:
        # A refused answer is noted with its address by `_response`.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.note(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.resource_type != "eventsource":  # A stream has no end to wait for.
            self.pending.add(request)
        if CALLBACKS in request.url:
            self.callbacks.append((time.monotonic(), str((request.post_data_json or {}).get("output", ""))))

    def _settled(self, request: Request) -> None:
        self.pending.discard(request)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            sent = response.request.post_data or ""
            self.note(f"{response.status} {response.request.method} {response.url} {sent[:200]}")

    def unexpected(self) -> list[str]:
        """Return the troubles no test asked for."""
        return [text for text in self.troubles if not any(part in text for part in self.expected)]


@dataclass(slots=True)
class Tab:
    """A page of the product in a browser of its own."""

    page: Page
    watch: Watch

    @property
    def context(self) -> BrowserContext:
        """The browser with its cookies."""
        return self.page.context

    def open(self, path: str) -> None:
        """Go to an address of the server and wait until the page is at rest."""
        self.page.goto(self.watch.address + path)
        self.settle()

    def settle(self, seconds: float = 180.0) -> None:
        """Wait until no request is on its way and no skeleton is left.

        Raises:
            AssertionError: If the page does not come to rest; says what it waits for.
        """
        end, quiet_since = time.monotonic() + seconds, time.monotonic()
        self.page.wait_for_timeout(60)
        while time.monotonic() < end:
            if self.watch.pending or self._loading():
                quiet_since = time.monotonic()
            elif time.monotonic() - quiet_since >= REST_SECONDS:
                return
            self.page.wait_for_timeout(50)
        waiting = [request.url for request in self.watch.pending]
        message = f"{self.page.url} does not come to rest: {waiting or 'a skeleton stays'}"
        raise AssertionError(message)

    def _loading(self) -> bool:
        return bool(self.page.evaluate(LOADING))

    def until(self, check: Callable[[], Any], *, seconds: float = 120.0, what: str = "") -> Any:
        """Wait until a check is true and return its value (the policy of the pages forbids wait_for_function)."""
        end = time.monotonic() + seconds
        while not (found := check()):
            if time.monotonic() > end:
                message = f"{self.page.url}: waited {seconds:g} s for {what or check}"
                raise AssertionError(message)
            self.page.wait_for_timeout(80)
        return found

    def find(self, selector: str, has_text: str | None = None) -> Locator:
        """Return the elements of a selector, or those of them with a text in them."""
        return self.page.locator(selector, has_text=has_text)

    def text(self, selector: str) -> str:
        """Return the visible text of an element."""
        return self.page.locator(selector).first.inner_text().strip()

    def kpi(self, label: str) -> str:
        """Return the value of a headline figure by its label; what explains it is not read."""
        return str(self.until(lambda: self.page.evaluate(KPI, label), what=f"the figure {label}"))

    def query(self) -> dict[str, str]:
        """Return the query of the address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def navigate(self, title: str) -> None:
        """Press an entry of the navigation."""
        self.page.locator(".fw-side a.fw-nav", has_text=title).click()
        self.settle()

    def download(self, act: Callable[[], Any], folder: Path) -> tuple[Download, bytes]:
        """Do what starts a download and return it with its content."""
        with self.page.expect_download(timeout=60_000) as waiting:
            act()
        target = folder / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return waiting.value, target.read_bytes()

    def photograph(self, name: str) -> None:
        """Keep a picture of the page for people to look at."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{name}.png")


# A refused script or style is told on the console, which `Watch` reads; this says what it was.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) => console.error(
    ["against the policy:", event.violatedDirective, event.blockedURI, event.sample].join(" ")));"""


def new_tab(
    browser: Browser,
    address: str,
    *,
    theme: str = "dark",
    size: ViewportSize | None = None,
    state: Any = None,
) -> Tab:
    """Open a tab in a browser of its own; `state` is that of a signed-in one."""
    watch = Watch(address)
    size = size or DESKTOP
    context = browser.new_context(
        viewport=size, storage_state=state, accept_downloads=True, has_touch=size is PHONE, reduced_motion="reduce"
    )
    context.set_default_timeout(120_000)
    context.add_cookies([{"name": "fw_theme", "value": theme, "url": address}])
    context.add_init_script(TELL_VIOLATIONS)
    watch.follow(context)
    page = context.new_page()
    watch.listen(page)
    return Tab(page, watch)


def sign_up(tab: Tab, username: str) -> None:
    """Create an account by the sign-up form, without drawing its page."""
    address = tab.watch.address
    form = tab.context.request.get(f"{address}/signup").text()
    found = re.search(r'name="([^"]*csrf[^"]*)" value="([^"]+)"', form)
    assert found, "the sign-up form has no token"
    fields = {found[1]: found[2], "username": username, "password": PASSWORD}
    answer = tab.context.request.post(f"{address}/signup", form=fields, headers={"Origin": address})
    assert answer.ok, answer.text()


def import_file(tab: Tab, name: str, content: bytes, account: str) -> dict[str, Any]:
    """Import a file by the REST interface with the tab's own session."""
    fields: dict[str, Any] = {
        "file": {"name": name, "mimeType": "text/csv", "buffer": content},
        "account": account,
    }
    answer = _post(tab, "/api/v1/imports", fields)
    assert answer.status == 201, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def _post(tab: Tab, path: str, fields: dict[str, Any]) -> APIResponse:
    address = tab.watch.address
    token = next(str(item["value"]) for item in tab.context.cookies() if item["name"] == "_csrf_token")
    headers = {"X-CSRFToken": token, "Origin": address}
    return tab.context.request.post(address + path, multipart=fields, headers=headers)


def choose_account(tab: Tab, name: str) -> None:
    """Tick an account in the top bar."""
    tab.page.keyboard.press("a")
    tab.find("#shell-accounts label", name).click()
    tab.page.keyboard.press("Escape")
    tab.until(lambda: "accounts" in tab.query(), what="the account in the address")
    tab.settle()


def amounts(text: str) -> list[float]:
    """Return the numbers of a text as the product writes them: true minus, thousands comma, currency sign."""
    return list(_amounts(text))


def _amounts(text: str) -> Iterator[float]:
    for sign, digits in re.findall(r"([−-]?)[^\d−.,-]{0,2}(\d[\d,]*(?:\.\d+)?)", text):
        yield float(digits.replace(",", "")) * (-1 if sign else 1)
