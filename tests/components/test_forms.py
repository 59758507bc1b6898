"""Controls, fields, dialogs."""

from __future__ import annotations

from datetime import date

import pytest
from dash import dcc, html

from components import forms
from tests.components.markup import find, property_of, text_of, walk


def test_buttons_submit_nothing_by_themselves() -> None:
    """A button is of type button, carries its kind and size, and any further attribute."""
    made = forms.button("Save", id="save", kind="primary", icon_name="save", size="lg", attributes={"data-fw-key": "n"})
    assert (made.type, made.className, made.id) == ("button", "fw-btn primary lg", "save")
    assert property_of(made, "data-fw-key") == "n"


def test_icon_buttons_have_a_name() -> None:
    """An icon alone is spoken and shows a tooltip with its key."""
    made = forms.icon_button("panel-left", "Fold the sidebar", shortcut="[")
    assert property_of(made, "aria-label") == "Fold the sidebar"
    assert made.title == "Fold the sidebar  ["


def test_link_buttons_keep_both_icons() -> None:
    """An icon has no text of its own and still is shown."""
    made = forms.link_button("All trades", "/trades", icon_name="list", icon_end="arrow-right")
    assert len(find(made, "fw-i")) == 2
    assert isinstance(forms.link_button("CSV", "/x.csv", download=True), html.A)


def test_a_field_shows_help_or_the_error() -> None:
    """An error replaces the help and is announced."""
    helped = forms.field("Stop", html.Div(), help_="Below the entry")
    failed = forms.field("Stop", html.Div(), help_="Below the entry", error="Use a price below 213.62.")
    assert text_of(find(helped, "fw-help")) == "Below the entry"
    assert text_of(find(failed, "fw-help")) == "Use a price below 213.62."
    assert property_of(find(failed, "fw-help")[0], "role") == "alert"


def test_number_input_keeps_limits_and_unit() -> None:
    """Any step is allowed unless one is given; the unit stands inside."""
    free = forms.number_input("risk", value=250, unit="USD")
    bound = forms.number_input("risk", min=0, max=10, step=0.5)
    assert free.children[0].step == "any"
    assert text_of(free) == "USD"
    assert (bound.children[0].min, bound.children[0].max, bound.children[0].step) == (0, 10, 0.5)


@pytest.mark.parametrize(("count", "multi", "searchable"), [(3, False, False), (9, False, True), (3, True, True)])
def test_long_selects_can_be_searched(count: int, multi: bool, searchable: bool) -> None:
    """A short list needs no search box."""
    made = forms.select("s", [(str(k), str(k)) for k in range(count)], multi=multi)
    assert made.searchable is searchable


def test_a_switch_is_on_or_off() -> None:
    """Its value is a list, as of every checklist."""
    assert forms.switch("s", "Compare", True).value == ["on"]
    assert forms.switch("s", "Compare").value == []


def test_segmented_and_tabs_are_named_groups() -> None:
    """Their choice is the value of the radio items inside."""
    made = forms.segmented("unit", [("$", "$"), ("R", "R")], "$", label="Unit")
    assert property_of(made, "aria-label") == "Unit"
    assert (made.children.id, made.children.value) == ("unit", "$")
    assert forms.tabs("view", [("edge", "Edge")], "edge").children.id == "view"


def test_link_tabs_mark_the_current_one() -> None:
    """One tab is on; a count follows its label."""
    bar = forms.link_tabs([("All", "/trades", "202", True), ("Today", "/trades?day=x", "", False)])
    assert [each.className for each in bar.children] == ["on", ""]
    assert text_of(bar) == "All202Today"


def test_dates_are_iso_text() -> None:
    """Date pickers speak ISO and begin the week on Monday."""
    made = forms.date_range("d", date(2026, 9, 1), date(2026, 11, 20))
    assert (made.start_date, made.end_date, made.first_day_of_week) == ("2026-09-01", "2026-11-20", 1)
    assert forms.date_input("d").date is None


def test_drop_zone_names_its_route_and_store() -> None:
    """The script finds where to send and whom to tell in the markup."""
    zone = forms.drop_zone(result_id="upload", title="Drop a file", text="CSV")
    assert property_of(zone, "data-fw-upload") == "/files/import"
    assert property_of(zone, "data-fw-result") == "upload"
    assert property_of(zone, "data-drop") == "window"
    assert [each.id for each in walk(zone) if isinstance(each, dcc.Store)] == ["upload"]
    here = forms.drop_zone(result_id="u", title="t", text="", whole_window=False)
    assert property_of(here, "data-drop") == "here"


def test_steps_tell_where_one_is() -> None:
    """Earlier steps are ticked, the current one is announced."""
    made = forms.steps(["File", "Check", "Done"], 1)
    assert [each.className for each in made.children] == ["done", "now", ""]
    assert property_of(made.children[1], "aria-current") == "step"


def test_popovers_start_closed() -> None:
    """A panel is hidden until its trigger, which says so, is pressed."""
    made = forms.popover(forms.trigger_button("All accounts"), html.Div())
    trigger, panel = made.children
    assert (property_of(trigger, "data-fw-open"), property_of(trigger, "aria-expanded")) == ("", "false")
    assert panel.hidden is True


def test_menu_items_are_links_or_buttons() -> None:
    """With an address an entry is a link, else it can be listened to."""
    assert isinstance(forms.menu_item("Settings", href="/settings"), dcc.Link)
    assert forms.menu_item("Delete", id="delete", danger=True).className == "it danger"


def test_a_dialog_opens_by_its_attribute() -> None:
    """It starts closed and has a named close button."""
    made = forms.dialog("note", "Day note", "body", footer="foot", side=True)
    assert property_of(made, "data-fw-open") == ""
    assert "fw-drawer" in made.className
    assert [property_of(each, "aria-label") for each in walk(made) if isinstance(each, html.Button)] == ["Close"]


def test_a_destructive_choice_repeats_its_verb() -> None:
    """The button says what it does; a typed name guards it when wanted."""
    made = forms.confirm_dialog(
        "c", title="Delete", text="3 trades", confirm_id="yes", verb="Delete 3 trades", typed="IBKR"
    )
    buttons = [text_of(each) for each in walk(made) if isinstance(each, html.Button)]
    assert buttons[-1] == "Delete 3 trades"
    assert [v for each in walk(made) if (v := property_of(each, "data-fw-typed"))] == ["IBKR"]
    free = forms.confirm_dialog("c", title="Delete", text="3", confirm_id="yes", verb="Delete")
    assert not [v for each in walk(free) if (v := property_of(each, "data-fw-typed"))]


def test_chips() -> None:
    """A chip that narrows the rows is lit and can be cleared."""
    assert forms.chip("Setup", "Gap fade", on=True, removable=True).className == "fw-chip on"
    assert find(forms.chip("Setup", "Any"), "i-chevron-down")
    assert forms.add_chip(id="add").id == "add"
