"""Alerts that were lines on charts become alerts that are kept."""

from __future__ import annotations

import json
from decimal import Decimal

from sqlalchemy import text

from data.db import alerts, charts
from domain.alerts import AlertKind, AlertState
from services.container import Services
from tests.data.db.test_watchlist_migration import migrate


def test_lines_of_before_are_armed(services: Services) -> None:
    """Each alert that was drawn is armed in either direction with its note; the other drawings stay."""
    maya, noah = (services.users.register(name, "four unrelated words").id for name in ("maya", "noah"))
    migrate(services.db, "0016", is_down=True)
    spot = {"t": 1_790_000_000_000.0, "p": 431.5}
    drawn = [
        {"id": "a", "kind": "alert", "a": spot, "text": "Breakout"},
        {"id": "b", "kind": "level", "a": spot},
        {"id": "c", "kind": "alert", "a": {**spot, "p": -1.0}},
    ]
    insert = "INSERT INTO chart_drawings (owner_id, symbol, items, updated_at) VALUES (:owner, 'AAPL', :items, 1000000)"
    with services.db.begin() as session:
        session.execute(text(insert), {"owner": maya, "items": json.dumps(drawn)})
    migrate(services.db, "head")
    with services.db.read() as session:
        (found,) = alerts.list_alerts(session, maya)
        left = charts.list_drawings(session, maya, "AAPL")
        assert alerts.list_alerts(session, noah) == []
    assert (found.kind, found.level, found.note) == (AlertKind.CROSSES, Decimal("431.5"), "Breakout")
    assert (found.state, found.seen) == (AlertState.ARMED, None)
    assert [item.id for item in left] == ["b"]
