"""A change of the filter in the address does not lay the page out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.client import dash_call, make_app, sign_in_demo
from web.routing import QUERY, ROUTER


def router(tmp_path: Path) -> dict[str, Any]:
    """Dash's own callback that lays pages out, as the browser is told of it."""
    client = make_app(tmp_path).server.test_client()
    sign_in_demo(client)
    found = [item for item in client.get("/_dash-dependencies").get_json() if item["output"] == ROUTER]
    assert len(found) == 1
    entry: dict[str, Any] = found[0]
    return entry


def test_only_the_path_lays_a_page_out(tmp_path: Path) -> None:
    """The router is triggered by the path and is still told the query."""
    entry = router(tmp_path)
    assert [item["property"] for item in entry["inputs"]] == ["pathname"]
    assert [item["property"] for item in entry["state"] if item["id"] == QUERY["id"]] == ["search"]


def test_the_router_answers_with_the_page(tmp_path: Path) -> None:
    """Called as the browser calls it now, the router returns the layout of the page."""
    client = make_app(tmp_path).server.test_client()
    sign_in_demo(client)
    state = [(item["id"], item["property"], "?period=ytd") for item in router(tmp_path / "other")["state"]]
    answer = dash_call(client, ROUTER, [(QUERY["id"], "pathname", "/trades")], state)
    assert answer.status_code == 200
    assert "trades" in answer.get_data(as_text=True)
