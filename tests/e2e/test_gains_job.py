"""Gains of a book too large to wait for, in a browser: progress, cancel, try again, and the page fills itself."""

from __future__ import annotations

from datetime import date, timedelta

from tests.e2e.browsing import Tab, import_file
from tests.e2e.conftest import OpenTab

FILLS = 6_000
"""Twice as many as are worked out while somebody waits."""
SYMBOLS = ("ACME", "BOLT", "CROW", "DUNE", "EDGE", "FLUX")


def large_book() -> bytes:
    """Round trips of many sizes in several symbols: lots that overlap, most of them closed."""
    lines = ["id,time,symbol,side,quantity,price,fees,currency"]
    first = date(2026, 1, 5)
    for number in range(FILLS):
        day, minute = first + timedelta(days=number // 30), 570 + number % 30 * 10
        symbol, side = SYMBOLS[number % 6], "Buy" if number // 6 % 2 == 0 else "Sell"
        size, price = 10 + number // 12 % 7, 40 + number % 97 / 10
        at = f"{day} {minute // 60:02}:{minute % 60:02}:00"
        lines.append(f"f{number},{at},{symbol},{side},{size},{price:.2f},0.50,USD")
    return "\n".join(lines).encode()


def is_shown(tab: Tab, selector: str) -> bool:
    """Whether an element is on the page and to be seen."""
    found = tab.page.locator(selector)
    return found.count() > 0 and found.first.is_visible()


def test_the_page_fills_itself_when_its_job_is_done(open_tab: OpenTab) -> None:
    """A cancelled job says so and can be begun again; when one is done the gains arrive without a reload."""
    tab = open_tab("new")
    import_file(tab, "large.csv", large_book(), "Large")
    tab.page.goto(f"{tab.watch.address}/portfolio/gains")
    progress, cancel, again = "#portfolio-gains-progress", "#portfolio-gains-cancel", "#portfolio-gains-again"
    filled = "#portfolio-gains-body .fw-kpi"
    tab.page.evaluate("() => { window.fillwiseStayed = true; }")
    tab.until(lambda: is_shown(tab, cancel) or is_shown(tab, filled), what="the job or its result")
    # A fast machine may have finished before the button could be pressed: then other rules begin another job.
    if is_shown(tab, cancel):
        assert "match" in tab.text(progress)
        tab.page.evaluate("() => document.getElementById('portfolio-gains-cancel').click()")
        tab.until(lambda: is_shown(tab, again) or is_shown(tab, filled), what="the end of the job")
    if is_shown(tab, again):
        assert "Cancelled" in tab.text(progress)
        tab.page.click(again)
    tab.until(lambda: is_shown(tab, filled), what="the gains")
    tab.settle()
    assert tab.kpi("Proceeds").startswith("$")
    assert not is_shown(tab, cancel)
    assert tab.page.evaluate("() => window.fillwiseStayed") is True
