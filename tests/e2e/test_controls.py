"""The controls: what is chosen holds on every page, survives a reload, and works from the keyboard."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.e2e.broker_files import RoundTrip, flex_csv, made_up_book
from tests.e2e.browsing import PHONE, Tab, amounts, import_file, new_tab, sign_up
from tests.e2e.conftest import OpenTab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

YESTERDAY = datetime.now(UTC).date() - timedelta(days=2)
SWING = made_up_book(90, ("MSFT", "AAPL", "IBM"), last_day=YESTERDAY)
SCALP = made_up_book(30, ("GOOG", "FB"), last_day=YESTERDAY)
OpenTrader = Callable[..., Tab]


@pytest.fixture(scope="module")
def trader_state(browser: Browser, address: str) -> Any:
    """The cookies of somebody with 120 trades in two accounts."""
    tab = new_tab(browser, address)
    sign_up(tab, "trader")
    import_file(tab, "swing.csv", flex_csv(SWING, "U701"), "Swing")
    import_file(tab, "scalp.csv", flex_csv(SCALP, "U702"), "Scalp")
    state = tab.context.storage_state()
    tab.context.close()
    return state


@pytest.fixture
def trader(open_tab: OpenTab, trader_state: Any) -> OpenTrader:
    """Open a tab of the person with 120 trades."""

    def make(**options: Any) -> Tab:
        return open_tab("", state=trader_state, **options)

    return make


def _net(trips: list[RoundTrip]) -> float:
    return float(sum(trip.net for trip in trips))


def _gross(trips: list[RoundTrip]) -> float:
    return float(sum(trip.gross for trip in trips))


def _query(tab: Tab) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.page.url).query).items()}


def _money(tab: Tab, label: str = "Net P&L") -> float:
    return amounts(tab.kpi(label))[0]


def _choose_account(tab: Tab, name: str) -> None:
    tab.page.keyboard.press("a")
    tab.find("#shell-accounts label", name).click()
    tab.page.keyboard.press("Escape")
    tab.until(lambda: "accounts" in _query(tab))
    tab.settle()


def _choose(tab: Tab, control: str, label: str) -> None:
    tab.find(f"{control} label").filter(has_text=label).last.click()
    tab.settle()


def test_the_filter_holds_everywhere(trader: OpenTrader) -> None:
    """Account, period and basis go into the address, change the figures, survive a reload and a walk."""
    tab = trader()
    tab.open("/")
    assert _money(tab) == pytest.approx(_net([*SWING, *SCALP]), abs=0.01)
    _choose_account(tab, "Scalp")
    assert _money(tab) == pytest.approx(_net(SCALP), abs=0.01)
    assert tab.text("#shell-accounts-label") == "Scalp"
    tab.page.reload()
    tab.settle()
    assert _money(tab) == pytest.approx(_net(SCALP), abs=0.01)
    tab.page.keyboard.press("d")
    _choose(tab, "#shell-period", "Last 30 days")
    tab.page.keyboard.press("Escape")
    assert _query(tab)["period"] == "30d"
    recent = [trip for trip in SCALP if trip.day > datetime.now(UTC).date() - timedelta(days=30)]
    assert 0 < len(recent) < len(SCALP)
    tab.navigate("Trades")
    assert {"accounts", "period"} <= _query(tab).keys()
    assert abs(amounts(tab.text("#trades-totals"))[0] - len(recent)) <= 1
    tab.navigate("Analytics")
    assert _query(tab)["period"] == "30d"
    tab.page.go_back()
    tab.settle()
    assert tab.text("h1") == "Trades"
    assert _query(tab)["period"] == "30d"


def test_unit_and_basis_change_the_figures(trader: OpenTrader) -> None:
    """R, percent and gross reach the headline, the grid and its totals."""
    tab = trader()
    tab.open("/trades")
    cell = ".ag-row[row-index='0'] [col-id=net]"
    tab.until(lambda: tab.find(cell).count())
    assert "$" in tab.text(cell)
    _choose(tab, "#shell-unit", "R")
    assert _query(tab)["unit"] == "R"
    tab.until(lambda: "$" not in tab.text(cell), what="the cells in R")
    _choose(tab, "#shell-unit", "$")
    tab.find(".fw-filters button[aria-label='Net or gross, currency']").click()
    _choose(tab, "#shell-basis", "Gross")
    tab.page.keyboard.press("Escape")
    assert _query(tab)["basis"] == "gross"
    totals = tab.text("#trades-totals")
    assert amounts(totals)[-1] == pytest.approx(_gross([*SWING, *SCALP]), abs=0.01)
    tab.navigate("Overview")
    assert _money(tab, "Gross P&L") == pytest.approx(_gross([*SWING, *SCALP]), abs=0.01)


def test_a_download_obeys_the_filter_of_its_page(trader: OpenTrader, tmp_path: Path) -> None:
    """The curve, the days and the breakdowns are saved for the accounts on the screen."""
    tab = trader()
    tab.open("/")
    _choose_account(tab, "Scalp")
    rows = _rows(tab.download(lambda: _save_csv(tab, "Equity"), tmp_path)[1])
    assert len(rows) == len(SCALP)
    tab.navigate("Calendar")
    days = _rows(tab.download(tab.find("a[href^='/export/days.csv']").click, tmp_path)[1])
    assert len(days) == len({trip.day for trip in SCALP})
    tab.navigate("Analytics")
    symbols = _rows(tab.download(lambda: _save_csv(tab, "By symbol"), tmp_path)[1])
    assert {next(iter(row.values())) for row in symbols} == {"GOOG", "FB"}


def _save_csv(tab: Tab, title: str) -> None:
    tab.find(f".fw-chart-card[data-fw-title='{title}'] button[data-fw-open]").click()
    tab.page.get_by_role("menuitem", name="Save as CSV").locator("visible=true").click()


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_grid_sorts_filters_and_saves_what_it_shows(trader: OpenTrader, tmp_path: Path) -> None:
    """A click on a heading sorts, a chip narrows, the end is reached, and the CSV has the same rows in that order."""
    tab = trader()
    tab.open("/trades")
    tab.until(lambda: tab.find(".ag-row").count() > 5)
    tab.find(".ag-header-cell[col-id=net]").click()
    tab.until(lambda: _query(tab).get("sort") == "net:desc", what="the sort in the address")
    tab.find("button[data-fw-chip=side]").click()
    tab.page.get_by_role("menuitemradio", name="Long").locator("visible=true").click()
    tab.until(lambda: _query(tab).get("side") == "long")
    tab.settle()
    best = sorted((trip for trip in [*SWING, *SCALP] if trip.is_long), key=lambda trip: -trip.net)
    tab.until(lambda: amounts(tab.text(".ag-row[row-index='0'] [col-id=net]")) == [float(best[0].net)])
    _, content = tab.download(tab.find("#trades-export").click, tmp_path)
    rows = _rows(content)
    assert [Decimal(row["net_pnl"]) for row in rows] == [trip.net for trip in best]
    last = f".ag-row[row-index='{len(best) - 1}'] [col-id=net]"
    script = "() => { const each = document.querySelector('#trades-grid .ag-body-viewport'); each.scrollTop = 1e6; }"
    tab.until(lambda: tab.page.evaluate(script) or tab.find(last).count(), what="the last row")
    tab.until(lambda: amounts(tab.text(last)) == [float(best[-1].net)])
    tab.page.reload()
    tab.settle()
    tab.until(lambda: amounts(tab.text(".ag-row[row-index='0'] [col-id=net]")) == [float(best[0].net)])


def test_rows_are_tagged_in_bulk(trader: OpenTrader) -> None:
    """Three selected rows get a new tag at once, and the tag filters exactly them."""
    tab = trader()
    tab.open("/trades?setups=&sort=closed_at:asc")
    tab.until(lambda: tab.find(".ag-row .ag-selection-checkbox input").count() > 3)
    for k in range(3):
        tab.find(f".ag-row[row-index='{k}'] .ag-selection-checkbox input").click()
    tab.until(lambda: "3 selected" in tab.text("#trades-bulk"))
    tab.page.keyboard.press("l")
    box = tab.find("#trades-bulk .fw-pick-find input").locator("visible=true")
    box.fill("Opening drive")
    box.press("Enter")
    tab.until(lambda: "3 trades" in tab.text(".fw-toast"), what="the toast")
    tab.settle()
    tab.open("/trades?tags=Opening+drive")
    tab.until(lambda: tab.find(".ag-row").count() == 3)
    assert tab.find(".ag-row [col-id=tags]", "Opening drive").count() == 3


def test_a_review_survives_and_its_stop_gives_r(trader: OpenTrader) -> None:
    """Note, tag and planned stop are there after a reload, and the R of the trade stands on Trades."""
    tab = trader()
    tab.open("/trades?symbols=GOOG&side=long&sort=closed_at:desc")
    tab.until(lambda: tab.find(".ag-row").count() > 3)
    trip = next(trip for trip in SCALP if trip.symbol == "GOOG" and trip.is_long)
    tab.find(".ag-row[row-index='0'] [col-id=symbol] a").click()
    tab.until(lambda: "/trade/" in tab.page.url)
    tab.settle()
    tab.find("#trade-stop").fill("39.5")
    tab.find("#trade-stop").press("Enter")
    expected = float(trip.net / (trip.quantity * Decimal("0.5")))
    tab.until(lambda: "R" in tab.text("#trade-head .res"), what="the R of the trade")
    assert amounts(tab.text("#trade-head .fw-r"))[0] == pytest.approx(expected, abs=0.006)
    tab.find("#trade-note").fill("Chased it.\nWait for the retest.")
    tab.find("#trade-target").focus()
    tab.until(lambda: "Saved" in tab.text("#trade-saved"))
    tab.page.keyboard.press("Escape")
    tab.find("main button", "Add").first.click()
    box = tab.find(".fw-pick-find input").locator("visible=true")
    box.fill("Chased")
    box.press("Enter")
    tab.until(lambda: "Chased" in tab.text("#trade-tags"))
    tab.settle()
    tab.page.reload()
    tab.settle()
    assert tab.find("#trade-note").input_value() == "Chased it.\nWait for the retest."
    assert tab.find("#trade-stop").input_value() == "39.5"
    assert "Chased" in tab.text("#trade-tags")
    tab.open("/trades?tags=Chased")
    tab.until(lambda: tab.find(".ag-row").count() == 1)
    assert amounts(tab.text(".ag-row [col-id=r]"))[0] == pytest.approx(expected, abs=0.006)


def test_a_wrong_stop_is_explained(trader: OpenTrader) -> None:
    """A stop that is no price is refused beside the field; nothing is saved."""
    tab = trader()
    tab.open("/trades?symbols=FB")
    tab.until(lambda: tab.find(".ag-row").count() > 3)
    tab.find(".ag-row[row-index='0'] [col-id=symbol] a").click()
    tab.until(lambda: "/trade/" in tab.page.url)
    tab.settle()
    tab.find("#trade-stop").fill("cheap")
    tab.find("#trade-stop").press("Enter")
    tab.until(lambda: tab.text("#trade-stop-error") != "", what="the complaint")
    tab.page.reload()
    tab.settle()
    assert tab.find("#trade-stop").input_value() == ""


def test_a_day_of_the_calendar_takes_a_note(trader: OpenTrader) -> None:
    """A click on a day shows its trades; the note is kept and the month is in the address."""
    tab = trader()
    tab.open("/calendar")
    day = SWING[0].day
    month = f"{day:%Y-%m}"
    tab.open(f"/calendar?month={month}")
    cell = tab.find(f"button.d[aria-label*='{day.day} {day:%b}']").first
    cell.click()
    tab.settle()
    of_day = [trip for trip in [*SWING, *SCALP] if trip.day == day]
    assert tab.find("#calendar-day-trades tbody tr").count() == len(of_day)
    assert amounts(tab.text("#calendar-day-head .fw-hero"))[0] == pytest.approx(_net(of_day), abs=0.01)
    tab.find("#calendar-note").fill("Slept well, waited for the open.")
    tab.find("h1").click()
    tab.until(lambda: "Saved" in tab.text("#calendar-note-state"))
    tab.open(f"/calendar?month={month}")
    tab.find(f"button.d[aria-label*='{day.day} {day:%b}']").first.click()
    tab.until(lambda: tab.find("#calendar-note").input_value() == "Slept well, waited for the open.")
    tab.find("#calendar-earlier").click()
    tab.until(lambda: _query(tab)["month"] != month)
    tab.settle()
    assert tab.text("#calendar-month-title") != f"{day:%B %Y}"


def test_a_bar_leads_to_its_trades(trader: OpenTrader) -> None:
    """A click on the bar of a symbol opens the closed trades of that symbol."""
    tab = trader()
    tab.open("/analytics")
    bars = tab.find(".fw-chart-card[data-fw-title='By symbol'] .barlayer .point path")
    tab.until(lambda: bars.count() >= 5)
    box = bars.first.bounding_box()
    assert box is not None
    bars.first.scroll_into_view_if_needed()
    bars.first.click(force=True)
    tab.until(lambda: "/trades" in tab.page.url, what="the trades of the bar")
    tab.settle()
    symbol = _query(tab)["symbols"]
    mine = [trip for trip in [*SWING, *SCALP] if trip.symbol == symbol]
    assert amounts(tab.text("#trades-totals"))[0] == len(mine)
    assert amounts(tab.text("#trades-totals"))[-1] == pytest.approx(_net(mine), abs=0.01)


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
    row.locator("button").click()
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
    tab.until(lambda: "/signin" in tab.page.url, what="the sign-in page")
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
    assert _money(other) == pytest.approx(_net(SCALP[:1]), abs=0.01)
    other.open(f"/trade/{number}")
    assert "No such trade" in other.text("main")
    answer = other.context.request.get(f"{other.watch.address}/export/trade/{number}.csv")
    assert answer.status == 404
    found = other.context.request.get(f"{other.watch.address}/api/internal/search?q=Swing").json()
    assert "Swing" not in str(found)


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
