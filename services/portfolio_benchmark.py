"""The growth of a portfolio's benchmark: one symbol, or several brought back to their weights daily."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.daily_values import carry_forward
from analytics.fx import RateBook
from domain.portfolios import PortfolioPlan, parse_benchmark
from services.closes import NO_CLOSES, Closes

if TYPE_CHECKING:
    from domain.columns import Floats, Ints


def benchmark_growth(
    plan: PortfolioPlan,
    bounds: tuple[int, int],
    closes: Mapping[str, Closes],
    rates: RateBook,
    currencies: Mapping[str, str],
) -> tuple[Floats | None, str]:
    """Return the growth of the benchmark from the eve of the period on, and what is wrong with it."""
    parts = parse_benchmark(plan.benchmark)
    if not parts:
        return None, ""
    grid = np.arange(bounds[0] - 1, bounds[1] + 1)
    growth = np.zeros(len(grid))
    steps = np.zeros(len(grid) - 1)
    for part in parts:
        found = closes.get(part.symbol, NO_CLOSES)
        level = _on_days(found, grid)
        if np.isnan(level[-1]):
            return None, f"There are no closes of {part.symbol}."
        currency = currencies.get(part.symbol) or plan.currency
        if currency != plan.currency:
            level = level * rates.rates(currency, plan.currency, grid)
        with np.errstate(invalid="ignore", divide="ignore"):
            steps = steps + part.weight * (level[1:] / level[:-1] - 1.0)
    growth[0] = 1.0
    known = np.where(np.isnan(steps), 0.0, steps)
    growth[1:] = np.cumprod(1.0 + known)
    late = np.flatnonzero(~np.isnan(steps))
    if not len(late):
        return None, f"There are no closes of {plan.benchmark} in this period."
    growth[: int(late[0])] = np.nan
    return growth, ""


def _on_days(closes: Closes, grid: Ints) -> Floats:
    return carry_forward(closes.day - int(grid[0]), closes.close, len(grid))


def rebase(growth: Floats) -> Floats:
    """Return the return since the first known day."""
    known = growth[np.isfinite(growth)]
    found: Floats = growth / known[0] - 1.0
    return found


def benchmark_symbols(plan: PortfolioPlan) -> Sequence[str]:
    """Return the symbols of a portfolio's benchmark."""
    return [part.symbol for part in parse_benchmark(plan.benchmark)]
