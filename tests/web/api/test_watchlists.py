"""Watchlists, marks, tiles and the screener over the interface."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.client import Program
from tests.web.api.conftest import Office

ROOT = "/api/v1/watchlists"


def send(program: Program, method: str, path: str, body: Any = None, *, expect: int = 200) -> Any:
    """Send a change and return the answer."""
    answer = program.ask(path, method=method, **({} if body is None else {"json": body}))
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


def test_lists_are_made_changed_and_deleted(fresh: Program) -> None:
    """The life of a list: prices in it, symbols in order, its place, the ticker bar, its end."""
    (first,) = fresh.get(ROOT)["items"]
    assert (first["id"], first["name"], first["in_ticker_bar"]) == (0, "Watchlist", True)
    made = send(fresh, "POST", ROOT, {"name": "Coins", "symbols": ["btc-usd", "NOPE"]}, expect=201)
    assert made["symbols"] == ["BTC-USD", "NOPE"]
    bitcoin, nope = made["rows"]
    assert float(bitcoin["price"]) > 0
    assert (nope["price"], nope["change"], nope["as_of"]) == (None, None, None)
    path = f"{ROOT}/{made['id']}"
    added = send(fresh, "POST", f"{path}/symbols", {"symbol": "eth-usd"})
    assert (added["status"], added["symbols"]) == ("success", ["BTC-USD", "NOPE", "ETH-USD"])
    assert send(fresh, "POST", f"{path}/symbols", {"symbol": "ETH-USD"})["status"] == "info"
    assert send(fresh, "DELETE", f"{path}/symbols/nope")["symbols"] == ["BTC-USD", "ETH-USD"]
    change = {"name": "Crypto", "symbols": ["ETH-USD", "BTC-USD"], "position": 0, "in_ticker_bar": True}
    changed = send(fresh, "PATCH", path, change)
    assert (changed["name"], changed["symbols"], changed["in_ticker_bar"]) == ("Crypto", ["ETH-USD", "BTC-USD"], True)
    assert [item["name"] for item in fresh.get(ROOT)["items"]] == ["Crypto", "Watchlist"]
    assert send(fresh, "DELETE", path) == {"id": made["id"]}
    assert "watchlist" in fresh.get(path, expect=404)["detail"]


def test_flags_notes_and_tiles(fresh: Program) -> None:
    """A mark is seen in every list; tiles are chosen."""
    send(fresh, "PUT", "/api/v1/symbol-marks/aapl", {"colour": "red", "note": "earnings"})
    assert fresh.get("/api/v1/symbol-marks")["items"] == [{"symbol": "AAPL", "colour": "red", "note": "earnings"}]
    row = next(item for item in fresh.get(f"{ROOT}/0")["rows"] if item["symbol"] == "AAPL")
    assert (row["colour"], row["note"]) == ("red", "earnings")
    assert "^GSPC" in fresh.get("/api/v1/market-tiles")["symbols"]
    assert send(fresh, "PUT", "/api/v1/market-tiles", {"symbols": ["^ndx"]}) == {"symbols": ["^NDX"]}


def test_symbols_are_found(office: Office) -> None:
    """A search names what a symbol is and where it trades; a company has its year and one's own trades."""
    found = office.ann.get("/api/v1/instruments/search", q="bitc")["items"]
    assert ("BTC-USD", "crypto") in {(item["symbol"], item["asset_class"]) for item in found}
    company = office.ann.get("/api/v1/companies/AAPL")
    assert (company["name"], company["simulated"]) == ("Apple Inc.", True)
    assert float(company["week52_low"]) < float(company["week52_high"])
    trades = office.ann.every("/api/v1/trades", symbol="AAPL")
    assert company["trades"] == len(trades)
    assert office.bob.get("/api/v1/companies/AAPL")["trades"] == 0


def test_the_screener(fresh: Program) -> None:
    """Conditions are met or named; saved screens come and go."""
    found = fresh.get("/api/v1/screener", conditions="price > 0; rsi14 > 0")
    assert found["looked_at"] == 5
    assert found["items"][0]["values"]["rsi14"] > 0
    assert "foo" in fresh.get("/api/v1/screener", expect=422, conditions="foo > 1")["detail"]
    body = {"name": "Low", "conditions": "rsi14 < 30"}
    saved = send(fresh, "POST", "/api/v1/screens", body, expect=201)
    assert fresh.get("/api/v1/screens")["items"] == [saved]
    assert saved["conditions"] == "rsi14 < 30"
    send(fresh, "DELETE", f"/api/v1/screens/{saved['id']}")
    assert fresh.get("/api/v1/screens")["items"] == []


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_another_users_list_is_not_found(office: Office, method: str) -> None:
    """Its number opens nothing for anybody else."""
    services = office.services
    bob = services.users.find("bob")
    assert bob is not None
    theirs = next(iter(item.id for item in services.watchlists.lists(bob.id) if item.name == "Bobs"), 0)
    theirs = theirs or services.watchlists.create(bob.id, "Bobs", ["IBM"]).id
    path = f"{ROOT}/{theirs}"
    send(office.ann, method, path, {"name": "Mine"} if method == "PATCH" else None, expect=404)
    assert services.watchlists.get(bob.id, theirs).name == "Bobs"
