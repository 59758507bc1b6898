"""The tabs of a portfolio in a browser: each draws, and targets lead to orders."""

from __future__ import annotations

from functools import partial

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab

TABS = {
    "Performance": ".fw-kpi",
    "Allocation": ".fw-alloc-bar",
    "Income": ".fw-table",
    "Gains and tax": "h2:has-text('Open lots')",
    "Lots": "h2:has-text('Sales')",
    "Frontier": ".js-plotly-plot .scatterlayer",
}


def _is_there(tab: Tab, mark: str) -> bool:
    return tab.page.locator(f"main {mark}").count() > 0


def test_tabs_draw_and_targets_lead_to_orders(open_tab: OpenTab) -> None:
    """From tab to tab with the filter kept; a changed target gives another order; nothing complains."""
    tab = open_tab("demo")
    tab.open("/portfolio")
    tab.page.locator(".fw-pf-tabs .fw-pop-wrap > button").click()
    tab.page.locator(".fw-pf-tabs .fw-menu .it", has_text="Long-term").click()
    for name, mark in TABS.items():
        tab.page.locator(".fw-pf-tabs .fw-tabs a", has_text=name).click()
        tab.until(partial(_is_there, tab, mark), what=name)
        assert "accounts=" in tab.page.url
    tab.page.locator(".fw-pf-tabs .fw-tabs a", has_text="Rebalance").click()
    tab.until(lambda: tab.page.locator("main .fw-tag.pos").count() > 0, what="the orders")
    field = tab.page.get_by_label("Target of IBM in percent")
    field.fill("5")
    field.press("Tab")
    tab.page.click("text=Save targets")
    tab.until(lambda: tab.page.locator("main .fw-tag.neg").count() > 0, what="an order to sell")
