"""The doors of attachments: who may come in, what is refused, and what a browser may do with the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.services.journaling import picture
from tests.web.client import csrf_of, make_app, sign_up
from web.auth.csrf import HEADER


def send(client: FlaskClient, body: bytes, **query: str) -> TestResponse:
    """Post a file as a script of ours does."""
    headers = {HEADER: csrf_of(client), "Sec-Fetch-Site": "same-origin"}
    return client.post(
        "/files/attachment",
        data=body,
        query_string=query,
        content_type="application/octet-stream",
        headers=headers,
    )


@pytest.fixture
def people(tmp_path: Path) -> tuple[FlaskClient, FlaskClient]:
    """Two signed-in browsers of one app."""
    app = make_app(tmp_path)
    maya, noah = app.server.test_client(), app.server.test_client()
    sign_up(maya, "maya")
    sign_up(noah, "noah")
    return maya, noah


def test_a_picture_is_shown_to_its_owner_under_seal(people: tuple[FlaskClient, FlaskClient]) -> None:
    """It comes inline with a content type of its own, nosniff and a sandbox; to anybody else it does not exist."""
    maya, noah = people
    answer = send(maya, picture(), day="2026-11-03", name='../..\\x".png.html')
    assert answer.status_code == 201, answer.get_data(as_text=True)
    path = f"/files/attachment/{answer.json['attachment']}"  # type: ignore[index]
    shown = maya.get(path)
    assert (shown.status_code, shown.content_type) == (200, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert shown.headers["Content-Disposition"].startswith('inline; filename="x.png.png"')
    assert "no-store" in shown.headers["Cache-Control"]
    assert maya.get(f"{path}?download=1").headers["Content-Disposition"].startswith("attachment")
    assert maya.get(f"{path}/thumbnail").content_type == "image/jpeg"
    for door in (path, f"{path}/thumbnail"):
        assert noah.get(door).status_code == 404
        assert maya.application.test_client().get(door).status_code == 401


@pytest.mark.parametrize(
    ("body", "query", "status"),
    [
        (b"<svg onload=alert(1)>", {"day": "2026-11-03"}, 422),
        (b"", {"day": "2026-11-03"}, 422),
        (b"\x89PNG\r\n\x1a\n", {"day": "2026-11-03"}, 422),
        (picture(), {"day": "soon"}, 422),
        (picture(), {}, 422),
        (picture(), {"trade": "999999"}, 404),
        (bytes(12_000_001), {"day": "2026-11-03"}, 422),
        (bytes(16_000_001), {"day": "2026-11-03"}, 413),
    ],
)
def test_what_cannot_be_attached_is_told(
    people: tuple[FlaskClient, FlaskClient], body: bytes, query: dict[str, Any], status: int
) -> None:
    """A stranger, nothing, no place, a place of nobody and too much are each refused with a reason."""
    answer = send(people[0], body, **query)
    assert answer.status_code == status
    assert answer.json["message"]  # type: ignore[index]
