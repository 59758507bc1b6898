"""The columns every metric of a trade set is computed from: one place for pages, the API, exports and explanations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from analytics.facts import BenchmarkDays
from analytics.inputs import metric_input
from analytics.metrics import MetricInput, all_metrics, compute_metrics
from domain.instruments import AssetClass
from domain.performance import MetricValue

if TYPE_CHECKING:
    from domain.columns import Floats, Ints
    from services.trade_sets import TradeSet, TradeSets

EXCHANGE_DAYS, ALL_DAYS = 252.0, 365.0


def inputs_of(found: TradeSet) -> MetricInput:
    """Return the columns of a trade set; candles and the benchmark are read only by metrics that need them."""
    data = metric_input(
        found.chosen,
        found.exits,
        basis=found.filter.basis,
        starting_balance=found.balance,
        periods_per_year=periods_per_year(found),
    )
    market = found.facts.around.benchmark
    return replace(
        data,
        no_balance_reason="R has no balance to be a part of" if found.unit == "R" else data.no_balance_reason,
        benchmark=None if market is None else lambda days: benchmark_on(market(), days),
        prices=None if found.prices is None else partial(found.prices, found),
    )


def every_metric(sets: TradeSets, found: TradeSet, now: datetime, progress: int) -> dict[str, MetricValue]:
    """Return all metrics of a trade set, also those that take long.

    They are kept for the hour, unless more excursions were measured since.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = ("figures", found.owner, id(found.facts), found.filter, found.today, hour, progress)
    # The facts are kept beside the figures, so that no other ones can take over their id.
    _, values = sets.cached(key, lambda: (found.facts, compute_metrics(inputs_of(found), list(all_metrics()))))
    result: dict[str, MetricValue] = values
    return result


def periods_per_year(found: TradeSet) -> float:
    """Return the session days a year: 365 where nothing but coins is traded, 252 otherwise."""
    frame = found.frame
    used = np.flatnonzero(np.bincount(frame.instrument, minlength=len(frame.asset_classes))).tolist()
    classes = {frame.asset_classes[code] for code in used}
    return ALL_DAYS if classes == {AssetClass.CRYPTO.value} else EXCHANGE_DAYS


def benchmark_on(market: BenchmarkDays | None, days: Ints) -> Floats | None:
    """Return the returns of a benchmark on some days, NaN where it has none."""
    if market is None or not len(market.day):
        return None
    place = np.minimum(np.searchsorted(market.day, days), len(market.day) - 1)
    found: Floats = np.where(market.day[place] == days, market.change[place], np.nan)
    return found
