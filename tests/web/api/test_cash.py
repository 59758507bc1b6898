"""Cash and data health through the interface."""

from __future__ import annotations

from domain.health import FindingKind
from tests.services.samples import trades_csv
from tests.services.statements import BROKEN, COINS
from tests.web.api.client import Program
from tests.web.api.conftest import Office


def test_the_statement_is_listed_oldest_first(fresh: Program) -> None:
    """Each movement has its amount, its fee and the balance after it, as exact texts."""
    fresh.send(COINS.encode(), "coins.csv", account="Coins")
    found = fresh.get("/api/v1/cash", account="Coins", currency="eur")
    assert (found["account"], found["currency"], found["next_cursor"]) == ("Coins", "EUR", None)
    rows = [(row["kind"], row["amount"], row["fee"], row["balance"]) for row in found["items"]]
    assert rows == [
        ("deposit", "1000", "0", "1000"), ("buy", "-402", "2", "598"), ("sell", "208.95", "1.05", "806.95"),
        ("withdrawal", "-500", "0", "306.95"),
    ]  # fmt: skip
    assert found["items"][0]["file"] == "coins.csv"
    assert found["items"][0]["execution_id"] is None
    assert found["items"][1]["execution_id"] > 0


def test_pages_and_days_of_the_statement(fresh: Program) -> None:
    """Cursors join without gaps; days are those of the account's zone, the last one included."""
    fresh.send(COINS.encode(), "coins.csv", account="Coins")
    kinds, cursor = [], ""
    while cursor is not None:
        page = fresh.get("/api/v1/cash", currency="EUR", limit=1, cursor=cursor)
        kinds += [row["kind"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert kinds == ["deposit", "buy", "sell", "withdrawal"]
    some = fresh.get("/api/v1/cash", currency="EUR", **{"from": "2023-02-02", "to": "2023-02-10"})
    assert [row["kind"] for row in some["items"]] == ["sell", "withdrawal"]
    instants = {"from": "2023-02-01T10:05:00Z", "to": "2023-02-03T09:00:00Z"}
    assert [row["kind"] for row in fresh.get("/api/v1/cash", currency="EUR", **instants)["items"]] == ["buy"]
    assert "no cash in CHF" in str(fresh.get("/api/v1/cash", expect=404, currency="CHF"))
    assert "cursor" in str(fresh.get("/api/v1/cash", expect=422, cursor="nonsense"))


def test_balances_name_the_first_gap(fresh: Program) -> None:
    """The comparison of printed balances has the day, both figures, line and file."""
    fresh.send(BROKEN.encode(), "march.csv", account="Paper")
    row = fresh.get("/api/v1/cash/balances")["items"][0]
    assert (row["checked"], row["agreeing"], row["opening"], row["opening_from"]) == (2, 1, "50000", "anchor")
    gap = row["first_gap"]
    assert {name: gap[name] for name in ("broker", "ours", "gap", "file", "line")} == {
        "broker": "49502.97", "ours": "49477.97", "gap": "25", "file": "march.csv", "line": 4,
    }  # fmt: skip


def test_data_health_lists_every_check(fresh: Program) -> None:
    """Each check has its meaning and its findings, the pages to see and mend them among them."""
    fresh.send(trades_csv(("x1,2026-03-02 10:00:00,OLDCO,Sell,40,11.00,1.00,USD",)), account="Old")
    found = fresh.get("/api/v1/data-health")
    checks = {item["kind"]: item for item in found["items"]}
    assert set(checks) == set(FindingKind)
    assert found["open"] == sum(item["open"] for item in found["items"])
    orphan = checks["orphan_exit"]["findings"][0]
    assert "OLDCO" in orphan["text"]
    assert orphan["fix_page"] == "/import"
    assert orphan["dismissed"] is False


def test_nobody_sees_another_s_cash(office: Office) -> None:
    """Bob can name neither Ann's account nor see its lines."""
    office.bob.get("/api/v1/cash", expect=404, account="Main")
    office.bob.get("/api/v1/cash/balances", expect=404, account="Main")
    office.bob.get("/api/v1/data-health", expect=404, account="Main")
    assert office.bob.get("/api/v1/cash")["account"] == "Bob"
