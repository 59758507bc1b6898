"""All metrics of a trade set by one property, from the same functions as the metrics of the whole set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.dimensions import find_dimension
from analytics.metrics import compute_metrics
from domain.performance import MetricValue
from services.figure_inputs import inputs_of
from services.slices import cut_set, narrow_set
from services.trade_sets import TradeSet

PROPERTIES = ("symbol", "side", "weekday", "hour", "month", "duration", "tag", "setup")
"""Properties that the filter has a parameter of the same name for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricBucket:
    """The trades that share a property.

    Attributes:
        key: What the filter of the same name takes to choose them ("2026-09" for a month); "" for
            trades without a tag or setup.
        label: Its name for people.
        trades: How many closed trades.
        metrics: As of the whole set.
    """

    key: str
    label: str
    trades: int
    metrics: dict[str, MetricValue]


def metric_buckets(found: TradeSet, by: str) -> tuple[MetricBucket, ...]:
    """Return the metrics of each bucket that has closed trades, in natural order.

    A bucket's figures equal those of the same filter narrowed to it. A trade with two tags counts in
    both of their buckets. By month, exits count in their own month.

    Raises:
        InvalidInputError: If `by` is not a dimension.
    """
    cut = cut_set(found, find_dimension(by))
    buckets = []
    of_trades, of_exits = cut.positions(cut.trades), cut.positions(cut.exits)
    for key, label, trades, exits in zip(cut.coded.keys, cut.coded.labels, of_trades, of_exits, strict=True):
        part = narrow_set(found, trades, exits)
        closed = int(np.count_nonzero(~part.chosen.is_open))
        if closed:
            metrics = compute_metrics(inputs_of(part))
            buckets.append(MetricBucket(key=key, label=label, trades=closed, metrics=metrics))
    return tuple(buckets)
