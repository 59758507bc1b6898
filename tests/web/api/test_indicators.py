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


def test_ichimoku_has_five_lines_and_a_cloud_ahead(office: Office) -> None:
    """The lagging line is the close 26 candles later, the edges go on 26 candles behind the last one."""
    asked: dict[str, Any] = {"symbol": "AAPL", "interval": "1d", "to": "2026-09-30", "limit": 120}
    (found,) = office.ann.get("/api/v1/indicators", ind="ichi", **asked)["items"]
    closes = [float(row["close"]) for row in office.ann.get("/api/v1/candles", **asked)["items"]]
    lines = {column["name"]: column for column in found["columns"]}
    assert list(lines) == ["conversion", "base", "span A", "span B", "lagging"]
    assert lines["lagging"]["values"] == [*closes[26:], *[None] * 26]
    assert [len(column["ahead"]) for column in found["columns"]] == [0, 0, 26, 26, 0]
    last = (lines["conversion"]["values"][-1] + lines["base"]["values"][-1]) / 2
    assert abs(lines["span A"]["ahead"][-1] - last) < 1e-9
    assert None not in lines["span B"]["ahead"]


def test_the_volume_by_price_is_asked_for(office: Office) -> None:
    """All volume of the candles lies in the levels, from the lowest low to the highest high."""
    asked: dict[str, Any] = {"symbol": "AAPL", "interval": "1h", "limit": 300}
    assert office.ann.get("/api/v1/indicators", **asked)["profile"] is None
    profile = office.ann.get("/api/v1/indicators", levels=24, **asked)["profile"]
    rows = office.ann.get("/api/v1/candles", **asked)["items"]
    levels = profile["levels"]
    assert len(levels) == 24
    assert (levels[0]["low"], levels[-1]["high"]) == (
        min(float(row["low"]) for row in rows),
        max(float(row["high"]) for row in rows),
    )
    volume = [level["volume"] for level in levels]
    assert abs(sum(volume) / sum(float(row["volume"]) for row in rows) - 1) < 1e-9
    assert profile["control"] == volume.index(max(volume))
    inside = [level["volume"] for level in levels if level["in_value_area"]]
    assert 0.7 <= sum(inside) / sum(volume) < 0.85


def test_a_wrong_indicator_is_named(office: Office) -> None:
    """An unknown word and a number out of bounds are told, an unknown symbol is not there."""
    assert "nonsense" in office.ann.get("/api/v1/indicators", expect=422, symbol="AAPL", ind="nonsense")["detail"]
    assert "period 1" in office.ann.get("/api/v1/indicators", expect=422, symbol="AAPL", ind="sma1")["detail"]
    office.ann.get("/api/v1/indicators", expect=404, symbol="NOSUCH", ind="sma20")
