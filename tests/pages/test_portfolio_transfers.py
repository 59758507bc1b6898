"""The Transfers tab in a whole app: the form with its lots, saving, what is missing, deleting, undo, the export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import AccountId, UserId
from pages.portfolio_transfers import INPUTS, Ids
from services.container import Services
from services.imports import ImportRequest
from tests.pages.callbacks import call
from tests.services.samples import trades_csv
from tests.web.client import make_app, sign_up
from web.context import EXTENSION
from web.transfers import EMPTY


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(tmp_path)
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner bought twice in one account and has another, empty one."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    services: Services = app.server.extensions[EXTENSION]
    owner = services.users.list_users()[0].id
    day = services.clock().date() - timedelta(days=30)
    rows = [
        f"a1,{day} 10:00:00,ACME,Buy,10,10.00,0,USD",
        f"a2,{day + timedelta(days=1)} 10:00:00,ACME,Buy,10,14.00,0,USD",
    ]
    request = ImportRequest(filename="a.csv", payload=trades_csv(rows), account="Main", timezone="America/New_York")
    services.imports.commit(owner, request)
    services.accounts.create(owner, "Depot", currency="USD", timezone="America/New_York")
    return browser


def desk(app: Dash) -> tuple[Services, UserId, dict[str, AccountId]]:
    """The services, the owner and the accounts by name."""
    services: Services = app.server.extensions[EXTENSION]
    owner = services.users.list_users()[0].id
    return services, owner, {item.name: item.id for item in services.accounts.list_accounts(owner)}


def typed(app: Dash, **values: Any) -> dict[str, Any]:
    """The properties of the form: ten days ago, fifteen shares from one account to the other."""
    services, _, accounts = desk(app)
    day = (services.clock().date() - timedelta(days=10)).isoformat()
    form = {**EMPTY, "source": int(accounts["Main"]), "target": int(accounts["Depot"]), "symbol": "ACME",
            "quantity": "15", "day": day} | values  # fmt: skip
    return {f"{INPUTS[name]}.value": value for name, value in form.items()}


def test_a_transfer_is_shown_entered_listed_and_taken_back(app: Dash, client: FlaskClient) -> None:
    """The form tells both lots before anything is written; saved, the list, the history and the export have it."""
    state: dict[str, Any] = {f"{Ids.STATE}.data": {}}
    shown = str(call(app, client, f"{Ids.EFFECT}.children", {**typed(app), **state}, changed=f"{INPUTS['day']}.value"))
    assert "$170.00" in shown
    assert "Main → Depot" in shown
    saved = {**typed(app), **state, f"{Ids.SAVE}.n_clicks": 1}
    answer = str(call(app, client, f"{Ids.DIALOG}.data-fw-open@", saved, changed=f"{Ids.SAVE}.n_clicks"))
    assert "15 ACME: Main → Depot" in answer
    listed = str(call(app, client, f"{Ids.LIST}.children", {f"{Ids.CHANGED}.data": "1"}))
    assert "15 ACME" in listed
    assert "Entered: 15 ACME from Main to Depot" in listed
    services, owner, _ = desk(app)
    export = client.get("/export/transfers.csv")
    assert export.status_code == 200
    assert len(export.text.splitlines()) == 3
    for verb, left in (("drop", 0), ("undo", 1)):
        number = services.transfers.history(owner)[0].id
        key = services.transfers.list_transfers(owner)[0].transfer.id if verb == "drop" else number
        wish = {f"{Ids.WISH}.data": {"value": f"{verb}:{key}"}}
        call(app, client, f"{Ids.STATE}.data@", wish, changed=f"{Ids.WISH}.data")
        assert len(services.transfers.list_transfers(owner)) == left


def test_the_form_asks_for_what_is_missing(app: Dash, client: FlaskClient) -> None:
    """From outside it asks for the cost; of more than is held it says how much there is; words are no numbers."""
    _, _, accounts = desk(app)
    expected: dict[str, dict[str, Any]] = {
        "What did it cost in all?": {"source": 0},
        "Main held 20 ACME": {"quantity": "25"},
        "is not a number": {"quantity": "many"},
        "is not a time": {"time": "noon"},
        "the account that receives": {"target": int(accounts["Main"])},
    }
    for text, change in expected.items():
        values = {**typed(app, **change), f"{Ids.STATE}.data": {}}
        assert text in str(call(app, client, f"{Ids.EFFECT}.children", values, changed=f"{INPUTS['day']}.value"))
    asked = call(app, client, f"{Ids.OUTSIDE}.hidden", {f"{INPUTS['source']}.value": 0})
    assert "false" in str(asked).lower()


def test_a_stored_transfer_opens_in_its_form(app: Dash, client: FlaskClient) -> None:
    """Every field stands as it was entered."""
    values = typed(app, source=0, cost="1234.5", acquired="2021-04-30", time="14:30", note="Old broker")
    call(app, client, f"{Ids.DIALOG}.data-fw-open@", {**values, f"{Ids.STATE}.data": {}, f"{Ids.SAVE}.n_clicks": 1},
         changed=f"{Ids.SAVE}.n_clicks")  # fmt: skip
    services, owner, _ = desk(app)
    key = services.transfers.list_transfers(owner)[0].transfer.id
    wish = {f"{Ids.WISH}.data": {"value": f"edit:{key}"}}
    opened = str(call(app, client, f"{Ids.TITLE}.children", wish, changed=f"{Ids.WISH}.data"))
    for text in ("Edit a transfer", "1234.5", "2021-04-30", "14:30", "Old broker", "ACME"):
        assert text in opened
