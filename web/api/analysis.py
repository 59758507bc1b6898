"""Breakdowns, cross tables, trends, comparisons and scatter charts."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.periods import from_micros
from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import Printable, Schema, Words
from web.context import current_owner, services

if TYPE_CHECKING:
    from analytics.dimensions import Dimension
    from services.slices import Bucket, BucketTable

TOPIC = Topic(
    "Analysis",
    "/api/v1",
    "Trades by any dimension. A bucket's figures are those of the filter narrowed to it, which `filter` writes out.",
)
Measure = Literal["money", "fraction", "ratio", "r", "count", "seconds", "days"]
_EDGES = "Ends of the ranges of a number, such as 0,100,500; round ones by default."


class DimensionRow(Schema):
    """A property that trades can be looked at by."""

    slug: str
    label: str
    group: str
    about: str
    is_number: bool = Field(description="Whether it is cut into ranges and takes `edges`.")


class DimensionList(Schema):
    """Every dimension."""

    items: list[DimensionRow]
    next_cursor: str | None = None


class BreakdownQuery(LedgerQuery):
    """Which trades, by what, and which figures."""

    by: Printable = Field("symbol", max_length=40, description="Slug of a dimension.")
    and_: Printable = Field("", alias="and", max_length=40, description="A second dimension, for a table by both.")
    metric: Words = Field((), description="Figures by slug, comma separated; the first one in a table by two.")
    edges: Printable = Field("", max_length=1_000, description=_EDGES)


class FigureCell(Schema):
    """A figure of a bucket; null where it is undefined."""

    value: float | None
    n: int
    low_sample: bool


class BucketCell(Schema):
    """A bucket with its figures."""

    key: str = Field(description='What `where` takes after the dimension and a colon; "" for trades without it.')
    label: str
    trades: int
    metrics: dict[str, FigureCell]
    interval: list[float] | None = Field(description="95 % interval of the mean P&L; null below ten trades.")
    filter: str = Field(description="Query of the Trades page with exactly these trades.")


class CrossCell(Schema):
    """A cell of a table by two dimensions."""

    row: int
    column: int
    value: float | None
    trades: int
    filter: str


class CrossPart(Schema):
    """A table by two dimensions; cells without trades are left out."""

    by: str
    metric: str
    rows: list[str]
    columns: list[str]
    cells: list[CrossCell]


class Breakdowns(Schema):
    """Trades of a filter by one dimension, or by two."""

    by: str
    label: str
    unit: str = Field(description="Currency code of the money.")
    overlaps: bool = Field(description="Whether a trade can be in several buckets, as with tags.")
    units: dict[str, Measure]
    buckets: list[BucketCell]
    total: BucketCell
    cross: CrossPart | None = Field(None, description="With `and` only.")


class TrendQuery(LedgerQuery):
    """Which trades, which figure, over how many trades a point."""

    metric: Printable = Field("expectancy", max_length=60)
    window: int = Field(50, ge=2, le=100_000, description="Trades a point.")


class TrendPoint(Schema):
    """The figure over the trades that end with one."""

    number: int = Field(description="Number of the window's last trade in exit order.")
    since: datetime = Field(description="First exit of the window.")
    at: datetime = Field(description="Last exit of the window.")
    value: float


class Trends(Schema):
    """A figure over a moving window of trades."""

    metric: str
    measure: Measure
    unit: str
    window: int
    trades: int
    whole: float | None = Field(description="The figure over all trades of the filter.")
    items: list[TrendPoint]
    next_cursor: str | None = None


class CompareQuery(LedgerQuery):
    """What holds for both groups, and what makes each."""

    a: Printable = Field(min_length=3, max_length=1_000, description="Conditions of the first group, as in `where`.")
    b: Printable = Field("", max_length=1_000, description="Of the second group; all other trades by default.")
    metric: Words = Field((), description="Figures by slug; a usual choice by default.")


class ComparedRow(Schema):
    """One figure of both groups."""

    metric: str
    label: str
    measure: Measure
    a: float | None
    b: float | None
    difference: float | None
    interval: list[float] | None = Field(description="95 % interval of the difference.")
    method: str = Field(description="Welch, Newcombe or bootstrap; empty where there is no interval.")


class Compared(Schema):
    """Two groups of trades side by side."""

    unit: str
    trades_a: int
    trades_b: int
    shared: int = Field(description="Trades in both; with any, the intervals are too narrow.")
    filter_a: str
    filter_b: str
    items: list[ComparedRow]
    next_cursor: str | None = None


class ScatterQuery(LedgerQuery):
    """Which trades, and which two numbers."""

    x: Printable = Field("held", max_length=40, description="Slug of an axis, see `/api/v1/scatter/axes`.")
    y: Printable = Field("pnl", max_length=40, description="Slug of an axis.")


class ScatterPoint(Schema):
    """One closed trade."""

    trade: int
    symbol: str
    x: float
    y: float
    outcome: Literal["win", "loss", "breakeven"]


class CoverageCell(Schema):
    """How far candles reach."""

    trades: int
    measured: int = Field(description="With candles while they were open.")
    whole: int = Field(description="With candles from entry to exit; the others are estimates.")


class ScatterList(Schema):
    """Two numbers of each closed trade, at most 2,000 with the extremes kept."""

    x: str
    y: str
    trades: int
    without: int = Field(description="Closed trades that lack one of the numbers.")
    correlation: float | None
    coverage: CoverageCell | None = Field(description="null where neither axis rests on candles.")
    measuring: int | None = Field(
        None, description="Job that measures the trades on candles; there are no points until it is done."
    )
    items: list[ScatterPoint]
    next_cursor: str | None = None


@TOPIC.get("/dimensions", DimensionList)
def list_dimensions() -> DimensionList:
    """Return every property that trades can be looked at by, and filtered by with `where`."""
    return DimensionList(
        items=[_dimension(item, is_number=item.is_number) for item in services().analysis.dimensions()]
    )


@TOPIC.get("/scatter/axes", DimensionList)
def list_scatter_axes() -> DimensionList:
    """Return every number that a scatter chart takes as an axis: MAE, MFE and efficiencies beside the dimensions."""
    return DimensionList(items=[_dimension(item, is_number=True) for item in services().analysis.axes()])


def _dimension(item: Dimension, *, is_number: bool) -> DimensionRow:
    return DimensionRow(slug=item.slug, label=item.label, group=item.group, about=item.about, is_number=is_number)


@TOPIC.get("/breakdowns", Breakdowns, query=BreakdownQuery, errors=(404,))
def read_breakdowns(query: BreakdownQuery) -> Breakdowns:
    """Return figures by one dimension, and one figure by two.

    Money is that of exits: a bucket keeps what partial exits of trades still open realised, so that buckets
    add up to the whole.
    """
    from services.slices import DEFAULT_FIGURES

    owner = current_owner()
    chosen, slugs = query.to_filter(owner), query.metric or DEFAULT_FIGURES
    table = services().analysis.breakdown(owner, chosen, query.by, slugs, edges=query.edges)
    return Breakdowns(
        by=table.by.slug,
        label=table.by.label,
        unit=table.unit,
        overlaps=table.overlaps,
        units={slug: unit.value for slug, unit in table.units.items()},
        buckets=[_bucket(table, row) for row in table.rows],
        total=_bucket(table, table.total, whole=True),
        cross=_cross(query) if query.and_ else None,
    )


def _bucket(table: BucketTable, row: Bucket, *, whole: bool = False) -> BucketCell:
    narrowed = table.filter if whole else services().analysis.narrow(table.filter, table.by.slug, row.key)
    return BucketCell(
        key=row.key,
        label=row.label,
        trades=row.trades,
        metrics={
            slug: FigureCell(value=value, n=row.n[slug], low_sample=row.is_low_sample(slug))
            for slug, value in row.figures.items()
        },
        interval=None if row.interval is None else list(row.interval),
        filter=narrowed.to_query(),
    )


def _cross(query: BreakdownQuery) -> CrossPart:
    owner, analysis = current_owner(), services().analysis
    chosen, slug = query.to_filter(owner), query.metric[0] if query.metric else "net_pnl"
    table = analysis.cross(owner, chosen, query.by, query.and_, slug)
    cells = []
    for row, values in enumerate(table.values.tolist()):
        once = analysis.narrow(chosen, table.down.slug, table.row_keys[row])
        for column, value in enumerate(values):
            # Partial exits of trades still open have money, and no closed trade.
            if table.trades[row, column] or (value and not math.isnan(value)):
                twice = analysis.narrow(once, table.across.slug, table.column_keys[column])
                cells.append(
                    CrossCell(
                        row=row,
                        column=column,
                        value=None if math.isnan(value) else value,
                        trades=int(table.trades[row, column]),
                        filter=twice.to_query(),
                    )
                )
    return CrossPart(
        by=table.across.slug, metric=slug, rows=list(table.row_labels), columns=list(table.column_labels), cells=cells
    )


@TOPIC.get("/trends", Trends, query=TrendQuery, errors=(404,))
def read_trends(query: TrendQuery) -> Trends:
    """Return a figure over each run of so many closed trades, at most 1,500 points with the extremes kept."""
    owner = current_owner()
    found = services().analysis.trend(owner, query.to_filter(owner), query.metric, query.window)
    points = zip(found.number.tolist(), found.since.tolist(), found.at.tolist(), found.value.tolist(), strict=True)
    return Trends(
        metric=found.slug,
        measure=found.measure.value,
        unit=found.unit,
        window=found.window,
        trades=found.trades,
        whole=found.whole.value,
        items=[
            TrendPoint(number=number, since=from_micros(since), at=from_micros(at), value=value)
            for number, since, at, value in points
        ],
    )


@TOPIC.get("/compare", Compared, query=CompareQuery, errors=(404,))
def read_comparison(query: CompareQuery) -> Compared:
    """Return the figures of two groups of trades with the interval of their difference."""
    from services.comparisons import COMPARED

    owner = current_owner()
    found = services().analysis.compare(owner, query.to_filter(owner), query.a, query.b, query.metric or COMPARED)
    rows = [
        ComparedRow(
            metric=item.slug,
            label=item.label,
            measure=item.first.unit.value,
            a=item.first.value,
            b=item.second.value,
            difference=item.difference,
            interval=None
            if item.sure is None or item.sure.low is None or item.sure.high is None
            else [item.sure.low, item.sure.high],
            method="" if item.sure is None else item.sure.method,
        )
        for item in found.figures
    ]
    return Compared(
        unit=found.unit,
        trades_a=found.first.trades,
        trades_b=found.second.trades,
        shared=found.shared,
        filter_a=found.first.filter.to_query(),
        filter_b=found.second.filter.to_query(),
        items=rows,
    )


@TOPIC.get("/scatter", ScatterList, query=ScatterQuery, errors=(404,))
def read_scatter(query: ScatterQuery) -> ScatterList:
    """Return two numbers of each closed trade."""
    owner = current_owner()
    chosen = query.to_filter(owner)
    needs = services().analysis.needs_candles(query.x, query.y)
    state = services().excursion_jobs.look(owner, chosen) if needs else None
    found = services().analysis.scatter(owner, chosen, query.x, query.y, candles=state is None or state.is_settled)
    columns = (found.trade, found.across, found.up, found.outcome)
    words: dict[int, Literal["win", "loss", "breakeven"]] = {1: "win", -1: "loss", 0: "breakeven"}
    return ScatterList(
        x=found.x.slug,
        y=found.y.slug,
        trades=found.trades,
        without=found.without,
        correlation=found.correlation,
        coverage=None
        if found.coverage is None
        else CoverageCell(trades=found.coverage.trades, measured=found.coverage.measured, whole=found.coverage.whole),
        measuring=None if state is None or state.job is None else state.job.id,
        items=[
            ScatterPoint(trade=trade, symbol=symbol, x=x, y=y, outcome=words[outcome])
            for symbol, trade, x, y, outcome in zip(found.symbol, *(column.tolist() for column in columns), strict=True)
        ],
    )
