"""Everything drills: a click on a bar, a point, a fall, a tile, a row or a figure opens the trades behind it."""

from __future__ import annotations

import contextlib

from playwright.sync_api import Error

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab, OpenTrader

Point = tuple[str, float, float]
CHARTS: dict[str, tuple[str, Point, set[str]]] = {
    "a point of the equity curve": ("/", ("#overview-equity .xy .nsewdrag", 0.5, 0.3), {"day", "status"}),
    "a fall below it": ("/", ("#overview-equity .xy2 .nsewdrag", 0.42, 0.5), {"period", "status"}),
    "a day of the portfolio": ("/portfolio/performance", ("#portfolio-value .nsewdrag", 0.9, 0.3), {"day", "status"}),
    "what a holding added": ("/portfolio/performance", ("#portfolio-contribution .nsewdrag", 0.15, 0.06), {"symbols"}),
    "a tile": ("/portfolio", ("#portfolio-treemap .main-svg", 0.1, 0.3), {"symbols"}),
}
LINKS: dict[str, tuple[str, str, str]] = {
    "the deepest drawdown": ("/", ".fw-kpi:has-text('Max drawdown') .v", "period"),
    "a part of the allocation": ("/portfolio/allocation", ".fw-alloc .fw-quiet-link:has-text('Stocks')", "asset"),
}
UNEXPLAINED = """() => [...document.querySelectorAll(".fw-kpi, .fw-stat-cell, .ed-stat")]
    .filter((each) => each.offsetParent && !each.querySelector("[data-fw-why], [data-fw-why-note]"))
    .map((each) => each.innerText.replace(/\\s+/g, " "))"""
NO_FIGURES = {"Setup"}  # a stat cell that is a name


# A tile hears a click by itself; of a curve a point must have been found under the mouse.
HAS_FOUND = "(each) => !each.matches('.nsewdrag') || each.closest('.js-plotly-plot')._hoverdata?.length > 0"


def press(tab: Tab, point: Point) -> None:
    """Move to a part of an element, so that its point is found, and click there."""
    selector, across, down = point
    place = tab.find(selector).first
    place.scroll_into_view_if_needed(timeout=5_000)
    area = place.bounding_box(timeout=5_000)
    assert area is not None
    x, y = area["x"] + area["width"] * across, area["y"] + area["height"] * down
    tab.page.mouse.move(x - 2, y)
    tab.page.mouse.move(x, y)
    for _ in range(40):
        tab.page.wait_for_timeout(150)
        if place.evaluate(HAS_FOUND):
            break
        tab.page.mouse.move(x - 2, y)
        tab.page.mouse.move(x, y)
    tab.page.mouse.click(x, y)


def press_until_trades(tab: Tab, point: Point, what: str) -> None:
    """Press a point until its trades open: a chart that is just being drawn anew hears nothing."""

    def is_there() -> bool:
        if "/trades" not in tab.page.url:
            with contextlib.suppress(Error):  # the page has been left meanwhile
                press(tab, point)
                tab.page.wait_for_timeout(1_000)
        return "/trades" in tab.page.url

    tab.until(is_there, what=f"the trades of {what}")


def test_everything_drills(open_tab: OpenTab) -> None:
    """Points, falls, bars, tiles and figures of several pages open the trades with a filter that narrows them."""
    tab = open_tab("demo")
    for what, (path, point, names) in CHARTS.items():
        tab.open(path)
        press_until_trades(tab, point, what)
        assert names <= tab.query().keys(), (what, tab.page.url)
    for what, (path, selector, name) in LINKS.items():
        tab.open(path)
        tab.find(selector).first.click()
        tab.until(lambda: "/trades" in tab.page.url, what=f"the trades of {what}")
        assert name in tab.query(), (what, tab.page.url)
    tab.open("/")
    tab.find("#overview-equity").first.wait_for()
    tab.find(".fw-chart-card:has(#overview-equity) [data-fw-open]").click()
    tab.find("[data-fw-chart='table']:visible").click()
    tab.find("dialog .fw-link").first.click()
    tab.until(lambda: "day" in tab.query(), what="a day's trades from the table")


PAGES = ("/", "/calendar", "/edge", "/portfolio", "/portfolio/performance", "/portfolio/income")


def test_every_figure_says_why(open_tab: OpenTab) -> None:
    """No headline figure of any page stands without its mark; a portfolio's opens with formula, sample and its list."""
    tab = open_tab("demo")
    missing: dict[str, list[str]] = {}
    for path in PAGES:
        tab.open(path)
        found = [text for text in tab.page.evaluate(UNEXPLAINED) if text.split(" ")[0] not in NO_FIGURES]
        if found:
            missing[path] = found
    answer = tab.context.request.get(f"{tab.watch.address}/api/v1/trades?limit=1").json()
    tab.open(f"/trade/{answer['items'][0]['id']}")
    missing |= {"/trade": [text for text in tab.page.evaluate(UNEXPLAINED) if text.split(" ")[0] not in NO_FIGURES]}
    assert missing == {"/trade": []}
    tab.open("/portfolio/performance")
    tab.find(".fw-kpi [aria-label='Why this number? Time-weighted']").click()
    drawer = tab.find("dialog[open] .fw-why-b")
    drawer.wait_for()
    told = drawer.inner_text()
    for part in ("Formula", "Sample", "n = ", "Read with", "Net, after fees"):
        assert part in told
    tab.find("dialog[open] .fw-why-go a").click()
    tab.until(lambda: "/trades" in tab.page.url, what="the trades behind it")


def order_of(tab: Tab) -> list[str]:
    """Return the cards of the board with their widths."""
    found: list[str] = tab.page.evaluate(
        "[...document.querySelectorAll('[data-fw-card]')]"
        ".map((each) => each.dataset.fwCard + ':' + each.dataset.fwWidth)"
    )
    return found


def drag(tab: Tab, handle: str, to: tuple[float, float]) -> None:
    """Take hold of a handle and let it go somewhere."""
    area = tab.find(handle).first.bounding_box()
    assert area is not None
    tab.page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(*to, steps=8)
    tab.page.mouse.up()


def test_cards_are_dragged_on_the_overview(trader: OpenTrader) -> None:
    """A card dragged by its grip stands elsewhere, one pulled at its edge is narrower, and a key moves one too."""
    tab = trader()
    tab.page.set_viewport_size({"width": 1440, "height": 1400})
    tab.open("/")
    first = order_of(tab)
    assert first[:3] == ["kpis:12", "equity:7", "calendar:5"]
    tab.find("[data-fw-arrange]").click()
    other = tab.find("[data-fw-card='calendar']").bounding_box()
    assert other is not None
    drag(tab, "[data-fw-card='equity'] [data-fw-grip]", (other["x"] + other["width"] * 0.8, other["y"] + 80))
    tab.until(lambda: order_of(tab)[1:3] == ["calendar:5", "equity:7"], what="the dragged card")
    tab.settle()
    edge = tab.find("[data-fw-card='calendar'] [data-fw-size]").bounding_box()
    assert edge is not None
    drag(tab, "[data-fw-card='calendar'] [data-fw-size]", (edge["x"] + 420, edge["y"] + 200))
    tab.until(lambda: order_of(tab)[1] == "calendar:8", what="the wider card")
    tab.settle()
    tab.find("[data-fw-card='kpis'] [data-fw-grip]").focus()
    tab.page.keyboard.press("ArrowDown")
    tab.until(lambda: order_of(tab)[:2] == ["calendar:8", "kpis:12"], what="the card moved by a key")
    tab.open("/")
    assert order_of(tab)[:2] == ["calendar:8", "kpis:12"]
    tab.find("button:has-text('Customise')").click()
    tab.find("#overview-reset").click()
    tab.until(lambda: order_of(tab) == first, what="the preset as it was")
