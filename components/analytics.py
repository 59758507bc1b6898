"""The parts of the Analytics page: breakdown charts, setup intervals, the table of all figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.analysis_tables import group_data
from domain.conditions import Condition
from domain.filters import Basis, FigureUnit, LedgerFilter

if TYPE_CHECKING:
    from components.figures.intervals import EdgeInterval
    from domain.columns import Floats
    from domain.performance import Edge
    from services.slices import BucketTable

TALL = 300
MOST_ROWS = 10
CARDS: dict[str, tuple[str, str, int]] = {
    "entry_half_hour": ("By entry time", "half hours of the account's zone", 220),
    "weekday": ("By weekday", "of the entry", 220),
    "duration": ("By holding time", "entry to last exit", 220),
    "symbol": ("By symbol", "best and worst", TALL),
    "setup": ("By setup", "all trades", TALL),
    "tag": ("By tag", "a trade counts in each of its tags", TALL),
    "month": ("By month", "of each exit", 240),
    "side": ("By side", "long and short", 240),
    "after_losses": ("After losses in a row", "before the entry", 240),
}
EXPLAIN = {
    by: f"Sum of the realised P&L of the filter, partial exits included, grouped {title.lower()} ({subtitle}). "
    "The number beside each name is how many closed trades it has. Click a bar for its trades."
    for by, (title, subtitle, _) in CARDS.items()
}
LYING = frozenset({"side"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Setup intervals as the chart takes them."""

    rows: list[EdgeInterval]
    in_r: bool


def pnl_slug(chosen: LedgerFilter) -> str:
    """Return the metric of the P&L in the filter's basis."""
    return "gross_pnl" if chosen.basis is Basis.GROSS else "net_pnl"


def draw(table: BucketTable, slug: str, *, theme: str) -> tuple[Any, str]:
    """Return the figure of a breakdown and its sentence."""
    from components.figures.group_bars import describe_groups, group_bars

    lying = table.by.sorted_by_size or table.by.slug in LYING
    data = group_data(table, slug, "Gross P&L" if slug == "gross_pnl" else "Net P&L", most=MOST_ROWS)
    return group_bars(data, lying=lying, theme=theme, uirevision=table.by.slug), describe_groups(data)


def bin_filter(
    chosen: LedgerFilter, edges: Floats, click: Mapping[str, Any] | None, *, balance: float | None
) -> LedgerFilter | None:
    """Return the filter of the trades in a clicked bin of the distribution, None when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    place = point.get("pointNumber", point.get("pointIndex"))
    if not isinstance(place, int) or not 0 <= place < len(edges) - 1:
        return None
    # Percent is of the starting balance; the filter knows money. The last bin is closed at its upper end.
    scale = balance if chosen.unit is FigureUnit.PERCENT and balance else 1.0
    low, high = (float(edges[at]) * scale for at in (place, place + 1))
    span = f"{low!r}.." if place == len(edges) - 2 else f"{low!r}..{high!r}"
    condition = Condition(by="r" if chosen.unit is FigureUnit.R else "pnl", values=(span,))
    return chosen.with_(status="closed", where=(*chosen.where, condition))


def intervals(edges: Sequence[Edge]) -> Intervals:
    """Return setup edges as rows of the interval chart."""
    from components.figures.intervals import EdgeInterval

    rows = [EdgeInterval(label=edge.label, n=edge.n, mean=edge.mean, low=edge.low, high=edge.high) for edge in edges]
    return Intervals(rows=rows, in_r=bool(edges) and edges[0].in_r)


def clicked_setup(edges: Intervals, click: Mapping[str, Any] | None) -> str:
    """Return the setup of a clicked row, "" when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    try:
        return edges.rows[round(float(point["y"]))].label
    except (KeyError, IndexError, TypeError, ValueError):
        return ""
