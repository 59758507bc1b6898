"""Spread, shape and quantiles of samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.moments import MANY, deviation, kurtosis, median, quantile, skewness


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), probability=st.floats(0, 1))
def test_a_quantile_is_numpys(values: list[float], probability: float) -> None:
    """Without sorting, the interpolated quantile is the same."""
    column = np.array(values)
    assert quantile(column, probability) == pytest.approx(float(np.quantile(column, probability)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, MANY - 1, MANY, MANY + 1, 3 * MANY])
@pytest.mark.parametrize("kind", ["spread", "ties", "constant", "ascending", "alternating"])
def test_the_quick_median_is_numpys_to_the_bit(n: int, kind: str) -> None:
    """Whatever the order, ties and size, bracketing finds the very same median."""
    random = np.random.default_rng(n)
    values = {
        "spread": random.lognormal(0, 3, n),
        "ties": random.integers(-3, 4, n).astype(np.float64),
        "constant": np.full(n, 1.5),
        "ascending": np.arange(n, dtype=np.float64),
        "alternating": np.where(np.arange(n) % 2, 1.0, -1.0) * np.arange(n),
    }[kind]
    assert median(values) == float(np.median(values))


def test_moments_equal_scipys() -> None:
    """Biased skewness and raw kurtosis are the textbook population moments."""
    from scipy import stats  # noqa: PLC0415 - an oracle of this test alone

    values = np.random.default_rng(1).gamma(2, 1, 500)
    assert skewness(values) == pytest.approx(float(stats.skew(values)))
    assert kurtosis(values) == pytest.approx(float(stats.kurtosis(values, fisher=False)))


def test_a_constant_has_no_shape() -> None:
    """Rounding noise of equal values is no spread."""
    same = np.full(9, 0.1) * 3
    assert (deviation(same), skewness(same), kurtosis(same)) == (None, None, None)
    assert deviation(np.array([1.0])) is None
