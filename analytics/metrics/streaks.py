"""Runs of wins and losses by order of exit."""

from __future__ import annotations

from analytics.metrics import Figure, Metric, MetricInput
from analytics.runs import current_run, longest_run, runs_z_score
from domain.performance import Direction, Unit

FEWEST = 10


def _longest(data: MetricInput, outcome: int) -> Figure:
    """Longest run of one outcome; a breakeven ends a run."""
    n = len(data.pnl)
    if not n:
        return Figure(None, 0, "no closed trade")
    run = longest_run(data.outcome, outcome)
    return Figure(float(run.stop - run.start), n)


def longest_win_streak(data: MetricInput) -> Figure:
    """Most wins in a row."""
    return _longest(data, 1)


def longest_loss_streak(data: MetricInput) -> Figure:
    """Most losses in a row."""
    return _longest(data, -1)


def current_streak(data: MetricInput) -> Figure:
    """Length of the run the last trade belongs to: > 0 wins, < 0 losses, 0 after a breakeven."""
    n = len(data.pnl)
    if not n:
        return Figure(None, 0, "no closed trade")
    run = current_run(data.outcome)
    return Figure(float(int(data.outcome[-1]) * (run.stop - run.start)), n)


def runs_z(data: MetricInput) -> Figure:
    """Number of runs of wins and losses against what independence gives, in standard deviations."""
    won, lost = len(data.wins), len(data.losses)
    if min(won, lost) < FEWEST:
        return Figure(None, won + lost, f"fewer than {FEWEST} wins or losses")
    return Figure(runs_z_score(data.outcome), won + lost)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="longest_win_streak",
        label="Longest winning streak",
        unit=Unit.COUNT,
        better=Direction.UP,
        formula="longest run of wins by exit order; a breakeven ends it",
        source="Common use",
        hint="The best run; long ones also happen by chance.",
        compute=longest_win_streak,
    ),
    Metric(
        slug="longest_loss_streak",
        label="Longest losing streak",
        unit=Unit.COUNT,
        better=Direction.DOWN,
        formula="longest run of losses by exit order; a breakeven ends it",
        source="Common use",
        hint="The run your risk per trade must survive.",
        compute=longest_loss_streak,
    ),
    Metric(
        slug="current_streak",
        label="Current streak",
        unit=Unit.COUNT,
        better=Direction.UP,
        formula="signed length of the run the last trade belongs to",
        source="Common use",
        hint="Where you stand now: wins above zero, losses below.",
        compute=current_streak,
    ),
    Metric(
        slug="runs_z",
        label="Runs z-score",
        unit=Unit.RATIO,
        better=Direction.NONE,
        formula="(runs − μ) ÷ σ, μ = 2WL ÷ n + 1, σ² = 2WL(2WL − n) ÷ (n²(n − 1)), breakevens left out",
        source="A. Wald, J. Wolfowitz 1940",
        hint="Below −2 wins and losses come in streaks, above 2 they take turns; between, order tells nothing.",
        compute=runs_z,
    ),
)
