"""Market states over the interface."""

from __future__ import annotations

from tests.web.api.conftest import Office


def test_markets_say_whether_they_are_open(office: Office) -> None:
    """At noon UTC on a Friday London trades, New York is about to, Mumbai has closed, and crypto never does."""
    answer = office.ann.get("/api/v1/market-status", venues="NYSE,LSE,NSE,CRYPTO")
    rows = {item["venue"]: item for item in answer["items"]}
    assert (rows["NYSE"]["state"], rows["NYSE"]["closes_at"]) == ("pre-open", "2026-11-20T21:00:00Z")
    assert (rows["LSE"]["state"], rows["LSE"]["seconds_left"]) == ("open", 4 * 3600 + 30 * 60)
    assert (rows["NSE"]["state"], rows["NSE"]["session"]) == ("closed", "2026-11-23")
    assert (rows["CRYPTO"]["state"], rows["CRYPTO"]["changes_at"]) == ("open", None)
    assert len(office.ann.get("/api/v1/market-status")["items"]) == 8
    assert "MARS" in office.ann.get("/api/v1/market-status", expect=422, venues="MARS")["detail"]
