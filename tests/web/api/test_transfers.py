"""Transfers in kind through the interface."""

from __future__ import annotations

from tests.services.samples import trades_csv
from tests.web.api.client import Program
from tests.web.api.test_instruments import send

ROWS = ("a1,2026-03-02 10:00:00,ACME,Buy,10,10.00,1.00,USD", "a2,2026-03-03 10:00:00,ACME,Buy,10,14.00,0,USD")


def test_enter_look_change_undo_and_remove(fresh: Program) -> None:
    """The lots stand with each transfer; a change is undone by its line of the history."""
    fresh.send(trades_csv(ROWS), account="Main")
    fresh.send(trades_csv(("b1,2026-03-02 10:00:00,OTHER,Buy,1,1.00,0,USD",)), account="Depot")
    accounts = {item["name"]: item["id"] for item in fresh.get("/api/v1/accounts")["items"]}
    body = {"from_account_id": accounts["Main"], "to_account_id": accounts["Depot"], "symbol": "ACME",
            "quantity": "15", "day": "2026-04-01"}  # fmt: skip
    looked = send(fresh, "POST", "/api/v1/transfers/preview", body, 200)
    assert [(lot["acquired"], lot["quantity"], lot["cost"]) for lot in looked["lots"]] == [
        ("2026-03-02", "10", "101"), ("2026-03-03", "5", "70"),
    ]  # fmt: skip
    assert fresh.get("/api/v1/transfers")["items"] == []
    made = send(fresh, "POST", "/api/v1/transfers", body, 201)
    assert (made["cost"], made["missing"], made["day"]) == ("171", "0", "2026-04-01")
    send(fresh, "PUT", f"/api/v1/transfers/{made['id']}", body | {"quantity": "4"}, 200)
    newest = fresh.get("/api/v1/transfers/changes")["items"][0]
    assert newest["summary"] == "Changed: 4 ACME from Main to Depot"
    send(fresh, "POST", f"/api/v1/transfers/changes/{newest['id']}/undo", {}, 200)
    assert fresh.get(f"/api/v1/transfers/{made['id']}")["quantity"] == "15"
    assert fresh.ask(f"/api/v1/transfers/{made['id']}", method="DELETE").status_code == 200
    assert fresh.get("/api/v1/transfers")["items"] == []


def test_lots_of_a_transfer_are_chosen(fresh: Program) -> None:
    """A transfer stands among the sales under minus its id; its lots are chosen and shown like those of a sale."""
    fresh.send(trades_csv(ROWS), account="Main")
    (account,) = (item["id"] for item in fresh.get("/api/v1/accounts")["items"])
    body = {"from_account_id": account, "symbol": "ACME", "quantity": "5", "day": "2026-04-01"}
    made = send(fresh, "POST", "/api/v1/transfers", body, 201)
    (listed,) = fresh.get("/api/v1/portfolios/0/lots", symbol="ACME")["items"]
    assert (listed["id"], listed["side"], listed["amount"]) == (-made["id"], "transfer", None)
    address = f"/api/v1/portfolios/0/lots/{listed['id']}"
    dear = fresh.get(address)["lots"][1]
    send(fresh, "PUT", address, {"lots": {str(dear["id"]): "5"}}, 200)
    assert [lot["closed"] for lot in fresh.get(address)["lots"]] == ["0", "5"]


def test_what_is_missing_has_its_field(fresh: Program) -> None:
    """Cost from outside, more than is held, foreign accounts."""
    fresh.send(trades_csv(ROWS), account="Main")
    (account,) = (item["id"] for item in fresh.get("/api/v1/accounts")["items"])
    body = {"to_account_id": account, "symbol": "ACME", "quantity": "1", "day": "2026-04-01"}
    assert "cost" in str(send(fresh, "POST", "/api/v1/transfers", body, 422))
    out = {"from_account_id": account, "symbol": "ACME", "quantity": "21", "day": "2026-04-01"}
    assert "held 20 ACME" in str(send(fresh, "POST", "/api/v1/transfers", out, 422))
    send(fresh, "POST", "/api/v1/transfers", out | {"from_account_id": 999, "quantity": "1"}, 404)
    assert fresh.get("/api/v1/transfers/told")["items"] == []


def test_fees_by_kind_add_up(fresh: Program) -> None:
    """The fees of a filter with their kinds, each with the page of its trades."""
    fresh.send(trades_csv((*ROWS, "a3,2026-03-04 10:00:00,ACME,Sell,20,15.00,2.00,USD")), account="Main")
    found = fresh.get("/api/v1/fees")
    assert (float(found["total"]), found["unit"]) == (3.0, "USD")
    assert [(row["kind"], float(row["amount"])) for row in found["kinds"]] == [("untold", 3.0)]
    assert found["kinds"][0]["trades"].startswith("/trades?")
    assert found["figures"]["fee_drag"]["value"] == 3 / 60
