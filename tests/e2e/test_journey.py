"""From signing up to a report: a statement becomes trades, figures, charts and files, and leaves again."""

from __future__ import annotations

import struct
from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.broker_files import SAMPLE, Statement, own_statement, read_csv, sample_statement
from tests.e2e.browsing import PASSWORD, Tab, amounts
from tests.e2e.conftest import OpenTab

FLEX = "Interactive Brokers Flex Query (CSV)"
OTHERS = {
    "ibkr/trade_confirm_futures.csv": (FLEX, "MES"),
    "webull/options_22col_dollar.csv": ("Webull orders and trade record", "SPY"),
    "thinkorswim/papermoney_futures.csv": ("thinkorswim statement", "NQ"),
}
DROP = """([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, {type: "text/csv"}));
    return transfer;
}"""


def _statement() -> Statement:
    return sample_statement(SAMPLE, title=FLEX, symbol="AAPL") or own_statement()


def test_from_signing_up_to_the_report(open_tab: OpenTab, tmp_path: Path) -> None:
    """The figures of a dropped statement are the same on every page and in every file, and an undo takes all away."""
    file, tab = _statement(), open_tab("")
    _sign_up(tab, "journey")
    _see_three_doors(tab)
    _drop(tab, file)
    _see_preview(tab, file)
    _import(tab, file)
    _see_overview(tab, file)
    _save_pictures(tab, tmp_path)
    _see_trades(tab, file, tmp_path)
    _see_trade(tab, file, tmp_path)
    _see_live_prices(tab)
    _import_again_and_undo(tab, file)


def _sign_up(tab: Tab, username: str) -> None:
    page = tab.page
    page.goto(f"{tab.watch.address}/")
    assert "/signin" in page.url
    page.click("text=Create account")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("button:has-text('Create account')")
    page.wait_for_url(f"{tab.watch.address}/")
    tab.settle()


def _see_three_doors(tab: Tab) -> None:
    assert tab.find(".fw-door").count() == 3
    assert not tab.find(".fw-kpis").is_visible()
    tab.find(".fw-door a[href='/import']").click()
    tab.settle()
    assert tab.text("h1") == "Import"


def _drop(tab: Tab, file: Statement) -> None:
    """Drop the file on the page, not on the box: the whole window takes it."""
    transfer = tab.page.evaluate_handle(DROP, [file.path.name, file.path.read_text("utf-8")])
    for kind in ("dragenter", "dragover", "drop"):
        tab.page.dispatch_event("main", kind, {"dataTransfer": transfer})
    tab.until(lambda: tab.find("#import-facts").is_visible() and file.path.name in tab.text("#import-facts"))
    tab.settle()


def _choose(tab: Tab, file: Statement) -> None:
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".fw-drop .browse").click()
    chooser.value.set_files(file.path)
    tab.until(lambda: tab.find("#import-facts").is_visible() and file.path.name in tab.text("#import-facts"))
    tab.settle()


def _see_preview(tab: Tab, file: Statement) -> None:
    assert file.format in tab.text("#import-facts")
    zone = tab.text("#import-zone-note")
    assert "Read as New York time." in zone
    assert "becomes" in zone
    outlook = tab.text("#import-outlook")
    assert f"{file.fills} new + 0 duplicates + 0 other + 0 problems = {file.fills} rows" in outlook
    assert file.shown_net in outlook
    assert tab.find("#import-rows tbody tr").count() == file.fills
    assert tab.text("#import-commit") == f"Import {file.fills} fills"


def _import(tab: Tab, file: Statement) -> None:
    tab.find("#import-commit").click()
    tab.until(lambda: tab.find("#import-done").is_visible(), what="the result of the import")
    tab.settle()
    done = tab.text("#import-done")
    assert f"{file.fills} fills imported, 1 trade closed" in done
    assert file.shown_net in done
    assert tab.text("#shell-trade-count") == "1"


def _see_overview(tab: Tab, file: Statement) -> None:
    tab.navigate("Overview")
    assert tab.kpi("Net P&L") == file.shown_net
    assert tab.text("#overview-recent-link") == "All 1 trade"
    fees = tab.find(".fw-kpi .d").first.inner_text()
    assert amounts(fees) == [float(round(file.fees, 2))]
    assert tab.text("#overview-month-net") == file.shown_net
    row = tab.text("#overview-recent tbody tr")
    assert file.symbol in row
    assert file.shown_net in row


def _save_pictures(tab: Tab, folder: Path) -> None:
    card = tab.find(".fw-chart-card", "Equity").first
    card.locator("button[data-fw-open]").click()
    menu = tab.page.get_by_role("menuitem", name="Save as PNG").locator("visible=true")
    download, picture = tab.download(menu.click, folder)
    assert download.suggested_filename.startswith("fillwise-equity-")
    assert _png_size(picture) == (2560, 1280)
    download, picture = tab.download(tab.find("#overview-report").click, folder)
    assert download.suggested_filename.startswith("fillwise-report-")
    width, height = _png_size(picture)
    assert width >= 1200
    assert height >= 1200
    assert len(picture) > 30_000


def _png_size(picture: bytes) -> tuple[int, int]:
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture[-8:-4] == b"IEND"
    width, height = struct.unpack(">II", picture[16:24])
    return int(width), int(height)


def _see_trades(tab: Tab, file: Statement, folder: Path) -> None:
    tab.page.keyboard.press("g")
    tab.page.keyboard.press("t")
    tab.settle()
    assert tab.text("h1") == "Trades"
    tab.until(lambda: tab.find(".ag-row [col-id=symbol]").count() == 1, what="the row of the trade")
    tab.until(lambda: tab.text(".ag-row [col-id=symbol]") == file.symbol, what="its symbol")
    assert tab.text("#shell-accounts-label") != "No accounts yet"
    tab.until(lambda: tab.text(".ag-row [col-id=net]") == file.shown_net, what="its net result")
    totals = tab.text("#trades-totals")
    assert f"{file.shown_net}" in totals
    assert f"Gross +${file.gross:,.2f}" in totals
    _, content = tab.download(tab.find("#trades-export").click, folder)
    (row,) = read_csv(content)
    assert (row["symbol"], row["side"], row["status"]) == (file.symbol, "long", "closed")
    assert Decimal(row["gross_pnl"]) == file.gross
    assert Decimal(row["fees"]) == file.fees
    assert Decimal(row["net_pnl"]) == file.net
    assert int(row["executions"]) == file.fills


def _see_trade(tab: Tab, file: Statement, folder: Path) -> None:
    tab.find(".ag-row [col-id=symbol] a").click()
    tab.until(lambda: "/trade/" in tab.page.url)
    tab.settle()
    assert tab.text("h1").startswith(file.symbol)
    assert file.shown_net in tab.text("#trade-head")
    lines = tab.find("#trade-executions tbody tr")
    assert lines.count() == file.fills
    footer = tab.text("#trade-executions tfoot")
    assert f"Gross +${file.gross:,.2f}" in footer
    assert f"Net {file.shown_net}" in footer
    _, content = tab.download(tab.find("#trade-executions-csv").click, folder)
    rows = read_csv(content)
    assert len(rows) == file.fills
    assert sum(Decimal(row["fees"]) for row in rows) == file.fees
    assert Decimal(rows[-1]["realised_net_pnl"]) == file.net
    assert Decimal(rows[-1]["position"]) == 0


def _see_live_prices(tab: Tab) -> None:
    tab.navigate("Market")
    cells = tab.find("#market-watchlist [data-fw-live]")
    tab.until(lambda: cells.count() >= 3, what="the watchlist")
    before = cells.all_inner_texts()
    tab.until(lambda: cells.all_inner_texts() != before, what="a price to move")
    assert all(text not in ("", "–") for text in cells.all_inner_texts())


def _import_again_and_undo(tab: Tab, file: Statement) -> None:
    tab.navigate("Import")
    _choose(tab, file)
    assert "This file was imported into" in tab.text("#import-notice")
    outlook = tab.text("#import-outlook")
    assert f"0 new + {file.fills} duplicates + 0 other + 0 problems = {file.fills} rows" in outlook
    assert tab.find("#import-commit").is_disabled()
    tab.find("#import-notice button", "Undo the earlier import").click()
    dialog = tab.find("#import-undo-dialog")
    tab.until(dialog.is_visible)
    assert f"{file.fills} fills" in dialog.inner_text()
    dialog.locator("button", has_text="Undo import").click()
    tab.until(lambda: "undone" in tab.text("#import-history"), what="the import to be undone")
    tab.settle()
    tab.navigate("Overview")
    assert tab.text("#shell-trade-count") in ("0", "")
    assert "$0.00" in tab.kpi("Net P&L")


@pytest.mark.samples
@pytest.mark.parametrize("name", OTHERS)
def test_a_real_sample_adds_up(open_tab: OpenTab, samples: Path, name: str) -> None:
    """A broker's file from the file chooser gives on Overview exactly what `expected.json` says."""
    title, symbol = OTHERS[name]
    file = sample_statement(name, title=title, symbol=symbol)
    assert file is not None, samples
    tab = open_tab("new")
    tab.open("/import")
    _choose(tab, file)
    assert file.format in tab.text("#import-facts")
    tab.find("#import-commit").click()
    tab.until(lambda: tab.find("#import-done").is_visible(), what="the result of the import")
    tab.navigate("Overview")
    assert tab.kpi("Net P&L") == file.shown_net
    assert file.symbol in tab.text("#overview-recent tbody tr")


def test_a_file_nobody_knows_is_explained(open_tab: OpenTab, tmp_path: Path) -> None:
    """An unknown file says what was seen, an empty one that it is empty; nothing is written."""
    tab = open_tab("new")
    tab.open("/import")
    unknown = tmp_path / "diary.csv"
    unknown.write_text("dear,diary\ntoday,nothing\n", "utf-8")
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".fw-drop .browse").click()
    chooser.value.set_files(unknown)
    tab.until(lambda: tab.find("#import-rows").is_visible() and "cannot be read yet" in tab.text("#import-rows"))
    assert "dear,diary" in tab.text("#import-rows")
    assert tab.find("#import-commit").is_disabled()
    tab.find("#import-start-over").click()
    tab.until(lambda: tab.find(".fw-drop").is_visible())
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with tab.page.expect_file_chooser() as chooser:
        tab.find(".fw-drop .browse").click()
    chooser.value.set_files(empty)
    assert "empty.csv is empty" in tab.text(".fw-drop .err")
    assert "No imports yet" in tab.text("#import-history")
