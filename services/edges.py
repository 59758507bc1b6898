"""How sure is an edge: the mean of each setup or tag with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.inference import expectancy_interval
from domain.filters import Basis
from domain.performance import Edge
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Floats

ENOUGH = 10


def setup_edges(found: TradeSet) -> list[Edge]:
    """Return the edge of each setup with closed trades, best mean first; in R where every trade has a plan."""
    frame = found.chosen
    closed = ~frame.is_open
    profit = frame.net if found.filter.basis is Basis.NET else frame.gross
    groups: dict[str, Floats] = {}
    for code, name in enumerate(frame.setups):
        rows = closed & (frame.setup == code)
        if rows.any():
            groups[name] = rows
    with np.errstate(invalid="ignore"):
        r_values = profit / frame.risk
    in_r = bool(groups) and all(not np.isnan(r_values[rows]).any() for rows in groups.values())
    values = r_values if in_r else profit
    edges = [_edge(name, values[rows], in_r=in_r) for name, rows in groups.items()]
    return sorted(edges, key=lambda edge: -edge.mean)


def _edge(label: str, values: Floats, *, in_r: bool) -> Edge:
    interval = expectancy_interval(values) if len(values) >= ENOUGH else None
    return Edge(
        label=label,
        n=len(values),
        mean=float(values.mean()),
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        in_r=in_r,
    )
