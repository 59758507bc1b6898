"""The overview as its user composes it: what is chosen is shown, kept, and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import UserId
from domain.errors import InvalidInputError, NotFoundError
from domain.overview import CARDS, PRESETS, WIDTHS, check_cards, edit_cards, read_cards, write_cards
from pages.overview import Ids
from services.container import Services
from tests.pages.callbacks import call
from tests.services.reports import make_desk
from tests.web.client import dash_post, make_app, sign_in
from web.context import EXTENSION
from web.overview_desk import ABOUT, BREAKDOWNS
from web.overview_editor import EditorIds

MAYA = UserId(1)
BOARD = f"{Ids.BOARD}.children"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dash, FlaskClient]]:
    """The whole app with maya's book, and maya's browser."""
    made = make_app(Path(tmp_path_factory.mktemp("overview")))
    found: Services = made.server.extensions[EXTENSION]
    make_desk(found, trades=10)
    browser = made.server.test_client()
    sign_in(browser, "maya")
    yield made, browser
    found.db.close()


@pytest.fixture
def app(house: tuple[Dash, FlaskClient]) -> Dash:
    """The app, maya's overview as it was at first."""
    layouts = house[0].server.extensions[EXTENSION].overview_layouts
    for item in layouts.list_layouts(MAYA):
        layouts.reset(MAYA, item.name)
    layouts.reset(MAYA, "Overview")
    return house[0]


@pytest.fixture
def client(house: tuple[Dash, FlaskClient]) -> FlaskClient:
    """Maya's browser."""
    return house[1]


def choose(client: FlaskClient, name: str) -> str:
    """Press a layout's name and return what the board is told."""
    entry = {"id": EditorIds.LAYOUTS.value, "property": "value", "value": name}
    output = {"id": EditorIds.SHOWN.value, "property": "data"}
    body = {
        "output": f"{EditorIds.SHOWN}.data",
        "outputs": output,
        "inputs": [entry],
        "state": [],
        "changedPropIds": [],
    }
    answer = dash_post(client, body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_json()["response"][EditorIds.SHOWN]["data"])


def show(app: Dash, client: FlaskClient, shown: str | None = None) -> dict[str, Any]:
    """What the board's callback answers."""
    found: dict[str, Any] = call(app, client, BOARD, {f"{EditorIds.SHOWN}.data": shown})
    return found


def test_the_first_board_is_left_alone(app: Dash, client: FlaskClient) -> None:
    """Whoever has changed nothing gets the page as it stands, without a second drawing of its cards."""
    answer = show(app, client)
    assert Ids.BOARD not in answer
    assert answer[EditorIds.LAYOUTS]["value"] == "Overview"
    assert answer[EditorIds.LAYOUTS]["options"] == list(PRESETS)


def test_a_preset_changes_the_board_and_back(app: Dash, client: FlaskClient) -> None:
    """Choosing Risk review shows its cards in its order; choosing Overview brings the first board back."""
    board = json.dumps(show(app, client, choose(client, "Risk review"))[Ids.BOARD])
    places = [board.index(f'"card": "{slug}"') for slug in ("risk", "distribution", "symbols", "months")]
    assert places == sorted(places)
    assert Ids.RECENT not in board
    assert Ids.RECENT in json.dumps(show(app, client, choose(client, "Overview"))[Ids.BOARD])


def test_every_card_can_be_built_and_filled(app: Dash, client: FlaskClient) -> None:
    """A layout of all cards is saved, shown, and each chart among them draws something with a sentence to it."""
    services: Services = app.server.extensions[EXTENSION]
    services.overview_layouts.save(MAYA, "Everything", [(slug, 6) for slug in CARDS])
    board = json.dumps(show(app, client)[Ids.BOARD])
    for slug in ABOUT:
        assert f'"card": "{slug}"' in board
        figure, said = draw(app, client, slug)
        assert figure["data"], slug
        assert said, slug
    assert set(BREAKDOWNS) < set(ABOUT) < set(CARDS)


def draw(app: Dash, client: FlaskClient, slug: str) -> tuple[dict[str, Any], str]:
    """Call the callback of one composed chart as the browser does."""
    callback = next(key for key in app.callback_map if f'"{Ids.CHART}"' in key)
    place, label = {"type": Ids.CHART.value, "card": slug}, {"type": Ids.CHART_LABEL.value, "card": slug}
    body = {
        "output": callback,
        "outputs": [{"id": place, "property": "figure"}, {"id": label, "property": "aria-label"}],
        "inputs": [{"id": "shell-filter", "property": "data", "value": None}],
        "state": [{"id": place, "property": "id", "value": place}],
        "changedPropIds": [],
    }
    answer = dash_post(client, body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = list(answer.get_json()["response"].values())
    return found[0]["figure"], found[1]["aria-label"]


def test_buttons_move_resize_remove_and_add() -> None:
    """Each button does one thing, and what cannot be done changes nothing."""
    cards = PRESETS["Overview"]
    assert edit_cards(cards, "down", "kpis")[:2] == (("equity", 7), ("kpis", 12))
    assert edit_cards(cards, "up", "kpis") == cards
    assert edit_cards(cards, "down", "positions") == cards
    assert edit_cards(cards, "narrower", "equity")[1] == ("equity", 6)
    assert edit_cards(cards, "wider", "kpis") == cards
    assert ("equity", 7) not in edit_cards(cards, "off", "equity")
    assert edit_cards(cards, "on", "months")[-1] == ("months", 6)
    assert edit_cards(cards, "on", "nothing") == cards
    for verb in ("up", "down", "wider", "narrower", "off", "on", "?"):
        for slug in (*CARDS, "?"):
            found = edit_cards(cards, verb, slug)
            assert read_cards(write_cards(found)) == found
            assert {width for _, width in found} <= set(WIDTHS)


def test_what_cannot_be_kept_is_refused(app: Dash) -> None:
    """Unknown cards, doubles, odd widths, nothing at all and no name are told apart from a layout."""
    services: Services = app.server.extensions[EXTENSION]
    for cards in ([("x", 6)], [("kpis", 5), ("kpis", 6)], [("kpis", 3)], []):
        with pytest.raises(InvalidInputError):
            check_cards(cards)
    for text in ("kpis", "kpis:", "kpis:-1", "kpis:12;drop"):
        with pytest.raises(InvalidInputError):
            read_cards(text)
    with pytest.raises(InvalidInputError, match="name"):
        services.overview_layouts.save(MAYA, "  ", PRESETS["Overview"])
    with pytest.raises(NotFoundError):
        services.overview_layouts.choose(MAYA, "Nobody's")


def test_reset_gives_a_preset_back_and_forgets_an_own_one(app: Dash) -> None:
    """A changed preset is as it was after a reset; an own layout is gone; nobody else sees either."""
    services: Services = app.server.extensions[EXTENSION]
    layouts, noah = services.overview_layouts, services.users.register("noah", "four unrelated words").id
    layouts.save(MAYA, "Overview", [("kpis", 12)])
    assert layouts.current(MAYA).cards == (("kpis", 12),)
    assert layouts.current(noah).cards == PRESETS["Overview"]
    assert layouts.reset(MAYA, "Overview").cards == PRESETS["Overview"]
    layouts.save(MAYA, "Mine", [("equity", 12)])
    assert [item.name for item in layouts.list_layouts(MAYA)][-1] == "Mine"
    assert "Mine" not in [item.name for item in layouts.list_layouts(noah)]
    assert layouts.reset(MAYA, "Mine").name == "Overview"
    assert "Mine" not in [item.name for item in layouts.list_layouts(MAYA)]


def test_what_is_dropped_on_the_board_is_kept(app: Dash, client: FlaskClient) -> None:
    """The order and widths of a drag are saved under the shown layout; what is no layout changes nothing."""
    services: Services = app.server.extensions[EXTENSION]
    callback = next(
        key
        for key, each in app.callback_map.items()
        if [str(EditorIds.DROPPED)] == [item["id"] for item in each["inputs"]]
    )
    wanted = [("calendar", 8), ("kpis", 12), ("equity", 4)]
    call(app, client, callback, {f"{EditorIds.DROPPED}.data": {"cards": write_cards(wanted), "at": 1}})
    assert services.overview_layouts.current(MAYA).cards == tuple(wanted)
    assert services.overview_layouts.current(MAYA).name == "Overview"
    board = json.dumps(show(app, client)[Ids.BOARD])
    assert board.index('"data-fw-card": "calendar"') < board.index('"data-fw-card": "kpis"')
    call(app, client, callback, {f"{EditorIds.DROPPED}.data": {"cards": "kpis:3", "at": 2}})
    assert services.overview_layouts.current(MAYA).cards == tuple(wanted)
