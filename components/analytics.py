"""The parts of the Analytics page: breakdown charts, setup intervals, the table of all figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from domain.filters import Basis, LedgerFilter
from domain.performance import Edge

if TYPE_CHECKING:
    from components.figures.intervals import EdgeInterval
    from domain.columns import Floats, Ints

TALL = 300
CARDS: dict[str, tuple[str, str, int]] = {
    "hour": ("By entry hour", "account's time zone", 220),
    "weekday": ("By weekday", "of the entry", 220),
    "duration": ("By holding time", "entry to last exit", 220),
    "symbol": ("By symbol", "best and worst", TALL),
    "setup": ("By setup", "closed trades", TALL),
    "tag": ("By tag", "a trade counts in each of its tags", TALL),
    "month": ("By month", "of the last exit", 260),
    "side": ("By side", "long and short", 260),
}
EXPLAIN = {
    by: f"Sum of the P&L of the closed trades of the filter, grouped {title.lower()} ({subtitle}). "
    "The number beside each name is how many trades it rests on. Click a bar for its trades."
    for by, (title, subtitle, _) in CARDS.items()
}
LYING = frozenset({"symbol", "setup", "tag", "side"})
SORTED = frozenset({"symbol", "setup", "tag"})
MOST_ROWS = 10


class Buckets(Protocol):
    """What a breakdown offers: one entry a bucket."""

    @property
    def by(self) -> str: ...  # noqa: D102 - the protocol's class says it
    @property
    def labels(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def keys(self) -> Ints: ...  # noqa: D102
    @property
    def n(self) -> Ints: ...  # noqa: D102
    @property
    def net(self) -> Floats: ...  # noqa: D102
    @property
    def gross(self) -> Floats: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """The rows a chart shows, in its order."""

    by: str
    labels: list[str]
    keys: list[int]
    values: list[float]
    counts: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Setup intervals as the chart takes them."""

    rows: list[EdgeInterval]
    in_r: bool


def bars_of(found: Buckets, chosen: LedgerFilter) -> Bars:
    """Return the rows to draw: names with the largest effect, time buckets in their order."""
    money = (found.gross if chosen.basis is Basis.GROSS else found.net).tolist()
    order = list(range(len(found.labels)))
    if found.by in SORTED:
        largest = sorted(order, key=lambda row: -abs(money[row]))[:MOST_ROWS]
        order = sorted(largest, key=lambda row: -money[row])
    return Bars(
        by=found.by,
        labels=[short_label(found.by, found.labels[row]) for row in order],
        keys=[int(found.keys[row]) for row in order],
        values=[money[row] for row in order],
        counts=[int(found.n[row]) for row in order],
    )


def short_label(by: str, label: str) -> str:
    """Return a bucket's name as it fits under a bar: "Mon", "09", "<1 min"."""
    if by == "weekday":
        return label[:3]
    if by == "hour":
        return label[:2]
    return label.replace("Under ", "<").replace("Over ", ">") if by == "duration" else label


def draw(bars: Bars, currency: str, *, theme: str) -> tuple[Any, str]:
    """Return the figure of a breakdown and its sentence."""
    from components.figures.bars import describe_bars, pl_bars, pl_bars_h

    build = pl_bars_h if bars.by in LYING else pl_bars
    figure = build(bars.labels, bars.values, counts=bars.counts, unit=currency, theme=theme, uirevision=bars.by)
    return figure, describe_bars(bars.labels, bars.values, unit=currency, what=CARDS[bars.by][0])


def narrow(chosen: LedgerFilter, bars: Bars, click: Mapping[str, Any]) -> LedgerFilter | None:
    """Return the filter of the trades behind a clicked bar, None when the click names none."""
    point = (click.get("points") or [{}])[0]
    row = point.get("pointNumber", point.get("pointIndex"))
    if not isinstance(row, int) or not 0 <= row < len(bars.labels):
        return None
    label, key = bars.labels[row], bars.keys[row]
    if bars.by == "month":
        return chosen.with_(period=_month_period(label))
    changes: dict[str, dict[str, object]] = {
        "hour": {"hour": key},
        "weekday": {"weekday": key},
        "symbol": {"symbols": (label,)},
        "side": {"side": label.lower()},
        "setup": {"setups": (label,)},
        "tag": {"tags": (label,)},
        "duration": {"duration": _duration(key)},
    }
    return chosen.with_(status="closed", **changes[bars.by])


def _month_period(label: str) -> str:
    year, month = (int(part) for part in label.split("-"))
    days = (31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return f"{label}-01..{label}-{days[month - 1]:02d}"


def _duration(key: int) -> str:
    slugs = ("1m", "5m", "15m", "1h", "4h", "1d", "1w", "1M", "long")
    return slugs[key] if 0 <= key < len(slugs) else ""


def intervals(edges: Sequence[Edge]) -> Intervals:
    """Return setup edges as rows of the interval chart."""
    from components.figures.intervals import EdgeInterval

    rows = [EdgeInterval(label=edge.label, n=edge.n, mean=edge.mean, low=edge.low, high=edge.high) for edge in edges]
    return Intervals(rows=rows, in_r=bool(edges) and edges[0].in_r)
