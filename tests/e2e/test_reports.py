"""Reports: save one, take it away, let it be made, and show it to somebody without an account."""

from __future__ import annotations

import io
import re
from pathlib import Path

from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.e2e.broker_files import SCALP, SWING, total_net
from tests.e2e.browsing import new_tab
from tests.e2e.conftest import OpenTrader


def test_a_report_goes_out_in_every_way(trader: OpenTrader, browser: Browser, tmp_path: Path) -> None:
    """A saved report is downloaded as PDF and workbook, made by a job, and read through a link that hides amounts."""
    tab = trader()
    tab.open("/reports")
    net = f"{abs(total_net([*SWING, *SCALP])):,.2f}"
    sheet = tab.page.frame_locator("#report-sheet iframe")
    assert net in sheet.locator("dl.k").inner_text()
    tab.find("#report-templates button", "Trade list").click()
    tab.until(lambda: tab.text("#report-title") == "Trade list", what="the trade list")
    tab.find("#report-templates button", "Performance summary").click()
    tab.until(lambda: tab.text("#report-title") == "Performance summary", what="the summary")
    tab.find("#report-save").click()
    tab.until(lambda: "Saved" in tab.text("#report-templates"), what="the saved report")
    pdf, printed = tab.download(tab.find("#report-pdf").click, tmp_path)
    assert re.fullmatch(r"performance-summary-\d{4}-\d\d-\d\d\.pdf", pdf.suggested_filename)
    assert net in "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    tab.find("[aria-label='Other files']").click()
    book, cells = tab.download(tab.find("#report-export a", "Excel workbook").click, tmp_path)
    assert book.suggested_filename.endswith(".xlsx")
    assert cells.startswith(b"PK")

    tab.find("[data-fw-dialog=report-schedule]").click()
    tab.find("#report-plan").click()
    tab.until(lambda: "Fridays 16:30" in tab.text("#report-schedules"), what="the schedule")
    tab.page.keyboard.press("Escape")
    tab.find("#report-schedules [aria-label^=Run]").click()
    tab.until(lambda: ".pdf" in tab.text("#report-files"), what="the file of the run")
    assert tab.download(tab.find("#report-files a").click, tmp_path)[1].startswith(b"%PDF")

    tab.find("[data-fw-dialog=report-share]").click()
    tab.find("#report-share-private").click()  # the trades have no stops and the account no balance
    tab.find("#report-make-link").click()
    link = tab.until(lambda: tab.find("#report-new-link").input_value(), what="the link")
    guest = new_tab(browser, tab.watch.address)
    guest.page.goto(link)
    assert net in guest.text("dl.k")
    assert guest.watch.unexpected() == []
    guest.context.close()
    tab.page.keyboard.press("Escape")
    tab.find("#report-links button", "Take back").click()
    tab.until(lambda: "taken back" in tab.text("#report-links"), what="the closed link")
    gone = new_tab(browser, tab.watch.address)
    gone.watch.expected.append("404")
    assert gone.page.goto(link).status == 404  # type: ignore[union-attr]
    gone.context.close()
