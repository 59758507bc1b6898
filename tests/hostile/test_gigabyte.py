"""A file of a gigabyte, never written down: sent over a socket, and as a sparse file of the disk."""

from __future__ import annotations

import json
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from config import load_settings
from tests.conftest import ROOT
from tests.web.client import csrf_of, make_app, sign_up
from web.auth.csrf import HEADER
from web.serving import make_server

pytestmark = pytest.mark.slow

GIGABYTE = 1_000_000_000
PIECE = b"2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD\n" * 5_000


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A signed-in browser."""
    made: FlaskClient = make_app(tmp_path).server.test_client()
    sign_up(made, "maya")
    return made


@pytest.fixture
def port(client: FlaskClient) -> Iterator[int]:
    """The port of a real server of the same application."""
    settings = replace(load_settings({}), host="127.0.0.1", port=0)
    server = make_server(client.application, settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()
    thread.join(60)


def head_of(client: FlaskClient, length: str) -> bytes:
    """Return the head of an upload by a signed-in browser."""
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in (client._cookies or {}).values())
    lines = (
        "POST /files/import?name=fills.csv HTTP/1.1", "Host: localhost", "Origin: http://localhost",
        "Sec-Fetch-Site: same-origin", "Content-Type: application/octet-stream", f"Cookie: {cookies}",
        f"{HEADER}: {csrf_of(client)}", length, "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def push(connection: socket.socket, total: int, *, chunked: bool) -> int:
    """Send a body until it is over or nobody takes it any more; return the bytes that went out."""
    sent = 0
    try:
        while sent < total:
            connection.sendall(b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
            sent += len(PIECE)
    except (ConnectionError, TimeoutError):
        pass
    return sent


def read_answer(connection: socket.socket) -> tuple[int, dict[str, str]]:
    """Return status and JSON of the answer."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionError:
        pass
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_declared_gigabyte_is_refused_before_it_is_sent(client: FlaskClient, port: int, tmp_path: Path) -> None:
    """The length alone decides: the answer with its code is there while the body has not begun."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(head_of(client, f"Content-Length: {GIGABYTE}"))
        status, told = read_answer(connection)
    assert (status, told["code"]) == (413, "too-large")
    assert not list((tmp_path / "uploads").rglob("*"))


def test_a_gigabyte_of_unsaid_length_is_cut_off_at_the_limit(client: FlaskClient, port: int, tmp_path: Path) -> None:
    """A stream that does not say how long it is is taken up to the limit and no further, through little memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(head_of(client, "Transfer-Encoding: chunked"))
        sent = push(connection, GIGABYTE, chunked=True)
        assert sent < GIGABYTE / 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000
    assert not list((tmp_path / "uploads").rglob("*"))


def test_a_file_of_a_gigabyte_is_not_opened_by_the_command_line(tmp_path: Path) -> None:
    """A sparse file of a gigabyte is refused by its size, within little memory, and the next file is imported."""
    large, small = tmp_path / "large.csv", tmp_path / "small.csv"
    with large.open("wb") as file:
        file.truncate(GIGABYTE)
    small.write_text("Trade ID,Time,Symbol,Side,Quantity,Price\nt1,2026-03-02 09:31:05,ACME,Buy,100,10.00\n")
    environment = {"FILLWISE_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["prlimit", "--data=900000000", sys.executable, "app.py", *arguments], cwd=ROOT, env=environment,
            capture_output=True, text=True, input="four unrelated words\n", check=False, timeout=300,
        )  # fmt: skip

    run("users", "add", "maya")
    done = run("import", str(large), str(small), "--account", "Main")
    assert "large.csv: not imported. The file is larger than 200 MB." in done.stderr
    assert done.stdout.startswith("small.csv into Main as generic-csv: 1 new"), done.stderr
    sample = run("sample", str(large))
    assert (sample.returncode, "larger than 200 MB" in sample.stderr) == (1, True)
