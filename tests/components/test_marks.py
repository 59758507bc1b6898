"""Tags, deltas, sparklines, bars: sign is never colour alone."""

from __future__ import annotations

import pytest

from components import icons, marks
from tests.components.markup import find, property_of, text_of, walk


def test_an_icon_is_decoration_unless_it_is_named() -> None:
    """Icons are hidden from screen readers; a labelled one is an image with a name."""
    assert property_of(icons.icon("upload"), "aria-hidden") == "true"
    named = icons.icon("upload", label="Import")
    assert (property_of(named, "role"), property_of(named, "aria-label")) == ("img", "Import")


def test_an_unknown_icon_is_an_error_that_says_what_to_do() -> None:
    """A wrong name fails at once instead of drawing nothing."""
    with pytest.raises(KeyError, match="add it to assets_src"):
        icons.icon("no-such-icon")


def test_side_says_its_word_and_points() -> None:
    """Long points up, short points down, both say so."""
    assert text_of(marks.side(True)) == "Long"
    assert text_of(marks.side(False)) == "Short"
    assert find(marks.side(True), "up")
    assert find(marks.side(False), "dn")


@pytest.mark.parametrize(("direction", "spoken"), [("up", "better by"), ("down", "worse by"), ("flat", "unchanged")])
def test_delta_speaks(direction: str, spoken: str) -> None:
    """A delta tells a screen reader which way is better."""
    assert text_of(marks.delta("18.2%", direction)) == spoken + "18.2%"


def test_sparkline_follows_the_values() -> None:
    """The line starts low and ends high, and its end is marked."""
    style = property_of(marks.sparkline([1, 2, 3], role="accent"), "style")
    assert style["--c"] == "var(--fw-accent)"
    assert "M1.0 17.0L25.5 10.0L50.0 3.0" in style["--fw-spark"]
    assert "cx='50.0' cy='3.0'" in style["--fw-spark"]


def test_a_sparkline_takes_the_colour_of_where_it_went() -> None:
    """Up is profit, down is loss, whatever happened between; level or a single value is neither."""
    roles = [marks.trend_role(values) for values in ([1, 9, 2], [2, 9, 1], [2, 9, 2], [2], [])]
    assert roles == ["profit", "loss", "text-3", "text-3", "text-3"]


@pytest.mark.parametrize("values", [[], [5.0]])
def test_sparkline_without_a_line_keeps_its_size(values: list[float]) -> None:
    """One value is no line, but nothing jumps."""
    style = property_of(marks.sparkline(values), "style")
    assert style["width"] == "54px"
    assert "--fw-spark" not in style


def test_a_flat_sparkline_is_drawn() -> None:
    """Equal values do not divide by zero."""
    assert "L50.0 17.0" in property_of(marks.sparkline([2, 2]), "style")["--fw-spark"]


@pytest.mark.parametrize(
    ("value", "edge", "width"), [(1.5, "left", "25.0%"), (-1.5, "right", "25.0%"), (9, "left", "50.0%")]
)
def test_r_bar_diverges_at_zero_and_is_clipped(value: float, edge: str, width: str) -> None:
    """Losses grow to the left, gains to the right, at most three R."""
    (bar,) = marks.r_bar(value).children
    assert bar.style[edge] == "50%"
    assert bar.style["width"] == width


def test_r_bar_of_nothing_is_empty() -> None:
    """Without a known risk there is no bar."""
    assert marks.r_bar(None).children == []


@pytest.mark.parametrize(("fraction", "share"), [(0.214, "21"), (-1.0, "0"), (7.0, "100")])
def test_meter_is_clipped_and_spoken(fraction: float, share: str) -> None:
    """A meter stays between empty and full and says its value."""
    assert property_of(marks.meter(fraction, label="Loss limit used"), "aria-valuenow") == share


def test_exposure_marks_shorts_and_leaves_empty_positions_out() -> None:
    """A short is hatched, not only coloured; a position without value has no cell."""
    bar = marks.exposure_bar([("NVDA", 100.0, "$100"), ("TSLA", -50.0, "−$50"), ("XLE", 0.0, "$0")])
    assert [cell.children.children for cell in bar.children] == ["NVDA", "TSLA"]
    assert len(find(bar, "short")) == 1


def test_quality_bar_orders_stop_entry_exit() -> None:
    """The path runs from the stop at the left to the target at the right."""
    bar = marks.quality_bar(stop=-1, worst=-0.52, exit_=1.69, best=2.27, target=3)
    left = {label.children: float(label.style["left"].rstrip("%")) for label in find(bar, "lab")}
    assert left == {"−1R stop": 0.0, "entry": 25.0, "exit": 67.2, "+3R target": 100.0}
    assert "Worst -0.52R" in property_of(bar, "aria-label")


def test_quality_bar_of_a_loser_draws_no_gain() -> None:
    """A losing exit colours no part as profit."""
    bar = marks.quality_bar(stop=-1, worst=-1.2, exit_=-1.0, best=0.3)
    assert not find(bar, "profitp")


def test_signed_text_takes_the_tone_of_its_value() -> None:
    """Colour repeats the sign that the text already has."""
    assert "fw-loss" in marks.signed("−0.52R", -0.52).className
    assert "fw-flat" in marks.signed("0.00R", 0).className


def test_symbol_links_only_with_an_address() -> None:
    """A ticker without a page is plain text."""
    assert marks.symbol("PLTR", href="/market?symbol=PLTR").href == "/market?symbol=PLTR"
    assert not hasattr(marks.symbol("PLTR"), "href")


def test_tags_take_texts_and_pairs() -> None:
    """Tags come as plain texts or with a tone."""
    group = marks.tags(["News", ("FOMO", "warn")])
    assert [each.className for each in walk(group.children)] == ["fw-tag", "fw-tag warn"]
