"""Fills by hand through the interface: added, edited, deleted, listed as changes, undone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.client import Program, csv_of
from tests.web.api.conftest import Office

FILL = {"account": "Main", "symbol": "AAPL", "side": "buy", "quantity": "5", "price": "10.25", "fees": "0.5"}


@pytest.fixture
def cara(fresh: Program) -> Program:
    """Somebody with one imported fill."""
    fresh.send(csv_of("2026-09-01T13:30:00Z,AAPL,buy,100,10,1,USD,a1"), account="Main", timezone="UTC")
    return fresh


def ask(program: Program, method: str, path: str, expect: int, **body: Any) -> Any:
    """Send a JSON body; the JSON of the answer."""
    answer = program.ask(path, method=method, **({"json": body} if body else {}))
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


def test_a_fill_is_added_edited_and_deleted(cara: Program) -> None:
    """Each answer is the change with the executions it touched; lists show the values as they are now."""
    added = ask(cara, "POST", "/api/v1/executions", 201, **FILL, executed_at="2026-09-02T13:30:00Z")
    (fill,) = added["executions"]
    assert (added["kind"], added["account"], added["undone_at"]) == ("add", "Main", None)
    ask(cara, "PATCH", f"/api/v1/executions/{fill}", 200, price="11")
    rows = {row["id"]: row for row in cara.every("/api/v1/executions")}
    assert (rows[fill]["price"], rows[fill]["quantity"], rows[fill]["broker_id"]) == ("11", "5", None)
    assert cara.get("/api/v1/positions")["items"][0]["quantity"] == "105"
    ask(cara, "DELETE", f"/api/v1/executions/{fill}", 200)
    assert fill not in [row["id"] for row in cara.every("/api/v1/executions")]
    ask(cara, "DELETE", f"/api/v1/executions/{fill}", 404)


def test_changes_are_listed_and_undone(cara: Program) -> None:
    """Undo takes the newest first: an older change whose fill was changed since is a conflict, and so is twice."""
    added = ask(cara, "POST", "/api/v1/executions", 201, **FILL, executed_at="2026-09-02T13:30:00Z")
    (fill,) = added["executions"]
    edited = ask(cara, "PATCH", f"/api/v1/executions/{fill}", 200, price="11")
    assert [item["id"] for item in cara.every("/api/v1/changes", limit=1)] == [edited["id"], added["id"]]
    refused = ask(cara, "POST", f"/api/v1/changes/{added['id']}/undo", 409)
    assert "Edited buy 5 AAPL" in refused["detail"]
    ask(cara, "POST", f"/api/v1/changes/{edited['id']}/undo", 200)
    done = ask(cara, "POST", f"/api/v1/changes/{added['id']}/undo", 200)
    assert done["undone_at"] is not None
    ask(cara, "POST", f"/api/v1/changes/{added['id']}/undo", 409)
    assert len(cara.every("/api/v1/executions")) == 1


def test_what_is_no_fill_is_refused_by_its_member(cara: Program) -> None:
    """A bad value answers 422 and names the member; an unknown member does too."""
    refused = ask(cara, "POST", "/api/v1/executions", 422, **{**FILL, "quantity": "-1"}, executed_at="2026-09-02")
    assert refused["field"] == "quantity"
    ask(cara, "POST", "/api/v1/executions", 422, **FILL, colour="red")
    ask(cara, "POST", "/api/v1/executions", 404, **{**FILL, "account": "Nobody's"})


def test_another_users_fills_and_changes_are_not_there(office: Office) -> None:
    """What belongs to ann does not exist for bob."""
    fill = office.ann.every("/api/v1/executions")[0]["id"]
    for method in ("PATCH", "DELETE"):
        ask(office.bob, method, f"/api/v1/executions/{fill}", 404, **({"price": "1"} if method == "PATCH" else {}))
    assert office.bob.every("/api/v1/changes") == []
    ask(office.bob, "POST", "/api/v1/changes/1/undo", 404)
