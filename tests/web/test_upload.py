"""The upload route: raw bodies and multipart forms, streamed to the disk."""

from __future__ import annotations

import io
import tracemalloc
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.errors import InvalidInputError
from tests.web.client import csrf_of, make_app, post_form, sign_up
from web.auth.csrf import HEADER
from web.multipart import FilePart

BOUNDARY = "fw-part-7x"
MEGABYTE = 1_000_000


def form(payload: bytes, *, name: str = "fills.csv", field: str = "file") -> bytes:
    """A form with a field before and after the file."""
    before = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    after = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="last"\r\n\r\nx\r\n--{BOUNDARY}--\r\n'
    return before.encode() + head.encode() + payload + after.encode()


def send(client: FlaskClient, body: bytes, **changes: Any) -> TestResponse:
    """Post a body to the upload route as a script of ours does."""
    options = {
        "data": body,
        "content_type": f"multipart/form-data; boundary={BOUNDARY}",
        "headers": {HEADER: csrf_of(client), "Sec-Fetch-Site": "same-origin"},
    }
    return client.post("/files/import", **(options | changes))


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A signed-in browser."""
    made: FlaskClient = make_app(tmp_path).server.test_client()
    sign_up(made, "maya")
    return made


def test_a_form_and_a_raw_body_store_the_same_bytes(client: FlaskClient) -> None:
    """A file may hold anything, also what looks like the end of a form."""
    payload = bytes(range(256)) * 40 + f"\r\n--{BOUNDARY[:-1]}\r\n".encode()
    found = client.application.extensions["fillwise"]
    owner = found.users.find("maya")
    assert owner is not None
    answer = send(client, form(payload, name="../a b.csv"))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert (answer.json["name"], answer.json["size"]) == ("a b.csv", len(payload))  # type: ignore[index]
    raw = send(client, payload, content_type="application/octet-stream", query_string={"name": "a.csv"})
    for stored in (answer, raw):
        assert found.uploads.read(owner.id, stored.json["upload"]) == payload  # type: ignore[index]


def test_a_plain_form_without_script_is_taken_too(client: FlaskClient) -> None:
    """A form that carries its token in a field, as without scripts, uploads as well."""
    file = (io.BytesIO(b"a,b\n1,2\n"), "plain.csv")
    answer = client.post(
        "/files/import",
        data={"csrf_token": csrf_of(client), "file": file},
        content_type="multipart/form-data",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (answer.status_code, answer.json["name"]) == (201, "plain.csv")  # type: ignore[index]


def test_forms_that_are_none_are_refused_and_leave_nothing(client: FlaskClient, tmp_path: Path) -> None:
    """No file, another field, an empty file, a cut or a damaged body: 422 and no file on the disk."""
    whole = form(b"a,b\n1,2\n")
    bodies = (form(b"x", field="upload"), form(b""), whole[: len(whole) // 2], b"nonsense", b"")
    for body in bodies:
        answer = send(client, body)
        assert answer.status_code == 422, body
        assert answer.json["message"]  # type: ignore[index]
    assert send(client, whole, content_type="multipart/form-data").status_code == 422
    assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []


def test_nobody_uploads_without_signing_in_or_from_elsewhere(client: FlaskClient, tmp_path: Path) -> None:
    """Without a session or without its token nothing is stored."""
    assert send(client, form(b"x"), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    stranger = make_app(tmp_path / "other").server.test_client()
    assert send(stranger, form(b"x")).status_code == 401
    post_form(stranger, "/signin", username="maya", password="wrong words here")
    assert send(stranger, form(b"x")).status_code == 401


class EndlessFile:
    """A body of many megabytes that is made while it is read."""

    def __init__(self, megabytes: int) -> None:
        head, tail = form(b"\0\n").split(b"\0\n")
        self.pieces = chain([head], repeat(b"0123456789abcde\n" * 62_500, megabytes), [tail])
        self.rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece."""
        self.rest = self.rest or next(self.pieces, b"")
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def test_a_large_form_passes_through_little_memory() -> None:
    """Sixty megabytes are read through a few."""
    tracemalloc.start()
    part = FilePart(EndlessFile(60), BOUNDARY)
    assert part.name == "fills.csv"
    assert sum(map(len, part.chunks())) == 60 * MEGABYTE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MEGABYTE


def test_a_cut_stream_is_an_error() -> None:
    """A body that ends inside the file is never taken for a whole one."""
    part = FilePart(io.BytesIO(form(b"a" * 100_000)[:50_000]), BOUNDARY)
    with pytest.raises(InvalidInputError, match="cut off"):
        list(part.chunks())
