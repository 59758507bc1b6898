"""Two groups of trades side by side: each figure of both, the difference, and whether luck can make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.comparison import STATISTICS, Difference, bootstrap_differences, mean_difference, share_difference
from analytics.metrics import all_metrics, compute_metrics
from domain.filters import LedgerFilter
from domain.performance import MetricValue
from services.curves import Curve, build_curve
from services.figure_inputs import inputs_of
from services.portfolio import closed_count
from services.slices import check_figures
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from analytics.metrics import MetricInput

COMPARED = (
    "net_pnl", "trades", "win_rate", "expectancy", "expectancy_r", "profit_factor", "payoff", "avg_win", "avg_loss",
    "median_trade", "max_drawdown_money", "avg_hold", "fees",
)  # fmt: skip
CURVE_POINTS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group: its filter, how many closed trades it has, all compared figures, its curve."""

    filter: LedgerFilter
    trades: int
    metrics: dict[str, MetricValue]
    curve: Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFigure:
    """One figure of both groups.

    Attributes:
        difference: First less second, None where either is undefined.
        sure: Interval of the difference, None for figures that have none (sums, counts).
    """

    slug: str
    label: str
    first: MetricValue
    second: MetricValue
    difference: float | None
    sure: Difference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two groups of trades.

    Attributes:
        shared: Closed trades that are in both; with any, the intervals are too narrow.
        unit: Currency code, "%" or "R" of the money.
    """

    first: Group
    second: Group
    figures: tuple[ComparedFigure, ...]
    shared: int
    unit: str


def compare_sets(first: TradeSet, second: TradeSet, slugs: Sequence[str] = COMPARED) -> Comparison:
    """Compare two trade sets in one currency and unit.

    Raises:
        InvalidInputError: If a figure is not known.
    """
    check_figures(slugs)
    # What the figures are made of is worked out once: on a million trades that is most of the cost.
    data = inputs_of(first), inputs_of(second)
    groups = _group(first, slugs, data[0]), _group(second, slugs, data[1])
    sure = bootstrap_differences(data[0].pnl, data[1].pnl, [slug for slug in slugs if slug in STATISTICS])
    return Comparison(
        first=groups[0],
        second=groups[1],
        figures=tuple(_compare(slug, groups, sure.get(slug) or _interval(slug, *data)) for slug in slugs),
        shared=_shared(first, second),
        unit=first.unit,
    )


def _group(found: TradeSet, slugs: Sequence[str], data: MetricInput) -> Group:
    return Group(
        filter=found.filter,
        trades=closed_count(found),
        metrics=compute_metrics(data, slugs),
        curve=build_curve(found, found.filter, points=CURVE_POINTS),
    )


def _shared(first: TradeSet, second: TradeSet) -> int:
    in_first = np.zeros(len(first.frame), dtype=np.bool_)
    in_first[first.chosen_rows[~first.chosen.is_open]] = True
    return int(np.count_nonzero(in_first[second.chosen_rows[~second.chosen.is_open]]))


def _compare(slug: str, groups: tuple[Group, Group], sure: Difference | None) -> ComparedFigure:
    first, second = (group.metrics[slug] for group in groups)
    known = first.value is not None and second.value is not None
    return ComparedFigure(
        slug=slug,
        label=all_metrics()[slug].label,
        first=first,
        second=second,
        difference=first.value - second.value if known else None,  # type: ignore[operator]
        sure=sure,
    )


def _interval(slug: str, first: MetricInput, second: MetricInput) -> Difference | None:
    if slug == "expectancy":
        return mean_difference(first.pnl, second.pnl)
    if slug == "expectancy_r":
        return mean_difference(first.r_multiples, second.r_multiples)
    if slug == "win_rate":
        wins = len(first.wins), len(second.wins)
        return share_difference(wins, (wins[0] + len(first.losses), wins[1] + len(second.losses)))
    return None
