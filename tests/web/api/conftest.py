"""The whole app with two users: ann has two accounts, bob has one with a single fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dash import Dash

from app import build_services, create_app
from services.container import Services
from tests.clock import MovableClock
from tests.web.api.client import FILLS, SECOND, Program, csv_of, join, services_of
from tests.web.client import make_app, make_settings
from web import api


@dataclass(frozen=True)
class Office:
    """The app and its two programs; tests that share it change nothing."""

    app: Dash
    ann: Program
    bob: Program

    @property
    def services(self) -> Services:
        """The services behind the interface."""
        return services_of(self.app)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two users with their books; ann's trades carry tags, a setup and a stop."""
    settings = make_settings(tmp_path_factory.mktemp("office"))
    services = build_services(settings)
    services.clock = MovableClock()
    app = create_app(settings, services=services)
    api.load(app.server)
    made = Office(app, join(app, "ann"), join(app, "bob"))
    made.ann.send(csv_of(*FILLS), account="Main", timezone="UTC")
    made.ann.send(csv_of(*SECOND), account="Second, small", timezone="UTC")
    made.bob.send(csv_of("2026-09-01T13:30:00Z,BOBS,buy,1,1,0,USD,x1"), account="Bob", timezone="UTC")
    _write_journal(made)
    yield made
    made.services.stop_jobs()
    made.services.db.close()


def _write_journal(made: Office) -> None:
    owner = made.services.users.find("ann")
    assert owner is not None
    accounts = {item["name"]: item["id"] for item in made.ann.get("/api/v1/accounts")["items"]}
    ids = [item["id"] for item in made.ann.get("/api/v1/trades", account="Main", symbol="AAPL")["items"]]
    journal, main = made.services.journal, accounts["Main"]
    journal.save(owner.id, main, ids[0], tags=["open drive", "A+"], setup="Breakout", planned_stop="9.51")
    journal.save(owner.id, main, ids[1], tags=["A+"], note="held overnight")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Program]:
    """A user with an empty book in an app of their own."""
    app = make_app(tmp_path)
    yield join(app, "cara")
    services_of(app).stop_jobs()
    services_of(app).db.close()
