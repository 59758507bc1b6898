"""Figures of a filtered trade set, and its equity curve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.performance import MetricValue
from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

TOPIC = Topic("Figures", "/api/v1", "The same functions over the same filtered trades as on every page.")
By = Literal["symbol", "side", "weekday", "hour", "month", "duration", "tag", "setup"]


class MetricQuery(LedgerQuery):
    """Which trades, and by what they are split."""

    by: By | None = Field(None, description="Also answer the figures of each bucket of this property.")
    figures: Literal["page", "all"] = Field(
        "page", description='"all" adds what takes long: excursions, simulations, bootstraps, the benchmark.'
    )


class MetricRow(Schema):
    """One figure; a value that cannot be computed is null and has a reason."""

    value: float | None
    unit: Literal["money", "fraction", "ratio", "r", "count", "seconds", "days"]
    n: int = Field(description="On how many observations it rests.")
    reason: str
    low_sample: bool = Field(description="Whether these are fewer than 30.")
    note: str = Field("", description="What to know of the value, such as that some fees are estimates.")


class FamilyRow(Schema):
    """Figures that belong together."""

    name: str
    title: str
    metrics: list[str] = Field(description="In the order of the pages.")


class BucketRow(Schema):
    """The figures of the trades that share a property."""

    key: str = Field(description='What the filter of the same name takes; "2026-09" for a month, "" for none.')
    label: str
    trades: int
    metrics: dict[str, MetricRow]


class Metrics(Schema):
    """Figures of the closed trades of a filter."""

    trades: int
    metrics: dict[str, MetricRow]
    families: list[FamilyRow]
    currency: str
    left_out: dict[str, int] = Field(description="Trades in other currencies, which are never added.")
    by: By | None = None
    buckets: list[BucketRow] | None = Field(None, description="With `by` only.")
    measuring: int | None = Field(
        None, description="Job that measures the trades on candles; until it is done, figures from candles are null."
    )


class FeeKindRow(Schema):
    """Fees of one kind of what was closed."""

    kind: str
    label: str
    amount: FloatText = Field(description="Below 0 is a rebate.")
    share: float | None = Field(description="Of all fees.")
    trades: str = Field(description="Page of the trades with fees of this kind.")


class FeeAnswer(Schema):
    """Fees of a filter; the kinds add up to them."""

    unit: str
    total: FloatText | None
    figures: dict[str, MetricRow]
    kinds: list[FeeKindRow] = Field(description="The largest first.")
    reason: str = Field(description='Why there are no kinds, "" when there are.')


class DistributionQuery(LedgerQuery):
    """Which trades, and what is counted."""

    of: Literal["pnl", "r"] = Field("pnl", description="P&L, or R of the trades with a planned risk.")


class BinRow(Schema):
    """How many trades ended between two results."""

    low: float
    high: float = Field(description="Not part of the bin; of the last one it is.")
    trades: int


class DistributionAnswer(Schema):
    """The histogram of the closed trades; 0 is an edge, so that no bin mixes wins and losses."""

    items: list[BinRow]
    unit: str = Field(description='Currency code, or "R".')
    trades: int
    mean: float | None


class EquityQuery(LedgerQuery):
    """Which trades, and how fine the curve is."""

    limit: int = Field(2_000, ge=4, le=100_000, description="Most points; extremes are kept.")


class EquityRow(Schema):
    """The curve after one exit."""

    at: datetime
    pnl: FloatText = Field(description="Realised P&L so far.")
    equity: FloatText | None = Field(description="Starting balance and P&L; null where the balance is not known.")
    drawdown: FloatText = Field(description="Money below the running peak, 0 or less.")
    drawdown_fraction: float | None


class EquityList(Schema):
    """The equity curve by time."""

    items: list[EquityRow]
    currency: str
    starting_balance: FloatText | None
    left_out: dict[str, int] = Field(description="Trades in other currencies, which are never added.")
    next_cursor: str | None = None


@TOPIC.get("/metrics", Metrics, query=MetricQuery, errors=(404,))
def read_metrics(query: MetricQuery) -> Metrics:
    """Return every figure of a filter, whole and by one property.

    A bucket has the figures of the same filter narrowed to it. A trade with two tags is in both of their buckets.
    """
    from services.portfolio import closed_count
    from services.slices import metric_buckets

    owner = current_owner()
    portfolio = services().portfolio
    chosen = query.to_filter(owner)
    state = services().excursion_jobs.look(owner, chosen) if query.figures == "all" else None
    if state is None:
        found, metrics = portfolio.metrics(owner, chosen)
    else:
        found, metrics = portfolio.every_figure(owner, chosen, awaited=state.reason)
    buckets = metric_buckets(found, query.by) if query.by else None
    return Metrics(
        trades=closed_count(found),
        metrics=_rows(metrics),
        families=_families(metrics),
        currency=found.currency,
        left_out=found.left_out,
        by=query.by,
        buckets=None
        if buckets is None
        else [
            BucketRow(key=item.key, label=item.label, trades=item.trades, metrics=_rows(item.metrics))
            for item in buckets
        ],
        measuring=state.job.id if state is not None and state.job is not None else None,
    )


@TOPIC.get("/fees", FeeAnswer, query=LedgerQuery, errors=(404,))
def read_fees(query: LedgerQuery) -> FeeAnswer:
    """Return what trading cost: all fees, their drag, and each kind that files tell or a plan estimates."""
    owner = current_owner()
    found = services().analysis.fees(owner, query.to_filter(owner))
    return FeeAnswer(
        unit=found.unit,
        total=found.total,
        figures=_rows(found.figures),
        kinds=[
            FeeKindRow(kind=line.kind, label=line.label, amount=line.amount, share=line.share,
                       trades=f"/trades?{line.filter.to_query()}")
            for line in found.lines
        ],
        reason=found.reason,
    )  # fmt: skip


@TOPIC.get("/distribution", DistributionAnswer, query=DistributionQuery, errors=(404,))
def read_distribution(query: DistributionQuery) -> DistributionAnswer:
    """Return how many trades ended in which result."""
    owner, in_r, portfolio = current_owner(), query.of == "r", services().portfolio
    chosen = query.to_filter(owner)
    found, whole = portfolio.distribution(owner, chosen, in_r=in_r), portfolio.performance(owner, chosen)
    edges, counts = found.edges.tolist(), found.counts.tolist()
    rows = zip(edges[:-1], edges[1:], counts, strict=True)
    return DistributionAnswer(
        items=[BinRow(low=low, high=high, trades=count) for low, high, count in rows],
        unit="R" if in_r else whole.unit,
        trades=sum(counts),
        mean=whole.metrics["expectancy_r" if in_r else "expectancy"].value,
    )


@TOPIC.get("/equity", EquityList, query=EquityQuery, errors=(404,))
def read_equity(query: EquityQuery) -> EquityList:
    """Return the realised equity after each exit, partial exits included."""
    from services.equity_points import equity_points

    owner = current_owner()
    found = services().portfolio.sets.load(owner, query.to_filter(owner))
    rows = [
        EquityRow(
            at=item.at,
            pnl=item.pnl,
            equity=item.equity,
            drawdown=item.drawdown,
            drawdown_fraction=item.drawdown_fraction,
        )
        for item in equity_points(found, limit=query.limit)
    ]
    return EquityList(
        items=rows, currency=found.currency, starting_balance=found.starting_balance, left_out=found.left_out
    )


def _families(metrics: Mapping[str, MetricValue]) -> list[FamilyRow]:
    definitions = services().portfolio.definitions()
    rows = [
        FamilyRow(name=name, title=title, metrics=[slug for slug in metrics if definitions[slug].family == name])
        for name, title in services().portfolio.families().items()
    ]
    return [row for row in rows if row.metrics]


def _rows(metrics: Mapping[str, MetricValue]) -> dict[str, MetricRow]:
    return {
        slug: MetricRow(
            value=item.value,
            unit=item.unit.value,
            n=item.n,
            reason=item.reason,
            low_sample=item.low_sample,
            note=item.note,
        )
        for slug, item in metrics.items()
    }
