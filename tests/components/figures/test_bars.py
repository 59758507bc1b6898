"""Bars by group."""

from __future__ import annotations

import numpy as np

from components.figures.bars import amount_bars, describe_bars, pl_bars, pl_bars_h
from components.figures.theme import palette


def test_sign_has_colour_text_and_direction() -> None:
    """A loss is coral, goes down, and its text has a minus; the axis is hidden because values are printed."""
    figure = pl_bars(["Mon", "Tue"], [10.0, -680.4], counts=[3, 1])
    bar = figure.data[0]
    dark = palette("dark")
    assert bar.meta["role"] == "pl"
    assert list(bar.marker.color) == [dark.resolve("profit"), dark.resolve("loss")]
    assert list(bar.text) == ["+$10", "−$680"]
    assert bar.customdata[1] == ["−$680.40", "1 trade"]
    assert figure.layout.yaxis.showticklabels is False
    assert list(figure.layout.xaxis.ticktext) == ["Mon 3", "Tue 1"]


def test_many_bars_have_an_axis() -> None:
    """More than eight bars carry no printed values but a money axis."""
    figure = pl_bars([str(k) for k in range(13)], np.linspace(-2_000, 6_000, 13))
    assert figure.data[0].text is None
    assert "−$2k" in figure.layout.yaxis.ticktext
    assert "$0" in figure.layout.yaxis.ticktext


def test_lying_bars_start_at_the_top() -> None:
    """The first group is the top row, with name, count and value written beside it."""
    figure = pl_bars_h(["PLTR", "META"], [4320.0, -335.0], counts=[21, 10])
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    top = {note.text for note in figure.layout.annotations if note.y == 0}
    assert top == {"PLTR", "21", "+$4,320"}


def test_forecast_is_faint() -> None:
    """Bars from the given position on are a trace of their own with less opacity."""
    figure = amount_bars(["a", "b", "c"], [1, 2, 3], faded_from=2)
    assert [len(trace.y) for trace in figure.data] == [2, 1]
    assert figure.data[1].marker.opacity < figure.data[0].marker.opacity


def test_missing_value_draws_no_bar() -> None:
    """A group without a figure has no bar and a dash as its text."""
    figure = pl_bars(["a", "b"], [np.nan, 5.0])
    assert np.isnan(figure.data[0].y[0])
    assert figure.data[0].text[0] == "–"


def test_sentence() -> None:
    """The sentence names the best and the worst group."""
    text = describe_bars(["Mon", "Tue", "Wed"], [1.0, -2.0, 3.0])
    assert text == "Net P&L of 3 groups: highest Wed (+$3.00), lowest Tue (−$2.00)."
