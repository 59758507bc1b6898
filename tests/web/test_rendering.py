"""Pictures drawn by a real Chromium."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import plotly.graph_objects as go
import pytest

from domain.errors import FillwiseError
from web.rendering import BROWSERS, Renderer, RenderingError, find_browser

PNG = b"\x89PNG\r\n\x1a\n"


def _has_browser() -> bool:
    try:
        return bool(find_browser())
    except RenderingError:
        return False


needs_browser = [
    pytest.mark.browser,
    pytest.mark.reads,
    pytest.mark.skipif(not _has_browser(), reason="no Chromium is installed"),
]


def _figure(width: int = 320, height: int = 200) -> go.Figure:
    trace = go.Bar(x=[1, 2], y=[3.0, -1.0], marker_color="#22C4B0")
    return go.Figure(data=[trace], layout={"width": width, "height": height, "paper_bgcolor": "#12151A"})


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """One browser for the tests of this file."""
    renderer = Renderer()
    yield renderer
    renderer.close()


class TestDrawing:
    """What the browser draws."""

    pytestmark = needs_browser

    def test_png_has_the_size_asked_for(self, renderer: Renderer) -> None:
        """A picture has the layout's size times the scale, and more than one colour in it."""
        small, large = renderer.render(_figure(), scale=1), renderer.render(_figure(), scale=2.5)
        assert (_size(small), _size(large)) == ((320, 200), (800, 500))
        assert len(small) > 1_000

    def test_svg_holds_the_bars(self, renderer: Renderer) -> None:
        """The SVG form is the drawing itself, in the colours given."""
        svg = renderer.render(_figure(), form="svg", scale=1).decode()
        assert svg.startswith("<svg")
        assert svg.count("rgb(34, 196, 176)") >= 2

    def test_many_threads_get_their_own_picture(self, renderer: Renderer) -> None:
        """Requests at the same time do not get each other's picture."""
        widths = [200 + 10 * k for k in range(6)]
        with ThreadPoolExecutor(6) as pool:
            sizes = list(pool.map(lambda width: _size(renderer.render(_figure(width), scale=1))[0], widths))
        assert sizes == widths

    def test_renderer_starts_again_after_close(self) -> None:
        """Closing stops the thread and the browser; the next picture starts new ones."""
        renderer = Renderer()
        assert _size(renderer.render(_figure(), scale=1)) == (320, 200)
        renderer.close()
        assert not [thread for thread in threading.enumerate() if thread is renderer._thread]
        assert _size(renderer.render(_figure(), scale=1)) == (320, 200)
        renderer.close()


def test_missing_browser_is_explained(tmp_path: Path) -> None:
    """A wrong path says which, and what to do; nothing is left running."""
    path = str(tmp_path / "no-browser")
    before = set(threading.enumerate())
    with pytest.raises(RenderingError, match="no-browser") as caught:
        Renderer(path).render(_figure())
    assert "BROWSER_PATH" in caught.value.hint
    assert isinstance(caught.value, FillwiseError)
    assert set(threading.enumerate()) <= before  # Threads of other tests may end meanwhile.


def test_no_browser_at_all_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without any of the known browsers on the path the message says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderingError, match="No Chromium is installed") as caught:
        find_browser()
    assert "Install Chromium" in caught.value.hint


def test_browser_is_found_by_its_usual_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Any of the usual names on the path will do."""
    program = tmp_path / BROWSERS[-1]
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == str(program)


def test_a_browser_that_does_not_start_is_explained(tmp_path: Path) -> None:
    """A program that is no browser gives a clear error instead of waiting for ever."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(RenderingError, match="did not start"):
        Renderer(str(program)).render(_figure())


def test_huge_picture_is_refused() -> None:
    """A picture that no canvas holds is refused before a browser is started."""
    with pytest.raises(RenderingError, match="8,000 pixels"):
        Renderer().render(_figure(4_001), scale=2)
