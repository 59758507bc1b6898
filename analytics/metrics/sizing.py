"""How much to bet on an edge like this, and what betting it may cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.metric_columns import RUIN_PATHS, RUIN_TRADES
from analytics.metrics import Cost, Figure, Metric, MetricInput
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

RUIN_DEPTH = 0.5
STEPS = 200
CLOSE = 1e-15
NO_STOP = "fewer than two trades with a planned stop"


def kelly(data: MetricInput) -> Figure:
    """Kelly fraction w - (1 - w) / b from the decided trades, not below 0."""
    won, lost = len(data.wins), len(data.losses)
    if not won or not lost:
        return Figure(None, won + lost, "no losing trade" if won else "no winning trade")
    chance = won / (won + lost)
    payoff = float(data.wins.mean() / -data.losses.mean())
    return Figure(max(0.0, chance - (1 - chance) / payoff), won + lost)


def half_kelly(data: MetricInput) -> Figure:
    """Half of the Kelly fraction."""
    whole = kelly(data)
    return whole if whole.value is None else whole._replace(value=whole.value / 2)


def growth_optimal_of(multiples: Floats) -> float | None:
    """Return the fraction f >= 0 that makes the mean of ln(1 + f R) largest.

    Args:
        multiples: R multiples, float64.

    Returns:
        0 where the mean is not positive; None without a losing trade, where no f is too much.

    **Source:** J. Kelly 1956; R. Vince, Portfolio Management Formulas, 1990.
    """
    worst = float(multiples.min(initial=0.0))
    if worst >= 0:
        return None
    if float(multiples.mean()) <= 0:
        return 0.0
    # The slope falls from mean(R) > 0 at 0 to minus infinity at 1 / |worst|: Newton's steps find where it changes sign,
    # and where one leads out of the range that is left, that is halved.
    low, high = 0.0, 1 / -worst
    at = high / 2
    for _ in range(STEPS):
        gains = multiples / (1 + at * multiples)
        slope = float(gains.mean())
        low, high = (at, high) if slope > 0 else (low, at)
        step = slope / float(np.square(gains).mean())
        before, at = at, at + step if low < at + step < high else (low + high) / 2
        if abs(at - before) <= CLOSE * at:
            break
    return at


def growth_optimal_fraction(data: MetricInput) -> Figure:
    """Risk a trade, as a share of the account, at which the record would have grown fastest."""
    multiples = data.r_multiples
    if not len(multiples):
        return Figure(None, 0, "no trade has a planned stop")
    with np.errstate(divide="ignore"):
        value = growth_optimal_of(multiples)
    return Figure(value, len(multiples), "no losing trade with a planned stop" if value is None else "")


def risk_of_ruin(data: MetricInput) -> Figure:
    """Probability of losing half of a peak within the next thousand trades at the usual risk."""
    found = data.simulation
    if found is None:
        return _unknown(data)
    note = "Without a positive expectancy ruin is certain in the long run." if found.is_hopeless else ""
    return Figure(found.drawdown_probability(RUIN_DEPTH), found.n, note=note)


def likely_drawdown(data: MetricInput) -> Figure:
    """Drawdown that half of the simulated futures exceed, <= 0."""
    return _deepest(data, 0.5)


def bad_drawdown(data: MetricInput) -> Figure:
    """Drawdown that one in twenty simulated futures exceeds, <= 0."""
    return _deepest(data, 0.95)


def _unknown(data: MetricInput) -> Figure:
    n = len(data.r_multiples)
    return Figure(None, n, NO_STOP if n < 2 else "R multiples are too large to compound")


def _deepest(data: MetricInput, share: float) -> Figure:
    found = data.simulation
    if found is None:
        return _unknown(data)
    return Figure(-found.drawdown_quantile(share), found.n)


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="kelly",
        label="Kelly fraction",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="w − (1 − w) ÷ b, w decided win rate, b payoff; not below 0",
        source="J. Kelly, A New Interpretation of Information Rate, 1956",
        hint="The most a bettor with this record would risk; half of it is already bold, 0 means do not bet.",
        compute=kelly,
    ),
    Metric(
        slug="half_kelly",
        label="Half Kelly",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="Kelly fraction ÷ 2",
        source="E. Thorp, The Kelly Criterion in Blackjack, Sports Betting and the Stock Market, 2006",
        hint="Three quarters of the growth for half of the swings, if the record is the truth.",
        compute=half_kelly,
    ),
    Metric(
        slug="growth_optimal_fraction",
        label="Growth-optimal risk",
        unit=Unit.FRACTION,
        better=Direction.NONE,
        formula="f ≥ 0 with the largest mean of ln(1 + f × R)",
        source="J. Kelly 1956; R. Vince, Portfolio Management Formulas, 1990",
        hint="Kelly from every trade's R instead of two averages; beyond it more risk means less growth.",
        compute=growth_optimal_fraction,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="risk_of_ruin",
        label="Risk of ruin",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula=f"share of {RUIN_PATHS:,} bootstrapped futures of {RUIN_TRADES:,} trades that fall 50 % below a peak; "
        "risk a trade: median planned risk ÷ starting balance, 1 % when unknown; fixed seed",
        source="B. Efron, Bootstrap methods, 1979; N. Balsara, Money Management Strategies for Futures Traders, 1992",
        hint="How likely trades like these would halve the account on the way.",
        compute=risk_of_ruin,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="likely_drawdown",
        label="Drawdown to expect",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="median over the same futures of their deepest drawdown",
        source="B. Efron, Bootstrap methods, 1979",
        hint="Every second run of a thousand trades like these falls at least this deep.",
        compute=likely_drawdown,
        cost=Cost.HEAVY,
    ),
    Metric(
        slug="bad_drawdown",
        label="Drawdown to be ready for",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="95 % quantile over the same futures of their deepest drawdown",
        source="B. Efron, Bootstrap methods, 1979",
        hint="One in twenty runs of a thousand trades like these falls deeper.",
        compute=bad_drawdown,
        cost=Cost.HEAVY,
    ),
)
