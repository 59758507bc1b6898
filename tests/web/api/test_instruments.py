"""Instruments, contract sizes and corporate actions of the REST interface."""

from __future__ import annotations

from typing import Any

from tests.web.api.client import Program, csv_of
from tests.web.api.conftest import Office

FUTURE = ("2026-09-01T13:30:00Z,ESZ6,buy,1,5000,0,USD,e1", "2026-09-02T13:30:00Z,ESZ6,sell,1,5010,0,USD,e2")
SHARES = ("2026-09-01T13:30:00Z,OLD,buy,100,10,1,USD,o1",)


def send(program: Program, method: str, path: str, body: dict[str, Any], status: int) -> Any:
    """Send a JSON body; the answer's JSON."""
    answer = program.ask(path, method=method, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def test_instruments_say_where_they_are_used(office: Office) -> None:
    """Each has its size and the accounts that traded it; the most traded comes first."""
    items = office.ann.get("/api/v1/instruments")["items"]
    assert items[0]["symbol"] == "AAPL"
    assert (items[0]["executions"], items[0]["accounts"]) == (8, ["Main", "Second, small"])
    assert {item["multiplier"] for item in items} == {"1"}


def test_correcting_a_multiplier_computes_the_trades_anew(fresh: Program) -> None:
    """The profit of a trade follows the size of its contract."""
    fresh.send(csv_of(*FUTURE), account="Main", timezone="UTC")
    (item,) = fresh.get("/api/v1/instruments")["items"]
    assert (item["multiplier"], item["tick_size"]) == ("50", "0.25")
    changed = send(fresh, "PUT", f"/api/v1/instruments/{item['id']}", {"multiplier": "5"}, 200)
    assert changed["multiplier"] == "5"
    assert fresh.get("/api/v1/trades")["items"][0]["gross_pnl"] == "50"


def test_an_instrument_of_another_user_is_not_found(office: Office) -> None:
    """Bob cannot correct what ann trades, and learns nothing of it."""
    key = office.ann.get("/api/v1/instruments")["items"][0]["id"]
    send(office.bob, "PUT", f"/api/v1/instruments/{key}", {"multiplier": "2"}, 404)


def test_contract_sizes_are_kept_and_taken_away(fresh: Program) -> None:
    """A size is listed until it is deleted; an impossible one is refused by its name."""
    body = {"symbol": "ZZZ", "asset_class": "future", "multiplier": "12.5", "valid_from": "2026-01-01"}
    key = send(fresh, "POST", "/api/v1/contract-sizes", body, 201)["id"]
    assert [item["multiplier"] for item in fresh.get("/api/v1/contract-sizes")["items"]] == ["12.5"]
    refused = send(fresh, "POST", "/api/v1/contract-sizes", body | {"multiplier": "0"}, 422)
    assert "above zero" in str(refused)
    assert fresh.ask(f"/api/v1/contract-sizes/{key}", method="DELETE").status_code == 200
    assert fresh.ask(f"/api/v1/contract-sizes/{key}", method="DELETE").status_code == 404


def test_a_split_goes_all_the_way_round(fresh: Program) -> None:
    """Previewed, entered, listed, seen in the positions, and taken back."""
    fresh.send(csv_of(*SHARES), account="Main", timezone="UTC")
    body = {"kind": "split", "symbol": "OLD", "day": "2026-09-10", "ratio_new": "4", "ratio_old": "1"}
    (change,) = send(fresh, "POST", "/api/v1/corporate-actions/preview", body, 200)["items"]
    assert (change["quantity_before"], change["quantity_after"]) == ("100", "400")
    assert change["cost_before"] == change["cost_after"] == "1000"
    added = send(fresh, "POST", "/api/v1/corporate-actions", body, 201)
    assert added["day"] == "2026-09-10"
    assert fresh.get("/api/v1/positions")["items"][0]["quantity"] == "400"
    assert [item["id"] for item in fresh.get("/api/v1/corporate-actions")["items"]] == [added["id"]]
    assert fresh.ask(f"/api/v1/corporate-actions/{added['id']}", method="DELETE").status_code == 200
    assert fresh.get("/api/v1/positions")["items"][0]["quantity"] == "100"


def test_an_action_needs_its_day_and_its_parts(fresh: Program) -> None:
    """What is missing is named."""
    body = {"kind": "cash_merger", "symbol": "OLD", "cash": "3"}
    assert send(fresh, "POST", "/api/v1/corporate-actions", body, 422)
    assert send(fresh, "POST", "/api/v1/corporate-actions", body | {"effective_at": "2026-09-01T00:00:00"}, 422)
    body |= {"day": "2026-09-10"}
    assert send(fresh, "POST", "/api/v1/corporate-actions", body | {"cash": "-3"}, 422)
    assert send(fresh, "POST", "/api/v1/corporate-actions", body | {"account_id": 999}, 404)
