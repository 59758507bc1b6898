"""One metric family a file, each exporting METRICS.

A metric is defined once, with its formula, source and hint, and computed once: pages, the API and
exports show the same figure. Undefined is None with a reason, never 0 or another stand-in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analytics.codes import sum_by_code
from analytics.outcomes import outcomes
from domain.errors import InvalidInputError
from domain.performance import Direction, MetricValue, Unit
from domain.plugins import load_plugins

if TYPE_CHECKING:
    from domain.columns import Bytes, Floats, Ints

__all__ = ["Figure", "Metric", "MetricInput", "all_metrics", "compute_metrics"]

DAYS_PER_YEAR = 365


class Figure(NamedTuple):
    """What a metric's function returns: the value, on how many observations, and why not."""

    value: float | None
    n: int
    reason: str = ""


def _no_values() -> Floats:
    return np.zeros(0)


@dataclass(frozen=True, kw_only=True)
class MetricInput:
    """The columns all metrics read; derived ones are computed at most once.

    Attributes:
        pnl: P&L of closed trades in the chosen basis, by exit, float64 money.
        gross, fees: Of the same trades.
        risk: Initial risk in money, NaN where none was planned.
        held_seconds: Time from first entry to last exit.
        exit_pnl: Realised P&L by exit in the chosen basis, in time order, the partial exits of
            trades still open included.
        exit_gross, exit_fees: Of the same exits.
        days: Session days from first to last exit, days since 1970, ascending; days without an
            exit are included.
        day_pnl: Realised P&L of each, 0 where there was none.
        starting_balance: Money at the start, None when unknown.
        tolerance: Money that still counts as breakeven.
        periods_per_year: Session days a year: 252 on exchanges, 365 around the clock.
    """

    pnl: Floats
    gross: Floats
    fees: Floats
    risk: Floats
    held_seconds: Floats
    exit_pnl: Floats = field(default_factory=_no_values)
    exit_gross: Floats = field(default_factory=_no_values)
    exit_fees: Floats = field(default_factory=_no_values)
    days: Ints
    day_pnl: Floats
    starting_balance: float | None = None
    tolerance: float = 0.0
    periods_per_year: float = 252.0

    @cached_property
    def outcome(self) -> Bytes:
        """+1 win, -1 loss, 0 breakeven."""
        return outcomes(self.pnl, self.gross, tolerance=self.tolerance)

    @cached_property
    def wins(self) -> Floats:
        """P&L of the winning trades."""
        return self.pnl[self.outcome > 0]

    @cached_property
    def losses(self) -> Floats:
        """P&L of the losing trades, negative."""
        return self.pnl[self.outcome < 0]

    @cached_property
    def r_multiples(self) -> Floats:
        """P&L over initial risk, of the trades that had one."""
        planned = self.risk > 0
        return self.pnl[planned] / self.risk[planned]

    @cached_property
    def held_by_outcome(self) -> Floats:
        """Sums of holding times of losses, breakevens and wins."""
        return sum_by_code(self.outcome.astype(np.int64) + 1, self.held_seconds, 3)

    @cached_property
    def curve(self) -> Floats:
        """Realised P&L added up, exit by exit, from 0 at the start."""
        return np.concatenate([[0.0], np.cumsum(self.exit_pnl)])

    @cached_property
    def peaks(self) -> Floats:
        """Highest value of `curve` so far, the start included."""
        return np.maximum.accumulate(self.curve)

    @cached_property
    def returns(self) -> Floats | None:
        """Daily returns on the equity before the day; None without a starting balance or equity."""
        if not self.starting_balance or self.starting_balance <= 0:
            return None
        equity = self.starting_balance + np.concatenate([[0.0], np.cumsum(self.day_pnl)])
        if (equity[:-1] <= 0).any():
            return None
        return self.day_pnl / equity[:-1]

    @property
    def no_returns_reason(self) -> str:
        """Why `returns` is None."""
        return "equity fell to zero" if self.starting_balance else "starting balance unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure with its meaning.

    Attributes:
        slug: Stable name in the API, exports and URLs.
        label: Name on the page.
        unit: How it is read.
        better: Whether more is better.
        formula: The definition in one line.
        source: Where the definition comes from.
        hint: What it tells a trader, one sentence.
        compute: Function of `MetricInput`.
    """

    slug: str
    label: str
    unit: Unit
    better: Direction
    formula: str
    source: str
    hint: str
    compute: Callable[[MetricInput], Figure]

    def measure(self, data: MetricInput) -> MetricValue:
        """Compute the value, with n and a reason when undefined."""
        figure = self.compute(data)
        return MetricValue(slug=self.slug, value=figure.value, unit=self.unit, n=figure.n, reason=figure.reason)


@lru_cache(maxsize=1)
def all_metrics() -> dict[str, Metric]:
    """Return every metric by slug, families in the order of their files.

    Raises:
        PluginError: If a family lacks METRICS.
        InvalidInputError: If two metrics share a slug.
    """
    families: tuple[tuple[Metric, ...], ...] = load_plugins(sys.modules[__name__], "METRICS", tuple)
    found: dict[str, Metric] = {}
    for metric in (metric for family in families for metric in family):
        if metric.slug in found:
            message = f"Two metrics are called {metric.slug!r}."
            raise InvalidInputError(message)
        found[metric.slug] = metric
    return found


def compute_metrics(data: MetricInput, slugs: Sequence[str] | None = None) -> dict[str, MetricValue]:
    """Compute metrics of one filtered set of trades.

    Args:
        data: Columns of the closed trades and exits.
        slugs: Which metrics, in the wanted order; None for all.

    Returns:
        Values by slug.

    Raises:
        InvalidInputError: If a slug is not known.
    """
    metrics = all_metrics()
    chosen = list(metrics) if slugs is None else list(slugs)
    unknown = [slug for slug in chosen if slug not in metrics]
    if unknown:
        message = f"Metric {unknown[0]!r} is not known."
        raise InvalidInputError(message, field="metric", hint=f"Known: {', '.join(metrics)}.")
    return {slug: metrics[slug].measure(data) for slug in chosen}
