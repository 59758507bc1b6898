"""Fills by hand, from the first typed fill to the undone deletion, as a trader does it in the browser."""

from __future__ import annotations

from datetime import timedelta

from tests.e2e.broker_files import LAST_DAY, SCALP, flex_csv
from tests.e2e.browsing import Tab, import_file
from tests.e2e.conftest import OpenTab

FIRST = ".ag-row[row-index='0']"
NEWEST = LAST_DAY + timedelta(days=1)
PASTED = (
    "Time\tSymbol\tSide\tQuantity\tPrice\n"
    f"{LAST_DAY} 10:00:00\tZED\tBuy\t30\t7\n{LAST_DAY} 11:00:00\tZED\tSell\t30\t8\n"
)


def total(tab: Tab, number: int) -> None:
    """Wait until the bar under the grid counts this many fills."""
    said = "1 fill" if number == 1 else f"{number} fills"
    tab.until(lambda: tab.text("#fills-total").startswith(said), what=said)


def take_back(tab: Tab) -> None:
    """Press Undo in the newest toast."""
    tab.find(".fw-toast:not([hidden]) button:has-text('Undo')").last.click()
    tab.until(lambda: "Taken back" in tab.text(".fw-toasts"), what="the toast of the undo")


def test_fills_are_added_edited_deleted_and_pasted_by_hand(open_tab: OpenTab) -> None:
    """A fill is typed, its price corrected in its cell, deleted and brought back; two rows are pasted."""
    tab = open_tab("new")
    import_file(tab, "scalp.csv", flex_csv(SCALP[:2], "U900"), "Main")
    tab.open("/fills")
    total(tab, 4)
    tab.find("button:has-text('Add fill')").click()
    form = tab.page.locator("#fills-form")
    typed = {"Symbol": "ZED", "Quantity": "10", "Price": "6.50", "Time": f"{NEWEST} 15:59:00", "Contract size": "1"}
    for label, text in typed.items():
        form.locator(f".fw-field:has(label:has-text('{label}')) input").last.fill(text)
    form.locator("button:has-text('Save')").click()
    tab.until(lambda: "ZED is not in your book yet" in form.inner_text(), what="the question what ZED is")
    form.locator(".fw-field:has-text('What it is') .dash-dropdown").click()
    tab.page.locator(".dash-dropdown-content").get_by_text("Stock", exact=True).click()
    form.locator("button:has-text('Save')").click()
    total(tab, 5)
    price = tab.find(f"{FIRST} [col-id=price]")
    tab.until(lambda: price.inner_text() == "6.50", what="the new fill on top")
    price.dblclick()
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.type("6.75")
    tab.page.keyboard.press("Enter")
    tab.until(lambda: tab.find(f"{FIRST} [col-id=price]").inner_text() == "6.75", what="the corrected price")
    tab.settle()
    tab.find(f"{FIRST} .ag-selection-checkbox input").click()
    tab.until(lambda: "1 selected" in tab.text("#fills-bulk"))
    tab.find("#fills-bulk button:has-text('Delete')").click()
    total(tab, 4)
    take_back(tab)
    total(tab, 5)
    tab.find("button:has-text('Paste')").click()
    tab.find("#fills-paste-text").fill(PASTED)
    tab.until(lambda: tab.text("#fills-paste-save") == "Add 2 fills", what="the preview")
    tab.find("#fills-paste-save").click()
    total(tab, 7)
    tab.settle()
