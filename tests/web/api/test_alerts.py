"""Price alerts over the interface: their life, what they told, and that they are nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.alert_watch import AlertDesk
from services.container import Services
from tests.web.api.client import Program
from tests.web.api.test_watchlists import send
from web.context import EXTENSION

ROOT = "/api/v1/alerts"
EVENTS = "/api/v1/alert-events"


def body(level: str, **more: Any) -> dict[str, Any]:
    """An alert on AAPL."""
    return {"symbol": "aapl", "kind": "above", "level": level, **more}


def test_the_life_of_an_alert(fresh: Program) -> None:
    """Made, listed, changed, paused, armed again, deleted."""
    made = send(fresh, "POST", ROOT, body("1000", note="Breakout", expires_at="2099-01-01"), expect=201)
    assert (made["symbol"], made["state"], made["level"]) == ("AAPL", "armed", "1000")
    assert made["expires_at"] == "2099-01-01T00:00:00Z"
    assert float(made["seen_price"]) > 0
    path = f"{ROOT}/{made['id']}"
    changed = send(fresh, "PATCH", path, {"kind": "rises", "level": "0.02", "expires_at": None, "repeats": True})
    assert (changed["kind"], changed["level"], changed["expires_at"]) == ("rises", "0.02", None)
    assert send(fresh, "PATCH", path, {"state": "paused"})["state"] == "paused"
    assert send(fresh, "PATCH", path, {"note": "x"})["note"] == "x"
    assert send(fresh, "PATCH", path, {"state": "armed"})["state"] == "armed"
    assert [item["id"] for item in fresh.get(ROOT, symbol="AAPL")["items"]] == [made["id"]]
    assert fresh.get(ROOT, symbol="MSFT")["items"] == []
    assert send(fresh, "DELETE", path) == {"id": made["id"]}
    assert "alert" in fresh.get(path, expect=404)["detail"]


def test_what_was_told_is_read(fresh: Program) -> None:
    """An event names price, level and how it came; read it counts no more."""
    made = send(fresh, "POST", ROOT, body("1000"), expect=201)
    services: Services = fresh.client.application.extensions[EXTENSION]
    _cross(services, float(made["seen_price"]))
    found = fresh.get(EVENTS)
    (event,) = found["items"]
    assert (event["alert_id"], event["kind"], event["condition"], event["simulated"]) == (
        made["id"], "gap", "above", True,
    )  # fmt: skip
    assert float(event["before"]) < 1000 <= float(event["price"])
    assert found["unread"] == 1
    assert send(fresh, "POST", f"{EVENTS}/read", {"up_to": event["id"]}) == {"marked": 1, "unread": 0}
    assert fresh.get(EVENTS, after=event["id"])["items"] == []


@pytest.mark.parametrize(
    "wrong", [{"level": "0"}, {"level": "x"}, {"kind": "sideways"}, {"symbol": "a b"}, {"note": "x" * 201}]
)
def test_what_cannot_be_is_refused(fresh: Program, wrong: dict[str, Any]) -> None:
    """The answer names what is wrong."""
    answer = fresh.ask(ROOT, method="POST", json={**body("5"), **wrong})
    assert answer.status_code in (400, 422)
    assert answer.get_json()["detail"]


def _cross(services: Services, seen: float) -> None:
    quote = services.quotes.quote("AAPL")
    at = quote.as_of + timedelta(hours=1)
    desk = AlertDesk(services.db, services.clock)
    desk.renew()
    assert desk.show({"AAPL": replace(quote, price=seen + 1000, as_of=at, fetched_at=at)}) == 1
