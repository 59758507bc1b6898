"""Watchlists in a browser: made and filled, moved by the stream, silent while hidden, over with the session."""

from __future__ import annotations

from playwright.sync_api import Request

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab
from tests.e2e.test_live import HIDE, MARK

STATE = "document.documentElement.dataset.fwStream"
PRICE = "#watchlists-body tbody [data-fw-part=last]"


def state(tab: Tab) -> str:
    """What the stream of a tab is doing."""
    return str(tab.page.evaluate(STATE))


def test_a_list_is_made_and_lives_by_the_stream(open_tab: OpenTab) -> None:
    """From a new list to a price that moves without a callback, through a hidden tab, to signing out elsewhere."""
    tab = open_tab("new")
    tab.open("/watchlists")
    _make_list(tab, "Coins")
    _add_symbol(tab, "ethe", "ETH-USD")
    tab.until(lambda: state(tab) == "open", what="the stream")
    _expect_prices_without_callbacks(tab)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(_address(request)))
    tab.page.evaluate(HIDE, True)
    tab.until(lambda: state(tab) == "hidden", what="the stream to close")
    tab.settle()  # what was on its way may end
    asked.clear()
    tab.page.wait_for_timeout(3_500)
    assert asked == []
    tab.page.evaluate(HIDE, False)
    tab.until(lambda: state(tab) == "open", what="the stream to come back")
    tab.page.reload()
    tab.settle()
    assert "Coins" in tab.text("#watchlists-list")
    _sign_out_elsewhere(tab)
    tab.until(lambda: "/signin" in tab.page.url, what="the sign-in page")


def _address(request: Request) -> str:
    return f"{request.method} {request.url} {(request.post_data or '')[:80]}"


def _make_list(tab: Tab, name: str) -> None:
    tab.find("#watchlists-new").click()
    tab.find("#watchlists-name").fill(name)
    tab.find("#watchlists-save").click()
    tab.until(lambda: "is empty" in tab.text("#watchlists-body"), what="the new list")
    assert name in tab.text("#watchlists-list")


def _add_symbol(tab: Tab, typed: str, symbol: str) -> None:
    tab.find(".fw-wl-head button", "Add symbol").click()
    tab.find("#watchlists-search").fill(typed)
    tab.find("#watchlists-found button", symbol).first.click()
    tab.until(lambda: tab.find("#watchlists-body tbody tr", symbol).count() == 1, what="the row of the symbol")
    tab.settle()


def _expect_prices_without_callbacks(tab: Tab) -> None:
    """A price moves in the very cell that was there, and no callback brought it."""
    tab.page.evaluate(MARK, PRICE)
    before, sent = tab.text(PRICE), len(tab.watch.callbacks)
    tab.until(lambda: tab.text(PRICE) != before, what="the price to move")
    assert tab.page.evaluate("(cell) => document.querySelector(cell).fwSeenBefore", PRICE) is True
    assert not [output for _, output in tab.watch.callbacks[sent:] if "watchlists" in output or "status" in output]


def _sign_out_elsewhere(tab: Tab) -> None:
    """Sign out in another tab of the same browser."""
    tab.watch.expected += ["401", "Failed to fetch"]
    token = next(str(item["value"]) for item in tab.context.cookies() if item["name"] == "_csrf_token")
    headers = {"Origin": tab.watch.address}
    answer = tab.context.request.post(f"{tab.watch.address}/signout", form={"csrf_token": token}, headers=headers)
    assert answer.ok
