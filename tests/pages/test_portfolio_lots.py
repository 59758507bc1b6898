"""The Lots tab in a whole app: sales, the lots of one, a choice, its undo, and what cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import UserId
from domain.portfolios import PortfolioPlan
from services.container import Services
from services.imports import ImportRequest
from tests.pages.callbacks import call
from tests.services.samples import trades_csv
from tests.web.client import make_app, sign_up
from web.context import EXTENSION


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(Path(tmp_path_factory.mktemp("lots")))
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner bought twice and sold once."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    services: Services = app.server.extensions[EXTENSION]
    owner = services.users.list_users()[0].id
    day = services.clock().date() - timedelta(days=30)
    rows = [
        f"a1,{day} 10:00:00,ACME,Buy,10,10.00,0,USD",
        f"a2,{day + timedelta(days=1)} 10:00:00,ACME,Buy,10,14.00,0,USD",
        f"a3,{day + timedelta(days=2)} 10:00:00,ACME,Sell,12,15.00,0,USD",
    ]
    request = ImportRequest(filename="a.csv", payload=trades_csv(rows), account="Main", timezone="America/New_York")
    services.imports.commit(owner, request)
    return browser


def press(app: Dash, client: FlaskClient, output: str, kind: str, key: object, **values: Any) -> Any:
    """Press one button of a pattern."""
    chosen = {"type": kind, "key": key}
    given = {"ids": [chosen, *values.pop("ids", [])], f"{kind}.n_clicks": [1], **values}
    return call(
        app, client, output, given, changed=f"{json.dumps(chosen, separators=(',', ':'), sort_keys=True)}.n_clicks"
    )


def test_lots_are_chosen_and_taken_back(app: Dash, client: FlaskClient) -> None:
    """From the symbol to the sale, its lots, a choice and its undo; the method is offered first."""
    first = call(app, client, "portfolio-lots-symbol.options", {"shell-filter.data": ""})
    assert first["portfolio-lots-symbol"] == {"options": ["ACME"], "value": "ACME"}
    assert "Use specific lots" in json.dumps(first)
    values = {"portfolio-lots-symbol.value": "ACME", "shell-filter.data": ""}
    sales = json.dumps(call(app, client, "portfolio-lots-sales.children", values))
    assert "$180.00" in sales
    sale = services_of(app).lot_choices.sales(*owner_and_plan(app), "ACME")[0].ref
    shown = json.dumps(call(app, client, "portfolio-lots-lots.children", {"portfolio-lots-current.data": sale}))
    assert "Choose these lots" in shown
    lots = [lot.ref for lot in services_of(app).lot_choices.lots(*owner_and_plan(app), sale).lots]
    answer = choose(app, client, sale, {lots[1]: 10})
    assert "Chose 1 lot for 12 ACME" in json.dumps(answer)
    history = json.dumps(call(app, client, "portfolio-lots-history.children", {"shell-filter.data": ""}))
    assert "Chose 1 lot for 12 ACME" in history
    choice = services_of(app).lot_choices.history(*owner_and_plan(app))[0].id
    undone = press(app, client, "portfolio-lots-changed.data@", "portfolio-lots-undo", choice)
    assert "Taken back" in json.dumps(undone)


def choose(app: Dash, client: FlaskClient, sale: int, lots: dict[int, Any]) -> Any:
    """Press “Choose these lots” with these quantities written."""
    ids = [{"type": "portfolio-lots-field", "key": key} for key in lots]
    values = {
        "ids": ids,
        "portfolio-lots-field.value": list(lots.values()),
        "portfolio-lots-current.data": sale,
        "shell-filter.data": "",
    }
    return press(app, client, "portfolio-lots-changed.data...", "portfolio-lots-act", "save", **values)


def test_what_cannot_be_chosen_says_why(app: Dash, client: FlaskClient) -> None:
    """More than was open leaves the browser, is refused in a toast, and nothing is kept."""
    sale = services_of(app).lot_choices.sales(*owner_and_plan(app), "ACME")[0].ref
    lots = [lot.ref for lot in services_of(app).lot_choices.lots(*owner_and_plan(app), sale).lots]
    kept = len(services_of(app).lot_choices.history(*owner_and_plan(app)))
    fields = json.dumps(call(app, client, "portfolio-lots-lots.children", {"portfolio-lots-current.data": sale}))
    assert '"max"' not in fields, "a field with a limit keeps what is beyond it to itself"
    assert "only 10 were open" in json.dumps(choose(app, client, sale, {lots[0]: 11}))
    assert len(services_of(app).lot_choices.history(*owner_and_plan(app))) == kept


def services_of(app: Dash) -> Services:
    """The services of the app."""
    found: Services = app.server.extensions[EXTENSION]
    return found


def owner_and_plan(app: Dash) -> tuple[UserId, PortfolioPlan]:
    """The owner and the portfolio of all accounts."""
    from domain.filters import LedgerFilter  # noqa: PLC0415 - light

    services = services_of(app)
    owner = services.users.list_users()[0].id
    return owner, services.portfolios.plans.resolve(owner, LedgerFilter())
