"""The Edge page in the browser: from luck to a setup's trades, a rule switched and added, and a simulated future."""

from __future__ import annotations

from tests.e2e.browsing import Tab, amounts
from tests.e2e.conftest import OpenTab


def choose(tab: Tab, label: str) -> None:
    """Open a section."""
    tab.find("#edge-tab label").filter(has_text=label).click()
    tab.settle()


def test_from_luck_to_rules_and_futures(open_tab: OpenTab) -> None:
    """Intervals, the leak search, a rule on and off, one more rule, other exits, a smaller risk, a setup's trades."""
    tab = open_tab("demo")
    tab.open("/edge")
    assert "Expectancy" in tab.text("#edge-strip")
    choose(tab, "Leaks")
    assert "Closed trades" in tab.text("#edge-leak-method")
    choose(tab, "What if")
    stats = tab.find("#edge-what-if-stats")
    before = stats.inner_text()
    tab.find("#edge-rule-list .fw-switches label").first.click()
    tab.until(lambda: "both curves are what happened" in tab.text("#edge-what-if-say"), what="no rule switched on")
    assert stats.inner_text() != before
    tab.find("button:has-text('Add rule')").first.click()
    tab.find("#edge-rule-add").click()
    tab.until(lambda: "trades out" in tab.text("#edge-rule-list .rule:last-child"), what="the new rule in the list")
    tab.until(lambda: "95% CI" in tab.text("#edge-what-if-say"), what="the change with its interval")
    tab.page.keyboard.press("Escape")
    tab.until(lambda: "Your exits" in tab.text("#edge-exit-say"), what="the replayed exits")
    choose(tab, "Monte Carlo")
    wide = amounts(tab.text("#edge-fan-strip"))[0]
    tab.find("#edge-fan-risk").fill("0.25")
    tab.page.keyboard.press("Enter")
    tab.until(lambda: amounts(tab.text("#edge-fan-strip"))[0] < wide, what="a smaller median at a smaller risk")
    choose(tab, "Luck")
    setup = tab.find("#edge-ranking tbody tr a").first
    name = setup.inner_text()
    setup.click()
    tab.until(lambda: "/trades" in tab.page.url, what="the trades of the setup")
    assert tab.query()["setups"] == name
