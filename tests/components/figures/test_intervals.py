"""Edge with its interval."""

from __future__ import annotations

import pytest

from components.figures.intervals import EdgeInterval, describe_intervals, intervals_figure
from components.figures.theme import palette

EDGES = [
    EdgeInterval(label="Breakout", n=49, mean=0.46, low=0.01, high=0.91),
    EdgeInterval(label="Gap fade", n=23, mean=-0.2, low=-0.61, high=0.21),
    EdgeInterval(label="Late", n=40, mean=-0.5, low=-0.8, high=-0.2),
    EdgeInterval(label="New", n=3, mean=1.0, low=None, high=None),
]


def test_verdict_follows_the_interval() -> None:
    """Only an interval without zero is proof, in either direction; too few trades give no interval at all."""
    assert [edge.verdict for edge in EDGES] == ["edge", "not proven", "loses", "too few"]


def test_only_proven_dots_are_filled() -> None:
    """A proven edge is filled in its colour, an unproven one hollow, a group of three trades not drawn."""
    figure = intervals_figure(EDGES)
    drawn = {trace.name: (trace.meta["role"], trace.marker.color, list(trace.y)) for trace in figure.data}
    dark = palette("dark")
    assert drawn == {
        "edge": ("profit", dark.resolve("profit"), [0]),
        "loses": ("loss", dark.resolve("loss"), [2]),
        "not proven": ("neutral", dark.resolve("surface"), [1]),
    }


def test_error_bars_reach_the_ends() -> None:
    """The bar spans exactly the interval, which need not be symmetric."""
    dot = intervals_figure(EDGES[:1]).data[0]
    ends = [dot.x[0] - dot.error_x.arrayminus[0], dot.x[0] + dot.error_x.array[0]]
    assert ends == pytest.approx([0.01, 0.91])


def test_every_row_has_its_numbers() -> None:
    """Name, count, mean and verdict stand in every row, drawn or not."""
    notes = intervals_figure(EDGES).layout.annotations
    assert {note.text for note in notes if note.y == 3} == {"New", "3", "+1.00R", "too few"}


def test_sentence() -> None:
    """The sentence names the proven edges only."""
    assert describe_intervals(EDGES) == "Mean result of 4 groups with 95 % intervals: proven edge: Breakout (+0.46R)."
    assert describe_intervals(EDGES[1:2]).endswith("no edge is proven.")
