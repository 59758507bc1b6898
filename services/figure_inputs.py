"""The columns every metric of a trade set is computed from: one place for pages, the API, exports and explanations."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from analytics.facts import BenchmarkDays
from analytics.inputs import metric_input
from analytics.metrics import Cost, Metric, MetricInput, all_metrics, compute_metrics
from domain.analysis_rules import RiskFreeRate, YearDays
from domain.instruments import AssetClass
from domain.performance import MetricValue

if TYPE_CHECKING:
    from domain.columns import Floats, Ints
    from services.trade_sets import TradeSet, TradeSets

EXCHANGE_DAYS, ALL_DAYS = 252.0, 365.0
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def inputs_of(found: TradeSet) -> MetricInput:
    """Return the columns of a trade set; candles and the benchmark are read only by metrics that need them."""
    data = metric_input(
        found.chosen,
        found.exits,
        basis=found.filter.basis,
        starting_balance=found.balance,
        periods_per_year=periods_per_year(found),
        outcome=found.outcome,
    )
    market = found.facts.around.benchmark
    return replace(
        data,
        risk_free=rates_on(found.rules.risk_free, data.days),
        trials=found.rules.trials,
        no_balance_reason="R has no balance to be a part of" if found.unit == "R" else data.no_balance_reason,
        benchmark=None if market is None else lambda days: benchmark_on(market(), days),
        prices=None if found.prices is None else partial(found.prices, found),
        fee_kinds=None if found.fee_kinds is None else partial(found.fee_kinds, found),
    )


def every_metric(
    sets: TradeSets, found: TradeSet, now: datetime, progress: int, *, awaited: str = ""
) -> dict[str, MetricValue]:
    """Return all metrics of a trade set, also those that take long.

    They are kept for the hour, unless more excursions were measured since. Those that rest on candles are undefined
    for the reason `awaited` where one is given.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    key = ("figures", found.owner, id(found.facts), found.filter, found.rules, found.today, hour, progress, awaited)
    # The facts are kept beside the figures, so that no other ones can take over their id.
    slugs = [slug for slug, metric in all_metrics().items() if not awaited or metric.cost is not Cost.CANDLES]
    _, values = sets.cached(key, lambda: (found.facts, compute_metrics(inputs_of(found), slugs)))
    return {slug: values.get(slug) or leave_undefined(metric, awaited) for slug, metric in all_metrics().items()}


def leave_undefined(metric: Metric, reason: str) -> MetricValue:
    """Return a metric that cannot be computed, with the reason."""
    return MetricValue(slug=metric.slug, value=None, unit=metric.unit, n=0, reason=reason)


def periods_per_year(found: TradeSet) -> float:
    """Return the session days a year: as the settings say, else 365 where nothing but coins is traded, and 252."""
    frame = found.frame
    used = np.flatnonzero(np.bincount(frame.instrument, minlength=len(frame.asset_classes))).tolist()
    return days_of_year(found.rules.year_days, {frame.asset_classes[code] for code in used})


def days_of_year(chosen: YearDays, classes: AbstractSet[str]) -> float:
    """Return the days a year as the settings say; automatic is 365 where nothing but coins is traded, else 252."""
    if chosen is not YearDays.AUTO:
        return float(chosen.value)
    return ALL_DAYS if classes == {AssetClass.CRYPTO.value} else EXCHANGE_DAYS


def rates_on(rate: RiskFreeRate, days: Ints) -> float | Floats:
    """Return the yearly risk-free rate as a fraction: one number, or one for each of some days where it changed."""
    values = np.array([float(percent) / 100 for _, percent in rate.rates])
    if rate.is_constant:
        return float(values[0])
    starts = np.array([day.toordinal() - EPOCH_ORDINAL for day, _ in rate.rates])
    found: Floats = values[np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)]
    return found


def benchmark_on(market: BenchmarkDays | None, days: Ints) -> Floats | None:
    """Return the returns of a benchmark on some days, NaN where it has none."""
    if market is None or not len(market.day):
        return None
    place = np.minimum(np.searchsorted(market.day, days), len(market.day) - 1)
    found: Floats = np.where(market.day[place] == days, market.change[place], np.nan)
    return found
