"""Where prices come from, over the interface."""

from __future__ import annotations

from dataclasses import replace

from domain.quote_feeds import Refusal
from services.quote_archive import QuoteArchive
from tests.web.api.conftest import Office


def test_providers_are_listed(office: Office) -> None:
    """Those in use in their order with their state, then the others with what they need."""
    items = office.ann.get("/api/v1/quote-providers")["items"]
    assert (items[0]["slug"], items[0]["place"], items[0]["state"]) == ("demo", 1, "closed")
    rows = {item["slug"]: item for item in items}
    assert (rows["finnhub"]["limits"], rows["finnhub"]["setting"]) == ("30/s, 60/min", "FINNHUB_API_KEY")
    assert (rows["finnhub"]["state"], rows["finnhub"]["is_set"]) == (None, False)
    assert rows["kraken"]["streams"]
    assert "1d" in rows["nse"]["intervals"]


def test_refusals_are_of_ones_own_symbols(office: Office) -> None:
    """What was put aside of the symbols of others is theirs."""
    services = office.services
    symbol = office.ann.get("/api/v1/watchlists")["items"][0]["symbols"][0]
    row = Refusal(provider="p", symbol=symbol, kind="quote", reason="no", last_good=5.5, refused_at=services.clock())
    QuoteArchive(services.db).add_refusals([row, replace(row, symbol="SECRET")])
    items = office.ann.get("/api/v1/quote-refusals")["items"]
    assert [(item["symbol"], item["reason"], item["last_good"]) for item in items] == [(symbol, "no", "5.5")]


def test_the_order_is_chosen_by_its_keeper(office: Office) -> None:
    """The keeper chooses and goes back; others are refused, as are unknown kinds and providers that cannot serve."""
    path = "/api/v1/quote-providers/order"
    rows = {item["kind"]: item for item in office.ann.get(path)["items"]}
    assert (rows["crypto"]["providers"], rows["crypto"]["is_chosen"]) == (["demo"], False)
    assert "kraken" in rows["crypto"]["others"]
    answer = office.ann.ask(f"{path}/crypto", method="PUT", json={"providers": ["okx", "demo"]})
    assert answer.get_json()["items"][2]["providers"] == ["okx", "demo"]
    assert office.bob.get(path)["may_change"] is False
    assert office.bob.ask(f"{path}/crypto", method="PUT", json={"providers": ["demo"]}).status_code == 403
    assert office.ann.ask(f"{path}/bonds", method="PUT", json={"providers": ["demo"]}).status_code == 404
    assert office.ann.ask(f"{path}/stock", method="PUT", json={"providers": ["okx"]}).status_code == 422
    back = office.ann.ask(f"{path}/crypto", method="DELETE").get_json()
    assert (back["items"][2]["providers"], back["changed_by"]) == (["demo"], "ann")


def test_history_that_keeps_itself_is_told_and_switched(office: Office) -> None:
    """Its state, its switch for the keeper alone, and what providers state of a symbol."""
    path = "/api/v1/candles/history"
    assert office.ann.get(path)["is_on"] is True
    assert office.bob.ask(path, method="PUT", json={"is_on": False}).status_code == 403
    assert office.ann.ask(path, method="PUT", json={"is_on": False}).get_json()["is_on"] is False
    assert office.bob.get(path)["next_run"] is None
    assert office.ann.ask(path, method="PUT", json={"is_on": True}).status_code == 200
    assert office.bob.get("/api/v1/candles/actions", symbol="AAPL") == {"items": [], "conflicts": []}
