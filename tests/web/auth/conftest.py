"""A small app with the real sign-in, guard and database, and a clock that tests move."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dash
import pytest
from dash import Input, Output, dcc, html
from flask import Flask, request
from flask.testing import FlaskClient

import web.auth
import web.security
from data.db.engine import Database
from data.db.migrations import upgrade
from services.users import UserService
from tests.clock import MovableClock
from tests.services.sign_in import quick_vault
from tests.web.client import make_settings
from web.context import current_owner


@dataclass(frozen=True)
class SmallApp:
    """The app, its services and its clock."""

    dash: dash.Dash
    users: UserService
    clock: MovableClock

    @property
    def server(self) -> Flask:
        """The Flask server."""
        return cast("Flask", self.dash.server)

    def close(self) -> None:
        """Close the database."""
        self.users._db.close()

    def client(self) -> FlaskClient:
        """A new browser."""
        return self.server.test_client()


def build_small_app(directory: Path, **changes: Any) -> SmallApp:
    """An app with one callback and one REST call that both name the owner."""
    settings = make_settings(directory, **changes)
    db = Database(settings.database_url)
    upgrade(db)
    clock = MovableClock()
    users = UserService(db, clock, signup=settings.signup, is_demo_enabled=settings.demo, vault=quick_vault())
    demo = SimpleNamespace(ensure=lambda: 0, reset=lambda: 0)
    server = Flask("small")
    web.security.install(server, settings)
    web.auth.install(server, cast("Any", SimpleNamespace(users=users, db=db, clock=clock, demo=demo)), settings)
    app = dash.Dash("small", server=server, use_async=False, assets_folder=str(directory / "none"))
    app.layout = html.Div([dcc.Input(id="given"), html.Div(id="shown"), html.Div(id={"kind": "row", "index": 1})])

    @app.callback(Output("shown", "children"), Input("given", "value"))
    def show(value: object) -> str:
        return f"owner {current_owner()}: {value}"

    @app.callback(
        Output({"kind": "row", "index": dash.MATCH}, "children"), Input({"kind": "row", "index": dash.MATCH}, "title")
    )
    def show_row(value: object) -> str:
        return f"row {value}"

    @server.route("/health")
    def health() -> str:
        return "ok"

    @server.route("/api/v1/me", methods=["GET", "POST"])
    def me() -> dict[str, int]:
        return {"owner": current_owner()}

    @server.post("/upload")
    @web.security.accepts_upload
    def upload() -> dict[str, int]:
        return {"size": len(request.stream.read())}

    @server.route("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail at /srv/private")

    web.security.seal(app)
    server.test_client().get("/health")
    made = SmallApp(app, users, clock)
    weakref.finalize(app, db.close)
    return made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallApp]:
    """A fresh small app."""
    app = build_small_app(tmp_path)
    yield app
    app.close()
