"""What a browser does to the app, for tests: sign up, and call callbacks with cookies and CSRF header."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from services.container import Services
from tests.servers import new_database
from web.auth.csrf import COOKIE, HEADER
from web.context import EXTENSION

PASSWORD = "four unrelated words"
PAGE_HEADERS = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


def make_settings(tmp_path: Path, **changes: Any) -> Settings:
    """Settings of an installation of its own below a test's directory."""
    database_url = changes.pop("database_url", None) or new_database(tmp_path)
    return Settings(data_dir=tmp_path, database_url=database_url, **changes)


def make_app(tmp_path: Path, **changes: Any) -> Dash:
    """The whole app on a fresh database; `changes` are settings."""
    from app import create_app  # noqa: PLC0415 - the small apps of other tests need no whole one
    from web import api  # noqa: PLC0415 - same

    app = create_app(make_settings(tmp_path, **changes))
    api.load(app.server)
    weakref.finalize(app, _close, app.server.extensions[EXTENSION])
    return app


def _close(services: Services) -> None:
    """Close an app's connections when no test holds it any more: a forgotten one is a warning, and that an error."""
    services.stop_jobs()
    services.db.close()


def csrf_of(client: FlaskClient) -> str:
    """The token in the client's cookie, "" before it has opened a page."""
    cookie = client.get_cookie(COOKIE)
    return "" if cookie is None else str(cookie.value)


def post_form(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Open the sign-in page when there is no token yet, then post a form as a page of ours does."""
    if not csrf_of(client):
        client.get("/signin", headers=PAGE_HEADERS)
    return client.post(path, data=fields | {"csrf_token": csrf_of(client)}, headers=PAGE_HEADERS)


def sign_up(client: FlaskClient, username: str, password: str = PASSWORD) -> None:
    """Register a user and leave the client signed in."""
    response = post_form(client, "/signup", username=username, password=password)
    assert response.status_code == 303, response.get_data(as_text=True)


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    """Post the sign-in form."""
    return post_form(client, "/signin", username=username, password=password, **fields)


def sign_in_demo(client: FlaskClient) -> None:
    """Press *Explore the demo*."""
    assert post_form(client, "/demo").status_code == 303


def dash_body(
    output: str, inputs: Sequence[tuple[Any, str, Any]], state: Sequence[tuple[Any, str, Any]] = ()
) -> dict[str, Any]:
    """The body that Dash's renderer sends; `output` as in the callback map ("id.prop" or "..a.b...c.d..")."""
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    outputs = [{"id": part.rsplit(".", 1)[0], "property": part.rsplit(".", 1)[1]} for part in parts]

    def entries(items: Sequence[tuple[Any, str, Any]]) -> list[dict[str, Any]]:
        return [{"id": name, "property": prop, "value": value} for name, prop, value in items]

    body: dict[str, Any] = {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": entries(inputs),
    }
    body["changedPropIds"] = [f"{name}.{prop}" for name, prop, _ in inputs[:1]]
    return body | ({"state": entries(state)} if state else {})


def dash_call(
    client: FlaskClient,
    output: str,
    inputs: Sequence[tuple[Any, str, Any]],
    state: Sequence[tuple[Any, str, Any]] = (),
) -> TestResponse:
    """Call a callback as the browser does."""
    return dash_post(client, dash_body(output, inputs, state))


def dash_post(client: FlaskClient, body: Any, **headers: str) -> TestResponse:
    """Post any body to the callback door, with the client's own CSRF token."""
    sent = {HEADER: csrf_of(client), "Sec-Fetch-Site": "same-origin"} | headers
    return client.post("/_dash-update-component", json=body, headers=sent)
