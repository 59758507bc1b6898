"""Trade sets cut into buckets: breakdowns by one dimension and tables by two.

A bucket's figure is the figure of the filter narrowed to the bucket: `narrow_filter` is that filter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.dimensions import Dimension, find_dimension
from analytics.facts import Coded
from analytics.metrics import all_metrics, compute_metrics
from analytics.slices import SLICE_FIGURES, Coding, SliceColumns, Sums, mean_bounds, sums_of
from domain.columns import take
from domain.conditions import Condition
from domain.errors import InvalidInputError
from domain.filters import Basis, LedgerFilter
from domain.performance import LOW_SAMPLE, MetricValue, Unit
from services.fee_notes import note_estimates
from services.figure_inputs import inputs_of
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Ints

DEFAULT_FIGURES = ("net_pnl", "trades", "win_rate", "profit_factor", "expectancy", "expectancy_r")
_PLAIN_TUPLES = frozenset({"symbols", "tags", "setups", "rules"})
_PLAIN_NUMBERS = frozenset({"weekday", "hour"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One bucket and its figures.

    Attributes:
        key: What the filter takes; "" for trades without the property.
        label: Its name.
        trades: Closed trades.
        figures: Values by slug, None where undefined.
        n: On how many observations each figure rests.
        interval: 95 % interval of the mean P&L, None below ten trades.
    """

    key: str
    label: str
    trades: int
    figures: dict[str, float | None]
    n: dict[str, int]
    interval: tuple[float, float] | None = None

    def is_low_sample(self, slug: str) -> bool:
        """Whether a figure rests on fewer than 30 observations."""
        return self.n[slug] < LOW_SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketTable:
    """A breakdown.

    Attributes:
        by: The dimension.
        slugs: Figures, in order.
        units: How each is read.
        rows: Buckets with trades or exits, in natural order.
        total: The same figures of the whole filter.
        overlaps: Whether a trade can be in several rows, so that they do not add up.
        unit: Currency code, "%" or "R" of the money.
        filter: What was looked at.
    """

    by: Dimension
    slugs: tuple[str, ...]
    units: dict[str, Unit]
    rows: tuple[Bucket, ...]
    total: Bucket
    overlaps: bool
    unit: str
    filter: LedgerFilter


def narrow_filter(chosen: LedgerFilter, dimension: Dimension, key: str) -> LedgerFilter:
    """Return a filter narrowed to a bucket; a field the Trades page has a chip for is used while it is free."""
    name = dimension.plain
    is_free = bool(name) and getattr(chosen, name) == getattr(LedgerFilter(), name)
    if is_free and key:
        value: object = (key,) if name in _PLAIN_TUPLES else int(key) if name in _PLAIN_NUMBERS else key
        return chosen.with_(**{name: value})
    condition = Condition(by=dimension.slug, values=(key,))
    return chosen if condition in chosen.where else chosen.with_(where=(*chosen.where, condition))


def narrow_set(found: TradeSet, trades: Any, exits: Any) -> TradeSet:
    """Return a trade set with some of its trades and exits, given by position."""
    return replace(
        found,
        rows=found.chosen_rows[trades],
        chosen=take(found.chosen, trades),
        chosen_rows=found.chosen_rows[trades],
        exits=take(found.exits, exits),
        exit_rows=found.exit_rows[exits],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A trade set cut by a dimension: cell of each chosen trade and of each exit."""

    coded: Coded
    trades: Any
    exits: Any

    def positions(self, codes: Any) -> list[Ints]:
        """Return the positions of each bucket's rows among trade or exit codes, ascending."""
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(self.coded.cells + 1))
        cells = [order[start:end] for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]
        if self.coded.members is None:
            return cells
        none = np.zeros(0, dtype=np.int64)
        return [
            np.sort(np.concatenate([none, *(cells[cell] for cell in np.flatnonzero(row))]))
            for row in self.coded.members
        ]


def cut_set(found: TradeSet, dimension: Dimension, edges: Sequence[float] = ()) -> Cut:
    """Cut a trade set by a dimension; a number without given edges is cut at round ones that suit the filter."""
    if dimension.of_days is not None:
        days = np.concatenate([found.chosen.exit_day, found.exits.day])
        coded = dimension.of_days(days)
        at = len(found.chosen)
        return Cut(coded=coded, trades=coded.codes[:at], exits=coded.codes[at:])
    within = None
    if dimension.is_number and not edges:
        within = np.zeros(len(found.frame), dtype=np.bool_)
        within[found.chosen_rows] = True
    coded = dimension.coded(found.facts, edges=edges, within=within)
    # Rows are ascending and different, so as many as there are means all of them, in order.
    is_whole = len(found.chosen_rows) == len(found.frame)
    trades = coded.codes if is_whole else coded.codes[found.chosen_rows]
    return Cut(coded=coded, trades=trades, exits=coded.codes[found.exit_rows])


def slice_columns(found: TradeSet) -> tuple[SliceColumns, Any]:
    """Return the columns that slices sum, and which of the chosen trades are closed (a slice when all are)."""
    frame = found.chosen
    closed: Any = np.flatnonzero(~frame.is_open) if frame.is_open.any() else slice(None)
    gross = frame.gross[closed]
    pnl = frame.net[closed] if found.filter.basis is Basis.NET else gross
    columns = SliceColumns(
        pnl=pnl,
        outcome=found.outcome[closed],
        risk=frame.risk[closed],
        exit_gross=found.exits.gross,
        exit_fees=found.exits.fees,
    )
    return columns, closed


def check_figures(slugs: Sequence[str]) -> dict[str, Unit]:
    """Return how each figure is read.

    Raises:
        InvalidInputError: If one is not known.
    """
    known = all_metrics()
    for slug in slugs:
        if slug not in known:
            message = f"Metric {slug[:40]!r} is not known."
            raise InvalidInputError(message, field="metric", hint=f"Use one of {', '.join(known)}.")
    return {slug: known[slug].unit for slug in slugs}


def bucket_table(
    found: TradeSet, by: str, slugs: Sequence[str] = DEFAULT_FIGURES, *, edges: Sequence[float] = ()
) -> BucketTable:
    """Return the figures of each bucket of a dimension.

    Args:
        found: The trade set.
        by: Slug of the dimension.
        slugs: Figures by the slugs of their metrics.
        edges: Ends of the ranges of a number, () for round ones.

    Raises:
        InvalidInputError: If the dimension or a figure is not known.
    """
    return bucket_tables(found, (by,), slugs, edges=edges)[0]


def bucket_tables(
    found: TradeSet, properties: Sequence[str], slugs: Sequence[str], *, edges: Sequence[float] = ()
) -> tuple[BucketTable, ...]:
    """Return several breakdowns of one trade set, sharing the work; arguments as in `bucket_table`."""
    dimensions, units = [find_dimension(by) for by in properties], check_figures(slugs)
    columns, closed = slice_columns(found)
    cuts = [cut_set(found, dimension, edges) for dimension in dimensions]
    *summed, whole = sums_of(columns, [_coding(cut, closed) for cut in cuts])
    total = _total(found, whole, units)
    return tuple(
        _table(found, (cut, sums), total, dimension, units)
        for dimension, cut, sums in zip(dimensions, cuts, summed, strict=True)
    )


def _coding(cut: Cut, closed: Any) -> Coding:
    members = cut.coded.members
    return Coding(
        trade_codes=cut.trades[closed],
        exit_codes=cut.exits,
        size=cut.coded.cells,
        finish=_same if members is None else lambda column: members.astype(np.int64) @ column,
    )


def _table(
    found: TradeSet, cut_up: tuple[Cut, Sums], total: Bucket, dimension: Dimension, units: dict[str, Unit]
) -> BucketTable:
    cut, sums = cut_up
    # Figures first: what counts outcomes counts trades on the way.
    fast = _fast_values(sums, units)
    rows = np.flatnonzero((sums.n > 0) | (sums.exits > 0))
    values = fast | _slow_values(found, cut, [slug for slug in units if slug not in fast], rows)
    return BucketTable(
        by=dimension,
        slugs=tuple(units),
        units=units,
        rows=tuple(_buckets(cut.coded, sums, values, rows)),
        total=total,
        overlaps=cut.coded.overlaps,
        unit=found.unit,
        filter=found.filter,
    )


def _same(column: Any) -> Any:
    return column


Values = dict[str, tuple[Any, Any]]
"""Values and n of all buckets by figure."""


def _fast_values(sums: Sums, slugs: Iterable[str]) -> Values:
    return {
        slug: (SLICE_FIGURES[slug].value(sums), SLICE_FIGURES[slug].n(sums)) for slug in slugs if slug in SLICE_FIGURES
    }


def _slow_values(found: TradeSet, cut: Cut, slow: Sequence[str], rows: Ints) -> Values:
    size = len(cut.coded)
    values: Values = {slug: (np.full(size, np.nan), np.zeros(size, dtype=np.int64)) for slug in slow}
    if not slow:
        return values
    of_trades, of_exits = cut.positions(cut.trades), cut.positions(cut.exits)
    for row in rows.tolist():
        for slug, item in measure(narrow_set(found, of_trades[row], of_exits[row]), slow).items():
            values[slug][0][row] = np.nan if item[0] is None else item[0]
            values[slug][1][row] = item[1]
    return values


def measure(found: TradeSet, slugs: Sequence[str]) -> dict[str, tuple[float | None, int]]:
    """Return value and n of figures of a trade set."""
    if not slugs:
        return {}
    return {slug: (item.value, item.n) for slug, item in compute_metrics(inputs_of(found), slugs).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricBucket:
    """A bucket with every light figure in full: n, unit, and the reason where one is undefined."""

    key: str
    label: str
    trades: int
    metrics: dict[str, MetricValue]


def metric_buckets(found: TradeSet, by: str) -> tuple[MetricBucket, ...]:
    """Return the buckets of `bucket_table`, each with all metrics of the filter narrowed to it.

    Raises:
        InvalidInputError: If the dimension is not known.
    """
    cut = cut_set(found, find_dimension(by))
    buckets = []
    of_trades, of_exits = cut.positions(cut.trades), cut.positions(cut.exits)
    for key, label, trades, exits in zip(cut.coded.keys, cut.coded.labels, of_trades, of_exits, strict=True):
        closed = int(np.count_nonzero(~found.chosen.is_open[trades]))
        if closed or len(exits):
            part = narrow_set(found, trades, exits)
            metrics = note_estimates(part, compute_metrics(inputs_of(part)))
            buckets.append(MetricBucket(key=key, label=label, trades=closed, metrics=metrics))
    return tuple(buckets)


def _buckets(coded: Coded, sums: Sums, values: Values, rows: Ints) -> list[Bucket]:
    low, high = mean_bounds(sums) if "expectancy" in values else np.full((2, len(sums.n)), np.nan)
    trades, lows, highs = (column[rows].tolist() for column in (sums.n, low, high))
    figures = _rows_of({slug: _numbers(column[rows]) for slug, (column, _) in values.items()}, len(rows))
    counts = _rows_of({slug: column[rows].tolist() for slug, (_, column) in values.items()}, len(rows))
    return [
        Bucket(
            key=coded.keys[row],
            label=coded.labels[row],
            trades=trades[at],
            figures=figures[at],
            n=counts[at],
            interval=None if math.isnan(lows[at]) else (lows[at], highs[at]),
        )
        for at, row in enumerate(rows.tolist())
    ]


def _rows_of(columns: dict[str, list[Any]], size: int) -> list[dict[str, Any]]:
    """Return columns as one dict a row."""
    if not columns:
        return [{} for _ in range(size)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _numbers(column: Any) -> list[float | None]:
    """Return a column as numbers, None for NaN."""
    return [None if math.isnan(value) else value for value in column.astype(np.float64).tolist()]


def number_or_none(value: Any) -> float | None:
    """Return a number, None for NaN."""
    return None if np.isnan(value) else float(value)


def _total(found: TradeSet, sums: Sums, slugs: Iterable[str]) -> Bucket:
    values = _fast_values(sums, slugs)
    slow = measure(found, [slug for slug in slugs if slug not in values])
    low, high = mean_bounds(sums) if "expectancy" in values else np.full((2, 1), np.nan)
    return Bucket(
        key="",
        label="All",
        trades=int(sums.n[0]),
        figures={slug: number_or_none(column[0]) for slug, (column, _) in values.items()}
        | {slug: value for slug, (value, _) in slow.items()},
        n={slug: int(column[0]) for slug, (_, column) in values.items()} | {slug: n for slug, (_, n) in slow.items()},
        interval=None if np.isnan(low[0]) else (float(low[0]), float(high[0])),
    )
