"""Chips and views of the Trades page, from a filter."""

from __future__ import annotations

from datetime import date

import pytest

from components import trade_filters
from components.trade_filters import CHIPS
from domain.filters import LedgerFilter
from tests.components.markup import find, property_of, text_of

BY_NAME = {chip.name: chip for chip in CHIPS}


@pytest.mark.parametrize(
    ("name", "chosen", "text"),
    [
        ("status", LedgerFilter(status="open"), "Open"),
        ("symbols", LedgerFilter(symbols=("AAPL",)), "AAPL"),
        ("symbols", LedgerFilter(symbols=("AAPL", "FB", "IBM")), "AAPL +2"),
        ("weekday", LedgerFilter(weekday=0), "Monday"),
        ("hour", LedgerFilter(hour=9), "09:00–09:59"),
        ("hour", LedgerFilter(hour=0), "00:00–00:59"),
        ("tags", LedgerFilter(), ""),
    ],
)
def test_chips_say_what_they_are_set_to(name: str, chosen: LedgerFilter, text: str) -> None:
    """The value of each filter is written in words, "" when it is not set."""
    assert trade_filters.chip_text(BY_NAME[name], chosen) == text


def test_a_set_chip_can_be_cleared() -> None:
    """A set chip carries a cross that names what it clears, others a caret."""
    content = trade_filters.chip_content(BY_NAME["side"], "Long", is_set=True)
    assert [property_of(item, "data-fw-clear") for item in find(content, "x")] == ["side"]
    assert not find(trade_filters.chip_content(BY_NAME["side"], "Any", is_set=False), "x")


def test_picked_values_come_first_even_without_trades() -> None:
    """A chosen symbol that has no trades in these accounts can still be taken out."""
    entries = find(trade_filters.chip_choices(BY_NAME["symbols"], LedgerFilter(symbols=("ZZZ",)), [("AAPL", 3)]), "it")
    assert [property_of(item, "data-fw-value") for item in entries] == ["ZZZ", "AAPL"]


def test_views_keep_the_rest_of_the_filter() -> None:
    """A view changes status, result and day only; the one that is shown is marked."""
    counts = {"all": 9, "today": 1, "winners": 4, "losers": 3, "open": 2}
    chosen = LedgerFilter(period="ytd", symbols=("FB",), result="win")
    links = trade_filters.view_tabs(chosen, counts, date(2026, 11, 20)).children
    assert [link.href for link in links][:3] == [
        "/trades?period=ytd&symbols=FB",
        "/trades?period=ytd&symbols=FB&day=2026-11-20",
        "/trades?period=ytd&symbols=FB&result=win",
    ]
    assert [text_of(link) for link in links if link.className == "on"] == ["Winners4"]


def test_clear_keeps_accounts_period_and_unit() -> None:
    """Clearing the chips leaves the global part of the filter."""
    chosen = LedgerFilter(period="month", side="long", search="gap", day="2026-11-20")
    assert trade_filters.clear_href(chosen) == "/trades?period=month"
    assert text_of(trade_filters.extra_chips(chosen)) == "Day20 Nov 2026Clear"
    assert trade_filters.extra_chips(LedgerFilter(period="month")) == []
