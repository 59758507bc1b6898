"""Distributions against scipy's."""

from __future__ import annotations

import pytest

from analytics.distributions import (
    binomial_probability,
    incomplete_beta,
    normal_probability,
    normal_quantile,
    t_probability,
    t_quantile,
)


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [(0.975, 1, 12.706205), (0.975, 29, 2.045230), (0.95, 40, 1.683851), (0.995, 60, 2.660283), (0.975, 1e6, 1.959966)],
)
def test_quantiles_of_students_t_equal_the_printed_table(probability: float, freedom: float, value: float) -> None:
    """From one degree of freedom to a million the tables' digits come out."""
    assert t_quantile(probability, freedom) == pytest.approx(value, abs=1e-6)


def test_every_probability_equals_scipy() -> None:
    """Normal, t, beta and binomial agree to nine digits over their ranges."""
    from scipy import special, stats  # noqa: PLC0415 - an oracle of this test alone

    for freedom in (1, 2, 7, 30, 499, 501, 50_000):
        for t in (-30.0, -2.0, -0.1, 0.0, 1.0, 5.0):
            assert t_probability(t, freedom) == pytest.approx(stats.t.cdf(t, freedom), abs=1e-10)
        for probability in (1e-3, 0.025, 0.5, 0.9, 0.9999):
            expected = stats.t.ppf(probability, freedom)
            assert t_quantile(probability, freedom) == pytest.approx(expected, rel=2e-9, abs=1e-12)
    for a, b, x in ((0.5, 0.5, 0.3), (2, 9, 0.9), (400, 3, 0.99), (30, 30, 0.5)):
        assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), abs=1e-11)
    for n in (1, 9, 1_000):
        for successes in {0, 1, n // 3, n}:
            expected = stats.binom.cdf(successes, n, 0.4)
            assert binomial_probability(successes, n, 0.4) == pytest.approx(expected, abs=1e-11)
    assert normal_probability(normal_quantile(0.123)) == pytest.approx(0.123)


def test_the_ends_are_certain() -> None:
    """Nothing lies below the range and everything up to its end."""
    assert (incomplete_beta(2, 3, 0), incomplete_beta(2, 3, 1)) == (0, 1)
    assert (binomial_probability(-1, 5, 0.5), binomial_probability(5, 5, 0.5)) == (0, 1)
    assert t_quantile(0.5, 3) == 0
