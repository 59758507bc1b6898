# ruff: noqa: INP001 - a script of its own, not part of a package
"""Photograph the pages of the demo into docs/screenshots: `make shots`.

Starts Fillwise on a free port with a data directory of its own, drives the system's Chromium and stops both.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
SAMPLE = ROOT / "tests" / "fixtures" / "brokers" / "schwab-transactions" / "transactions.csv"
LIMIT_BYTES = 300_000
DESK, PHONE = ViewportSize(width=1440, height=1000), ViewportSize(width=390, height=844)
PAGES = {
    "overview": "/",
    "trades": "/trades",
    "calendar": "/calendar",
    "analytics": "/analytics",
    "market": "/market?symbol=AAPL",
    "portfolio": "/portfolio",
}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
)
SETTLE_MS, QUIET_MS, SLOW_MS = 1_500, 8_000, 120_000
LOADING = """() => {
    const unfinished = ".skel, .fw-skel-bars, .fw-graph, .fw-pc[data-fw-pc-state='loading']";
    const isEmpty = (each) => each.offsetParent !== null && !each.querySelector(".main-svg");
    return !document.querySelector("#_pages_content > *") || [...document.querySelectorAll(unfinished)].some(isEmpty);
}"""


@contextmanager
def serve() -> Iterator[str]:
    """Run Fillwise with an empty data directory and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"FILLWISE_DATA_DIR": folder, "FILLWISE_PORT": "0", "PATH": "/usr/local/bin:/usr/bin:/bin"}
        command = [sys.executable, str(ROOT / "app.py")]
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                sys.exit("Fillwise did not start.")
            yield found.group()
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def visit(browser: Browser, address: str, *, theme: str, size: ViewportSize) -> Iterator[Page]:
    """Yield a tab that is signed in to the demo."""
    is_phone = size is PHONE
    context = browser.new_context(
        base_url=address, viewport=size, device_scale_factor=2 if is_phone else 1, has_touch=is_phone
    )
    context.set_default_timeout(SLOW_MS)
    context.add_cookies([{"name": "fw_theme", "value": theme, "url": address}])
    tab = context.new_page()
    tab.goto("/signin")
    tab.click("button:has-text('Explore the demo')")
    tab.wait_for_url(lambda url: "/signin" not in url, timeout=60_000)
    yield tab
    context.close()


def settle(tab: Page) -> None:
    """Wait until a page has drawn itself."""
    with suppress(PlaywrightTimeout):  # live prices never rest for long
        tab.wait_for_load_state("networkidle", timeout=QUIET_MS)
    for _ in range(SLOW_MS // SETTLE_MS):  # a busy machine takes longer to fill the skeletons
        tab.wait_for_timeout(SETTLE_MS)
        if not tab.evaluate(LOADING):
            return


def photograph(tab: Page, name: str, path: str = "") -> None:
    """Write one picture, of another page if a path is given."""
    if path:
        tab.goto(path)
    settle(tab)
    if not name.startswith("overview"):
        close_notice(tab)
    picture = deflate_again(tab.screenshot(timeout=SLOW_MS))
    if len(picture) > LIMIT_BYTES:
        sys.exit(f"{name}.png has {len(picture):,} bytes, more than {LIMIT_BYTES:,}.")
    (FOLDER / f"{name}.png").write_bytes(picture)
    sys.stdout.write(f"{name}.png {len(picture):,} bytes\n")


def close_notice(tab: Page) -> None:
    """Close what says that this is the demo; the overview keeps it, and the status bar says it everywhere."""
    button = tab.locator("[data-fw-dismissable] [data-fw-dismiss]").first
    if button.is_visible():
        button.click()
        settle(tab)


def deflate_again(picture: bytes) -> bytes:
    """Return the same PNG, compressed as far as zlib goes; a browser compresses for speed."""
    position, pixels = 8, b""
    chunks: list[tuple[bytes, bytes]] = []
    while position < len(picture):
        length, kind = struct.unpack(">I4s", picture[position : position + 8])
        content = picture[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IDAT":
            pixels += content
        else:
            chunks.append((kind, content))
    # IHDR stays first and IEND last.
    chunks.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(pixels), 9)))
    return picture[:8] + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def photograph_desk(tab: Page) -> None:
    """Write the pages as a desk sees them."""
    for name, path in PAGES.items():
        photograph(tab, name, path)
    tab.goto("/trades?status=closed")
    settle(tab)
    link = tab.locator("a[href^='/trade/']").first.get_attribute("href", timeout=15_000)
    photograph(tab, "trade", str(link))
    tab.goto("/import")
    settle(tab)
    with tab.expect_file_chooser() as chooser:
        tab.click("[data-fw-upload] .browse")
    chooser.value.set_files(SAMPLE)
    photograph(tab, "import")


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with visit(browser, address, theme="dark", size=DESK) as tab:
            photograph_desk(tab)
        with visit(browser, address, theme="light", size=DESK) as tab:
            photograph(tab, "overview-light", "/")
        with visit(browser, address, theme="dark", size=PHONE) as tab:
            photograph(tab, "overview-phone", "/")
        browser.close()


if __name__ == "__main__":
    main()
