"""The interface is loaded when it is first asked for."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from web import api
from web.api.late_rules import LateRules

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


def make_server() -> Flask:
    """A server with the interface and nothing else: no guard stands before it."""
    server = Flask("loading")
    api.install(server)
    return server


def test_a_start_does_not_load_the_schemas() -> None:
    """Importing the composition root leaves the contract and its schemas alone."""
    asked = "import app, sys; print(sorted({'web.api.contract', 'web.api.interface'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_serving_server_takes_the_interface_late() -> None:
    """After other requests the first one below /docs finds the page, and health never loads anything."""
    server = make_server()
    client = server.test_client()
    assert client.get("/health").get_json() == {"status": "ok"}
    assert not any(rule.endpoint == "docs" for rule in server.url_map.iter_rules())
    assert client.get("/docs", buffered=True).status_code == 200
    assert client.post("/docs").status_code == 405
    assert client.options("/docs").headers["Allow"]
    assert client.get("/api/nothing").status_code == 404


def test_many_first_requests_mount_it_once() -> None:
    """Eight threads that ask at once all get the document."""
    server = make_server()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.test_client().get("/openapi.json").status_code, range(8)))
    assert answers == [200] * 8
    endpoints = [rule.endpoint for rule in server.url_map.iter_rules()]
    assert endpoints.count("openapi") == 1


def test_an_endpoint_is_given_once() -> None:
    """Two views of one name are a mistake that is told, not one that hides the other."""
    rules = LateRules(make_server())
    rules.add_url_rule("/api/one", "one", api.health)
    with pytest.raises(ValueError, match="'one'"):
        rules.add_url_rule("/api/two", "one", api.health)
