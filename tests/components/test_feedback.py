"""Skeletons, empty and failed states, notices, toasts, progress."""

from __future__ import annotations

import pytest
from dash import html

from components import feedback, forms
from tests.components.markup import find, property_of, text_of, walk


def test_skeletons_have_the_final_number_of_cells() -> None:
    """Nothing jumps when the figures arrive."""
    assert len(find(feedback.skeleton_kpis(4), "fw-kpi")) == 4
    assert feedback.skeleton_chart(200).style["height"] == "200px"
    assert len(feedback.skeleton_table(5).children) == 5
    assert len(feedback.skeleton_lines(2).children) == 2
    assert feedback.skeleton_card(216).style["minHeight"] == "216px"


def test_skeletons_say_that_they_load() -> None:
    """Screen readers hear that the part is busy."""
    assert property_of(feedback.skeleton_kpis(), "aria-busy") == "true"
    assert property_of(feedback.skeleton_chart(), "aria-busy") == "true"


def test_empty_state() -> None:
    """The title says the state, then why, then what to do."""
    state = feedback.empty("moon", "You are flat", "Open positions show here.", actions=[forms.button("Import")])
    assert text_of(state) == "You are flatOpen positions show here.Import"
    assert not find(feedback.empty("moon", "You are flat"), "acts")


def test_errors_are_announced() -> None:
    """A failed part is an alert."""
    assert property_of(feedback.error_state("Not drawn", "Too slow."), "role") == "alert"
    assert property_of(feedback.notice("error", "Failed."), "role") == "alert"
    assert property_of(feedback.notice("info", "Demo."), "role") == "status"


def test_not_enough_names_both_numbers() -> None:
    """Small samples are said, not hidden."""
    shown = text_of(feedback.not_enough(10, 7, where="VWAP reclaim"))
    assert shown == "Not enough trades to sayThis needs at least 10 trades in VWAP reclaim. There are 7."


def test_a_notice_can_insist() -> None:
    """Some notices cannot be dismissed."""
    assert find(feedback.notice("warn", "Stale."), "fw-icon-btn")
    assert not find(feedback.notice("warn", "Stale.", dismiss=False), "fw-icon-btn")


def test_stale_quotes_say_their_age() -> None:
    """The age is in words and the retry is there if it can be heard."""
    assert "Quotes are 6 min old." in text_of(feedback.stale_notice(372, "Finnhub"))
    assert "Retry now" in text_of(feedback.stale_notice(372, "Finnhub", retry_id="retry"))


@pytest.mark.parametrize(
    ("kind", "action", "seconds", "expected"),
    [("ok", None, None, "5"), ("ok", "Undo", None, "10"), ("error", None, None, "0"), ("warn", None, 2.5, "2.5")],
)
def test_how_long_toasts_stay(kind: feedback.Kind, action: str | None, seconds: float | None, expected: str) -> None:
    """Five seconds, ten with an action; errors stay."""
    shown = feedback.toast(kind, "Title", action=action, seconds=seconds)
    assert property_of(shown, "data-fw-seconds") == expected


def test_two_equal_toasts_can_be_told_apart() -> None:
    """A key makes the second toast a new one."""
    assert feedback.toast("ok", "Saved", key="2").key == "2"


def test_progress_counts_or_turns() -> None:
    """A known total shows a bar, an unknown one a spinner."""
    known = feedback.progress("Importing", 1200, 5000, left="4 s left", cancel=forms.button("Cancel"))
    assert text_of(known) == "Importing1,200 of 5,0004 s leftCancel"
    assert find(known, "fw-meter")
    assert find(feedback.progress("Importing", 0, 0), "fw-spin")


def test_live_dot_has_words() -> None:
    """The state of a feed is not colour alone."""
    assert text_of(feedback.live_dot("stale", "15 min late")) == "15 min late"
    assert isinstance(feedback.no_match("x"), html.Div)
    assert [each for each in walk(feedback.live_dot("off", "Offline")) if "off" in str(each.className).split()]


def test_a_newcomer_is_told_where_trades_come_from() -> None:
    """Without an account a page leads to the import and to the accounts, and the notice stays until there is one."""
    notice = feedback.first_notice()
    assert {link.href for link in walk(notice) if getattr(link, "href", "")} == {"/import", "/settings/accounts"}
    assert "Dismiss" not in text_of(notice)
    assert not [part for part in walk(notice) if property_of(part, "data-fw-dismiss") is not None]
