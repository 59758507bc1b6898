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
