"""Settings of the analysis over the interface."""

from __future__ import annotations

from tests.web.api.client import FILLS, Program, csv_of
from tests.web.api.conftest import Office

NOTHING = {"breakeven_money": None, "breakeven_r": None, "year_days": None, "risk_free": None, "trials": None}


def put(program: Program, path: str, body: dict[str, object], expect: int = 200) -> dict[str, object]:
    """PUT a body; the JSON of the answer."""
    answer = program.ask(path, method="PUT", json=body)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    found: dict[str, object] = answer.get_json()
    return found


def test_settings_change_the_figures(fresh: Program) -> None:
    """The default and an account's own are kept, read again, and used by the metrics and their explanation."""
    fresh.send(csv_of(*FILLS), account="Main", timezone="UTC")
    whole = fresh.get("/api/v1/settings/analysis")
    account = whole["accounts"][0]
    assert whole["default"] == NOTHING
    assert account == NOTHING | {"account": account["account"], "name": "Main"}
    wins = fresh.get("/api/v1/metrics")["metrics"]["wins"]["value"]
    kept = put(fresh, "/api/v1/settings/analysis", {"breakeven_money": "7", "trials": 3})
    assert kept == NOTHING | {"breakeven_money": "7", "trials": 3}
    assert fresh.get("/api/v1/metrics")["metrics"]["wins"]["value"] == wins - 1
    why = fresh.get("/api/v1/metrics/win_rate/why")
    assert why["rules"] == [{"name": "breakeven", "label": "Breakeven within", "text": "7 USD"}]
    path = f"/api/v1/accounts/{account['account']}/analysis"
    assert put(fresh, path, {"breakeven_money": "0"})["breakeven_money"] == "0"
    assert fresh.get("/api/v1/metrics")["metrics"]["wins"]["value"] == wins


def test_nonsense_and_accounts_of_others_are_refused(office: Office) -> None:
    """A value out of bounds names its field; another user's account is not found."""
    refused = put(office.ann, "/api/v1/settings/analysis", {"risk_free": "much"}, expect=422)
    assert "risk_free" in str(refused)
    put(office.ann, "/api/v1/settings/analysis", {"breakeven_r": "-1"}, expect=422)
    put(office.ann, "/api/v1/settings/analysis", {"trials": 0}, expect=422)
    number = office.ann.get("/api/v1/settings/analysis")["accounts"][0]["account"]
    put(office.bob, f"/api/v1/accounts/{number}/analysis", {"trials": 4}, expect=404)
    assert office.ann.get("/api/v1/settings/analysis")["accounts"][0]["trials"] is None
