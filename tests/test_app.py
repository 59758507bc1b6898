"""The composition root: what the architecture stands on, kept as tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from dash import Dash
from flask.testing import FlaskClient

from tests.conftest import ROOT
from tests.web.client import PAGE_HEADERS, dash_call, make_app, sign_in_demo
from web.shell import Shell

LAZY = ("pandas", "numba", "scipy", "yfinance", "talib", "pyarrow", "ccxt", "quantstats")


def demo_client(app: Dash) -> FlaskClient:
    """Return a client signed in to the demo workspace."""
    client: FlaskClient = app.server.test_client()
    sign_in_demo(client)
    return client


def dependencies(client: FlaskClient) -> list[dict[str, object]]:
    """Return the callbacks the browser is told of."""
    response = client.get("/_dash-dependencies")
    assert response.status_code == 200
    found: list[dict[str, object]] = response.get_json()
    return found


def test_two_apps_in_one_process_serve_all_callbacks(tmp_path: Path) -> None:
    """Importing a page registers nothing: a second app has the same callbacks and its own database."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = demo_client(make_app(tmp_path / "a")), demo_client(make_app(tmp_path / "b"))
    assert len(dependencies(first)) > 10
    assert json.dumps(dependencies(first), sort_keys=True) == json.dumps(dependencies(second), sort_keys=True)
    for client in (first, second):
        answer = dash_call(client, f"{Shell.TODAY}.children", [(Shell.TICK, "n_intervals", 0)])
        assert answer.status_code == 200


def test_every_page_is_served(tmp_path: Path) -> None:
    """Each page of the navigation answers with the frame."""
    client = demo_client(make_app(tmp_path))
    layout = json.dumps(client.get("/_dash-layout").get_json())
    for path in (
        "/",
        "/trades",
        "/fills",
        "/calendar",
        "/analytics",
        "/edge",
        "/market",
        "/portfolio",
        "/import",
        "/settings",
    ):
        assert client.get(path, headers=PAGE_HEADERS).status_code == 200, path
        assert f'"href": "{path}"' in layout, path


def test_a_page_does_not_carry_the_layouts_of_all_others(tmp_path: Path) -> None:
    """What a browser loads first is small; comparing callbacks with layouts is for developers."""
    page = demo_client(make_app(tmp_path)).get("/", headers=PAGE_HEADERS).get_data(as_text=True)
    assert "validation_layout" not in page
    assert len(page) < 40_000


def test_enum_members_are_ids_on_the_wire(tmp_path: Path) -> None:
    """A StrEnum member travels as its plain text."""
    wire = json.dumps(dependencies(demo_client(make_app(tmp_path))))
    assert "shell-filter.data" in wire or '"shell-filter"' in wire
    assert "Shell." not in wire
    assert "Ids." not in wire


def test_the_interval_rests_while_its_callback_runs(tmp_path: Path) -> None:
    """`running=` disables the interval, so slow answers never pile up."""
    running = [item for item in dependencies(demo_client(make_app(tmp_path))) if item.get("running")]
    assert any("shell-tick" in json.dumps(item["running"]) for item in running)


def test_serving_begins_without_heavy_libraries(tmp_path: Path) -> None:
    """pandas, scipy, yfinance, TA-Lib and pyarrow load when they are first used."""
    code = (
        "import sys\n"
        "from app import create_app\n"
        "create_app()\n"
        f"print([name for name in {LAZY!r} if name in sys.modules])\n"
    )
    environment = {"FILLWISE_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
