"""The Portfolio page in a whole app, over the demo workspace with one more account."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from data.brokers.batch import make_batch
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution
from services.container import Services
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up

HEAD = ("value", "today", "gain", "gain_part", "positions")
ROWS = (
    ("AAPL", AssetClass.STOCK, "USD", "10", "100"),
    ("BTC-USD", AssetClass.CRYPTO, "USD", "0.5", "40000"),
    ("VWCE", AssetClass.FUND, "EUR", "5", "100"),
    ("NOPE", AssetClass.STOCK, "USD", "3", "7"),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """One app for the page's tests."""
    return make_app(Path(tmp_path_factory.mktemp("portfolio")))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner holds four positions, one without a price and one in euros."""
    services: Services = app.server.extensions["fillwise"]
    browser: FlaskClient = app.server.test_client()  # without `with`: a kept context would hide who is signed in
    sign_up(browser, "maya")
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    account = services.accounts.create(owner, "Main", currency="USD", timezone="UTC", starting_balance="1000")
    fills = [
        ParsedExecution(
            line=line,
            instrument=Instrument(symbol=symbol, asset_class=kind, currency=currency),
            side=Side.BUY,
            quantity=Decimal(quantity),
            price=Decimal(price),
            executed_at=services.clock() - timedelta(days=30),
            identity=f"fill {line}",
        )
        for line, (symbol, kind, currency, quantity, price) in enumerate(ROWS, 1)
    ]
    services.ledger.add_executions(owner, account.id, make_batch(fills, [fill.identity for fill in fills]))
    services.accounts.save_portfolio(owner, "Long-term", "USD", [account.id])
    return browser


def test_the_head_says_what_is_held(app: Dash, client: FlaskClient) -> None:
    """Value, gain and number of positions are those of the priced positions in dollars."""
    ids = [{"type": "portfolio-head", "key": key} for key in HEAD]
    answer = call(app, client, "portfolio-marks.children", {"ids": ids})
    texts = {json.loads(key)["key"]: item["children"] for key, item in answer.items() if key.startswith("{")}
    assert texts["positions"] == "4"
    assert texts["value"].startswith("$")
    assert texts["today"].endswith("today")
    assert "Simulated prices" in json.dumps(answer["portfolio-marks"])


def test_positions_outside_the_totals_are_listed_and_told(app: Dash, client: FlaskClient) -> None:
    """The one without a price and the one in euros stand in the table, and the notice counts them."""
    answer = call(app, client, "portfolio-holdings.children", {})
    table, notice = json.dumps(answer["portfolio-holdings"]), json.dumps(answer["portfolio-left-out"])
    assert table.count("no price") == 2
    assert "/market?symbol=BTC-USD" in table
    assert "1 position without a price and 1 position in EUR are listed below" in notice
    assert answer["portfolio-count"]["children"] == "4 positions"


def test_a_tick_leaves_the_table_alone(app: Dash, client: FlaskClient) -> None:
    """With the same positions the table is not made again; only its cells change."""
    keys = call(app, client, "portfolio-holdings.children", {})["portfolio-keys"]["data"]
    values = {"portfolio-keys.data": keys, "shell-tick.n_intervals": 2}
    assert call(app, client, "portfolio-holdings.children", values, changed="shell-tick.n_intervals") == {}


def test_cells_are_renewed_in_place(app: Dash, client: FlaskClient) -> None:
    """Each live cell gets its own text; a row that is gone is left as it is."""
    keys = [key.rstrip("?") for key in call(app, client, "portfolio-holdings.children", {})["portfolio-keys"]["data"]]
    rows = [*keys, "total", "9-9"]
    ids = [{"type": "portfolio-cell", "row": row, "column": "value"} for row in rows]
    output = next(key for key in app.callback_map if "portfolio-cell" in key)
    answer = call(app, client, output, {"ids": ids}, changed="shell-tick.n_intervals")
    texts = {json.loads(key)["row"]: item["children"] for key, item in answer.items()}
    assert texts["total"].startswith("$")
    assert sum(text == "no price" for text in texts.values()) == 2
    assert "9-9" not in texts


@pytest.mark.parametrize(("by", "said"), [("class", "Crypto"), ("symbol", "BTC-USD"), ("account", "Main")])
def test_the_allocation_can_be_divided(app: Dash, client: FlaskClient, by: str, said: str) -> None:
    """By class, symbol and account there are weights."""
    answer = call(app, client, "portfolio-allocation.children", {"portfolio-grouping.value": by})
    text = json.dumps(answer)
    assert said in text
    assert "%" in text


def test_the_treemap_holds_the_counted_positions(app: Dash, client: FlaskClient) -> None:
    """Only what has a price in the totals' currency is a tile."""
    answer = call(app, client, "portfolio-treemap.figure", {})
    assert sorted(answer["portfolio-treemap"]["figure"]["data"][0]["labels"]) == ["AAPL", "BTC-USD"]


def test_a_portfolio_sets_the_accounts_of_the_filter(app: Dash, client: FlaskClient) -> None:
    """The menu's entries are addresses, and the CSV follows the filter."""
    answer = call(app, client, "portfolio-curve.figure", {"shell-filter.data": "period=ytd"})
    menu = json.dumps(answer["portfolio-menu"])
    assert "Long-term" in menu
    assert "/portfolio?accounts=1&period=ytd&currency=USD" in menu
    assert answer["portfolio-csv"]["href"] == "/export/positions.csv?period=ytd"


def test_nothing_held_is_a_state_of_its_own(app: Dash) -> None:
    """A new user sees that there are no positions, not an empty table."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "nina")
    answer = call(app, browser, "portfolio-holdings.children", {})
    assert "You are flat" in json.dumps(answer["portfolio-holdings"])
    assert answer["portfolio-left-out"]["children"] is None
    head = [{"type": "portfolio-head", "key": key} for key in HEAD]
    texts = call(app, browser, "portfolio-marks.children", {"ids": head})
    assert '"$0.00"' in json.dumps(texts)
