"""Analytics: from a figure to its derivation, from a bar to its trades, and back out of the filter."""

from __future__ import annotations

import pytest

from tests.e2e.browsing import amounts
from tests.e2e.conftest import OpenTab

pytestmark = pytest.mark.reads


def test_every_number_leads_to_its_trades(open_tab: OpenTab) -> None:
    """A breakdown's row, its explanation and a clicked cell all open the list they rest on; chips undo it."""
    tab = open_tab()
    tab.open("/analytics/breakdowns?by=after_losses")
    row = tab.find("#breakdowns-table tbody tr").first
    trades = amounts(row.locator("td").nth(1).inner_text())[0]
    row.hover()
    row.locator("[data-fw-why='win_rate']").click()
    tab.until(lambda: tab.find(".fw-why-h .v").count(), what="the explanation")
    assert "W ÷ (W + L)" in tab.text(".fw-why-b")
    assert "After losses in a row" in tab.text(".fw-why-b")
    counted = amounts(tab.text(".fw-why-b").partition("n = ")[2])[0]
    tab.find(".fw-why-go a").click()
    tab.settle()
    assert tab.query()["where"] == "after_losses:..1;outcome:win,loss"
    assert tab.query()["status"] == "closed"
    assert amounts(tab.text("#trades-totals"))[0] == counted <= trades
    tab.find("#trades-extra [data-fw-clear='where.0'] .x").first.click()
    tab.settle()
    assert tab.query()["where"] == "outcome:win,loss"

    tab.open("/analytics/cross")
    area = tab.find("#cross-map .nsewdrag").first.bounding_box()
    assert area is not None
    tab.page.mouse.click(area["x"] + area["width"] * 0.2, area["y"] + area["height"] * 0.5)
    tab.until(lambda: "/trades" in tab.page.url, what="the trades of the cell")
    tab.settle()
    assert {"weekday", "hour"} <= tab.query().keys()

    tab.open("/analytics/breakdowns")
    tab.find("#breakdowns-by").click()
    tab.find(".fw-pop:not([hidden]) [data-fw-value='size']").click()
    tab.settle()
    tab.find("#breakdowns-edges").fill("0, 100, 1000")
    tab.page.keyboard.press("Enter")
    tab.settle()
    assert tab.query() == {"by": "size", "edges": "0, 100, 1000"}
    assert "100 to 1,000" in tab.text("#breakdowns-table")
    assert not tab.watch.unexpected()
