"""A transfer in kind from the form to the holdings of the other account, and back, in the browser."""

from __future__ import annotations

from tests.e2e.broker_files import SCALP, flex_csv
from tests.e2e.browsing import Tab, import_file
from tests.e2e.conftest import OpenTab


def choose(tab: Tab, field: str, text: str) -> None:
    """Choose an entry of one of the form's menus."""
    tab.find(f"#transfers-{field}").click()
    tab.page.locator(".dash-dropdown-content:visible").get_by_text(text, exact=True).click()


def test_shares_from_outside_are_entered_and_taken_back(open_tab: OpenTab) -> None:
    """The form asks for the cost, shows the lot, and the list has it until it is taken back."""
    tab = open_tab("new")
    import_file(tab, "scalp.csv", flex_csv(SCALP[:2], "U900"), "Main")
    tab.open("/portfolio/transfers")
    tab.until(lambda: "Nothing was moved yet" in tab.text("#transfers-list"), what="the empty list")
    tab.find("button:has-text('Add transfer')").click()
    tab.until(lambda: tab.find("#transfers-dialog").is_visible(), what="the form")
    choose(tab, "target", "Main")
    for field, text in {"symbol": "ZED", "quantity": "3", "day": "2026-03-02"}.items():
        tab.find(f"#transfers-{field}").fill(text)
        tab.find(f"#transfers-{field}").press("Tab")
    tab.until(lambda: "What did it cost in all?" in tab.text("#transfers-effect"), what="the question for the cost")
    for field, text in {"cost": "100", "acquired": "2019-05-02"}.items():
        tab.find(f"#transfers-{field}").fill(text)
        tab.find(f"#transfers-{field}").press("Tab")
    tab.until(lambda: "$100.00" in tab.text("#transfers-effect"), what="the lot that would come")
    tab.find("#transfers-save").click()
    tab.until(lambda: "Outside → Main" in tab.text("#transfers-list"), what="the transfer in the list")
    tab.find("#transfers-history button:has-text('Take back')").first.click()
    tab.until(lambda: "Nothing was moved yet" in tab.text("#transfers-list"), what="the list without it")
    tab.settle()
