"""The month grid and the year strip."""

from __future__ import annotations

from datetime import date

import pytest
from dash import html

from components.calendar import Day, Week, level_of, month_grid, ramp_legend, year_strip
from tests.components.markup import find, property_of, text_of, walk

NOVEMBER = date(2026, 11, 20)  # its first day is a Sunday


def _days(grid: html.Div) -> list[str]:
    return [text_of(find(cell, "n")).strip() for cell in find(grid, "d") if "wk" not in cell.className.split()]


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (None, 0),
        (0, 0),
        (1, 1),
        (199.99, 1),
        (200, 2),
        (499, 2),
        (500, 3),
        (999.99, 3),
        (1000, 4),
        (-1, -1),
        (-5000, -4),
    ],
)
def test_levels(value: float | None, level: int) -> None:
    """The steps are those of the design system, the same for losses."""
    assert level_of(value) == level


def test_levels_follow_own_steps() -> None:
    """A user's own steps decide."""
    assert level_of(150, (100, 200, 300)) == 2


def test_a_month_that_starts_on_a_weekend_begins_with_its_first_trading_week() -> None:
    """November 2026 starts on the 2nd and fills its last week with December."""
    shown = [text for text in _days(month_grid(NOVEMBER, {}, today=NOVEMBER)) if text]
    assert shown[0] == "2"
    assert shown[-5:] == ["30", "1 Dec", "2 Dec", "3 Dec", "4 Dec"]
    assert len(shown) == 25


def test_weekends_appear_only_when_traded() -> None:
    """A Saturday with a trade adds its column, and then the 1st is shown too."""
    traded = {date(2026, 11, 1): Day(value=5.0, text="+$5", level=1)}
    grid = month_grid(NOVEMBER, traded, today=NOVEMBER)
    assert grid.style["--days"] == "7"
    assert "1" in _days(grid)
    assert month_grid(NOVEMBER, {}, today=NOVEMBER).style["--days"] == "5"


def test_cells_carry_sign_level_and_state() -> None:
    """Sign, colour step, today, selection and future are classes; the text says it all."""
    days = {
        date(2026, 11, 19): Day(value=-434.96, text="−$435", detail="2 trades", level=-2, note=True),
        date(2026, 11, 20): Day(value=476.64, text="+$477", level=2),
        date(2026, 11, 18): Day(value=0.0, text="$0"),
    }
    grid = month_grid(NOVEMBER, days, today=NOVEMBER, selected=date(2026, 11, 19))
    by_label = {property_of(cell, "aria-label"): cell.className.split() for cell in find(grid, "d")}
    assert by_label["19 Nov 2026: −$435, 2 trades"] == ["d", "sel", "neg", "n2"]
    assert by_label["20 Nov 2026: +$477"] == ["d", "today", "pos", "p2"]
    assert by_label["18 Nov 2026: $0"] == ["d", "z0"]
    assert by_label["23 Nov 2026"] == ["d", "fut", "none"]
    assert by_label["1 Dec 2026"] == ["d", "out"]


def test_days_of_other_months_show_no_figures() -> None:
    """The sum of the grid is the sum of the month."""
    days = {date(2026, 12, 1): Day(value=99.0, text="+$99", level=1)}
    assert "+$99" not in text_of(month_grid(NOVEMBER, days, today=NOVEMBER))


def test_cells_with_an_id_are_buttons() -> None:
    """A day can be chosen by keyboard when the page listens."""
    grid = month_grid(NOVEMBER, {}, today=NOVEMBER, id_of=lambda day: {"type": "day", "day": day.isoformat()})
    buttons = [each for each in walk(grid) if isinstance(each, html.Button)]
    assert len(buttons) == 21
    assert buttons[0].id == {"type": "day", "day": "2026-11-02"}


def test_weeks_are_keyed_by_their_monday() -> None:
    """The sum of a week stands at the end of its row with its number."""
    grid = month_grid(NOVEMBER, {}, today=NOVEMBER, weeks={date(2026, 11, 16): Week(value=1821.0, text="+$1,821")})
    (week,) = find(grid, "wk")
    assert "Week 47" in text_of(week)
    assert find(week, "fw-profit")


def test_a_closed_exchange_is_said() -> None:
    """Holidays and early closes are named in the cell."""
    grid = month_grid(NOVEMBER, {date(2026, 11, 26): Day(closed="closed")}, today=NOVEMBER)
    assert "26 closed" in _days(grid)


def test_year_strip_has_every_weekday_once() -> None:
    """2026 has 261 weekdays; losses carry a mark, months link."""
    days = {date(2026, 3, 2): Day(value=-5.0, text="−$5", level=-1)}
    strip = year_strip(2026, days, today=NOVEMBER, href_of=lambda first: f"?month={first:%Y-%m}", selected=NOVEMBER)
    assert len(find(strip, "y")) == 261
    assert [cell.title for cell in find(strip, "neg")] == ["2 Mar 2026: −$5"]
    assert [link.href for link in find(strip, "mn")][:2] == ["?month=2026-01", "?month=2026-02"]
    assert [link.children for link in find(strip, "on")] == ["Nov"]


def test_year_strip_shows_traded_weekends() -> None:
    """One traded Sunday makes all seven rows appear."""
    strip = year_strip(2026, {date(2026, 3, 1): Day(value=5.0, level=1)}, today=NOVEMBER)
    assert len(find(strip, "y")) == 365


def test_ramp_legend_has_nine_steps() -> None:
    """From the largest loss to the largest gain."""
    steps = [each.className for each in walk(ramp_legend("−$1k", "+$1k")) if isinstance(each, html.I)]
    assert steps == ["n4", "n3", "n2", "n1", "z0", "p1", "p2", "p3", "p4"]
