"""Distributions of results."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.histograms import distribution


@given(values=st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_a_distribution_counts_each_value_once_and_has_an_edge_at_zero(values: list[float]) -> None:
    """Bins never mix wins and losses, and are few."""
    histogram = distribution(np.array(values, dtype=np.float64))
    assert int(histogram.counts.sum()) == len(values)
    if values:
        assert 0.0 in histogram.edges.tolist()
        assert 1 <= len(histogram.counts) <= 40
        assert len(histogram.edges) == len(histogram.counts) + 1


def test_a_distribution_has_round_steps() -> None:
    """Edges are multiples of 1, 2, 2.5 or 5 times a power of ten."""
    histogram = distribution(np.linspace(-95, 140, 400))
    assert np.diff(histogram.edges)[0] in (10, 20, 25, 50)
