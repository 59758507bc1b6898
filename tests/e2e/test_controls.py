"""The controls: what is chosen holds on every page, survives a reload, and works from the keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.broker_files import SCALP, SWING, flex_csv, total_gross, total_net
from tests.e2e.browsing import PHONE, Tab, amounts, choose_account, import_file
from tests.e2e.conftest import OpenTab, OpenTrader


def _money(tab: Tab, label: str = "Net P&L") -> float:
    return amounts(tab.kpi(label))[0]


def _choose(tab: Tab, control: str, label: str) -> None:
    tab.find(f"{control} label").filter(has_text=label).last.click()
    tab.settle()


def test_the_filter_holds_everywhere(trader: OpenTrader) -> None:
    """Account, period and basis go into the address, change the figures, survive a reload and a walk."""
    tab = trader()
    tab.open("/")
    assert _money(tab) == pytest.approx(total_net([*SWING, *SCALP]), abs=0.01)
    choose_account(tab, "Scalp")
    assert _money(tab) == pytest.approx(total_net(SCALP), abs=0.01)
    assert tab.text("#shell-accounts-label") == "Scalp"
    tab.page.reload()
    tab.settle()
    assert _money(tab) == pytest.approx(total_net(SCALP), abs=0.01)
    tab.page.keyboard.press("d")
    _choose(tab, "#shell-period", "Last 30 days")
    tab.page.keyboard.press("Escape")
    assert tab.query()["period"] == "30d"
    recent = [trip for trip in SCALP if trip.day > datetime.now(UTC).date() - timedelta(days=30)]
    assert 0 < len(recent) < len(SCALP)
    tab.navigate("Trades")
    assert {"accounts", "period"} <= tab.query().keys()
    assert abs(amounts(tab.text("#trades-totals"))[0] - len(recent)) <= 1
    tab.navigate("Analytics")
    assert tab.query()["period"] == "30d"
    tab.page.go_back()
    tab.settle()
    assert tab.text("h1") == "Trades"
    assert tab.query()["period"] == "30d"


@pytest.mark.reads
def test_unit_and_basis_change_the_figures(trader: OpenTrader) -> None:
    """R, percent and gross reach the headline, the grid and its totals."""
    tab = trader()
    tab.open("/trades")
    cell = ".ag-row[row-index='0'] [col-id=net]"
    tab.until(lambda: "$" in tab.text(cell), what="the cells in dollars")
    _choose(tab, "#shell-unit", "R")
    assert tab.query()["unit"] == "R"
    tab.until(lambda: "$" not in tab.text(cell), what="the cells in R")
    _choose(tab, "#shell-unit", "$")
    tab.find(".fw-filters button[aria-label='Net or gross, currency']").click()
    _choose(tab, "#shell-basis", "Gross")
    tab.page.keyboard.press("Escape")
    assert tab.query()["basis"] == "gross"
    totals = tab.text("#trades-totals")
    assert amounts(totals)[-1] == pytest.approx(total_gross([*SWING, *SCALP]), abs=0.01)
    tab.navigate("Overview")
    assert _money(tab, "Gross P&L") == pytest.approx(total_gross([*SWING, *SCALP]), abs=0.01)


@pytest.mark.reads
def test_the_palette_finds_pages_and_symbols(trader: OpenTrader) -> None:
    """Ctrl K, a word, Enter: a page opens; a symbol of the book is found on the server and opens."""
    tab = trader()
    tab.open("/")
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("calen")
    tab.until(lambda: "Calendar" in tab.text(".fw-cmd .it.hi"))
    tab.page.keyboard.press("Enter")
    tab.until(lambda: tab.page.url.endswith("/calendar"))
    tab.settle()
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("goog")
    tab.until(lambda: "GOOG" in tab.text(".fw-cmd .list"))
    tab.settle()
    tab.page.keyboard.press("Enter")
    tab.until(lambda: "GOOG" in tab.page.url, what="the page of the symbol")
    tab.settle()
    assert not tab.find("dialog.fw-cmd").is_visible()


@pytest.mark.reads
def test_single_keys_work(trader: OpenTrader) -> None:
    """G T goes to Trades, ? lists the keys, T switches the theme and [ folds the sidebar, both for good."""
    tab = trader()
    tab.open("/")
    tab.page.keyboard.press("g")
    tab.page.keyboard.press("t")
    tab.until(lambda: tab.page.url.endswith("/trades"))
    tab.settle()
    tab.page.keyboard.press("Shift+?")
    assert "Keyboard shortcuts" in tab.text("dialog[data-fw-keys]")
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("t")
    tab.page.keyboard.press("[")
    wide = tab.find(".fw-side").bounding_box()
    assert tab.page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    tab.page.reload()
    tab.settle()
    assert tab.page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    folded = tab.find(".fw-side").bounding_box()
    assert wide is not None
    assert folded is not None
    assert folded["width"] < 100
    tab.page.keyboard.press("/")
    assert (
        tab.page.evaluate("document.activeElement.id || document.activeElement.closest('[id]').id") == "trades-search"
    )


def test_the_watchlist_takes_and_gives_back(trader: OpenTrader) -> None:
    """A symbol that is added stays after a reload, and one that is removed is gone."""
    tab = trader()
    tab.open("/market?symbol=MSFT")
    rows = tab.find("#market-watchlist tbody tr")
    before = rows.count()
    tab.find("#market-add").fill("ETH-USD")
    tab.find("#market-add").press("Enter")
    tab.until(lambda: rows.count() == before + 1, what="the added symbol")
    tab.page.reload()
    tab.settle()
    assert "ETH-USD" in tab.text("#market-watchlist")
    row = tab.find("#market-watchlist tbody tr", "ETH-USD")
    row.hover()
    row.locator("button.fw-icon-btn").click()
    tab.until(lambda: rows.count() == before, what="the removed symbol")
    assert "ETH-USD" not in tab.text("#market-watchlist")


def test_settings_survive(trader: OpenTrader) -> None:
    """Name and time zone are kept, and the times of the pages are in the new zone."""
    tab = trader()
    tab.open("/")
    tab.navigate("Settings")
    assert tab.find(".fw-toast:visible").count() == 0
    tab.find("#settings-name").fill("Ada Quill")
    tab.find("#settings-save").click()
    tab.until(lambda: "Profile saved" in tab.text(".fw-toast"))
    tab.page.reload()
    tab.settle()
    assert tab.find("#settings-name").input_value() == "Ada Quill"
    assert tab.text(".fw-avatar") == "AQ"


def test_signing_out_ends_the_session(open_tab: OpenTab) -> None:
    """After signing out, going back shows the sign-in page and no figures."""
    tab = open_tab("new")
    tab.open("/trades")
    tab.find(".fw-avatar").click()
    tab.find(".fw-menu button", "Sign out").click()
    tab.until(lambda: tab.find("#username").is_visible(), what="the sign-in page")
    tab.watch.expected += ["401", "Failed to fetch"]
    tab.page.go_back()
    tab.until(lambda: tab.find("#username").is_visible(), what="the sign-in page after going back")
    assert tab.find(".fw-side").count() == 0


def test_two_people_never_see_each_other(trader: OpenTrader, open_tab: OpenTab) -> None:
    """Somebody else finds neither the trades, nor a trade by its number, nor a symbol by searching."""
    mine, other = trader(), open_tab("new")
    number = mine.context.request.get(f"{mine.watch.address}/api/v1/trades?limit=1").json()["items"][0]["id"]
    import_file(other, "own.csv", flex_csv(SCALP[:1], "U900"), "Own")
    other.open("/")
    assert other.text("#shell-trade-count") == "1"
    assert _money(other) == pytest.approx(total_net(SCALP[:1]), abs=0.01)
    other.open(f"/trade/{number}")
    assert "No such trade" in other.text("main")
    answer = other.context.request.get(f"{other.watch.address}/export/trade/{number}.csv")
    assert answer.status == 404
    found = other.context.request.get(f"{other.watch.address}/api/internal/search?q=Swing").json()
    assert "Swing" not in str(found)


@pytest.mark.reads
def test_a_phone_reaches_every_page(trader: OpenTrader) -> None:
    """On a phone the pages are behind More, and trades are cards that open."""
    tab = trader(size=PHONE)
    tab.open("/")
    tab.find(".fw-tabbar button", "More").click()
    tab.find(".fw-side a.fw-nav", "Calendar").click()
    tab.until(lambda: tab.page.url.endswith("/calendar"))
    tab.settle()
    tab.find(".fw-tabbar a", "Trades").click()
    tab.until(lambda: tab.find("#trades-cards a").count() > 10, what="the cards")
    tab.find("#trades-cards a").first.click()
    tab.until(lambda: "/trade/" in tab.page.url)
    tab.settle()
    assert tab.page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_a_server_that_is_gone_is_said_and_the_page_comes_when_it_is_back(open_tab: OpenTab) -> None:
    """Without an answer the page says that it shows what was; what was asked for meanwhile comes by itself."""
    tab = open_tab("demo")
    tab.watch.expected += ["did not respond", "Failed to fetch"]
    tab.open("/screener")
    tab.context.set_offline(True)
    tab.page.locator("nav a", has_text="Alerts").first.click()
    tab.until(lambda: "does not answer" in tab.text("[role=alert].fw-lost"), what="the word that nobody answers")
    tab.context.set_offline(False)
    tab.until(lambda: tab.page.locator("h1", has_text="Alerts").count() == 1, what="the page that was asked for")
    assert tab.page.locator(".fw-lost").count() == 0
    assert tab.watch.unexpected() == []
