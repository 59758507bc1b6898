"""Settings, Closes: what was typed is listed, removed again, and a bad line says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from services.container import Services
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up
from web.context import EXTENSION


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(tmp_path)
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


def save(app: Dash, client: FlaskClient, text: str) -> str:
    """Type closes of a symbol and press the button; the answer as text."""
    values = {
        "settings-closes-save.n_clicks": 1,
        "settings-closes-symbol.value": "FUND",
        "settings-closes-closes.value": text,
    }
    return json.dumps(
        call(app, client, "settings-closes-closes.value", values, changed="settings-closes-save.n_clicks")
    )


def test_closes_are_typed_and_listed(app: Dash) -> None:
    """The toast counts them, the list names the symbol; a line that cannot be read is named."""
    client: FlaskClient = app.server.test_client()
    sign_up(client, "maya")
    assert "2 closes of FUND saved" in save(app, client, "2026-11-19 41.2\n2026-11-20 41.5")
    listed = json.dumps(call(app, client, "settings-closes-list.children", {}))
    assert "Remove the closes of FUND" in listed
    assert "Line 1" in save(app, client, "yesterday 41.2")
