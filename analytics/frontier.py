"""The efficient frontier: long-only portfolios of the holdings with the least variance for their return.

Means are those of the past and say little about the future: with few days they are mostly noise. The covariance is
shrunk toward equal variances, which keeps it invertible and tames the extremes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.columns import Floats

FEWEST_DAYS = 60
MOST_ASSETS = 40
POINTS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One portfolio: weights add up to 1; return and risk are per year, fractions."""

    weights: Floats
    mean: float
    risk: float

    @property
    def sharpe(self) -> float:
        """Mean over risk."""
        return self.mean / self.risk if self.risk > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """The curve and what lies on and below it.

    Attributes:
        curve: From the least variance to the highest return.
        means, risks: Of each asset, per year.
        shrinkage: How far the covariance was moved toward equal variances, 0 to 1.
        days: Returns that it rests on.
    """

    curve: tuple[Mix, ...]
    least_risk: Mix
    best_sharpe: Mix
    means: Floats
    risks: Floats
    shrinkage: float
    days: int


def shrink_covariance(returns: Floats) -> tuple[Floats, float]:
    """Return the covariance of returns shrunk toward a multiple of the identity, and how far.

    Args:
        returns: One row a day, one column an asset, float64.

    **Source:** O. Ledoit, M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, 2004.
    """
    rows, count = returns.shape
    centred = returns - returns.mean(axis=0)
    sample = centred.T @ centred / rows
    level = float(np.trace(sample)) / count
    distance = float(((sample - level * np.eye(count)) ** 2).sum()) / count
    squares = centred**2
    spread = float(((squares.T @ squares) / rows - sample**2).sum()) / (rows * count)
    weight = 0.0 if distance <= 0 else min(1.0, max(0.0, spread / distance))
    return (1.0 - weight) * sample + weight * level * np.eye(count), weight


def efficient_frontier(returns: Floats, periods_per_year: float, *, points: int = POINTS) -> Frontier:
    """Return the long-only frontier of some assets.

    Args:
        returns: Daily returns, one column an asset, at least 60 rows and 2 columns, no NaN.
        periods_per_year: 252, or 365 around the clock.
        points: Of the curve.

    Raises:
        InvalidInputError: If there are too few days, or fewer than two assets.

    **Source:** H. Markowitz, Portfolio Selection, 1952; solved by sequential quadratic programming (SciPy, SLSQP).
    """
    if returns.shape[0] < FEWEST_DAYS or not 2 <= returns.shape[1] <= MOST_ASSETS:
        raise InvalidInputError(
            f"A frontier needs 2 to {MOST_ASSETS} holdings with {FEWEST_DAYS} common days of prices; "
            f"there are {returns.shape[1]} with {returns.shape[0]}."
        )
    covariance, weight = shrink_covariance(returns)
    model = _Model(returns.mean(axis=0) * periods_per_year, covariance * periods_per_year)
    least = model.mix(model.solve(None))
    highest = float(model.means.max())
    curve = [least]
    start = least.weights
    for wanted in np.linspace(least.mean, highest, points)[1:]:
        start = model.solve(float(wanted), start)
        curve.append(model.mix(start))
    best = max([*curve, model.mix(model.solve_sharpe(max(curve, key=lambda item: item.sharpe).weights))],
               key=lambda item: item.sharpe)  # fmt: skip
    return Frontier(
        curve=tuple(curve),
        least_risk=least,
        best_sharpe=best,
        means=model.means,
        risks=np.sqrt(np.diag(model.covariance)),
        shrinkage=weight,
        days=returns.shape[0],
    )


class _Model:
    """Means and covariance per year, and the searches over weights that add up to 1."""

    def __init__(self, means: Floats, covariance: Floats) -> None:
        self.means, self.covariance = means, covariance
        self._scale = float(np.trace(covariance)) / len(means) or 1.0

    def mix(self, weights: Floats) -> Mix:
        """Return a portfolio's mean and risk."""
        cleaned = np.where(weights < 1e-6, 0.0, weights)
        cleaned = cleaned / cleaned.sum()
        risk = float(np.sqrt(max(0.0, cleaned @ self.covariance @ cleaned)))
        return Mix(weights=cleaned, mean=float(cleaned @ self.means), risk=risk)

    def solve(self, wanted: float | None, start: Floats | None = None) -> Floats:
        """Return the weights of least variance, with a mean of at least `wanted`."""
        limits = [{"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": np.ones_like}]
        if wanted is not None:
            goal = wanted - 1e-10
            limits.append({"type": "ineq", "fun": lambda w: w @ self.means - goal, "jac": lambda _: self.means})
        return self._minimise(
            lambda w: float(w @ self.covariance @ w) / self._scale,
            lambda w: 2.0 * (self.covariance @ w) / self._scale,
            start,
            limits,
        )

    def solve_sharpe(self, start: Floats) -> Floats:
        """Return the weights with the highest mean over risk."""

        def negative(w: Floats) -> float:
            return -float(w @ self.means) / float(np.sqrt(w @ self.covariance @ w))

        def slope(w: Floats) -> Floats:
            risk = float(np.sqrt(w @ self.covariance @ w))
            found: Floats = -self.means / risk + float(w @ self.means) * (self.covariance @ w) / risk**3
            return found

        limits = [{"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": np.ones_like}]
        return self._minimise(negative, slope, start, limits)

    def _minimise(self, cost: object, slope: object, start: Floats | None, limits: list[dict[str, object]]) -> Floats:
        from scipy.optimize import minimize  # noqa: PLC0415 - only where a frontier is asked for

        count = len(self.means)
        equal = np.full(count, 1.0 / count)
        # A neighbour's answer is a good start but for a rare corner; from the middle, a little less exact, it is found.
        for first, tolerance in ((equal if start is None else start, 1e-12), (equal, 1e-9)):
            found = minimize(
                cost, first, jac=slope, bounds=[(0.0, 1.0)] * count, constraints=limits, method="SLSQP",
                options={"maxiter": 300, "ftol": tolerance},
            )  # fmt: skip
            weights: Floats = np.clip(found.x, 0.0, 1.0)
            if found.success and weights.sum() > 0:
                return weights
        return equal if start is None else start
