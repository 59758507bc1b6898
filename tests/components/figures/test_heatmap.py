"""Heat maps."""

from __future__ import annotations

from datetime import date

import numpy as np

from components.figures.heatmap import describe_heatmap, describe_year, heatmap_figure, year_heatmap

EPOCH = date(1970, 1, 1)


def _day(*parts: int) -> int:
    return (date(*parts) - EPOCH).days


def test_ramp_is_centred_on_zero() -> None:
    """The scale reaches equally far to both sides, whatever the values; missing cells print nothing."""
    trace = heatmap_figure([[3.0, -1.0], [np.nan, 0.5]], ["a", "b"], ["x", "y"]).data[0]
    assert (trace.zmin, trace.zmax) == (-3.0, 3.0)
    assert [list(row) for row in trace.text] == [["3.00", "−1.00"], ["", "0.50"]]


def test_chosen_cell_is_outlined() -> None:
    """The chosen cell gets an outline around its row and column, not a colour."""
    box = heatmap_figure(np.ones((3, 4)), list("abcd"), list("xyz"), chosen=(2, 1)).layout.shapes[0]
    assert (box.type, round(box.x0 + box.x1, 9), round(box.y0 + box.y1, 9)) == ("rect", 2.0, 4.0)


def test_large_grid_prints_no_numbers() -> None:
    """A grid of a thousand cells has no room for numbers."""
    trace = heatmap_figure(np.ones((40, 30)), [str(k) for k in range(30)], [str(k) for k in range(40)]).data[0]
    assert trace.texttemplate is None


def test_year_places_every_day() -> None:
    """Each day stands in its weekday's row with its date; sizes make steps; losses carry a mark."""
    days = [_day(2026, 11, 12), _day(2026, 11, 19), _day(2025, 11, 19)]
    figure = year_heatmap(days, [1360.07, -434.96, 99.0], year=2026)
    cells = figure.data[1]
    found = {
        cells.customdata[row][column]: (row, cells.z[row][column], cells.text[row][column])
        for row, column in zip(*np.nonzero(np.isfinite(np.asarray(cells.z, dtype=float))), strict=True)
    }
    assert found == {"2026-11-12": (3, 4.0, ""), "2026-11-19": (3, -2.0, "▼")}


def test_weekend_rows_appear_when_traded() -> None:
    """Five rows are enough until a weekend day has a result."""
    saturday = _day(2026, 11, 21)
    assert len(year_heatmap([saturday - 1], [1.0], year=2026).data[1].z) == 5
    assert len(year_heatmap([saturday], [1.0], year=2026).data[1].z) == 7


def test_results_of_one_day_are_added() -> None:
    """Several accounts' rows of one day make one cell."""
    day = _day(2026, 3, 2)
    assert describe_year([day, day], [5.0, -7.0], year=2026) == "2026: 1 trading day, 0 up and 1 down, −$2.00 in all."


def test_sentence_of_grid() -> None:
    """The sentence names the cells of the highest and the lowest value."""
    text = describe_heatmap([[1.0, 2.0], [0.0, np.nan]], ["a", "b"], ["x", "y"])
    assert text == "Grid of 2 by 2 values: highest 2.00 at x, b; lowest 0.00 at y, a."
