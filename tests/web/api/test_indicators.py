"""Indicators over the interface, from the demo provider."""

from __future__ import annotations

from typing import Any

from tests.web.api.conftest import Office


def test_indicators_stand_beside_the_candles(office: Office) -> None:
    """Each line has one value a candle, settled at the first one, for the candles of the other address."""
    asked: dict[str, Any] = {"symbol": "AAPL", "interval": "1d", "to": "2026-09-30", "limit": 40}
    found = office.ann.get("/api/v1/indicators", ind="sma20,bb20-2.5,st10", **asked)
    candles = office.ann.get("/api/v1/candles", **asked)["items"]
    assert found["starts"] == [row["start"] for row in candles]
    assert [item["code"] for item in found["items"]] == ["sma20", "bb20-2.5", "st10"]
    names = [[column["name"] for column in item["columns"]] for item in found["items"]]
    assert names == [[""], ["lower", "middle", "upper"], ["below", "above"]]
    average = found["items"][0]["columns"][0]["values"]
    assert len(average) == 40
    assert None not in average
    assert abs(average[-1] - sum(float(row["close"]) for row in candles[-20:]) / 20) < 1e-6
    below, above = (column["values"] for column in found["items"][2]["columns"])
    assert all((low is None) != (high is None) for low, high in zip(below, above, strict=True))


def test_what_is_not_defined_is_null(office: Office) -> None:
    """A daily bar has no course within its session: no VWAP, and no zero for it either."""
    found = office.ann.get("/api/v1/indicators", symbol="AAPL", ind="vwap", limit=5)
    assert found["items"][0]["columns"][0]["values"] == [None] * 5


def test_a_wrong_indicator_is_named(office: Office) -> None:
    """An unknown word and a number out of bounds are told, an unknown symbol is not there."""
    assert "nonsense" in office.ann.get("/api/v1/indicators", expect=422, symbol="AAPL", ind="nonsense")["detail"]
    assert "period 1" in office.ann.get("/api/v1/indicators", expect=422, symbol="AAPL", ind="sma1")["detail"]
    office.ann.get("/api/v1/indicators", expect=404, symbol="NOSUCH", ind="sma20")
