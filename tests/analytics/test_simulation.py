"""Monte Carlo: the same bits for the same seed, and probabilities that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.simulation import QUANTILES, SimulationPlan, run_paths, simulate
from domain.errors import InvalidInputError

COIN = np.array([1.0, -1.0])


def plan(**changes: object) -> SimulationPlan:
    """A small plan."""
    base: dict[str, object] = {"start": 100.0, "steps": 50, "paths": 2_000}
    return SimulationPlan(**(base | changes))  # type: ignore[arg-type]


def test_any_number_of_threads_gives_the_same_bits() -> None:
    """A path's draws depend on the seed and its number alone."""
    values = np.random.default_rng(3).normal(size=37)
    found = [run_paths(values, plan(threads=threads, block=3), points=20) for threads in (1, 2, 3, 7)]
    for other in found[1:]:
        for name in ("final", "drawdown", "lowest", "shown"):
            assert getattr(found[0], name).tobytes() == getattr(other, name).tobytes(), name


def test_the_seed_decides_and_paths_differ() -> None:
    """Another seed gives other paths; no two neighbouring paths draw the same, not even shifted by a step."""
    values = np.arange(1.0, 1_001.0)
    one, again, other = (run_paths(values, plan(steps=20, seed=seed), points=21) for seed in (1, 1, 2))
    assert (one.final == again.final).all()
    assert (one.final == other.final).mean() < 0.01
    draws = np.diff(one.shown, axis=0)
    assert not (draws[1:, :-1] == draws[:-1, 1:]).all(axis=0).any()


def test_every_trade_is_drawn_equally_often() -> None:
    """The share of each value among all draws is what chance gives."""
    values = np.array([1.0, 10.0, 100.0, 1_000.0, 10_000.0])
    shown = run_paths(values, plan(steps=100, start=1.0), points=101).shown
    _, counts = np.unique(np.diff(shown, axis=0).round(), return_counts=True)
    assert np.abs(counts / counts.sum() - 0.2).max() < 4 * math.sqrt(0.2 * 0.8 / counts.sum())


def test_the_end_of_a_coin_game_is_binomial() -> None:
    """Mean and spread of the final equity are those of n fair coins."""
    found = simulate(COIN, plan(steps=100, paths=10_000))
    assert found.paths.final.mean() == pytest.approx(100, abs=4 * 10 / 100)
    assert found.paths.final.std() == pytest.approx(10, rel=0.03)


def test_ruin_of_a_coin_game_is_the_gamblers() -> None:
    """With p = 0.6 and a reserve of 10, ruin comes to (q/p)^10 of the paths."""
    values = np.array([1.0, 1.0, 1.0, -1.0, -1.0])
    found = simulate(values, plan(start=10.0, steps=1_000, paths=20_000))
    expected = (0.4 / 0.6) ** 10
    assert found.ruin_probability(0.0) == pytest.approx(expected, abs=4 * math.sqrt(expected / 20_000))


def test_a_path_at_zero_stays_there() -> None:
    """Nobody trades on without money: equity 0, drawdown 1, in the bands as well."""
    found = simulate(np.array([-50.0, 400.0]), plan(steps=20))
    broke = found.paths.lowest == 0
    assert broke.any()
    assert (found.paths.final[broke] == 0).all()
    assert (found.paths.drawdown[broke] == 1).all()
    assert (found.paths.shown[-1][broke] == 0).all()


def test_risk_compounds() -> None:
    """At a fixed share of the equity each trade multiplies it: a constant R gives the power."""
    found = simulate(np.full(12, 0.5), plan(risk_fraction=0.02, steps=30))
    assert found.paths.final == pytest.approx(np.full(2_000, 100 * 1.01**30))
    assert found.paths.drawdown == pytest.approx(np.zeros(2_000), abs=1e-12)


def test_huge_multiples_stay_finite() -> None:
    """A trade with a tiny stop compounds beyond all bounds: the path stays at the ceiling, nothing is NaN."""
    found = simulate(np.array([1e290, 1e9, -1.0]), plan(risk_fraction=0.5, steps=400))
    for values in (found.paths.final, found.paths.drawdown, found.bands):
        assert np.isfinite(values).all()


def test_blocks_keep_their_order_and_wrap_around() -> None:
    """Within a block each trade is followed by the one that followed it in the book."""
    values = np.array([1.0, 10.0, 100.0, 1_000.0])
    shown = run_paths(values, plan(steps=8, block=4, start=1.0), points=9).shown
    draws = np.rint(np.log10(np.diff(shown, axis=0))).astype(int)
    for block in (draws[:4], draws[4:]):
        assert (np.diff(block, axis=0) % 4 == 1).all()


def test_a_mean_that_is_not_positive_is_hopeless() -> None:
    """Ruin is certain in the long run without an edge, and with a risk that outgrows the edge."""
    assert simulate(np.array([1.0, -1.1]), plan()).is_hopeless
    edge = np.array([1.0, 1.0, -1.0])
    assert not simulate(edge, plan(risk_fraction=0.02)).is_hopeless
    assert simulate(edge, plan(risk_fraction=0.9)).is_hopeless


def test_bands_are_quantiles_of_the_paths() -> None:
    """At most 200 points, the first at the start, the last the quantiles of the final equity, in order."""
    found = simulate(np.random.default_rng(5).normal(0.1, 1, 60), plan(steps=1_000, start=1_000.0))
    assert len(found.steps) == 200
    assert found.steps[0] == 0
    assert found.steps[-1] == 1_000
    assert (found.bands[:, 0] == 1_000).all()
    assert (np.diff(found.bands, axis=0) >= 0).all()
    assert found.bands[:, -1] == pytest.approx(np.quantile(found.paths.final, QUANTILES), rel=0.005)


def test_drawdowns_agree_with_the_shown_paths() -> None:
    """The deepest fall of each path is that of its equity step by step, the start in the peak."""
    found = run_paths(np.random.default_rng(9).normal(size=40), plan(), points=51)
    equity = found.shown
    falls = 1 - equity / np.maximum.accumulate(equity, axis=0)
    assert found.drawdown == pytest.approx(falls.max(axis=0))
    assert found.lowest == pytest.approx(equity.min(axis=0))


@pytest.mark.parametrize(
    ("values", "changes", "field"),
    [
        ([], {}, "values"),
        ([1.0, math.nan], {}, "values"),
        ([1.0], {"start": 0.0}, "start"),
        ([1.0], {"steps": 0}, "trades"),
        ([1.0], {"paths": 100_000, "steps": 100_000}, "paths"),
        ([1.0, 2.0], {"block": 3}, "block"),
        ([1.0], {"risk_fraction": 0.0}, "risk"),
    ],
)
def test_what_cannot_be_simulated_is_refused(values: list[float], changes: dict[str, object], field: str) -> None:
    """The error names the setting that is wrong."""
    with pytest.raises(InvalidInputError) as error:
        simulate(np.array(values), plan(**changes))
    assert error.value.field == field
