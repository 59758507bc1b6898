"""The pages Watchlists, Company and Screener in a whole app: lists, rows, marks, files, figures, conditions."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import UserId
from services.container import Services
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up
from web.context import EXTENSION


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """One app for these pages; each test has a browser and a person of its own."""
    return make_app(Path(tmp_path_factory.mktemp("watchlists")))


@pytest.fixture
def client(app: Dash, request: pytest.FixtureRequest) -> FlaskClient:
    """A browser that is signed in."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, f"p{abs(hash(request.node.name)) % 10**9}")
    return browser


@pytest.fixture
def services(app: Dash) -> Services:
    """The app's services."""
    found: Services = app.server.extensions[EXTENSION]
    return found


def owner_of(services: Services, client: FlaskClient) -> UserId:
    """Who is signed in."""
    cookie = client.get_cookie("fillwise_session")
    assert cookie is not None
    found = services.users.resolve_session(cookie.value)
    assert found is not None
    return found[1].id


def draw(app: Dash, client: FlaskClient, **values: Any) -> Any:
    """The answer of the callback that draws a list."""
    named = {f"watchlists-{name}": value for name, value in values.items()}
    values = {
        "watchlists-list.value": named.get("watchlists-list", 0),
        "watchlists-sort.data": named.get("watchlists-sort"),
    }
    return call(app, client, "watchlists-body.children", values)


def test_a_list_is_drawn_with_cells_that_the_stream_feeds(app: Dash, client: FlaskClient) -> None:
    """Every row names its symbol in cells with an id, and leads to its page."""
    text = json.dumps(draw(app, client)["watchlists-body"])
    for part in ("last", "day", "change", "range", "age"):
        assert text.count(f'"data-fw-part": "{part}"') == 5
    assert '"href": "/company/AAPL"' in text


def test_columns_sort_both_ways_and_back(app: Dash, client: FlaskClient) -> None:
    """By symbol up, then down, then as the list is."""
    ids = [{"type": "watchlists-sort-by", "key": "symbol"}]
    sort: Any = None
    heard = []
    for _ in range(3):
        values = {"ids": ids, "watchlists-sort-by.n_clicks": [1], "watchlists-sort.data": sort}
        changed = '{"key":"symbol","type":"watchlists-sort-by"}.n_clicks'
        sort = call(app, client, "watchlists-sort.data", values, changed=changed)["watchlists-sort"]["data"]
        heard.append(_symbols(draw(app, client, sort=sort)))
    assert heard == [["AAPL", "FB", "GOOG", "IBM", "MSFT"], ["MSFT", "IBM", "GOOG", "FB", "AAPL"],
                     ["AAPL", "MSFT", "GOOG", "IBM", "FB"]]  # fmt: skip


def _symbols(answer: Any) -> list[str]:
    text = json.dumps(answer["watchlists-body"])
    return [part.split('"')[0] for part in text.split('"href": "/company/')[1:]]


def test_a_found_symbol_is_added_and_a_file_too(app: Dash, client: FlaskClient, services: Services) -> None:
    """What is picked or typed joins the open list; a file adds the rest and says what it could not read."""
    owner = owner_of(services, client)
    made = services.watchlists.create(owner, "Coins")
    values = {"watchlists-search.value": "bitc", "watchlists-list.value": made.id}
    assert "BTC-USD" in json.dumps(call(app, client, "watchlists-found.children", values))
    picks = [{"type": "watchlists-pick", "key": "BTC-USD"}]
    values |= {"ids": picks, "watchlists-pick.n_clicks": [1]}
    changed = '{"key":"BTC-USD","type":"watchlists-pick"}.n_clicks'
    call(app, client, "watchlists-search.value", values, changed=changed)
    values |= {"watchlists-asked.data": {"do": "add", "key": "msft", "at": 1}}
    call(app, client, "watchlists-search.value", values, changed="watchlists-asked.data")
    content = "data:text/csv;base64," + base64.b64encode(b"symbol\nETH-USD\n<b>\n").decode()
    values = {"watchlists-upload.contents": content, "watchlists-list.value": made.id}
    answer = call(app, client, "watchlists-upload.contents", values, changed="watchlists-upload.contents")
    assert "1 symbol added" in json.dumps(answer["shell-toasts"])
    assert "Line 3" in json.dumps(answer["shell-toasts"])
    assert services.watchlists.get(owner, made.id).symbols == ("BTC-USD", "MSFT", "ETH-USD")
    download = client.get(f"/export/watchlist.csv?list={made.id}")
    assert download.get_data(as_text=True).splitlines()[1:] == ["BTC-USD,,", "MSFT,,", "ETH-USD,,"]


def test_a_taken_name_is_said_in_the_form(app: Dash, client: FlaskClient) -> None:
    """The form stays open and names what is wrong."""
    values = {
        "watchlists-edited.data": {"id": None},
        "watchlists-name.value": "watchlist",
        "watchlists-save.n_clicks": 1,
    }
    answer = call(app, client, "watchlists-error.children@", values, changed="watchlists-save.n_clicks")
    assert "with this name" in json.dumps(answer["watchlists-error"])
    assert "watchlists-form" not in answer


def test_a_company_has_its_facts_and_its_note(app: Dash, client: FlaskClient, services: Services) -> None:
    """Profile, year and chart are there; a note is kept and comes back; a stranger symbol is explained."""
    answer = call(app, client, "company-head.children", {"company-asked.data": "AAPL"})
    assert "Apple Inc." in json.dumps(answer["company-head"])
    assert "52 weeks" in json.dumps(answer["company-facts"])
    values: dict[str, Any] = {"company-asked.data": "AAPL", "company-interval.value": "1h"}
    chart = call(app, client, "company-spec.data", values)
    assert chart["company-spec"]["data"]["symbol"] == "AAPL"
    assert chart["company-no-prices"]["hidden"] is True
    unknown = call(app, client, "company-spec.data", {"company-asked.data": "NOSUCH"})
    assert "No prices of NOSUCH" in json.dumps(unknown["company-no-prices"])
    trades = call(app, client, "company-trades.children", {"company-asked.data": "AAPL"})
    assert "never traded" in json.dumps(trades)
    values = {"company-note.n_blur": 1, "company-note.value": "Wait.", "company-asked.data": "AAPL"}
    call(app, client, "company-note-saved.children", values, changed="company-note.n_blur")
    assert services.watchlists.marks(owner_of(services, client))["AAPL"].note == "Wait."
    strange = call(app, client, "company-head.children", {"company-asked.data": "<b>"})
    assert strange["company-body"]["hidden"] is True


def test_a_screen_is_built_run_and_kept(app: Dash, client: FlaskClient, services: Services) -> None:
    """A condition is added, its matches are shown with their values, the screen is saved under a name."""
    values: dict[str, Any] = {"screener-left.value": "rsi14", "screener-sign.value": ">", "screener-right.value": "0"}
    answer = call(app, client, "screener-error.children@", values, changed="screener-add.n_clicks")
    query = opened(app, client, answer["shell-url"]["search"])
    found = call(app, client, "screener-body.children", {"screener-query.data": query})
    assert found["screener-about"]["children"] == "5 of 5 watched symbols"
    assert "RSI 14" in json.dumps(found["screener-body"])
    values |= {"screener-right.value": "much", "screener-query.data": query}
    refused = call(app, client, "screener-error.children@", values, changed="screener-add.n_clicks")
    assert "much" in json.dumps(refused["screener-error"])
    values = {"screener-save.n_clicks": 1, "screener-name.value": "Mine", "screener-query.data": query}
    call(app, client, "screener-saved.value", values, changed="screener-save.n_clicks")
    (kept,) = services.screener.screens(owner_of(services, client))
    offered = call(app, client, "screener-query.data", {"shell-url.search": ""})["screener-saved"]["options"]
    assert offered == [{"value": kept.id, "label": "Mine"}]
    assert client.get(f"/export/screen.csv?{query}").get_data(as_text=True).startswith("\ufeffsymbol,name,price")


def opened(app: Dash, client: FlaskClient, search: str) -> str:
    """The screen that the page reads from an address."""
    answer = call(app, client, "screener-query.data", {"shell-url.search": search})
    return str(answer["screener-query"]["data"])


def test_a_screen_lives_in_the_address(app: Dash, client: FlaskClient) -> None:
    """Conditions and order are read from it; a head sorts, turns round and lets go; what it cannot hold is said."""
    query = opened(app, client, "?conditions=rsi14+%3E+0&sort=-rsi14")
    for after in ("sort=rsi14", "", "sort=-rsi14"):
        head = {"key": "rsi14", "type": "screener-sort"}
        pressed = {"screener-query.data": query, "ids": [head], "screener-sort.n_clicks": [1]}
        changed = json.dumps(head, separators=(",", ":")) + ".n_clicks"
        answer = call(app, client, "screener-error.children@", pressed, changed=changed)
        query = str(answer["shell-url"]["search"]).removeprefix("?")
        assert query == f"conditions=rsi14+%3E+0{'&' if after else ''}{after}"
    wrong = call(app, client, "screener-query.data", {"shell-url.search": "?conditions=foo+%3C+3"})
    assert "no number" in json.dumps(wrong["screener-error"])
    gone = call(app, client, "screener-query.data", {"shell-url.search": "?list=987654"})
    assert "no longer there" in json.dumps(gone["screener-error"])


def test_a_logo_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    """The demo draws those of its listings, nobody has one of a stranger, and a path is no symbol."""
    assert client.get("/logos/AAPL").mimetype == "image/jpeg"
    assert client.get("/logos/NOSUCH").status_code == 404
    assert client.get("/logos/..%2Fx").status_code in {404, 422}


def test_the_menu_of_a_row_moves_and_removes(app: Dash, client: FlaskClient, services: Services) -> None:
    """What is chosen in the menu happens to the symbol; a wish that is none does nothing."""
    owner = owner_of(services, client)
    first, second = services.watchlists.get(owner).symbols[:2]

    def choose(do: str, key: str) -> None:
        asked = {"watchlists-asked.data": {"do": do, "key": key, "at": 1}, "watchlists-list.value": 0}
        (output,) = [name for name in app.callback_map if _hears(app, name) and name.startswith("shell-watched")]
        call(app, client, output, asked, changed="watchlists-asked.data")

    choose("down", first)
    assert services.watchlists.get(owner).symbols[:2] == (second, first)
    choose("remove", first)
    assert first not in services.watchlists.get(owner).symbols
    opened = call(
        app, client, "watchlists-mark-title.children", {"watchlists-asked.data": {"do": "mark", "key": "IBM"}}
    )
    assert opened["watchlists-mark-title"]["children"] == "IBM: flag and note"


def _hears(app: Dash, output: str) -> bool:
    return any(item["id"] == "watchlists-asked" for item in app.callback_map[output]["inputs"])


def test_index_tiles_stand_on_the_market_page(app: Dash, client: FlaskClient) -> None:
    """The demo's indices are there and say that they are invented."""
    bar = json.dumps(call(app, client, "market-indices.children", {}))
    assert "NIFTY 50" in bar
    assert "BANK NIFTY" in bar
    assert "Simulated" in bar
