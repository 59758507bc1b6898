"""Figures as PNG or SVG files, drawn by a Chromium that runs beside the server.

The browser starts with the first picture, in its own thread and event loop, and stays: the first picture takes
about two seconds, the next ones a few tenths. A forked worker gets its own (a browser does not survive a fork).
No picture loads anything from a network.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeoutError
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.errors import FillwiseError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
START_SECONDS = 45.0
PICTURE_SECONDS = 30.0
LARGEST_SIDE = 8_000  # pixels of the file; more exhausts the browser's canvas


class RenderingError(FillwiseError):
    """A picture could not be drawn."""


def find_browser(path: str = "") -> str:
    """Return the executable of a Chromium.

    Args:
        path: A path or name from the settings; "" searches the usual names.

    Raises:
        RenderingError: If there is none; says what to install or set.
    """
    for name in (path,) if path else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    message = f"There is no browser at {path!r}." if path else "No Chromium is installed, so pictures cannot be drawn."
    raise RenderingError(message, hint="Install Chromium, or set BROWSER_PATH to its executable.")


class Renderer:
    """One browser that draws figures; safe to call from many threads.

    Raises:
        RenderingError: From its methods, when the browser is missing, does not start or does not answer.
    """

    def __init__(self, browser: str = "") -> None:
        self._path = browser
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._kaleido: Any = None
        self._pid = 0

    def render(self, figure: Any, *, form: str = "png", scale: float = 2.0) -> bytes:
        """Return a figure as a file.

        Args:
            figure: A `plotly.graph_objects.Figure`; its layout says width and height (else 1280 x 640).
            form: "png", "svg", "jpg" or "webp".
            scale: Pixels of the file per pixel of the layout.
        """
        width, height = int(figure.layout.width or 1280), int(figure.layout.height or 640)
        if max(width, height) * scale > LARGEST_SIDE:
            raise RenderingError(f"The picture is larger than {LARGEST_SIDE:,} pixels.", hint="Choose a smaller scale.")
        options = {"format": form, "width": width, "height": height, "scale": scale}
        with self._lock:
            self._start()
            try:
                picture: bytes = self._wait(self._kaleido.calc_fig(figure.to_dict(), options), PICTURE_SECONDS)
            except RenderingError:
                raise
            except Exception as error:
                self._stop()  # the next picture gets a fresh browser
                raise RenderingError("The browser could not draw the picture.", hint="Try again.") from error
        return picture

    def close(self) -> None:
        """Stop the browser; the next picture starts it again."""
        with self._lock:
            self._stop()

    def _start(self) -> None:
        if self._kaleido is not None and self._pid == os.getpid():
            return
        path = find_browser(self._path)
        from kaleido import Kaleido, PageGenerator

        self._pid = os.getpid()
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="figure-renderer", daemon=True)
        self._thread.start()

        async def open_browser() -> Any:
            # MathJax is off because its default is loaded from the network.
            kaleido = Kaleido(path=Path(path), page_generator=PageGenerator(mathjax=False), timeout=PICTURE_SECONDS)
            await kaleido.open()
            return kaleido

        try:
            self._kaleido = self._wait(open_browser(), START_SECONDS)
        except Exception as error:
            self._stop()
            raise RenderingError(f"The browser {path} did not start.", hint="Start it by hand to see why.") from error

    def _wait(self, work: Any, seconds: float) -> Any:
        assert self._loop is not None
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except WaitTimeoutError:
            future.cancel()
            raise

    def _stop(self) -> None:
        kaleido, loop, thread = self._kaleido, self._loop, self._thread
        self._kaleido = self._loop = self._thread = None
        if loop is None or thread is None or self._pid != os.getpid():
            return
        if kaleido is not None:
            with suppress(Exception):  # it is going away; how it does is no longer of interest
                asyncio.run_coroutine_threadsafe(kaleido.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        if not loop.is_running():
            loop.close()


@lru_cache(maxsize=4)
def _renderer(browser: str, _pid: int) -> Renderer:
    renderer = Renderer(browser)
    atexit.register(renderer.close)
    return renderer


def render_png(figure: Any, *, scale: float = 2.0, browser: str = "") -> bytes:
    """Return a figure as PNG, drawn by this process's browser.

    Args:
        figure: A `plotly.graph_objects.Figure` with a background (see `export_figure`).
        scale: Pixels of the file per pixel of the layout; the report is drawn with 1.
        browser: `Settings.browser`.

    Raises:
        RenderingError: If no browser is found, or it does not answer.
    """
    return _renderer(browser, os.getpid()).render(figure, form="png", scale=scale)


def render_svg(figure: Any, *, browser: str = "") -> bytes:
    """Return a figure as SVG, as `render_png` does."""
    return _renderer(browser, os.getpid()).render(figure, form="svg", scale=1.0)
