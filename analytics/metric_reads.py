"""What a metric read while it was computed: which settings its value rests on, found by watching."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from typing_extensions import override

from analytics.metrics import Metric, MetricInput
from domain.performance import MetricValue

SETTINGS = {
    "breakeven": frozenset({"outcome"}),
    "year_days": frozenset({"days", "day_pnl", "periods_per_year"}),
    "risk_free": frozenset({"risk_free"}),
    "trials": frozenset({"trials"}),
}
"""Columns of `MetricInput` that rest on each setting."""


class _WatchedInput(MetricInput):
    """Columns that note which of them are read, also on the way to derived ones."""

    @override
    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            object.__getattribute__(self, "__dict__").setdefault("_read", set()).add(name)
        return object.__getattribute__(self, name)


def measure_watched(metric: Metric, data: MetricInput) -> tuple[MetricValue, tuple[str, ...]]:
    """Return the value of a metric, and the settings that it read.

    Args:
        metric: The metric.
        data: Its columns; what was derived of them before is derived again.
    """
    watched = _WatchedInput(**{item.name: getattr(data, item.name) for item in fields(MetricInput)})
    watched.__dict__["_read"] = set()
    value = metric.measure(watched)
    read = watched.__dict__["_read"]
    return value, tuple(name for name, columns in SETTINGS.items() if columns & read)
