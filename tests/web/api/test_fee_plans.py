"""Fee plans over the interface."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.web.api.client import FILLS, Program, csv_of
from tests.web.api.conftest import Office

PLAN = {
    "name": "Mine",
    "currency": "USD",
    "rules": [{"label": "Commission", "basis": "per_fill", "rate": "1.25", "applies_to": ["stock"]}],
}


def address_of(program: Program) -> str:
    """Return where the plan of the program's only account is."""
    (account,) = program.get("/api/v1/accounts")["items"]
    return f"/api/v1/accounts/{account['id']}/fee-plan"


def put(program: Program, address: str, body: Any, expect: int = 200) -> Any:
    """PUT a body and return the answer's JSON."""
    answer = program.ask(address, method="PUT", json=body)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


def test_a_plan_from_put_to_trade(fresh: Program) -> None:
    """Off by default; set, it marks and charges fills without fees; deleted, it leaves nothing behind."""
    fresh.send(csv_of(*FILLS[:8]), account="A", timezone="UTC")
    address = address_of(fresh)
    assert fresh.get(address)["plan"] is None
    assert put(fresh, address, {"plan": PLAN})["plan"]["rules"][0]["rate"] == "1.25"
    assert fresh.get(address)["plan"]["name"] == "Mine"
    fees = {row["broker_id"]: (row["fees"], row["fees_estimated"]) for row in fresh.every("/api/v1/executions")}
    assert (fees["a1"], fees["m3"]) == (("1", False), ("1.25", True))
    marked = {row["symbol"]: row for row in fresh.every("/api/v1/trades") if row["fees_estimated"]}
    assert marked["MSFT"]["fees"] == "2.5"
    assert "AAPL" not in marked
    assert fresh.get("/api/v1/metrics")["metrics"]["fees"]["note"] == "Includes estimated fees on 1 trade."
    assert fresh.ask(address, method="DELETE").get_json()["plan"] is None
    assert not any(row["fees_estimated"] for row in fresh.every("/api/v1/trades"))
    assert fresh.ask(address, method="DELETE").status_code == 200


def test_a_preset_by_its_slug(fresh: Program) -> None:
    """Every listed preset can be taken as it is, and comes back whole."""
    fresh.send(csv_of(*FILLS[:8]), account="A", timezone="UTC")
    presets = fresh.get("/api/v1/fee-plans")["items"]
    assert {"india-nse", "us-per-share", "crypto-percent"} <= {item["preset"] for item in presets}
    for item in presets:
        assert put(fresh, address_of(fresh), {"preset": item["preset"]})["plan"] == item
        assert put(fresh, address_of(fresh), {"plan": item})["plan"] == item


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "plan"),
        ({"preset": "india-nse", "plan": PLAN}, 422, "plan"),
        ({"preset": "mars"}, 404, None),
        ({"plan": {**PLAN, "rules": []}}, 422, "rules"),
        ({"plan": {**PLAN, "rules": [{"label": "x", "basis": "percent", "rate": "a lot"}]}}, 422, "rate"),
        ({"plan": {**PLAN, "rules": [{"label": "x", "basis": "percent", "rate": 0.1}]}}, 422, "plan"),
        ({"plan": {**PLAN, "surprise": 1}}, 422, "plan"),
    ],
)
def test_a_faulty_plan_is_refused(office: Office, body: Any, status: int, field: str | None) -> None:
    """The answer names the field, and nothing is set."""
    account = office.bob.get("/api/v1/accounts")["items"][0]["id"]
    answer = put(office.bob, f"/api/v1/accounts/{account}/fee-plan", body, expect=status)
    assert answer.get("field") == field
    assert office.bob.get(f"/api/v1/accounts/{account}/fee-plan")["plan"] is None


def test_an_account_of_somebody_else_is_not_there(office: Office) -> None:
    """Reading, setting and removing answer 404 alike."""
    account = office.ann.get("/api/v1/accounts")["items"][0]["id"]
    address = f"/api/v1/accounts/{account}/fee-plan"
    assert office.bob.ask(address, method="GET").status_code == 404
    assert put(office.bob, address, {"preset": "us-zero"}, expect=404)
    assert office.bob.ask(address, method="DELETE").status_code == 404
    assert office.ann.get(address)["plan"] is None


def test_an_import_tells_how_many_fees_it_completed(fresh: Program) -> None:
    """The same fills with fees add nothing and complete two."""
    free = [row.replace(",1,USD,", ",0,USD,") for row in FILLS[:2]]
    fresh.send(csv_of(*free), account="A", timezone="UTC")
    answer = fresh.send(csv_of(*FILLS[:2]), account="A", timezone="UTC")
    assert (answer["rows"]["duplicates"], answer["completed_fees"]) == (2, 2)
    assert sum(Decimal(row["fees"]) for row in fresh.every("/api/v1/executions")) == 2
