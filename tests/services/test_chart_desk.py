"""What belongs to a person on a chart: drawings, layouts, fills and open positions."""

from __future__ import annotations

from typing import Any

import pytest

from domain.chart_drawings import LayoutKind, write_drawings
from domain.errors import InvalidInputError, NotFoundError
from services.container import Services

TREND = {"id": "a1", "kind": "trend", "a": {"t": 1.78e12, "p": 100.5}, "b": {"t": 1.79e12, "p": 104.0}}
NOTE = {"id": "b2", "kind": "text", "a": {"t": 1.78e12, "p": 90.0}, "text": "Watch this"}


@pytest.fixture
def owner(services: Services) -> Any:
    """A person."""
    return services.users.register("drawer", "four unrelated words").id


def test_drawings_are_kept_by_person_and_symbol(services: Services, owner: Any) -> None:
    """What is saved is read back, replaces what was there, and nobody else sees it."""
    desk, other = services.chart_desk, services.users.register("other", "four unrelated words").id
    desk.save_drawings(owner, "aapl", [TREND, NOTE])
    assert write_drawings(desk.drawings(owner, "AAPL")) == [TREND, NOTE]
    assert desk.drawings(owner, "MSFT") == ()
    assert desk.drawings(other, "AAPL") == ()
    desk.save_drawings(owner, "AAPL", [NOTE])
    assert write_drawings(desk.drawings(owner, "AAPL")) == [NOTE]
    desk.save_drawings(owner, "AAPL", [])
    assert desk.drawings(owner, "AAPL") == ()


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ({**TREND, "kind": "spiral"}, "'spiral' is not known"),
        ({**TREND, "b": None}, "a time and a price"),
        ({**TREND, "a": {"t": 1.0, "p": float("nan")}}, "a time and a price"),
        ({**TREND, "id": ""}, "no id"),
        ({**NOTE, "text": "x" * 201}, "at most 200"),
    ],
)
def test_what_is_no_drawing_is_refused(services: Services, owner: Any, item: dict[str, Any], said: str) -> None:
    """The error says what is wrong, and what was there stays."""
    services.chart_desk.save_drawings(owner, "AAPL", [NOTE])
    with pytest.raises(InvalidInputError, match=said):
        services.chart_desk.save_drawings(owner, "AAPL", [item])
    assert len(services.chart_desk.drawings(owner, "AAPL")) == 1


def test_a_layout_is_a_chart_without_its_symbol(services: Services, owner: Any) -> None:
    """A layout keeps interval, style and indicators; a set keeps the indicators alone; a name is used once."""
    desk = services.chart_desk
    query = "symbol=AAPL&interval=1h&ind=sma20,rsi14&style=heikin&compare=MSFT"
    kept = desk.save_layout(owner, LayoutKind.LAYOUT, "  Day   trading ", query)
    assert (kept.name, kept.settings) == ("Day trading", "interval=1h&ind=sma20,rsi14&style=heikin")
    assert desk.save_layout(owner, LayoutKind.INDICATORS, "Pair", query).settings == "ind=sma20,rsi14"
    again = desk.save_layout(owner, LayoutKind.LAYOUT, "Day trading", "interval=5m")
    assert again.id == kept.id
    assert [(item.name, item.settings) for item in desk.layouts(owner) if item.kind is LayoutKind.LAYOUT] == [
        ("Day trading", "interval=5m")
    ]
    with pytest.raises(InvalidInputError, match="needs a name"):
        desk.save_layout(owner, LayoutKind.LAYOUT, "  ", query)
    with pytest.raises(InvalidInputError, match="not known"):
        desk.save_layout(owner, LayoutKind.LAYOUT, "Wrong", "interval=9y")


def test_a_layout_is_deleted_by_its_owner_only(services: Services, owner: Any) -> None:
    """Another person's layout is not there."""
    other = services.users.register("other", "four unrelated words").id
    kept = services.chart_desk.save_layout(owner, LayoutKind.LAYOUT, "Mine", "interval=1h")
    with pytest.raises(NotFoundError):
        services.chart_desk.delete_layout(other, kept.id)
    services.chart_desk.delete_layout(owner, kept.id)
    assert services.chart_desk.layouts(owner) == []
