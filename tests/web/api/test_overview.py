"""Layouts of the overview through the interface."""

from __future__ import annotations

from tests.web.api.client import Program
from tests.web.api.test_instruments import send

ADDRESS = "/api/v1/overview/layouts"


def test_a_layout_is_saved_shown_and_forgotten(fresh: Program) -> None:
    """The presets stand first; a new layout is shown from now on, and without it the first one is again."""
    presets = fresh.get(ADDRESS)["items"]
    assert [item["name"] for item in presets] == ["Overview", "Trading day", "Risk review"]
    assert [item["is_shown"] for item in presets] == [True, False, False]
    cards = [{"card": "risk", "width": 12}, {"card": "hours", "width": 6}]
    made = send(fresh, "PUT", ADDRESS, {"name": "Mine", "cards": cards}, 200)
    assert made == {"name": "Mine", "cards": cards, "is_shown": True}
    assert fresh.get(ADDRESS)["items"][-1] == made
    gone = fresh.ask(ADDRESS, method="DELETE", query_string={"name": "Mine"}).get_json()
    assert gone["name"] == "Overview"
    assert [item["name"] for item in fresh.get(ADDRESS)["items"]] == [item["name"] for item in presets]


def test_cards_that_cannot_be_are_refused(fresh: Program) -> None:
    """Unknown cards, widths that are none, a card twice, no card."""
    for cards in (
        [{"card": "weather", "width": 6}],
        [{"card": "risk", "width": 3}],
        [{"card": "risk", "width": 6}, {"card": "risk", "width": 6}],
        [],
    ):
        assert "cards" in str(send(fresh, "PUT", ADDRESS, {"name": "Mine", "cards": cards}, 422))
