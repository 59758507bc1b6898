"""What moves by itself: prices change in place, and nothing is asked while nobody looks."""

from __future__ import annotations

import pytest

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab

pytestmark = pytest.mark.reads

# Chromium without a window reports every tab as visible; the page hears of the change as it does in a real one.
HIDE = """(hidden) => {
    Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    Object.defineProperty(document, "visibilityState", {value: hidden ? "hidden" : "visible", configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
MARK = """(selector) => document.querySelectorAll(selector).forEach((each) => { each.fwSeenBefore = true; })"""
COUNT_MARKED = """(selector) => [...document.querySelectorAll(selector)].filter((each) => each.fwSeenBefore).length"""
PLACES = {
    "/market?symbol=AAPL": ("#market-watchlist [data-fw-live]", "#market-watchlist tbody tr"),
    "/portfolio": ("main .fw-table td", "main .fw-table tbody tr"),
    "/": ("#overview-positions td", "#overview-positions tbody tr"),
}


@pytest.mark.parametrize("path", PLACES)
def test_prices_change_in_place(open_tab: OpenTab, path: str) -> None:
    """A price soon differs, in the very rows that were there before."""
    cells, rows = PLACES[path]
    tab = open_tab("demo")
    tab.open(path)
    texts = tab.find(cells)
    tab.until(lambda: texts.count() >= 3, what="prices")
    tab.page.evaluate(MARK, rows)
    number, before = tab.find(rows).count(), texts.all_inner_texts()
    tab.until(lambda: texts.all_inner_texts() != before, what="a price to move")
    assert tab.page.evaluate(COUNT_MARKED, rows) == number


def test_the_status_bar_ticks(open_tab: OpenTab) -> None:
    """The quotes at the foot of every page move."""
    tab = open_tab("demo")
    tab.open("/calendar")
    quotes = tab.find(".fw-stat [data-fw-live]")
    tab.until(lambda: quotes.count() >= 3, what="quotes")
    before = quotes.all_inner_texts()
    tab.until(lambda: quotes.all_inner_texts() != before, what="a quote to move")


def test_the_last_candle_moves_without_a_new_chart(open_tab: OpenTab) -> None:
    """A tick changes the close of the last candle and leaves the drawn chart standing."""
    tab = open_tab("demo")
    tab.open("/market?symbol=AAPL&interval=1m")
    close = tab.find(".fw-pc-legend .ohl").first
    tab.until(lambda: any(sign.isdigit() for sign in close.inner_text()), what="the readout")
    canvas = ".fw-mk-chart .fw-pc canvas"
    tab.page.evaluate(MARK, canvas)
    before = close.inner_text()
    tab.until(lambda: close.inner_text() != before, what="the close to move")
    assert tab.page.evaluate(COUNT_MARKED, canvas) == 2


@pytest.mark.parametrize("path", ["/", "/market?symbol=AAPL", "/portfolio"])
def test_a_hidden_tab_asks_for_nothing(open_tab: OpenTab, path: str) -> None:
    """While the tab is hidden no callback is sent; when it is looked at again the prices go on."""
    tab = open_tab("demo")
    tab.open(path)
    _wait_for_a_tick(tab)
    tab.page.evaluate(HIDE, True)
    tab.settle()  # what was on its way may end
    sent = len(tab.watch.callbacks)
    tab.page.wait_for_timeout(3_500)  # a tick is due every two seconds
    assert [output for _, output in tab.watch.callbacks[sent:]] == []
    tab.page.evaluate(HIDE, False)
    _wait_for_a_tick(tab)


def _wait_for_a_tick(tab: Tab) -> None:
    sent = len(tab.watch.callbacks)
    tab.until(lambda: len(tab.watch.callbacks) > sent, what="a tick")
