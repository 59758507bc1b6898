"""The Market page in a whole app: address, chart, ticks, watchlist, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, no_update
from flask.testing import FlaskClient

from components import market_tools
from domain.charts import parse_indicators
from domain.errors import InvalidInputError, QuoteUnavailableError
from pages import market
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


def draw(app: Dash, client: FlaskClient, size: Any, memo: Any = None, *, tick: bool = False) -> Any:
    """The answer of the chart's callback."""
    values = {"market-size.data": size, "shell-tick.n_intervals": 3, "market-memo.data": memo}
    changed = "shell-tick.n_intervals" if tick else "market-size.data"
    return call(app, client, "market-graph.figure", values, changed=changed)


def test_the_chart_is_drawn(app: Dash, client: FlaskClient) -> None:
    """Candles, volume, the average and the pane arrive with a sentence, the head and the title."""
    answer = draw(app, client, SIZE)
    figure = answer["market-graph"]["figure"]
    assert [trace["type"] for trace in figure["data"]] == ["candlestick", "bar", "scatter", "scatter"]
    assert answer["market-graph-label"]["aria-label"].startswith("AAPL, 500 bars of 1d")
    assert answer["market-root"]["data-fw-title"] == "AAPL 1D"
    assert json.dumps(answer["market-head"]).count("Simulated prices") == 1


def test_a_tick_is_a_patch(app: Dash, client: FlaskClient) -> None:
    """A tick sends some numbers and not the chart again."""
    memo = draw(app, client, SIZE)["market-memo"]["data"]
    answer = draw(app, client, SIZE, memo, tick=True)
    assert set(answer) == {"market-graph"}
    operations = answer["market-graph"]["figure"]["operations"]
    assert {item["operation"] for item in operations} == {"Assign"}
    assert len(json.dumps(answer)) < 4_000


def test_a_tick_for_another_chart_draws_it(app: Dash, client: FlaskClient) -> None:
    """A tick that overtakes a change of the symbol draws the new one instead of patching the old one."""
    memo = draw(app, client, SIZE)["market-memo"]["data"]
    answer = draw(app, client, {**SIZE, "query": "symbol=MSFT"}, memo, tick=True)
    assert answer["market-memo"]["data"]["query"] == "symbol=MSFT"


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
    """The chart's place says what is wrong and the old figure stays out of sight."""
    answer = draw(app, client, {**SIZE, "query": query})
    assert said in json.dumps(answer["market-problem"])
    assert answer["market-memo"]["data"] is None


def test_a_silent_provider_is_told_and_hides_no_drawn_chart() -> None:
    """Without prices the page says who did not answer; a chart that is there stays there."""
    error = QuoteUnavailableError("Example did not answer.")
    shown = market._problem("symbol=AAPL", error, None)
    assert "No prices just now" in str(shown[-1].to_plotly_json())
    assert "Example did not answer." in str(shown[-1].to_plotly_json())
    kept = market._problem("symbol=AAPL", error, {"address": "symbol=AAPL"})
    assert set(map(type, kept)) == {type(no_update)}
    assert market._problem("symbol=MSFT", error, {"address": "symbol=AAPL"})[1] is None


def test_the_tools_follow_the_address(app: Dash, client: FlaskClient) -> None:
    """Symbol, interval, switches, numbers and the export link are those of the address."""
    ids = [{"type": "market-slot", "key": slot.key} for slot in market_tools.SLOTS]
    ids += [{"type": "market-number", "key": key} for slot in market_tools.SLOTS for key in slot.number_keys]
    values = {"shell-url.search": "?symbol=IBM&interval=1h&ind=ema9,bb10&fills=off", "ids": ids}
    answer = call(app, client, "market-symbol.children", values)
    assert answer["market-symbol"]["children"] == "IBM"
    assert answer["market-interval"]["value"] == "1h"
    assert answer["market-fills"]["value"] == []
    assert answer["market-csv"]["href"] == "/export/candles.csv?symbol=IBM&interval=1h&ind=ema9,bb10&fills=off"
    shown = {json.loads(key)["key"]: item["value"] for key, item in answer.items() if key.startswith("{")}
    assert [key for key, value in shown.items() if value == ["on"]] == ["ema1", "bb"]
    assert (shown["ema1-0"], shown["bb-0"], shown["bb-1"], shown["rsi-0"]) == (9, 10, 2, 14)


def test_a_choice_is_written_into_the_address(app: Dash, client: FlaskClient) -> None:
    """Another interval keeps the symbol and what does not belong to the chart."""
    ids = [{"type": "market-slot", "key": slot.key} for slot in market_tools.SLOTS]
    ids += [{"type": "market-number", "key": key} for slot in market_tools.SLOTS for key in slot.number_keys]
    switches, numbers = market_tools.slot_values(parse_indicators("rsi7"))
    values = {
        "market-interval.value": "15m",
        "market-fills.value": ["on"],
        "market-slot.value": switches,
        "market-number.value": numbers,
        "market-state.data": "symbol=IBM&accounts=1",
        "ids": ids,
    }
    answer = call(app, client, "market-goto.data", values, changed="market-interval.value")
    assert answer["market-goto"]["data"] == "symbol=IBM&interval=15m&ind=rsi7&accounts=1"


def test_switches_and_numbers_make_the_indicators() -> None:
    """What the menu shows is what it means; an emptied field is its usual number."""
    chosen = parse_indicators("sma20,sma50,bb20,macd8-21-5")
    switches, numbers = market_tools.slot_values(chosen)
    assert market_tools.slot_choice(switches, numbers) == chosen
    assert market_tools.slot_choice(switches, [None, *numbers[1:]]) == chosen
    with pytest.raises(InvalidInputError, match="9999"):
        market_tools.slot_choice(switches, [9_999, *numbers[1:]])


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
