"""The normal, Student's t and binomial distributions, exact and without a library that takes a second to load."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

TINY = 1e-300
CLOSE = 1e-15
MOST_TERMS = 10_000
MANY = 500
_NORMAL = NormalDist()


def normal_probability(z: float) -> float:
    """Return P(Z <= z) of the standard normal."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_quantile(probability: float) -> float:
    """Return the z with P(Z <= z) = probability, 0 < probability < 1."""
    return _NORMAL.inv_cdf(probability)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    Args:
        a: Above 0.
        b: Above 0.
        x: 0 to 1.

    **Source:** NIST Digital Library of Mathematical Functions, 8.17.22, evaluated by Lentz's method.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _beta_fraction(a, b, x)


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction 1 + d1 x / (1 + d2 x / (1 + ...))."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(1, MOST_TERMS):
        term = _beta_term(a, b, x, step)
        lower = 1 / ((1 + term * lower) or TINY)
        upper = (1 + term / upper) or TINY
        value *= upper * lower
        if abs(upper * lower - 1) < CLOSE:
            break
    return value


def _beta_term(a: float, b: float, x: float, step: int) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def t_probability(t: float, freedom: float) -> float:
    """Return P(T <= t) of Student's t with some degrees of freedom, > 0."""
    tail = 0.5 * incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))
    return tail if t < 0 else 1 - tail


@lru_cache(maxsize=8_192)  # one table asks for those of hundreds of group sizes, and the next for the same
def t_quantile(probability: float, freedom: float) -> float:
    """Return the t with P(T <= t) = probability, to ten digits.

    Newton's steps from the normal quantile; where the tails are so heavy that they overshoot, halving takes over.
    From 500 degrees of freedom on, the expansion around the normal.

    **Source:** Student, The Probable Error of a Mean, 1908; M. Abramowitz, I. Stegun, Handbook of Mathematical
    Functions, 26.7.5.
    """
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    if freedom >= MANY:
        return _expanded_quantile(normal_quantile(probability), freedom)
    low, high = 0.0, 2.0
    while t_probability(high, freedom) < probability:
        low, high = high, high * 2
    point = min(max(normal_quantile(probability), low), high)
    for _ in range(100):
        miss = t_probability(point, freedom) - probability
        low, high = (low, point) if miss > 0 else (point, high)
        step = point - miss / _t_density(point, freedom)
        after = step if low <= step <= high else (low + high) / 2
        if abs(after - point) <= 1e-13 * max(1.0, point):
            return after
        point = after
    return point


def _expanded_quantile(z: float, freedom: float) -> float:
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return float(sum(term / freedom**power for power, term in enumerate(terms)))


def _t_density(t: float, freedom: float) -> float:
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    return math.exp(scale - (freedom + 1) / 2 * math.log1p(t * t / freedom))


def binomial_probability(successes: int, n: int, chance: float) -> float:
    """Return P(X <= successes) of n draws with a chance each."""
    if successes < 0 or successes >= n:
        return float(successes >= n)
    return incomplete_beta(n - successes, successes + 1, 1 - chance)
