"""The Market page in a whole app: address, chart, ticks, watchlist, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.errors import QuoteUnavailableError
from services.market import MarketService
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up

SIZE = {"query": "symbol=AAPL&ind=sma20,rsi14", "height": 620, "width": 860}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """One app for the page's tests; they only read, or use symbols of their own."""
    return make_app(Path(tmp_path_factory.mktemp("market")))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A browser that is signed in."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    return browser


def draw(app: Dash, client: FlaskClient, size: Any, memo: Any = None, *, tick: int = 0) -> Any:
    """The answer of the plain chart's callback."""
    values = {"market-size.data": {**size, "tick": tick}, "market-memo.data": memo}
    return call(app, client, "market-graph.figure", values, changed="market-size.data")


def tell(app: Dash, client: FlaskClient, query: str, *, tick: bool = False) -> Any:
    """The answer of the callback that says what is shown."""
    values = {"market-state.data": {"query": query}, "shell-tick.n_intervals": 3}
    changed = "shell-tick.n_intervals" if tick else "market-state.data"
    return call(app, client, "market-head.children", values, changed=changed)


def test_the_chart_is_drawn(app: Dash, client: FlaskClient) -> None:
    """The server's chart has candles, volume, the average, the pane and fills, and a sentence about them."""
    answer = draw(app, client, SIZE)
    figure = answer["market-graph"]["figure"]
    assert [trace["type"] for trace in figure["data"]] == ["candlestick", "bar", *["scatter"] * 4]
    assert answer["market-graph-label"]["aria-label"].startswith("AAPL, 174 bars of 1d from ")


def test_a_tick_is_a_patch(app: Dash, client: FlaskClient) -> None:
    """A tick sends some numbers and not the chart again."""
    memo = draw(app, client, SIZE)["market-memo"]["data"]
    price = sum(memo["range"]) / 2
    bar = dict.fromkeys(("open", "high", "low", "close"), price) | {"volume": 5.0, "start": memo["last"]}
    answer = draw(app, client, {**SIZE, "bar": bar}, memo, tick=1)
    assert set(answer) == {"market-graph"}
    operations = answer["market-graph"]["figure"]["operations"]
    assert {item["operation"] for item in operations} == {"Assign"}
    assert len(json.dumps(answer)) < 4_000


def test_another_stretch_is_a_patch(app: Dash, client: FlaskClient) -> None:
    """A chart that is zoomed out gets other arrays in its traces, at most 800 candles of them."""
    memo = draw(app, client, SIZE)["market-memo"]["data"]
    answer = draw(app, client, {**SIZE, "rows": [0, memo["total"]]}, memo)
    changes = {
        tuple(item["location"]): item["params"]["value"] for item in answer["market-graph"]["figure"]["operations"]
    }
    after = answer["market-memo"]["data"]
    assert memo["count"] < len(changes["data", 0, "close"]) == after["count"] <= 800
    assert after["first"] == 0
    assert {path[0] for path in changes} == {"data", "layout"}
    assert {path[2] for path in changes if path[0] == "data"} <= {
        "x",
        "y",
        "open",
        "high",
        "low",
        "close",
        "customdata",
        "marker",
    }


def test_a_tick_for_another_chart_draws_it(app: Dash, client: FlaskClient) -> None:
    """A tick that overtakes a change of the symbol draws the new one instead of patching the old one."""
    memo = draw(app, client, SIZE)["market-memo"]["data"]
    answer = draw(app, client, {**SIZE, "query": "symbol=MSFT"}, memo, tick=1)
    assert answer["market-memo"]["data"]["query"] == "symbol=MSFT"
    assert "data" in answer["market-graph"]["figure"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("symbol=NOPE", "NOPE is not known"),
        ("symbol=AAPL&ind=foo", "Indicator 'foo' is not known"),
        ("interval=9y", "Interval '9y' is not known"),
        ("symbol=A%20B", "is not a symbol"),
    ],
)
def test_what_cannot_be_drawn_is_explained(app: Dash, client: FlaskClient, query: str, said: str) -> None:
    """The chart's place says what is wrong, and no bar is sent."""
    answer = tell(app, client, query)
    assert said in json.dumps(answer["market-problem"])
    assert answer["market-bar"]["data"] is None


def test_a_silent_provider_is_told_and_hides_no_drawn_chart(
    app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without prices the page says who did not answer; on a tick the chart that is there stays there."""

    def refuse(*_: object, **__: object) -> None:
        message = "Example did not answer."
        raise QuoteUnavailableError(message)

    monkeypatch.setattr(MarketService, "latest", refuse)
    shown = json.dumps(tell(app, client, "symbol=AAPL")["market-problem"])
    assert "No prices just now" in shown
    assert "Example did not answer." in shown
    assert not tell(app, client, "symbol=AAPL", tick=True)


def test_the_head_and_the_last_bar_arrive(app: Dash, client: FlaskClient) -> None:
    """What is shown has a head, a title and its last bar, which a tick brings again."""
    answer = tell(app, client, "symbol=AAPL&interval=5m", tick=True)
    assert answer["market-root"]["data-fw-title"] == "AAPL 5m"
    assert json.dumps(answer["market-head"]).count("Simulated prices") == 1
    bar = answer["market-bar"]["data"]
    assert (bar["symbol"], bar["interval"]) == ("AAPL", "5m")
    assert bar["low"] <= bar["close"] <= bar["high"]
    assert bar["start"] % 300_000 == 0


def test_the_tools_follow_the_address(app: Dash, client: FlaskClient) -> None:
    """Symbol, interval, what the browser opens and the export link are those of the address."""
    look = "style=heikin&scale=log&compare=MSFT,AAPL&profile=on&engine=server"
    query = f"?symbol=IBM&interval=1h&ind=ema9,bb10&fills=off&{look}"
    answer = call(app, client, "market-symbol.children", {"shell-url.search": query})
    assert answer["market-symbol"]["children"] == "IBM"
    assert answer["market-interval"]["value"] == "1h"
    assert answer["market-fills"]["value"] == []
    assert answer["market-count"]["children"] == "2"
    assert answer["market-csv"]["href"].startswith("/export/candles.csv?symbol=IBM&interval=1h&ind=ema9,bb10&fills=off")
    assert answer["market-state"]["data"] == {
        "query": query[1:],
        "symbol": "IBM",
        "interval": "1h",
        "studies": "ema9,bb10",
        "style": "heikin",
        "scale": "log",
        "compare": ["MSFT", "AAPL"],
        "fills": False,
        "profile": True,
        "engine": "server",
    }


def test_a_choice_is_written_into_the_address(app: Dash, client: FlaskClient) -> None:
    """Another interval keeps the symbol and what does not belong to the chart."""
    values = {
        "market-interval.value": "15m",
        "market-fills.value": ["on"],
        "market-state.data": {"query": "symbol=IBM&ind=rsi7&style=area&accounts=1"},
    }
    answer = call(app, client, "market-goto.data", values, changed="market-interval.value")
    assert answer["market-goto"]["data"] == "symbol=IBM&interval=15m&ind=rsi7&style=area&accounts=1"


def test_suggestions_name_what_is_found(app: Dash, client: FlaskClient) -> None:
    """A typed text offers its hits, and itself when it is not among them."""
    answer = json.dumps(call(app, client, "market-found.children", {"market-search.value": "bitc"}))
    assert "BTC-USD" in answer
    assert "Open" in answer
    assert "BITC" in answer


def test_a_symbol_can_be_watched(app: Dash, client: FlaskClient) -> None:
    """Typed and confirmed, it is a row of the watchlist and the box is empty again."""
    values = {"market-add.n_submit": 1, "market-add.value": "eth-usd"}
    answer = call(app, client, "market-watchlist.children", values, changed="market-add.n_submit")
    assert "ETH-USD" in json.dumps(answer["market-watchlist"])
    assert answer["market-add"]["value"] == ""


def test_the_candles_are_downloaded(app: Dash, client: FlaskClient) -> None:
    """The export has the chart's bars and indicators under a name of its own."""
    response = client.get("/export/candles.csv?symbol=AAPL&interval=1w&ind=sma20")
    assert response.status_code == 200
    assert "fillwise-aapl-1w-" in response.headers["Content-Disposition"]
    lines = response.get_data(as_text=True).splitlines()
    assert lines[0].endswith("start,open,high,low,close,volume,sma_20")
    assert len(lines) == 501


def test_the_download_of_an_unknown_symbol_is_an_answer(app: Dash, client: FlaskClient) -> None:
    """No broken file, but a refusal that says why."""
    response = client.get("/export/candles.csv?symbol=NOPE")
    assert response.status_code in {400, 404, 502}
    assert "NOPE" in response.get_data(as_text=True)
