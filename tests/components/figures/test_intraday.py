"""A day's P&L."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from components.figures.intraday import describe_intraday, intraday_figure
from components.figures.wall_time import moment


def test_steps_from_zero() -> None:
    """The staircase starts at zero at the first exit and ends at the day's result, on the zone's clock."""
    first = datetime(2026, 11, 12, 15, 23, tzinfo=UTC).timestamp() * 1000
    figure = intraday_figure([first, first + 6e5], [95.22, -20.0], zone="America/New_York")
    line = figure.data[0]
    assert line.line.shape == "hv"
    assert list(line.y) == [0.0, 95.22, -20.0]
    assert f"{moment(line.x[0]):%H:%M}" == "10:23"
    assert list(line.customdata) == ["$0.00", "+$95.22", "−$20.00"]


def test_single_exit_has_a_range() -> None:
    """One exit is drawn with half an hour around it, not on an axis of no length."""
    axis = intraday_figure([1.79e12], [5.0]).layout.xaxis
    assert axis.range[1] - axis.range[0] == 3.6e6


def test_sentence() -> None:
    """The sentence gives the result and both extremes, zero included."""
    text = describe_intraday(np.array([5.0, 9.0, 4.0]))
    assert text == "P&L of the day after 3 exits: +$4.00, at best +$9.00, at worst $0.00."
