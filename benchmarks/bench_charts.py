"""The price chart in a browser: first draw, frames and memory at a million one-minute bars, and a page with a chart.

    python -m benchmarks charts [--rows 1000000] [--rounds 3]

Each engine runs in a fresh Chromium without a window, signed in to the whole app, under its policy, with bars from its
own addresses, in turns within one run: ours (request, decoding, three indicators, picture), lightweight-charts 5 alone,
plain Plotly. Peers get their bars as arrays for nothing and draw no indicators. Plain Plotly is measured once; given up
after `PATIENCE_MS`, its ratio is a lower bound. The peers' files come from the package registry once
(`benchmarks/charts/package.json`, pinned). Seconds are wall seconds of the page: let the machine be quiet; it takes
three to seven minutes.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.chart_server import FEW, FEW_BARS, HERE, MANY
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = HERE.parent.parent
COOKIE = "fillwise_session"
SLOW_MS = 8_000
PATIENCE_MS = 240_000
FRAMES = 60
ROUNDS = 3
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-frame-rate-limit",
    "--disable-gpu-vsync",
    "--enable-precise-memory-info",
    "--js-flags=--max-old-space-size=6000",
)
# What is in the document once a page shows its chart, and once it can be used.
CANDLES = ".js-plotly-plot .boxlayer path, .js-plotly-plot .trace.boxes path"
SHOWN = {"page": ".fw-pc[data-fw-pc-state='drawn']", "stock": CANDLES}
USABLE = {"page": "#market-chart[data-fw-pc-state='drawn']", "stock": CANDLES}
WATCH = """(() => {
  const wanted = %s, found = (window.found = {});
  const look = () => Object.entries(wanted).forEach(([name, selector]) => {
    if (name in found || !document.querySelector(selector)) return;
    found[name] = null;
    requestAnimationFrame(() => setTimeout(() => (found[name] = performance.now())));
  });
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
})()"""
"""Keeps the milliseconds from the question to the end of the frame that paints what is wanted."""


@contextmanager
def serve(rows: int) -> Iterator[dict[str, Any]]:
    """Run the servers; gives their addresses and the session token."""
    with (
        tempfile.TemporaryDirectory() as folder,
        first_line("benchmarks.chart_server", folder, str(rows)) as ours,
        first_line("benchmarks.stock_dash") as stock,
    ):
        said = json.loads(ours)
        ports = {"ours": said["port"], "stock": int(stock)}
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()} | {"token": said["token"]}


@contextmanager
def first_line(module: str, *given: str) -> Iterator[str]:
    """Run a module of ours until the block ends; gives its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *given],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process.stdout.readline()
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


@contextmanager
def browse(play: Any, place: dict[str, Any]) -> Iterator[Any]:
    """Open a tab of a fresh browser that is signed in; a fault of its page ends the run."""
    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
    try:
        context = browser.new_context(viewport={"width": 1240, "height": 640})
        context.add_cookies([{"name": COOKIE, "value": place["token"], "url": place["ours"]}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        if faults:
            raise SystemExit(f"{page.url}: {faults[0]}")
    finally:
        browser.close()


def measure(play: Any, place: dict[str, Any], engine: str, symbol: str) -> dict[str, float]:
    """Run one engine in a fresh browser."""
    with browse(play, place) as page:
        page.goto(f"{place['ours']}/bench/harness.html")
        page.wait_for_function("window.ready")
        found: dict[str, float] = page.evaluate(
            """([name, symbol, patience]) => Promise.race([run(name, symbol),
                new Promise((done) => setTimeout(() => done({ first: patience }), patience))])""",
            [engine, symbol, PATIENCE_MS],
        )
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
        found["heap"] = metrics["JSHeapUsedSize"] / 2**20
        if engine == "ours":
            found["zoom"] = page.evaluate("(steps) => zoom(steps)", FRAMES)["p50"]
            found["pan"] = page.evaluate("(steps) => pan(steps)", FRAMES)["p95"]
        elif engine == "lightweight":  # a frame takes as long as the first draw
            found["zoom"] = page.evaluate("(steps) => zoom(steps)", 3 if found["first"] > SLOW_MS else 9)["p50"]
        return found


def open_page(play: Any, place: dict[str, Any], kind: str) -> dict[str, float]:
    """Return the milliseconds from the question for a page, with nothing kept, until its chart is painted."""
    addresses = {"page": f"{place['ours']}/market?symbol=AAPL&interval=1d", "stock": place["stock"]}
    with browse(play, place) as page:
        page.add_init_script(WATCH % json.dumps({"cold": SHOWN[kind], "whole": USABLE[kind]}))
        page.goto(addresses[kind], wait_until="commit")
        page.wait_for_selector(USABLE[kind], state="attached")
        found: dict[str, float] = {}
        while not all(found.get(name) for name in ("cold", "whole")):
            page.wait_for_timeout(50)
            found = page.evaluate("window.found")
        return found


def run(rows: int, rounds: int) -> dict[tuple[str, str], list[dict[str, float]]]:
    """Measure everything in turns."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - brings its own loop

    if not (HERE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    with sync_playwright() as play, serve(rows) as place:
        for kind in SHOWN:  # the first visitor waits for the libraries of the server
            open_page(play, place, kind)
        measure(play, place, "ours", FEW)
        for number in range(rounds):
            turns = [("ours", MANY), ("lightweight", MANY), ("ours", FEW), ("page", ""), ("stock", "")]
            turns = [*turns, ("plotly", MANY)] if number == 0 else turns
            for engine, symbol in turns if number % 2 == 0 else turns[::-1]:
                one = measure(play, place, engine, symbol) if symbol else open_page(play, place, engine)
                found.setdefault((engine, symbol), []).append(one)
                shown = {key: round(value, 1) for key, value in one.items() if isinstance(value, int | float)}
                print(f"  {engine:12s} {symbol:9s} {shown}", flush=True)
    return found


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    """Return the ratios against the peers of this run."""
    found = run(max(rows, FEW_BARS), rounds)

    def median(engine: str, key: str, symbol: str = MANY) -> float:
        return statistics.median(item[key] for item in found[engine, symbol])

    def ratio(text: str, value: float, target: float | None, *, at_least: bool = False) -> Figure:
        return Figure(id="charts", text=text, value=value, target=target, at_least=at_least, n=rows)

    first, zoom = median("ours", "first"), median("ours", "zoom")
    lwc, plotly = median("lightweight", "first"), median("plotly", "first")
    few = {key: median("ours", key, FEW) for key in ("first", "pan")}
    cold = {name: median("page", name, "") / median("stock", name, "") for name in ("cold", "whole")}
    asked = "request, decoding and 3 indicators"
    return [
        ratio(f"first draw: lightweight-charts alone / ours with {asked}", lwc / first, 10, at_least=True),
        ratio("whole range drawn: lightweight-charts alone / ours", lwc / median("ours", "whole"), 10, at_least=True),
        ratio("first draw: plain Plotly / ours", plotly / first, 80, at_least=True),
        ratio("first draw: ours / ours at 1,000 bars", first / few["first"], 1.5),
        ratio(
            "full-range zoom frame: lightweight-charts / ours", median("lightweight", "zoom") / zoom, 50, at_least=True
        ),
        ratio("pan p95: ours / ours at 1,000 bars", median("ours", "pan") / few["pan"], 1.5),
        ratio("JS heap / 20 MB", median("ours", "heap") / 20, 1),
        ratio("linear memory / 60 MB", median("ours", "linear") / 60, 1),
        ratio("cold page until its chart is painted: ours / stock Dash with a graph", cold["cold"], 0.5),
        ratio("the same until all its tools are there", cold["whole"], None),
    ]
