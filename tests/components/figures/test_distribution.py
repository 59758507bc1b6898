"""Histograms and excursions."""

from __future__ import annotations

import numpy as np
import pytest

from components.figures.distribution import (
    describe_distribution,
    describe_excursions,
    distribution_figure,
    excursion_figure,
)
from components.figures.theme import palette


def test_bins_below_zero_are_losses() -> None:
    """Each bin has the colour of its side, and the mean a dashed line with its value."""
    figure = distribution_figure([-1, 0, 1, 2], [4, 2, 1], mean=-0.26)
    dark = palette("dark")
    assert list(figure.data[0].marker.color) == [dark.resolve("loss"), dark.resolve("profit"), dark.resolve("profit")]
    assert figure.layout.annotations[0].text == "mean −0.26R"
    assert figure.layout.shapes[-1].x0 == -0.26


def test_edges_must_fit() -> None:
    """Bins without the matching edges are a programming error that is named."""
    with pytest.raises(ValueError, match="3 counts need 4 edges, not 3"):
        distribution_figure([0, 1, 2], [1, 1, 1])


def test_losses_are_crosses() -> None:
    """Wins are dots and losses crosses, so that colour is not the only sign."""
    figure = excursion_figure([1.0, 2.0, np.nan], [0.5, -1.0, 2.0])
    assert [(trace.marker.symbol, len(trace.x)) for trace in figure.data] == [("circle", 1), ("x-thin", 1)]


def test_many_trades_keep_their_extremes() -> None:
    """Of 50,000 trades at most 2,000 are drawn, the best and the worst among them."""
    rng = np.random.default_rng(1)
    best, result = rng.gamma(2, 1, 50_000), rng.normal(0, 1, 50_000)
    figure = excursion_figure(best, result)
    drawn = np.concatenate([trace.y for trace in figure.data])
    assert len(drawn) <= 2_000
    assert (drawn.min(), drawn.max()) == (result.min(), result.max())


def test_sentences() -> None:
    """The sentences give counts, mean and the fullest bin."""
    text = describe_distribution([-1, 0, 1], [1, 3], mean=0.26)
    assert text == "Of 4 trades the mean is +0.26R and most (3) lie from 0R to +1R."
    assert describe_excursions([1.0, 2.0], [1.0, -1.0]) == "Best point against result of 2 trades, 1 of them won."
