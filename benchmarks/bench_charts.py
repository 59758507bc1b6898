"""The price chart in a browser: first draw, frames and memory at a million one-minute bars.

    python -m benchmarks charts [--rows 1000000] [--rounds 3]

Each engine runs in a fresh Chromium without a window, under the policy that Fillwise sends, in turns within one run:
ours (request, decoding, three indicators, picture), lightweight-charts 5 alone, our kernel feeding it, plain Plotly.
Peers get their bars as arrays for nothing and draw no indicators. The peers' files come from the package registry
once (`benchmarks/charts/package.json`, pinned). Seconds are wall seconds of the page: let the machine be quiet.
"""

from __future__ import annotations

import functools
import gzip
import json
import shutil
import statistics
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from typing_extensions import override

from benchmarks.figures import Figure
from components.chart import study_specs
from data.candles.wire import encode_chunk
from domain.columns import CandleTable, take
from web.security.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent / "charts"
ASSETS = HERE.parent.parent / "assets"
FEW = 1_000
MONTH = 9_000
SLOW_MS = 8_000
FRAMES = 40
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
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
TYPES |= {".wasm": "application/wasm", ".json": "application/json", ".woff2": "font/woff2"}
MARKS = {"symbol": "BENCH", "name": "", "zone": "UTC", "session_zone": "UTC", "places": 2}
MARKS |= {"fills": [], "levels": [], "holding": None}


def make_bars(count: int) -> CandleTable:
    """Return one-minute bars of cents that wander."""
    random = np.random.default_rng(1)
    close = np.round(200 + np.cumsum(random.normal(0, 0.05, count)), 2)
    opening = np.concatenate([[200.0], close[:-1]])
    return CandleTable(
        start=1_600_000_000_000_000 // 60_000_000 * 60_000_000 + np.arange(count, dtype=np.int64) * 60_000_000,
        open=opening,
        high=np.round(np.maximum(opening, close) + random.uniform(0, 0.05, count), 2),
        low=np.round(np.minimum(opening, close) - random.uniform(0, 0.05, count), 2),
        close=close,
        volume=np.floor(random.uniform(10, 20_000, count)),
    )


class Site:
    """What the server answers: the chunks of some bars, our assets, the peers' files."""

    def __init__(self, count: int) -> None:
        bars = make_bars(count)
        parts = [take(bars, slice(at, at + MONTH)) for at in range(0, count, MONTH)]
        self.chunks = [encode_chunk(part) for part in parts]
        times = np.datetime_as_string(np.array([part.start[0] for part in parts]).astype("M8[us]"), unit="s")
        self.firsts = [f"{text}Z" for text in times.tolist()]
        items = zip(self.firsts, parts, strict=True)
        rows = [
            {"key": str(at), "bars": len(part), "first": first, "etag": str(at)}
            for at, (first, part) in enumerate(items)
        ]
        self.listing = json.dumps({"chunks": rows, "simulated": False}).encode()
        self.whole = gzip.compress(b"".join(self.chunks), 1)
        newest = next((at for at in range(len(parts) - 1, -1, -1) if len(parts) - at and _sum(parts[at:]) >= 2_000), 0)
        self.older = gzip.compress(b"".join(self.chunks[:newest]), 1) if newest else b""

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[bytes, str, bool]:
        """Return body, type and whether it is packed."""
        plain = {
            "/api/v1/candles/chunks": self.listing,
            "/api/v1/charts/marks": json.dumps(MARKS).encode(),
            "/specs.json": json.dumps(study_specs()).encode(),
        }
        if path == "/api/v1/candles/binary":
            part = gzip.compress(self.chunks[int(query["chunk"][0])], 1) if "chunk" in query else self.whole
            return self.older if "to" in query else part, "application/octet-stream", True
        if path in plain or path.startswith("/api/"):
            return plain.get(path, b'{"items": []}'), "application/json", False
        place = _file(path)
        return place.read_bytes(), TYPES.get(place.suffix, "application/octet-stream"), False


def _sum(parts: list[CandleTable]) -> int:
    return sum(len(part) for part in parts)


def _file(path: str) -> Path:
    if path.startswith("/assets/"):
        return ASSETS / path.removeprefix("/assets/")
    if path.startswith("/peers/"):
        return HERE / "node_modules" / path.removeprefix("/peers/")
    return HERE / path.removeprefix("/")


class Handler(BaseHTTPRequestHandler):
    """Answers for one site, with the policy of the application."""

    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: Any) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:  # the name that the library calls
        """Answer."""
        address = urlsplit(self.path)
        try:
            body, kind, is_packed = self._site.answer(address.path, parse_qs(address.query))
        except OSError:
            body, kind, is_packed = b"", "text/plain", False
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", Headers(is_secure=False)._policy)  # noqa: SLF001 - the real one
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@contextmanager
def serve(count: int) -> Iterator[str]:
    """Serve bars and give the address of the page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, Site(count)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/harness.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def measure(play: Any, address: str, engine: str, count: int) -> dict[str, float]:
    """Run one engine in a fresh browser."""
    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
    try:
        page = browser.new_page(viewport={"width": 1240, "height": 640})
        page.set_default_timeout(900_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        page.wait_for_function("window.ready")
        found: dict[str, float] = page.evaluate("([name, count]) => run(name, count)", [engine, count])
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
        found["heap"] = metrics["JSHeapUsedSize"] / 2**20
        if found["first"] < SLOW_MS:  # a frame of the others takes as long as their first draw
            found["zoom"] = page.evaluate("(steps) => zoom(steps)", FRAMES)["p50"]
            found["pan"] = page.evaluate("(steps) => pan(steps)", FRAMES)["p95"]
        elif engine != "plotly":
            found["zoom"] = page.evaluate("(steps) => zoom(steps)", 3)["p50"]
        if faults:
            raise SystemExit(f"{engine}: {faults[0]}")
        return found
    finally:
        browser.close()


def run(rows: int, rounds: int) -> dict[tuple[str, int], list[dict[str, float]]]:
    """Measure every engine in turns; plain Plotly once, it takes minutes."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - brings its own loop

    if not (HERE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    with sync_playwright() as play, serve(rows) as many, serve(FEW) as few:
        for number in range(rounds):
            turns = [("ours", rows), ("lightweight", rows), ("kernel_lightweight", rows), ("ours", FEW)]
            turns += [("plotly", rows)] if number == 0 else []
            for engine, count in turns if number % 2 == 0 else turns[::-1]:
                one = measure(play, many if count == rows else few, engine, count)
                found.setdefault((engine, count), []).append(one)
                shown = {key: round(value, 1) for key, value in one.items() if isinstance(value, int | float)}
                print(f"  {engine:20s} {count:9,} {shown}", flush=True)
    return found


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    """Return the ratios against the peers of this run."""
    found = run(rows, rounds)

    def median(engine: str, key: str, count: int = rows) -> float:
        return statistics.median(item[key] for item in found[engine, count])

    def ratio(text: str, value: float, target: float, *, at_least: bool = False) -> Figure:
        return Figure(id="charts", text=text, value=value, target=target, at_least=at_least, n=rows)

    first, whole = median("ours", "first"), median("ours", "whole")
    lwc, plotly = median("lightweight", "first"), median("plotly", "first")
    return [
        ratio(
            "first draw: lightweight-charts alone / ours with request and 3 indicators", lwc / first, 10, at_least=True
        ),
        ratio("whole range drawn: lightweight-charts alone / ours", lwc / whole, 10, at_least=True),
        ratio("first draw: plain Plotly / ours", plotly / first, 80, at_least=True),
        ratio("first draw: ours / ours at 1,000 bars", first / median("ours", "first", FEW), 1.5),
        ratio(
            "full-range zoom frame: lightweight-charts alone / ours",
            median("lightweight", "zoom") / median("ours", "zoom"),
            50,
            at_least=True,
        ),
        ratio("pan p95: ours / ours at 1,000 bars", median("ours", "pan") / median("ours", "pan", FEW), 1.5),
        ratio("JS heap / 20 MB", median("ours", "heap") / 20, 1),
        ratio("linear memory / 60 MB", median("ours", "linear") / 60, 1),
        Figure(
            id="charts",
            text="full-range zoom frame: kernel in lightweight-charts / ours",
            value=median("kernel_lightweight", "zoom") / median("ours", "zoom"),
            n=rows,
        ),
    ]
