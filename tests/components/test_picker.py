"""Lists to pick from: what is shown, what is picked, and where the pick goes."""

from __future__ import annotations

from components import picker
from components.picker import Choice
from tests.components.markup import find, property_of, text_of


def states(list_of: object) -> list[tuple[str, str]]:
    """Return value and state of each entry."""
    return [(property_of(item, "data-fw-value"), property_of(item, "aria-checked")) for item in find(list_of, "it")]


def test_tags_of_some_trades_are_mixed() -> None:
    """A tag on all, some or none of the selected trades is told apart."""
    shown = picker.shares(["A+", "FOMO", "Late"], {"A+": 3, "FOMO": 1}, 3)
    assert states(shown) == [("A+", "true"), ("FOMO", "mixed"), ("Late", "false")]


def test_one_of_many_has_none_first() -> None:
    """A list of setups offers "None" and ticks the current one."""
    assert states(picker.names(["Gap fade", "ORB"], "ORB")) == [("", "false"), ("Gap fade", "false"), ("ORB", "true")]


def test_long_lists_are_cut_but_keep_what_is_picked() -> None:
    """Beyond 300 entries only picked ones are shown, and the rest is counted."""
    choices = [Choice(value=str(n), label=str(n), state=picker.picked(on=n == 400)) for n in range(500)]
    shown = picker.choice_list(choices, many=True)
    assert len(find(shown, "it")) == picker.MOST_CHOICES + 1
    assert ("400", "true") in states(shown)
    assert "199 more" in text_of(shown)


def test_empty_lists_say_so() -> None:
    """Without choices a sentence stands in their place."""
    assert text_of(picker.choice_list([], many=True, empty="No tags yet")) == "No tags yet"


def test_targets_tell_filter_from_store() -> None:
    """A pick goes into the address or, with the trade it belongs to, into a store."""
    assert picker.to_filter("symbols", many=True) == {"data-fw-pick-filter": "symbols", "data-fw-many": ""}
    assert picker.to_store("trade-tag-pick", key="7") == {"data-fw-pick-store": "trade-tag-pick", "data-fw-key": "7"}
