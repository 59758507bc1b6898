"""The Import page in a browser: a queue of files, a problem mended in place, what an import changed, and its undo."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.browsing import PASSWORD, Tab
from tests.e2e.conftest import OpenTab
from tests.services.samples import HEADER

MARCH = [f"m{at},2026-03-{at + 2:02} 15:30:00,ACME,{'Sell' if at % 2 else 'Buy'},10,1{at}.00,0,USD" for at in range(10)]
APRIL = [f"a{at},2026-04-02 15:{at:02}:00,BOLT,{'Sell' if at % 2 else 'Buy'},10,2{at}.00,0,USD" for at in range(30)]
FAULTS = [
    "x1,2026-04-20 15:30:00,BOLT,Buy,1O,30.00,0,USD",
    "x2,2026-04-21 15:30:00,BOLT,Sell,1O,31.00,0,USD",
    "x3,2026-04-22 15:30:00,BOLT,Buy,10,,0,USD",
]


def test_two_files_are_queued_mended_imported_and_undone(open_tab: OpenTab, tmp_path: Path) -> None:
    """A value typed once mends all alike in a queued file, and an undo takes exactly what its import had brought."""
    march, april = _write(tmp_path, "march.csv", MARCH), _write(tmp_path, "april.csv", [*APRIL, *FAULTS])
    tab = open_tab("")
    _sign_up(tab, "queue")
    _queue(tab, april, march)
    _mend_all_alike(tab)
    _skip_row(tab)
    _import(tab)
    _see_changes(tab)
    _import_the_rest(tab)
    _undo_first(tab)


def _write(folder: Path, name: str, rows: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows, ""]))
    return path


def _sign_up(tab: Tab, username: str) -> None:
    page = tab.page
    page.goto(f"{tab.watch.address}/signup")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Create account')")
    page.wait_for_url(f"{tab.watch.address}/")
    page.goto(f"{tab.watch.address}/import")
    tab.settle()


def _queue(tab: Tab, *files: Path) -> None:
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".fw-drop .browse").click()
    chooser.value.set_files(list(files))
    tab.until(lambda: tab.find("#import-queue tbody tr").count() == len(files), what="both files in the queue")
    tab.until(lambda: "ready" in tab.text("#import-queue tbody tr:nth-child(2)"), what="the second file read")
    tab.until(lambda: "3 rows need you" in tab.text("#import-problems"), what="the problems of the first file")
    tab.until(lambda: "problems" in tab.text("#import-queue tbody tr:nth-child(1)"), what="its state in the queue")
    assert "april.csv" in tab.text("#import-queue tbody tr:nth-child(1)")


def _mend_all_alike(tab: Tab) -> None:
    """The suggestion stands in the box; the scope next to it holds it for both rows."""
    row = tab.find("#import-problems tbody tr").first
    assert row.locator("input").first.input_value() == "10"
    row.locator(".im-scope .dash-dropdown").click()
    tab.page.get_by_text("All 2 with this value").last.click()
    row.get_by_role("button", name="Use").click()
    tab.until(lambda: "1 row needs you" in tab.text("#import-problems"), what="both rows mended")
    assert "2 values typed" in tab.text("#import-problems")
    assert "32 new + 0 duplicates + 0 other + 1 problem = 33 rows" in tab.text("#import-outlook")


def _skip_row(tab: Tab) -> None:
    tab.find("#import-problems").get_by_role("button", name="Skip row").click()
    tab.until(lambda: "No problems" in tab.text("#import-problems"), what="the last problem settled")
    outlook = tab.text("#import-outlook")
    assert "32 new + 0 duplicates + 1 other + 0 problems = 33 rows" in outlook
    assert "left out by hand" in outlook
    # What was decided outlives a reload: it is kept beside the upload.
    tab.page.reload()
    tab.settle()
    # The name itself opens the file, also without a mouse.
    tab.find("#import-queue").get_by_role("button", name="april.csv", exact=True).press("Enter")
    tab.until(lambda: "2 values typed, 1 row left out" in tab.text("#import-problems"), what="the fixes after a reload")
    tab.settle()


def _import(tab: Tab) -> None:
    tab.find("#import-commit").click()
    tab.until(lambda: tab.find("#import-done").is_visible(), what="the result of the import")
    assert "32 fills imported, 16 trades closed" in tab.text("#import-done")


def _see_changes(tab: Tab) -> None:
    tab.find("#import-done").get_by_role("button", name="What it changed").click()
    tab.until(lambda: tab.find("#import-diff tbody tr").count() == 32, what="the new fills")
    tab.find("#import-diff").get_by_role("button", name=re.compile("Mended")).click()
    tab.until(lambda: tab.find("#import-diff tbody tr").count() == 3, what="what was mended")
    mended = tab.text("#import-diff")
    assert "1O" in mended
    assert "left out by hand" in mended
    tab.page.keyboard.press("Escape")


def _import_the_rest(tab: Tab) -> None:
    tab.find("#import-queue").get_by_role("button", name="Import all 1 ready").click()
    tab.until(lambda: tab.find("#import-history tbody tr").count() == 2, what="both imports in the list")
    tab.until(lambda: "10 new into" in tab.text("#import-queue"), what="the second file done")
    assert tab.text("#shell-trade-count") == "21"


def _undo_first(tab: Tab) -> None:
    tab.settle()
    tab.find("#import-history tbody tr", "april.csv").get_by_role("button", name="Undo").click()
    tab.page.locator("#import-undo-confirm").click()
    tab.until(lambda: "undone" in tab.text("#import-history"), what="the undone import")
    tab.until(lambda: tab.text("#shell-trade-count") == "5", what="the trades of the other file alone")


def test_the_reading_of_a_large_file_is_cancelled(open_tab: OpenTab, tmp_path: Path) -> None:
    """A file that takes long shows how far it is; Cancel ends it, the file stays, and its name opens it again."""
    # Prices in pence are read row by row, which takes much longer than the click that ends it.
    row = "p{0},2026-03-0{1} 15:{2:02}:00,ACME,Buy,10,1250,0,GBX"
    large = _write(tmp_path, "large.csv", [row.format(at, at % 9 + 1, at % 60) for at in range(160_000)])
    assert large.stat().st_size > 6_000_000
    tab = open_tab("")
    _sign_up(tab, "cancel")
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".fw-drop .browse").click()
    chooser.value.set_files([large])
    bar = tab.find("#import-job")
    tab.until(lambda: "Reading large.csv" in tab.text("#import-job"), what="the bar of the job")
    assert tab.find("#import-job [role=progressbar]").get_attribute("aria-label") == "Reading large.csv"
    bar.get_by_role("button", name="Cancel").click()
    tab.until(lambda: not tab.text("#import-job"), what="no bar any more")
    tab.until(lambda: "Reading was cancelled" in tab.text("#import-queue"), what="what became of the file")
    assert tab.text("#shell-trade-count") in ("", "0")
    tab.find("#import-queue").get_by_role("button", name="large.csv", exact=True).click()
    tab.until(lambda: "Reading large.csv" in tab.text("#import-job"), what="the job started again")
    bar.get_by_role("button", name="Cancel").click()
    tab.find("#import-queue").get_by_role("button", name="Remove large.csv from the list").click()
    tab.until(lambda: "large.csv" not in tab.text("#import-queue"), what="the file gone")
