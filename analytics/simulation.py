"""Monte Carlo: what could have come of the same trades in another order, and how bad it may get.

The step is the outer loop and the paths are a vector, so that the state of all paths stays in the
processor's cache. Each path has its own stream of random numbers (splitmix64), which depends on the
seed and on the path's number alone: the result has the same bits however many threads share the work.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

SEED = 20_260_101
PATHS = 10_000
DISPLAY_POINTS = 200
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_PATHS, MOST_STEPS, MOST_WORK = 100_000, 100_000, 100_000_000
CEILING = 1e30
"""A path that compounds beyond so many times its start stays there: infinity has no drawdown."""

_DRAWN_AT_ONCE = 16_384
_GAMMA, _MIX, _MIX_AGAIN = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPlan:
    """What to simulate.

    Attributes:
        start: Money at the start, > 0 (1.0 to read the result as multiples of the start).
        steps: Trades of each path, > 0.
        risk_fraction: Share of the present equity that 1R stands for; then the values are R
            multiples and compound. None when the values are money and add up.
        paths: Number of paths, > 0.
        block: Trades that are drawn together in their order: 1 draws each by itself, more keeps
            streaks (circular block bootstrap).
        seed: Same seed, same result.
        threads: How many share the paths; changes the time and never the result.
    """

    start: float
    steps: int
    risk_fraction: float | None = None
    paths: int = PATHS
    block: int = 1
    seed: int = SEED
    threads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where each path ended; all arrays have one entry a path.

    Attributes:
        final: Equity after the last trade, 0 for a path that lost everything on its way.
        drawdown: Deepest fall below the running peak (the start is in it), fraction 0 to 1.
        lowest: Lowest equity on the way, the start included.
        shown_steps: After how many trades `shown` was noted, int64, ascending, the first 0.
        shown: Equity of every path at those steps, (points, paths); no rows when not asked for.
    """

    final: Floats
    drawdown: Floats
    lowest: Floats
    shown_steps: Ints
    shown: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What the paths say together.

    Attributes:
        steps: After how many trades the bands stand, int64, at most `DISPLAY_POINTS`.
        bands: Quantiles of equity over the paths, (len(QUANTILES), len(steps)).
        mean: Mean of the resampled values.
        growth: Mean growth of the logarithm of equity a trade at the chosen risk; None for money.
    """

    plan: SimulationPlan
    n: int
    paths: Paths
    steps: Ints
    bands: Floats
    mean: float
    growth: float | None

    @property
    def is_hopeless(self) -> bool:
        """Whether ruin is certain in the long run: no positive mean, or a risk that outgrows it."""
        return self.mean <= 0 or (self.growth is not None and self.growth <= 0)

    def drawdown_probability(self, depth: float) -> float:
        """Return the share of paths that fell at least this fraction below their peak."""
        return float(np.mean(self.paths.drawdown >= depth))

    def ruin_probability(self, level: float) -> float:
        """Return the share of paths whose equity was once at or below a level in money."""
        return float(np.mean(self.paths.lowest <= level))

    def loss_probability(self) -> float:
        """Return the share of paths that end below the start."""
        return float(np.mean(self.paths.final < self.plan.start))

    def final_quantiles(self) -> tuple[float, ...]:
        """Return the final equity at `QUANTILES`."""
        return tuple(np.quantile(self.paths.final, QUANTILES).tolist())

    def drawdown_quantile(self, probability: float) -> float:
        """Return the drawdown that this share of the paths stays within."""
        return float(np.quantile(self.paths.drawdown, probability))


def simulate(values: Floats, plan: SimulationPlan, *, points: int = DISPLAY_POINTS) -> Simulation:
    """Resample trades into many possible futures.

    Args:
        values: R multiples with `risk_fraction`, else money a trade; float64, finite, in time order
            (the order matters for blocks only).
        plan: How many, how long, how.
        points: At about how many steps the bands stand, 0 for none.

    Returns:
        Paths and their bands. A path whose equity reaches 0 stays there: nobody trades on.

    Raises:
        InvalidInputError: If there are no values or the plan is out of bounds.

    **Source:** B. Efron, Bootstrap methods, 1979; D. Politis, J. Romano, A circular block-resampling
    procedure, 1992; G. Steele, D. Lea, C. Flood, splitmix64, 2014.
    """
    _check(values, plan)
    paths = run_paths(values, plan, points=points)
    growth = None
    if plan.risk_fraction is not None:
        with np.errstate(divide="ignore"):
            growth = float(np.log(np.maximum(1.0 + plan.risk_fraction * values, 0.0)).mean())
    return Simulation(
        plan=plan,
        n=len(values),
        paths=paths,
        steps=paths.shown_steps,
        bands=_quantile_rows(paths.shown),
        mean=float(values.mean()),
        growth=growth,
    )


def run_paths(values: Floats, plan: SimulationPlan, *, points: int = 0) -> Paths:
    """Run the paths without summing them up; arguments and rules as in `simulate`.

    Args:
        values: R multiples or money.
        plan: How many, how long, how.
        points: Note the equity of all paths at about so many steps, 0 for none.
    """
    shown_steps = _display_steps(plan.steps, points)
    changes = values if plan.risk_fraction is None else np.clip(1.0 + plan.risk_fraction * values, 0.0, CEILING)
    shown = np.empty((len(shown_steps), plan.paths))
    bounds = np.linspace(0, plan.paths, max(1, min(plan.threads, plan.paths)) + 1).astype(np.int64).tolist()
    spans = [slice(first, last) for first, last in pairwise(bounds)]

    def run(span: slice) -> tuple[Floats, Floats, Floats]:
        return _run_span(changes, plan, span, shown_steps, shown[:, span])

    if len(spans) == 1:
        parts = [run(spans[0])]
    else:
        with ThreadPoolExecutor(len(spans)) as pool:
            parts = list(pool.map(run, spans))
    final, drawdown, lowest = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Paths(final=final, drawdown=drawdown, lowest=lowest, shown_steps=shown_steps, shown=shown)


def _run_span(
    changes: Floats, plan: SimulationPlan, span: slice, shown_steps: Ints, shown: Floats
) -> tuple[Floats, Floats, Floats]:
    """Run the paths of a span; `shown` is filled in place."""
    draw = _Draw(len(changes), plan, span)
    size = span.stop - span.start
    equity, peak, kept = np.full(size, plan.start), np.full(size, plan.start), np.ones(size)
    lowest, share = equity.copy(), np.empty(size)
    is_money = plan.risk_fraction is None
    apply, ceiling = np.add if is_money else np.multiply, plan.start * CEILING
    notes = {int(step): row for row, step in enumerate(shown_steps.tolist())}
    for step in range(plan.steps + 1):
        if step:
            apply(equity, changes[draw.rows(step)], out=equity)
            if not is_money:
                np.minimum(equity, ceiling, out=equity)
            np.maximum(peak, equity, out=peak)
            np.divide(equity, peak, out=share)
            np.minimum(kept, share, out=kept)
            np.minimum(lowest, equity, out=lowest)
        if step in notes:
            # A path that was once at 0 has stopped trading: from there on it is 0 whatever was drawn.
            shown[notes[step]] = np.where(lowest > 0, equity, 0.0)
    is_alive = lowest > 0
    return np.where(is_alive, equity, 0.0), np.where(is_alive, 1.0 - kept, 1.0), np.maximum(lowest, 0.0)


class _Draw:
    """Which trade each path draws at each step."""

    __slots__ = ("_at", "_block", "_mixed", "_n", "_other", "_rows", "_starts", "_state")

    def __init__(self, n: int, plan: SimulationPlan, span: slice) -> None:
        path = np.arange(span.start, span.stop, dtype=np.uint64)
        # The streams start far apart: consecutive states of one stream differ by the same constant as the
        # starts of neighbouring paths would, so the number of the path is mixed first.
        self._state = _mix(path + np.uint64(plan.seed % 2**64))
        # Few paths draw for several steps at once, so that calls do not cost more than the numbers.
        ahead = max(1, _DRAWN_AT_ONCE // len(path))
        self._starts = (np.arange(1, ahead + 1, dtype=np.uint64) * np.uint64(_GAMMA))[:, None]
        self._mixed, self._other = (np.empty((ahead, len(path)), dtype=np.uint64) for _ in range(2))
        self._at = ahead
        self._rows = np.zeros(len(path), dtype=np.int64)
        self._n, self._block = n, plan.block

    def rows(self, step: int) -> Ints:
        """Return the row of the trade of each path at a step, counted from 1."""
        if (step - 1) % self._block:
            self._rows += 1
            self._rows[self._rows == self._n] = 0
            return self._rows
        if self._at == len(self._starts):
            self._draw()
        self._rows = self._mixed[self._at].view(np.int64)
        self._at += 1
        return self._rows

    def _draw(self) -> None:
        """Advance every stream and scale its upper 32 bits to 0 .. n - 1."""
        z, y = self._mixed, self._other
        np.add(self._starts, self._state, out=z)
        self._state = z[-1].copy()
        np.right_shift(z, np.uint64(30), out=y)
        z ^= y
        z *= np.uint64(_MIX)
        np.right_shift(z, np.uint64(27), out=y)
        z ^= y
        z *= np.uint64(_MIX_AGAIN)
        np.right_shift(z, np.uint64(31), out=y)
        z ^= y
        z >>= np.uint64(32)
        z *= np.uint64(self._n)
        z >>= np.uint64(32)
        self._at = 0


def _mix(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    z = values + np.uint64(_GAMMA)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_MIX)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_MIX_AGAIN)
    return z ^ (z >> np.uint64(31))


def _display_steps(steps: int, points: int) -> Ints:
    """Return at most `points` steps from 0 to the last."""
    if points < 2:
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.linspace(0, steps, min(points, steps + 1)).round().astype(np.int64))


def _quantile_rows(shown: Floats) -> Floats:
    """Return the quantiles of each row: the nearest ranks, found without sorting the rest."""
    ranks = [round(quantile * (shown.shape[1] - 1)) for quantile in QUANTILES]
    ordered: Floats = np.partition(shown, ranks, axis=1)[:, ranks].T
    return ordered


def _check(values: Floats, plan: SimulationPlan) -> None:
    bounds: tuple[tuple[str, bool, str], ...] = (
        ("values", len(values) > 0, "There is no trade to draw from."),
        ("values", bool(np.isfinite(values).all()), "Every value has to be a number."),
        ("start", plan.start > 0, "The starting balance has to be above zero."),
        ("trades", 1 <= plan.steps <= MOST_STEPS, f"Trades ahead are 1 to {MOST_STEPS:,}."),
        ("paths", 1 <= plan.paths <= MOST_PATHS, f"Paths are 1 to {MOST_PATHS:,}."),
        ("paths", plan.paths * plan.steps <= MOST_WORK, f"Paths × trades are at most {MOST_WORK:,}."),
        ("block", 1 <= plan.block <= max(len(values), 1), "A block is 1 trade up to as many as there are."),
        ("risk", plan.risk_fraction is None or 0 < plan.risk_fraction <= 1, "The risk is above 0 and at most 100 %."),
    )
    for field, is_kept, message in bounds:
        if not is_kept:
            raise InvalidInputError(message, field=field)
