"""Streaks, drawdowns, excursions and the whole catalogue over the interface."""

from __future__ import annotations

import math

from analytics.metrics import FAMILIES, all_metrics, light_slugs
from tests.web.api.conftest import Office


def test_the_catalogue_is_answered_by_family(office: Office) -> None:
    """A page's figures by default, every figure when asked; families in order, each figure once."""
    page, every = office.ann.get("/api/v1/metrics"), office.ann.get("/api/v1/metrics", figures="all")
    assert list(page["metrics"]) == list(light_slugs())
    assert list(every["metrics"]) == list(all_metrics())
    assert [row["name"] for row in every["families"]] == list(FAMILIES)
    assert [slug for row in every["families"] for slug in row["metrics"]] == list(all_metrics())
    for slug, value in page["metrics"].items():
        assert every["metrics"][slug] == value
    for value in every["metrics"].values():
        assert (value["value"] is None) == bool(value["reason"])
        assert value["value"] is None or math.isfinite(value["value"])


def test_streaks_hold_their_trades(office: Office) -> None:
    """The length is the metric's, and the trades are of the list."""
    answer = office.ann.get("/api/v1/streaks")
    metrics = office.ann.get("/api/v1/metrics")["metrics"]
    assert answer["longest_win"]["length"] == metrics["longest_win_streak"]["value"]
    assert answer["longest_loss"]["length"] == metrics["longest_loss_streak"]["value"]
    listed = {item["id"] for item in office.ann.every("/api/v1/trades", status="closed")}
    assert {trade["id"] for trade in answer["longest_win"]["trades"]} <= listed
    empty = office.ann.get("/api/v1/streaks", symbol="NONE")
    assert (empty["current"]["length"], empty["current"]["trades"]) == (0, [])


def test_drawdowns_come_deepest_first(office: Office) -> None:
    """The first one is the deepest of the daily curve; the limit holds."""
    items = office.ann.get("/api/v1/drawdowns")["items"]
    falls = [float(item["money"]) for item in items]
    assert falls == sorted(falls)
    assert all(item["start"] <= item["trough"] for item in items)
    assert len(office.ann.get("/api/v1/drawdowns", limit=1)["items"]) == min(1, len(items))
    office.ann.get("/api/v1/drawdowns", 422, limit=0)


def test_a_trade_has_its_excursions(office: Office) -> None:
    """Figures or the reason there are none; somebody else's trade is not there."""
    trade = office.ann.get("/api/v1/trades", symbol="AAPL")["items"][0]["id"]
    answer = office.ann.get(f"/api/v1/trades/{trade}/excursion")
    assert (answer["mae"] is None) == bool(answer["reason"])
    foreign = office.bob.get("/api/v1/trades")["items"][0]["id"]
    office.ann.get(f"/api/v1/trades/{foreign}/excursion", 404)
