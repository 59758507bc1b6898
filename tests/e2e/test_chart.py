"""The chart page as somebody uses it: indicators, drawings, levels of detail, replay, the live candle."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.e2e.browsing import Tab
from tests.e2e.conftest import OpenTab

if TYPE_CHECKING:
    from playwright.sync_api import Route

CHART = "fillwise.chart.chartOf('market-chart')?.chart"
SECONDS = 120


def test_a_chart_is_used(open_tab: OpenTab) -> None:
    """Indicators and drawings stay, every zoom draws at most 800 candles, a replay knows no later bar, ticks arrive."""
    tab = open_tab("new")
    tab.open("/market?symbol=MSFT&interval=1h&ind=none")
    _wait_until_drawn(tab)
    _add_and_change_an_indicator(tab)
    _draw_and_reload(tab)
    _zoom_across_levels(tab)
    _aim_with_a_finger(tab)
    _replay(tab)
    before = _ask(tab, "bars.row(CHART.bars.length - 1).close")
    tab.until(lambda: _ask(tab, "bars.row(CHART.bars.length - 1).close") != before, seconds=SECONDS, what="a tick")


ZOOM_FIRST = """async () => {
    window.first = (await import("/assets/chart/main.mjs")).chartOf("market-first").chart;
    window.first.setView(100, 160);
}"""


def test_a_chart_stands_there_before_dash(open_tab: OpenTab) -> None:
    """The index draws it; what was zoomed meanwhile stays when the page takes the same chart over, with its tools."""
    tab = open_tab("demo")
    held: list[Route] = []
    tab.page.route("**/_dash-layout", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    tab.page.goto(f"{tab.watch.address}/market?symbol=MSFT&interval=1d&ind=sma20")
    drawn = tab.find("#market-first[data-fw-pc-state='drawn']")
    tab.until(lambda: drawn.count() == 1 and held, seconds=SECONDS, what="the chart and the question for the layout")
    assert tab.find("#market-chart").count() == 0
    tab.page.evaluate(ZOOM_FIRST)
    before = drawn.bounding_box()
    held[0].continue_()
    tab.settle()
    assert tab.find("#fw-first").count() == 0
    assert tab.page.evaluate(f"() => window.first === {CHART} && window.first.root.id") == "market-chart"
    assert _ask(tab, "view.from") == 100
    assert _ask(tab, "view.to") == 160
    assert tab.find(".fw-pc-rail [data-fw-tool=trend]").count() == 1
    assert tab.find("#market-chart").bounding_box() == before


PLOT = "document.querySelector('#market-graph .js-plotly-plot')"
# What is drawn, once the answer to the last question is there: candles, their extremes, bars a candle, rows in view.
DRAWN = f"""() => {{
    const plot = {PLOT};
    const meta = plot?.layout?.meta;
    if (!meta?.shown || Math.abs(meta.shown[0] - 0.5 - plot.layout.xaxis.range[0]) > 1) return null;
    const [prices] = plot.data;
    const line = plot.data.find((trace) => trace.name === "RSI 14");
    return {{
        count: prices.high.length, high: Math.max(...prices.high), low: Math.min(...prices.low), per: meta.per,
        first: meta.first, width: meta.shown[1] - meta.shown[0], total: meta.total,
        line: plot._fullData[plot.data.indexOf(line)].y.length,
    }};
}}"""


def test_the_server_draws_where_there_is_no_webassembly(open_tab: OpenTab) -> None:
    """Over a million bars wheel and keys ask for three levels of at most 800 candles that hold every extreme."""
    tab = open_tab("demo")
    tab.context.add_init_script("delete window.WebAssembly")
    tab.open("/market?symbol=AAPL&interval=1m&ind=sma20,rsi14")
    near = _drawn(tab, lambda found: found["per"] == 1)
    assert near["total"] > 1_000_000
    box = tab.find("#market-graph").bounding_box()
    assert box
    tab.page.mouse.move(box["x"] + 300, box["y"] + 150)
    tab.page.mouse.wheel(0, 300)
    wheeled = _drawn(tab, lambda found: found["width"] > near["width"] * 1.05)
    for _ in range(14):
        tab.page.keyboard.press("-")
    middle = _drawn(tab, lambda found: found["width"] > wheeled["width"] * 20)
    tab.page.keyboard.press("0")
    whole = _drawn(tab, lambda found: found["first"] == 0 and found["width"] > 1_000_000)
    assert 1 < middle["per"] < whole["per"]
    for found in (near, wheeled, middle, whole):
        assert found["count"] <= 800
        assert found["line"] >= found["count"]
    query = "symbol=AAPL&interval=1m&points=1&from=2000-01-01"
    (bar,) = tab.page.evaluate(f"async () => (await (await fetch('/api/v1/candles?{query}')).json()).items")
    assert (whole["high"], whole["low"]) == (float(bar["high"]), float(bar["low"]))
    tick = f"() => {PLOT}.data[0].close.at(-1)"
    before = tab.page.evaluate(tick)
    tab.until(lambda: tab.page.evaluate(tick) != before, seconds=SECONDS, what="a tick in the last candle")


def _drawn(tab: Tab, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def look() -> bool:
        shown = tab.page.evaluate(DRAWN)
        found[:] = [shown] if shown and is_wanted(shown) else []
        return bool(found)

    tab.until(look, seconds=SECONDS, what="the server's chart")
    return found[0]


# Both builds of the kernel over the same bars, in the browser: columns of four indicators and a view of 200 buckets.
COMPARE = """async () => {
    const { Bars, bucketsOf, loadKernel } = await import("/assets/chart/kernel.mjs");
    const { Study, readStudies } = await import("/assets/chart/studies.mjs");
    const specs = JSON.parse(document.querySelector(".fw-pc").dataset.fwPcSpecs);
    const rows = Array.from({ length: 3000 }, (_, at) => {
        const close = 100 + Math.round(900 * Math.sin(at / 40) + 7 * (at % 11)) / 100;
        const prices = { open: close - 0.07, high: close + 0.3, low: close - 0.25, close };
        return { start: at * 60000, ...prices, volume: 10 + (at % 97) };
    });
    const answers = [];
    for (const twin of [false, true]) {
        const kernel = await loadKernel({ twin });
        const bars = new Bars(kernel, rows.length);
        bars.fill(rows, 2);
        const options = { zone: "UTC", intraday: true };
        const studies = readStudies("bb20,macd,st10,mfi14", specs).map((item) => new Study(bars, item, options));
        const columns = studies.flatMap((study) => study.lines.map((line) => [...line.values()].map(String).join()));
        const view = bars.buckets(bucketsOf(0, rows.length, 200, rows.length));
        answers.push([kernel.kind, [...columns, [...view.high].join(), [...view.volume].join()].join(";")]);
    }
    return [answers[0][0], answers[1][0], answers[0][1] === answers[1][1], answers[0][1].length];
}"""


def test_both_kernels_agree_in_the_browser(open_tab: OpenTab) -> None:
    """WebAssembly and its plain JavaScript twin give equal texts of every number."""
    tab = open_tab("demo")
    tab.open("/market?symbol=AAPL")
    wasm, twin, is_equal, length = tab.page.evaluate(COMPARE)
    assert (wasm, twin, is_equal) == ("wasm", "javascript", True)
    assert length > 100_000


def _ask(tab: Tab, what: str) -> Any:
    return tab.page.evaluate(f"() => {{ const CHART = {CHART}; return CHART?.bars ? CHART.{what} : null; }}")


def _wait_until_drawn(tab: Tab) -> None:
    drawn = tab.find(".fw-pc[data-fw-pc-state='drawn']")
    tab.until(lambda: drawn.count() == 1 and _ask(tab, "scene"), seconds=SECONDS, what="the chart")
    assert _ask(tab, "kernel.kind") == "wasm"


def _add_and_change_an_indicator(tab: Tab) -> None:
    for kind in ("bb", "rsi"):
        tab.find(".fw-pc-studies [data-fw-open]").click()
        tab.find(f".fw-pc-studies [data-fw-pc-act='study:{kind}']").click()
        tab.page.wait_for_url(f"**ind=*{kind}*")
    chip = tab.find(".fw-pc .chip .nm", "RSI 14")
    tab.until(lambda: chip.count() == 1, seconds=SECONDS, what="the pane")
    chip.click()
    tab.find(".fw-pc-form input").fill("7")
    tab.find(".fw-pc-form button[type=submit]").click()
    tab.until(lambda: "rsi7" in tab.page.url, seconds=SECONDS, what="the new number")
    tab.until(lambda: _ask(tab, "studies.length") == 2, seconds=SECONDS, what="the studies")
    value = _ask(tab, "studies[1].lines[0].value(CHART.bars.length - 1)")
    assert 0 <= value <= 100
    assert not _ask(tab, "studies[1].lines[0].value(3)") >= 0, "the warm-up is absent"


def _draw_and_reload(tab: Tab) -> None:
    box = tab.find(".fw-pc canvas.top").bounding_box()
    assert box
    tab.find("[data-fw-tool=trend]").click()
    for x, y in ((200, 220), (420, 160)):
        tab.page.mouse.move(box["x"] + x, box["y"] + y)
        tab.page.mouse.click(box["x"] + x, box["y"] + y)
    tab.until(lambda: tab.find(".fw-pc[data-fw-pc-saved=yes]").count() == 1, seconds=SECONDS, what="the drawing kept")
    kept = _ask(tab, "drawings.items.map((item) => JSON.stringify(item))")
    assert len(kept) == 1
    tab.page.reload()
    _wait_until_drawn(tab)
    same = "drawings.items.map((item) => JSON.stringify(item))"
    tab.until(lambda: _ask(tab, same) == kept, seconds=SECONDS, what="the drawing back")


def _zoom_across_levels(tab: Tab) -> None:
    last = _ask(tab, "bars.length")
    assert last > 5_000
    widths = []
    for count in (100, 3_000, last):
        tab.page.evaluate(f"() => {{ const CHART = {CHART}; CHART.setView(CHART.limit - {count}, CHART.limit); }}")
        shown = f"() => {CHART}.scene.buckets.count * {CHART}.scene.buckets.per >= {count} * 0.9"
        tab.until(partial(tab.page.evaluate, shown), seconds=SECONDS, what=f"{count} bars in view")
        assert _ask(tab, "scene.buckets.count") <= 800
        widths.append(_ask(tab, "scene.buckets.per"))
    assert widths[0] == 1
    assert widths == sorted(set(widths))
    tops = "Math.max(...CHART.scene.plain.high)", "Math.max(...Array.from({ length: CHART.bars.length }, HIGH))"
    high = "const HIGH = (_, row) => CHART.bars.price('high', row);"
    assert tab.page.evaluate(f"() => {{ const CHART = {CHART}; {high} return {tops[0]} === {tops[1]}; }}")


def _aim_with_a_finger(tab: Tab) -> None:
    """One that rests moves the cross hair from then on, not the view."""
    box = tab.find(".fw-pc canvas.top").bounding_box()
    assert box
    session = tab.page.context.new_cdp_session(tab.page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + x, "y": box["y"] + 150} for x in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    view, place = _ask(tab, "view.from"), "pointer && Math.round(CHART.pointer.x)"
    touch("touchStart", 200)
    tab.until(lambda: _ask(tab, place) == 200, seconds=SECONDS, what="the cross hair")
    touch("touchMove", 320)
    tab.until(lambda: _ask(tab, place) == 320, seconds=SECONDS, what="the cross hair to follow")
    touch("touchEnd")
    assert _ask(tab, "view.from") == view
    session.detach()


def _replay(tab: Tab) -> None:
    tab.find("[data-fw-pc-act=replay]").click()
    tab.until(lambda: tab.find(".fw-pc-replay").count() == 1, seconds=SECONDS, what="the replay")
    began = _ask(tab, "limit")
    assert began < _ask(tab, "bars.length")
    tab.find(".fw-pc-replay [aria-label='One bar on']").click()
    tab.until(lambda: _ask(tab, "limit") == began + 1, seconds=SECONDS, what="a step")
    tab.find(".fw-pc-replay [aria-label^='Play']").click()
    tab.until(lambda: _ask(tab, "limit") >= began + 3, seconds=SECONDS, what="the replay to go on")
    shown = _ask(tab, "scene.buckets.first + CHART.scene.buckets.count * CHART.scene.buckets.per")
    assert shown <= _ask(tab, "limit") + _ask(tab, "scene.buckets.per")
    tab.find(".fw-pc-replay [aria-label='End the replay']").click()
    tab.until(lambda: _ask(tab, "limit") == _ask(tab, "bars.length"), seconds=SECONDS, what="the end of the replay")
