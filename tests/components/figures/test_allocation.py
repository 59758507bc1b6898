"""Allocation."""

from __future__ import annotations

import numpy as np
import pytest

from components.figures.allocation import describe_allocation, stacked_bar, treemap_figure


def test_tiles_by_weight_and_change() -> None:
    """Every move takes a step of the ramp, at most four; small tiles drop lines; empty holdings are left out."""
    trace = treemap_figure(["A", "B", "C", "D"], [90, 6, 4, 0], changes=[0.0005, -0.0121, 0.09, 0.1]).data[0]
    assert list(trace.labels) == ["A", "B", "C"]
    assert list(trace.marker.colors) == [1.0, -3.0, 4.0]
    assert list(trace.text) == ["90.0%<br>\u2009▲ 0.05%", "6.0%", ""]
    assert trace.customdata[1] == "6.0%<br>▼ 1.21%"


def test_tiles_in_the_colours_of_what_they_belong_to() -> None:
    """A role for each tile takes the place of the change's colour; an empty holding drops its role too."""
    trace = treemap_figure(["A", "B", "C"], [60, 0, 40], roles=["c1", "c2", "c3"]).data[0]
    assert list(trace.marker.colors) == ["rgba(142,139,255,0.34)", "rgba(229,180,84,0.34)"]


def test_stacked_bar_adds_up() -> None:
    """The parts fill the bar; from the ninth on they are one part called Other."""
    figure = stacked_bar([f"P{k}" for k in range(11)], np.arange(11, 0, -1))
    assert len(figure.data) == 8
    assert figure.data[-1].name == "Other"
    assert sum(float(trace.x[0]) for trace in figure.data) == pytest.approx(1.0)
    assert [trace.meta["role"] for trace in figure.data[:2]] == ["c1", "c2"]


def test_sentence() -> None:
    """The sentence names the three largest parts."""
    text = describe_allocation(["Cash", "Stocks", "Bonds", "None"], [10, 60, 30, 0])
    assert text == "Allocation over 3 parts; the largest: Stocks 60.0%, Bonds 30.0%, Cash 10.0%."
