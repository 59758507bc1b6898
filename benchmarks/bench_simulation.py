"""Monte Carlo against NumPy with the steps outermost: `python -m benchmarks.bench_simulation`."""

from __future__ import annotations

import numpy as np

from analytics.simulation import QUANTILES, SimulationPlan, run_paths, simulate
from benchmarks.figures import Figure
from benchmarks.timing import interleave, ratio, show

PATHS, STEPS, START = 10_000, 1_000, 100_000.0
FULL_ROWS = 1_000_000


def steps_outermost(pnl: np.ndarray, paths: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The reference: state vectors of all paths, numpy's own generator, final equity, drawdown and lowest."""
    rng = np.random.default_rng(1)
    equity, peak, kept = np.full(paths, START), np.full(paths, START), np.ones(paths)
    lowest, share = equity.copy(), np.empty(paths)
    for _ in range(STEPS):
        equity += pnl[rng.integers(0, len(pnl), paths, dtype=np.uint32)]
        np.maximum(peak, equity, out=peak)
        np.divide(equity, peak, out=share)
        np.minimum(kept, share, out=kept)
        np.minimum(lowest, equity, out=lowest)
    return equity, 1 - kept, lowest


def figures(rows: int = FULL_ROWS, rounds: int = 5) -> list[Figure]:
    """Time 10,000 paths of 1,000 trades (fewer paths where fewer rows are asked for)."""
    paths = max(100, PATHS * rows // FULL_ROWS)
    pnl = np.random.default_rng(7).standard_t(3, 5_000) * 100 + 5
    plan = SimulationPlan(start=START, steps=STEPS, paths=paths)
    one, two = run_paths(pnl, plan), run_paths(pnl, SimulationPlan(start=START, steps=STEPS, paths=paths, threads=2))
    assert one.final.tobytes() == two.final.tobytes()
    times = interleave(
        {
            "numpy, steps outermost": lambda: steps_outermost(pnl, paths),
            "run_paths": lambda: run_paths(pnl, plan),
            "simulate, with bands": lambda: simulate(pnl, plan),
            "numpy, with np.percentile of 200 points": lambda: (
                steps_outermost(pnl, paths),
                np.percentile(simulate_points(paths), [100 * q for q in QUANTILES], axis=1),
            ),
        },
        rounds,
    )
    show(f"Monte Carlo {paths:,} paths x {STEPS:,} trades", times, "numpy, steps outermost")
    found = ratio(times, "run_paths", "numpy, steps outermost")
    text = "Monte Carlo 10,000 × 1,000 / NumPy, steps outermost"
    return [Figure(id="P12", text=text, value=found, target=1.5, n=paths * STEPS)]


def simulate_points(paths: int) -> np.ndarray:
    """Equity at 200 points, as a plain implementation would keep it."""
    return np.random.default_rng(3).normal(START, 1_000, (200, paths))


if __name__ == "__main__":
    figures()
