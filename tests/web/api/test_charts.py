"""Drawings, layouts and one's own marks over the interface."""

from __future__ import annotations

from typing import Any

from tests.web.api.client import Program
from tests.web.api.conftest import Office

LINE: dict[str, Any] = {"id": "a1", "kind": "trend", "a": {"t": 1.78e12, "p": 100.5}, "b": {"t": 1.79e12, "p": 104.0}}


def send(program: Program, method: str, path: str, *, body: Any = None, expect: int = 200) -> Any:
    """Send a body; the JSON of the answer."""
    answer = program.ask(path, method=method, json=body)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


def test_drawings_are_kept_for_their_owner(office: Office) -> None:
    """What is put is there again, for this person and symbol alone."""
    put = send(office.ann, "PUT", "/api/v1/charts/drawings?symbol=AAPL", body={"items": [LINE]})
    assert put["items"] == [{**LINE, "text": ""}]
    assert office.ann.get("/api/v1/charts/drawings", symbol="AAPL") == put
    assert office.ann.get("/api/v1/charts/drawings", symbol="MSFT") == {"items": []}
    assert office.bob.get("/api/v1/charts/drawings", symbol="AAPL") == {"items": []}


def test_what_is_no_drawing_is_refused(office: Office) -> None:
    """A trend line with one end only, and a kind that is not known."""
    alone = {key: value for key, value in LINE.items() if key != "b"}
    for item in (alone, {**LINE, "kind": "spiral"}):
        send(office.ann, "PUT", "/api/v1/charts/drawings?symbol=IBM", body={"items": [item]}, expect=422)
    assert office.ann.get("/api/v1/charts/drawings", symbol="IBM") == {"items": []}


def test_layouts_are_saved_listed_and_deleted(office: Office) -> None:
    """A layout is an address without its symbol; another person can neither see nor delete it."""
    body = {"name": "Scalping", "settings": "symbol=AAPL&interval=1m&ind=vwap"}
    saved = send(office.ann, "POST", "/api/v1/charts/layouts", body=body, expect=201)
    assert (saved["kind"], saved["settings"]) == ("layout", "interval=1m&ind=vwap")
    assert saved in office.ann.get("/api/v1/charts/layouts")["items"]
    assert office.bob.get("/api/v1/charts/layouts")["items"] == []
    send(office.bob, "DELETE", f"/api/v1/charts/layouts/{saved['id']}", expect=404)
    assert send(office.ann, "DELETE", f"/api/v1/charts/layouts/{saved['id']}") == {"id": saved["id"]}
    assert office.ann.get("/api/v1/charts/layouts")["items"] == []


def test_marks_are_ones_own(office: Office) -> None:
    """Fills and the average entry of what is open, in the chart's decimals; another person's are not there."""
    found = office.ann.get("/api/v1/charts/marks", symbol="IBM")
    assert [(float(fill["price"]), float(fill["quantity"]), fill["side"]) for fill in found["fills"]] == [
        (400, 10, "buy"),
        (410, 4, "sell"),
    ]
    level = found["levels"][0]
    assert (level["kind"], float(level["price"])) == ("average", 400)
    assert (found["symbol"], found["places"], found["session_zone"]) == ("IBM", 2, "America/New_York")
    trade = next(item["id"] for item in office.ann.get("/api/v1/trades", symbol="AAPL")["items"])
    held = office.ann.get("/api/v1/charts/marks", symbol="AAPL", trade=trade)
    assert len(held["holding"]) == 2
    assert held["levels"][0]["kind"] == "average"
    office.bob.get("/api/v1/charts/marks", symbol="AAPL", trade=trade, expect=404)


def test_sessions_are_asked_for_a_possible_period(office: Office) -> None:
    """Labour Day is none of September's 21 sessions, a coin has none, and a period backwards is refused."""
    path = "/api/v1/charts/sessions?symbol="
    found = send(office.ann, "GET", f"{path}AAPL&from=2026-09-01&to=2026-09-30")["items"]
    assert len(found) == 21
    assert (found[0]["opens_at"], found[0]["closes_at"]) == ("2026-09-01T13:30:00Z", "2026-09-01T20:00:00Z")
    assert send(office.ann, "GET", f"{path}BTC-USD&from=2026-09-01&to=2026-09-30") == {"items": []}
    send(office.ann, "GET", f"{path}AAPL&from=2026-09-30&to=2026-09-01", expect=422)
