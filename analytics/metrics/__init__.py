"""One metric family a file, each exporting METRICS.

A metric is defined once, with its formula, source and hint, and computed once: pages, the API and
exports show the same figure. Undefined is None with a reason, never 0 or another stand-in. What
takes long (resampling, simulation) is `Cost.HEAVY` and computed only where it is asked for by name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from analytics.metric_columns import HeldPrices, MetricInput
from domain.errors import InvalidInputError
from domain.performance import LOW_SAMPLE, Direction, MetricValue, Unit
from domain.plugins import load_plugins

__all__ = [
    "FAMILIES",
    "Cost",
    "Figure",
    "HeldPrices",
    "Metric",
    "MetricInput",
    "all_metrics",
    "compute_metrics",
    "light_slugs",
]

FAMILIES = MappingProxyType(
    {
        "trades": "Results",
        "sizes": "Wins and losses",
        "multiples": "R multiples",
        "streaks": "Streaks",
        "holding": "Holding time",
        "days": "Days",
        "costs": "Fees",
        "activity": "Activity and exposure",
        "excursions": "Excursions",
        "returns": "Returns",
        "drawdown": "Drawdown",
        "risk": "Return for risk",
        "tails": "Tails",
        "relative": "Against the benchmark",
        "sizing": "Position size",
        "luck": "Luck or skill",
    }
)
"""Title of each family by the name of its file, in the order in which they are shown."""


class Cost(StrEnum):
    """Whether a metric is computed with every page or only where it is asked for."""

    LIGHT = "light"
    HEAVY = "heavy"
    CANDLES = "candles"  # heavy, the more so the more trades nobody has measured yet


class Figure(NamedTuple):
    """What a metric's function returns: the value, on how many observations, why not, and what to know of it."""

    value: float | None
    n: int
    reason: str = ""
    note: str = ""


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
        cost: Whether every page may compute it.
        enough: Observations from which it is no low sample.
    """

    slug: str
    label: str
    unit: Unit
    better: Direction
    formula: str
    source: str
    hint: str
    compute: Callable[[MetricInput], Figure]
    cost: Cost = Cost.LIGHT
    enough: int = LOW_SAMPLE

    @property
    def family(self) -> str:
        """Name of its family's file, a key of `FAMILIES`."""
        return self.compute.__module__.rsplit(".", 1)[-1]

    def measure(self, data: MetricInput) -> MetricValue:
        """Compute the value, with n and a reason when undefined."""
        figure = self.compute(data)
        return MetricValue(
            slug=self.slug,
            value=figure.value,
            unit=self.unit,
            n=figure.n,
            reason=figure.reason,
            note=figure.note,
            enough=self.enough,
        )


@lru_cache(maxsize=1)
def all_metrics() -> dict[str, Metric]:
    """Return every metric by slug, families in the order of `FAMILIES`.

    Raises:
        PluginError: If a family lacks METRICS.
        InvalidInputError: If two metrics share a slug.
    """
    families: tuple[tuple[Metric, ...], ...] = load_plugins(sys.modules[__name__], "METRICS", tuple)
    found: dict[str, Metric] = {}
    order = list(FAMILIES)
    for metric in sorted((metric for family in families for metric in family), key=lambda item: _rank(item, order)):
        if metric.slug in found:
            message = f"Two metrics are called {metric.slug!r}."
            raise InvalidInputError(message)
        found[metric.slug] = metric
    return found


def _rank(metric: Metric, order: Sequence[str]) -> int:
    return order.index(metric.family) if metric.family in order else len(order)


@lru_cache(maxsize=1)
def light_slugs() -> tuple[str, ...]:
    """Return the metrics that every page may compute."""
    return tuple(slug for slug, metric in all_metrics().items() if metric.cost is Cost.LIGHT)


def compute_metrics(data: MetricInput, slugs: Sequence[str] | None = None) -> dict[str, MetricValue]:
    """Compute metrics of one filtered set of trades.

    Args:
        data: Columns of the closed trades and exits.
        slugs: Which metrics, in the wanted order; None for all that cost little.

    Returns:
        Values by slug.

    Raises:
        InvalidInputError: If a slug is not known.
    """
    metrics = all_metrics()
    chosen = light_slugs() if slugs is None else slugs
    unknown = [slug for slug in chosen if slug not in metrics]
    if unknown:
        message = f"Metric {unknown[0]!r} is not known."
        raise InvalidInputError(message, field="metric", hint=f"Known: {', '.join(metrics)}.")
    return {slug: metrics[slug].measure(data) for slug in chosen}
