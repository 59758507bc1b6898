"""Alerts on the pages: set in the dialog, listed, switched, told by the bell and a message, and read."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import UserId
from domain.alerts import AlertDraft, AlertKind, AlertState
from services.alert_watch import AlertDesk
from services.container import Services
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up
from web.context import EXTENSION

NUMBERS = itertools.count(1)
FORM = {
    "shell-alert-symbol.value": "AAPL",
    "shell-alert-kind.value": "above",
    "shell-alert-level.value": "1,000",
    "shell-alert-repeats.value": "always",
    "shell-alert-ends.value": "7",
    "shell-alert-note.value": " Breakout ",
    "shell-alert-save.n_clicks": 1,
}
SAVE = "shell-alert-error.children@"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """One app for these tests; each has a browser and a person of its own."""
    return make_app(Path(tmp_path_factory.mktemp("alerts")))


@pytest.fixture
def services(app: Dash) -> Services:
    """Its services."""
    found: Services = app.server.extensions[EXTENSION]
    return found


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    """A browser that is signed in."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, f"person{next(NUMBERS)}")
    return browser


@pytest.fixture
def owner(services: Services, client: FlaskClient) -> UserId:
    """Who is signed in."""
    cookie = client.get_cookie("fillwise_session")
    assert cookie is not None
    found = services.users.resolve_session(cookie.value)
    assert found is not None
    return found[1].id


def text_of(answer: Any) -> str:
    """What a callback has drawn."""
    return json.dumps(answer, ensure_ascii=False)


def test_an_alert_is_set_changed_and_deleted_in_the_dialog(
    app: Dash, client: FlaskClient, services: Services, owner: UserId
) -> None:
    """What was typed is kept; opened again it is there; a percentage is a fraction; Delete takes it out."""
    call(app, client, SAVE, FORM, changed="shell-alert-save.n_clicks")
    (made,) = services.alerts.alerts(owner)
    assert (made.kind, made.level, made.note, made.repeats) == (AlertKind.ABOVE, Decimal(1000), "Breakout", True)
    assert made.expires_at is not None
    asked = {"shell-alert-asked.data": {"do": "edit", "key": str(made.id), "at": 1}}
    opened = call(app, client, "shell-alert-title.children", asked)
    assert (opened["shell-alert-level"]["value"], opened["shell-alert-symbol"]["disabled"]) == ("1000", True)
    kept = {"shell-alert-edited.data": {"id": made.id}, "shell-alert-ends.value": "kept"}
    moved = {"shell-alert-kind.value": "falls", "shell-alert-level.value": "\u22122.5 %"}
    call(app, client, SAVE, {**FORM, **kept, **moved}, changed="shell-alert-save.n_clicks")
    changed = services.alerts.get(owner, made.id)
    assert (changed.kind, changed.level, changed.expires_at) == (AlertKind.FALLS, Decimal("0.025"), made.expires_at)
    call(app, client, SAVE, {**FORM, **kept, "shell-alert-delete.n_clicks": 1}, changed="shell-alert-delete.n_clicks")
    assert services.alerts.alerts(owner) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("level", "high", "not a number"),
        ("level", "0", "not a price"),
        ("symbol", "<b>", "symbol"),
        ("symbol", "NOSUCH", "knows"),
        ("kind", "sideways", "Choose a condition"),
    ],
)
def test_what_cannot_be_is_said_in_the_dialog(
    app: Dash, client: FlaskClient, name: str, value: str, words: str
) -> None:
    """The dialog stays open and names what is wrong."""
    answer = call(app, client, SAVE, {**FORM, f"shell-alert-{name}.value": value}, changed="shell-alert-save.n_clicks")
    assert words in text_of(answer["shell-alert-error"])
    assert "shell-alert-form" not in answer


def test_a_new_alert_begins_at_the_last_price(app: Dash, client: FlaskClient, services: Services) -> None:
    """The dialog of a symbol has its price, that of none has nothing."""
    asked = {"shell-alert-asked.data": {"do": "new", "key": "AAPL", "at": 1}}
    opened = call(app, client, "shell-alert-title.children", asked)
    assert float(opened["shell-alert-level"]["value"]) > 0
    asked["shell-alert-asked.data"]["key"] = ""
    assert call(app, client, "shell-alert-title.children", asked)["shell-alert-level"]["value"] == ""


def test_panels_list_and_switch_alerts(app: Dash, client: FlaskClient, services: Services, owner: UserId) -> None:
    """The Market page lists all, a company's page its own; a switch pauses one."""
    quote = services.quotes.quote("AAPL")
    level = Decimal(f"{quote.price * 1.1:.2f}")
    services.alerts.create(owner, AlertDraft(symbol="AAPL", kind=AlertKind.CROSSES, level=level))
    made = services.alerts.create(owner, AlertDraft(symbol="MSFT", kind=AlertKind.RISES, level=Decimal("0.5")))
    side = text_of(call(app, client, "market-alerts.children", {"market-symbol.children": "AAPL"}))
    assert "AAPL crosses" in side
    assert "MSFT rises 50.00% in a day" in side
    assert "2 armed" in side
    mine = text_of(call(app, client, "company-alerts.children", {"company-asked.data": "AAPL"}))
    assert "Crosses" in mine
    assert "MSFT" not in mine
    asked = {"shell-alert-asked.data": {"do": "off", "key": str(made.id), "at": 1}}
    call(app, client, "shell-alert-count.children@", asked)
    assert services.alerts.get(owner, made.id).state is AlertState.PAUSED
    assert "Paused" in text_of(call(app, client, "alerts-rows.children", {}))


def test_what_was_told_is_counted_listed_and_read(
    app: Dash, client: FlaskClient, services: Services, owner: UserId
) -> None:
    """A page that was open shows a message, a new one a number; opening the bell takes the number away."""
    told = "shell-alert-told.data"
    nothing = call(app, client, told, {})
    assert (nothing["shell-alert-told"]["data"], nothing["shell-alert-count"]["children"]) == (0, "")
    _let_one_speak(services, owner)
    news = call(app, client, told, {told: 0, "shell-alert-news.data": 1}, changed="shell-alert-news.data")
    assert news["shell-alert-count"]["children"] == "1"
    message = text_of([part for name, part in news.items() if name.startswith("shell-toasts")])
    assert "AAPL rose to" in message
    assert "/market?symbol=AAPL" in message
    later = call(app, client, told, {})
    assert "AAPL rose to" in text_of(later["shell-alert-list"])
    assert not [name for name in later if name.startswith("shell-toasts")]
    assert "AAPL rose to" in text_of(call(app, client, "alerts-history.children", {}))
    call(app, client, "shell-alert-count.children@", {"shell-alert-asked.data": {"do": "read", "key": "", "at": 1}})
    assert services.alerts.unread(owner) == 0


def _let_one_speak(services: Services, owner: UserId) -> None:
    quote = services.quotes.quote("AAPL")
    level = Decimal(f"{quote.price * 1.01:.2f}")
    services.alerts.create(owner, AlertDraft(symbol="AAPL", kind=AlertKind.ABOVE, level=level))
    desk = AlertDesk(services.db, services.clock)
    desk.renew()
    at = quote.as_of + timedelta(minutes=10)
    assert desk.show({"AAPL": replace(quote, price=quote.price * 1.02, as_of=at, fetched_at=at)}) == 1
