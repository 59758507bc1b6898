"""The fan of simulated futures."""

from __future__ import annotations

import numpy as np

from components.figures.fan import describe_fan, fan_figure
from components.figures.theme import palette

STEPS = np.array([0, 10, 20])
BANDS = np.array([[100, 90, 80], [100, 98, 99], [100, 104, 110], [100, 112, 125], [100, 130, 160.0]])


def test_the_bands_are_filled_between_their_quantiles() -> None:
    """Two bands around the median: 5 to 95 % and 25 to 75 %, each filled down to its own lower line."""
    figure = fan_figure(STEPS, BANDS, start=100.0)
    assert [list(trace.y) for trace in figure.data] == [list(BANDS[row]) for row in (0, 4, 1, 3, 2)]
    assert [trace.fill for trace in figure.data] == [None, "tonexty", None, "tonexty", None]
    assert figure.data[1].customdata[-1] == "$80.00 to $160.00"


def test_ruin_is_drawn_only_where_it_is_in_the_picture() -> None:
    """The start is a line; the level of ruin is one when some path comes near it."""
    loss = palette("dark").resolve("loss")
    near, far = fan_figure(STEPS, BANDS, start=100.0, ruin=85.0), fan_figure(STEPS, BANDS, start=100.0, ruin=10.0)
    assert [shape.line.color == loss for shape in near.layout.shapes] == [False, True]
    assert len(far.layout.shapes) == 1


def test_the_sentence_says_where_the_fan_ends() -> None:
    """Median and the range of nine in ten, after how many trades; nothing for nothing."""
    assert describe_fan(STEPS, BANDS) == (
        "After 20 trades half of the paths are above $110.00; nine in ten end between $80.00 and $160.00."
    )
    assert describe_fan(STEPS[:0], BANDS[:, :0]) == "Nothing to simulate yet."
