"""The index: what stands on the screen before Dash has built the page."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from domain.errors import StorageError
from services.market import MarketService
from tests.conftest import ROOT
from tests.web.client import PAGE_HEADERS, make_app, sign_in_demo
from web.first_chart import FILES, FOLDER

IMPORT = re.compile(r'^import .*? from "\./(\w+\.mjs)";$', re.MULTILINE)
CHUNKS, WHOLE = "/api/v1/candles/chunks?", "/api/v1/candles/binary?"


@pytest.fixture(name="client", scope="module")
def _client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    client: FlaskClient = make_app(tmp_path_factory.mktemp("app")).server.test_client()
    sign_in_demo(client)
    return client


def _index(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=PAGE_HEADERS)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _needed(name: str, folder: Path) -> set[str]:
    found, new = {name}, [name]
    while new:
        new = [each for each in IMPORT.findall((folder / new.pop()).read_text("utf-8")) if each not in found] + new
        found.update(new)
    return found


def test_all_that_the_chart_needs_is_asked_for_at_once() -> None:
    """The files that the index names are the first module, those that the chart imports, and the kernel."""
    folder = ROOT / FOLDER.strip("/")
    assert set(FILES) == {FOLDER + name for name in {"first.mjs", "kernel.wasm"} | _needed("main.mjs", folder)}


def test_every_page_comes_in_its_frame(client: FlaskClient) -> None:
    """The index of a page shows navigation and title, the page marked; Dash begins at once."""
    index = _index(client, "/trades")
    place = index[index.index('id="fw-first"') : index.index("</footer>")]
    assert '<h1 id="">' not in place
    assert re.search(r"<h1[^>]*>Trades</h1>", place)
    assert len(re.findall(r'aria-current="page" href="/trades"', place)) == 2  # sidebar and tab bar
    assert place.count('aria-current="page"') == 2
    assert "fw-scripts" not in index
    assert "first.mjs" not in index


def test_an_address_below_a_page_has_a_frame_without_a_title(client: FlaskClient) -> None:
    """What the page will be called is known to it alone; no text of the address gets into the index."""
    index = _index(client, '/trade/1"><i>here')
    assert 'id="fw-first"' in index
    assert "aria-current" not in index
    assert "<i>here" not in index


def test_the_market_page_carries_its_chart(client: FlaskClient) -> None:
    """The chart that the address asks for stands in the index, and what it needs is asked for at once."""
    index = _index(client, "/market?symbol=MSFT&interval=1d&ind=rsi14")
    (spec,) = re.findall(r'data-fw-first-spec="([^"]+)"', index)
    shown = json.loads(unescape(spec))
    assert (shown["symbol"], shown["interval"]) == ("MSFT", "1d")
    assert "rsi" in json.dumps(shown["studies"])
    assert 'data-fw-first-for="market-chart"' in index
    for path in FILES:
        assert index.count(f'href="{path}"') == 1, path
    assert CHUNKS in index
    assert WHOLE in index


def test_many_bars_are_not_asked_for_whole(client: FlaskClient) -> None:
    """A chart of minutes begins with its last chunks, as without a first paint."""
    index = _index(client, "/market?symbol=MSFT&interval=1m")
    assert CHUNKS in index
    assert WHOLE not in index


def test_scripts_wait_for_the_chart(client: FlaskClient) -> None:
    """Each of Dash's scripts is in the template, once, and is fetched meanwhile."""
    held = _index(client, "/market?symbol=MSFT")
    plain = _index(client, "/trades")
    scripts = re.findall(r'<script[^>]* src="(/_dash-component-suites/[^"]+|/assets/js/(?!theme)[^"]+)"', plain)
    template = re.search(r'<template id="fw-scripts">(.*?)</template>', held, re.DOTALL)
    assert template
    assert scripts
    for path in scripts:
        assert template[1].count(f'src="{path}"') == held.count(f'src="{path}"') == 1
        assert f'<link rel="preload" as="script" fetchpriority="low" href="{path}">' in held
    assert "_dash-renderer" in template[1]


def test_a_chart_that_the_server_draws_waits_for_dash(client: FlaskClient) -> None:
    """Nothing of it can be drawn by the browser alone."""
    index = _index(client, "/market?symbol=MSFT&engine=server")
    assert 'id="fw-first"' in index
    assert "data-fw-first-spec" not in index
    assert "fw-scripts" not in index


def test_a_page_that_cannot_say_what_it_shows_still_comes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy database costs the first picture, not the page, which then says it itself."""

    def refuse(*_: object) -> None:
        message = "The database is busy."
        raise StorageError(message)

    monkeypatch.setattr(MarketService, "resolve", refuse)
    assert "data-fw-first-spec" not in _index(client, "/market?symbol=MSFT")


def test_a_visitor_sees_no_page(client: FlaskClient) -> None:
    """The first paint is behind the sign-in, as the page is."""
    stranger = client.application.test_client()
    answer = stranger.get("/market?symbol=MSFT", headers=PAGE_HEADERS)
    assert answer.status_code == 302
    assert "/signin" in answer.headers["Location"]
