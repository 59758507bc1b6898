"""Quotes and candles over the interface, from the demo provider."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.web.api.conftest import Office


def test_quotes_say_where_they_are_from(office: Office) -> None:
    """A quote has price, provider and time as text; what nobody knows is listed apart."""
    answer = office.ann.get("/api/v1/quotes", symbols="AAPL,btc/usd,NOSUCH")
    assert [item["symbol"] for item in answer["items"]] == ["AAPL", "btc/usd"]
    assert answer["unknown"] == ["NOSUCH"]
    first = answer["items"][0]
    assert (first["provider"], first["simulated"], first["stale"]) == ("demo", True, False)
    assert Decimal(first["price"]) > 0
    assert Decimal(first["change"]) == Decimal(first["price"]) - Decimal(first["previous_close"])
    assert first["as_of"].endswith("Z")


def test_candles_of_a_period(office: Office) -> None:
    """Both days are included; bars are ordered and low and high enclose open and close."""
    period: dict[str, Any] = {"from": "2026-09-01", "to": "2026-09-04"}
    answer = office.ann.get("/api/v1/candles", symbol="AAPL", interval="1d", **period)
    rows = answer["items"]
    assert [row["start"][:10] for row in rows] == ["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04"]
    for row in rows:
        prices = {name: Decimal(row[name]) for name in ("open", "high", "low", "close", "volume")}
        assert prices["low"] <= min(prices["open"], prices["close"]) <= prices["high"]
        assert prices["high"] >= max(prices["open"], prices["close"])
    assert answer["next_cursor"] is None


def test_pages_of_candles_go_back(office: Office) -> None:
    """Pages join to the whole period without a gap or a repetition."""
    period: dict[str, Any] = {"symbol": "AAPL", "interval": "1h", "from": "2026-09-01", "to": "2026-09-04"}
    whole = office.ann.get("/api/v1/candles", limit=5000, **period)["items"]
    starts: list[str] = []
    cursor = ""
    while True:
        page = office.ann.get("/api/v1/candles", limit=7, cursor=cursor, **period)
        starts = [row["start"] for row in page["items"]] + starts
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
    assert starts == [row["start"] for row in whole]


def test_an_unknown_symbol_has_no_candles(office: Office) -> None:
    """A symbol nobody has is 404."""
    assert "NOSUCH" in office.ann.get("/api/v1/candles", expect=404, symbol="NOSUCH")["detail"]


def test_a_price_says_why(office: Office) -> None:
    """Formula, provider, age, previous close and the bars of the year are told; no trade stands behind a price."""
    answer = office.ann.get("/api/v1/quotes/AAPL/why")
    assert answer["quote"]["provider"] == "demo"
    assert (answer["checks"], answer["trades_behind"], answer["adjusted"]) == ([], 0, "raw")
    assert answer["age_seconds"] >= 0
    assert answer["year_bars"] > 200
    assert Decimal(answer["year_low"]) < Decimal(answer["year_high"])
    assert office.ann.get("/api/v1/quotes/NOSUCH/why")["quote"] is None
