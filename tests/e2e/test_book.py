"""The book of a trader: the grid, its files, reviews, the day's note, and the way from a bar to its trades."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.e2e.broker_files import SCALP, SWING, read_csv, total_net
from tests.e2e.browsing import Tab, amounts, choose_account
from tests.e2e.conftest import OpenTrader


def test_a_download_obeys_the_filter_of_its_page(trader: OpenTrader, tmp_path: Path) -> None:
    """The curve, the days and the breakdowns are saved for the accounts on the screen."""
    tab = trader()
    tab.open("/")
    choose_account(tab, "Scalp")
    rows = read_csv(tab.download(lambda: _save_csv(tab, "Equity"), tmp_path)[1])
    assert len(rows) == len(SCALP)
    tab.navigate("Calendar")
    days = read_csv(tab.download(tab.find("a[href^='/export/days.csv']").click, tmp_path)[1])
    assert len(days) == len({trip.day for trip in SCALP})
    tab.navigate("Analytics")
    symbols = read_csv(tab.download(lambda: _save_csv(tab, "By symbol"), tmp_path)[1])
    assert {next(iter(row.values())) for row in symbols} == {"GOOG", "FB"}


def _save_csv(tab: Tab, title: str) -> None:
    tab.find(f".fw-chart-card[data-fw-title='{title}'] button[data-fw-open]").click()
    tab.page.get_by_role("menuitem", name="Save as CSV").locator("visible=true").click()


def test_the_grid_sorts_filters_and_saves_what_it_shows(trader: OpenTrader, tmp_path: Path) -> None:
    """A click on a heading sorts, a chip narrows, the end is reached, and the CSV has the same rows in that order."""
    tab = trader()
    tab.open("/trades")
    tab.until(lambda: tab.find(".ag-row").count() > 5)
    tab.find(".ag-header-cell[col-id=net]").click()
    tab.until(lambda: tab.query().get("sort") == "net:desc", what="the sort in the address")
    tab.find("button[data-fw-chip=side]").click()
    tab.page.get_by_role("menuitemradio", name="Long").locator("visible=true").click()
    tab.until(lambda: tab.query().get("side") == "long")
    tab.settle()
    best = sorted((trip for trip in [*SWING, *SCALP] if trip.is_long), key=lambda trip: -trip.net)
    tab.until(lambda: amounts(tab.text(".ag-row[row-index='0'] [col-id=net]")) == [float(best[0].net)])
    _, content = tab.download(tab.find("#trades-export").click, tmp_path)
    rows = read_csv(content)
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
    tab.until(lambda: tab.find(".ag-row [col-id=tags]", "Opening drive").count() == 3, what="the tag in three rows")


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
    tab.until(lambda: amounts(tab.text(".ag-row [col-id=r]")), what="its R")
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
    assert amounts(tab.text("#calendar-day-head .fw-hero"))[0] == pytest.approx(total_net(of_day), abs=0.01)
    tab.find("#calendar-note").fill("Slept well, waited for the open.")
    tab.find("h1").click()
    tab.until(lambda: "Saved" in tab.text("#calendar-note-state"))
    tab.open(f"/calendar?month={month}")
    tab.find(f"button.d[aria-label*='{day.day} {day:%b}']").first.click()
    tab.until(lambda: tab.find("#calendar-note").input_value() == "Slept well, waited for the open.")
    tab.find("#calendar-earlier").click()
    tab.until(lambda: tab.query()["month"] != month)
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
    symbol = tab.query()["symbols"]
    mine = [trip for trip in [*SWING, *SCALP] if trip.symbol == symbol]
    assert amounts(tab.text("#trades-totals"))[0] == len(mine)
    assert amounts(tab.text("#trades-totals"))[-1] == pytest.approx(total_net(mine), abs=0.01)
