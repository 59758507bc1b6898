"""Price alerts in a browser: set and moved on the chart, told on another page, read at the bell."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SYMBOL = "BTC-USD"
CHART = "#market-chart"
# Where a price stands on the chart, in pixels of its frame.
PLACE = """(price) => window.fillwise.chart.chartOf("market-chart").chart.scene.scale.y(price)"""
LINES = """() => window.fillwise.chart.chartOf("market-chart").chart.drawings.items.length"""
AWAY = 60
"""Pixels between the price and the alert: farther than it moves while the test looks."""
ROW = "#market-alerts .fw-al-row"


def test_an_alert_is_set_on_the_chart_and_told_on_another_page(open_tab: OpenTab) -> None:
    """A click on the chart arms it, a drag moves it, and when the price crosses it the page that is open says so."""
    tab = open_tab("new")
    tab.open(f"/market?symbol={SYMBOL}&interval=1m")
    tab.until(lambda: tab.find(f"{CHART}[data-fw-pc-state=drawn]").count(), what="the chart")
    now = tab.page.evaluate(PLACE, _price(tab))
    away = -AWAY if now > 3 * AWAY else AWAY
    tab.find("[data-fw-tool=alert]").click()
    _press(tab, now + away)
    tab.until(lambda: f"{SYMBOL} crosses" in " ".join(tab.find(ROW).all_inner_texts()), what="the alert in the panel")
    (made,) = _alerts(tab)
    _drag(tab, tab.page.evaluate(PLACE, float(made["level"])), by=away / 4)
    tab.until(lambda: _alerts(tab)[0]["level"] != made["level"], what="the alert to move")
    assert [each["id"] for each in _alerts(tab)] == [made["id"]]
    tab.navigate("Calendar")
    assert tab.find(".fw-bell-n").inner_text() == ""
    _chase_the_price(tab, made["id"])
    tab.until(lambda: tab.find(".fw-toast", f"{SYMBOL} crossed").count(), what="the message")
    tab.find(".fw-bell").click()
    tab.until(lambda: tab.find(".fw-bell-n").inner_text() == "", what="the number to go")
    tab.find(".fw-bell-list a", f"{SYMBOL} crossed").click()
    tab.settle()
    tab.until(lambda: tab.query().get("symbol") == SYMBOL, what="the chart of the symbol")
    assert "0 armed" in tab.text("#market-alert-head")
    assert tab.page.evaluate(LINES) == 0


def _press(tab: Tab, height: float) -> None:
    box = tab.find(CHART).bounding_box()
    assert box is not None
    tab.page.mouse.click(box["x"] + 500, box["y"] + height)


def _drag(tab: Tab, height: float, *, by: float) -> None:
    """Take the line where it is and pull it up or down."""
    box = tab.find(CHART).bounding_box()
    assert box is not None
    x, y = box["x"] + 540, box["y"] + height
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    tab.page.mouse.move(x, y + by, steps=4)
    tab.page.mouse.up()


def _chase_the_price(tab: Tab, alert_id: int, seconds: float = 120.0) -> None:
    """Put the alert a cent above the price again and again, until the price has crossed it and the bell says so."""
    end = time.monotonic() + seconds
    while tab.find(".fw-bell-n").inner_text() == "":
        assert time.monotonic() < end, "the price crossed no level that was a cent away"
        (item,) = _alerts(tab)
        if item["state"] == "armed":
            change = {"level": f"{_price(tab) + 0.01:.2f}"}
            _ask(tab, f"/api/v1/alerts/{alert_id}", "PATCH", change)
        tab.page.wait_for_timeout(4_000)


def _price(tab: Tab) -> float:
    return float(_ask(tab, f"/api/v1/quotes?symbols={SYMBOL}")["items"][0]["price"])


def _alerts(tab: Tab) -> list[Any]:
    found: list[Any] = _ask(tab, "/api/v1/alerts")["items"]
    return found


def _ask(tab: Tab, path: str, method: str = "GET", body: dict[str, Any] | None = None) -> Any:
    """Ask the interface with the tab's own session."""
    address = tab.watch.address
    token = next(str(item["value"]) for item in tab.context.cookies() if item["name"] == "_csrf_token")
    headers = {"X-CSRFToken": token, "Origin": address, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body)
    answer = tab.context.request.fetch(address + path, method=method, headers=headers, data=data)
    assert answer.ok, answer.text()
    return answer.json()
